import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ExecutorKind } from './executor.ts';
import type { PlanTold } from './planner.ts';
import { type PlanAsked, planningFor, TooDeep } from './planning.ts';

// A thread that plans questions and does nothing else: however long one takes, no answer waits for it.

// Where threads have priorities of their own (elsewhere it would be the whole process's), answers come before plans.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + 5));

const { supergraphSdl, executor } = workerData as { readonly supergraphSdl: string; readonly executor: ExecutorKind };
const planningOf = await planningFor(executor);
const planning = planningOf(supergraphSdl);
const tell = (told: PlanTold): void => parentPort?.postMessage(told);

parentPort?.on('message', (asked: PlanAsked) => {
  try {
    tell({ plan: planning.plan(asked) });
  } catch (error) {
    const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    tell({ failure, isTooDeep: error instanceof TooDeep });
  }
});
tell({ apiSdl: planning.apiSdl });
