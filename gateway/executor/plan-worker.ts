import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ExecutorKind } from './executor.ts';
import { type PlanAsked, type PlanDocument, type PlanTold, TooDeep } from './planner.ts';

// A thread that plans questions and does nothing else: however long one takes, no answer waits for it.

// Where threads have priorities of their own (elsewhere it would be the whole process's), answers come before plans.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + 5));

const { supergraphSdl, executor } = workerData as { readonly supergraphSdl: string; readonly executor: ExecutorKind };
const { planning }: { planning(supergraphSdl: string): PlanDocument } =
  executor === 'hive' ? await import('./hive-planning.ts') : await import('./apollo-planning.ts');
const plan = planning(supergraphSdl);
const tell = (told: PlanTold): void => parentPort?.postMessage(told);

parentPort?.on('message', (asked: PlanAsked) => {
  try {
    tell({ plan: JSON.stringify(plan(asked)) });
  } catch (error) {
    const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    tell({ failure, isTooDeep: error instanceof TooDeep });
  }
});
tell({ isReady: true });
