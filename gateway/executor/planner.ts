import { Worker } from 'node:worker_threads';
import { questionTooLarge } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { threadOf } from '../../platform/programs.ts';
import type { ExecutorKind } from './executor.ts';
import { type PlanAsked, type Planning, planningFor, TooDeep, unplanned } from './planning.ts';

export type PlanTold =
  | { readonly apiSdl: string }
  | { readonly plan: string }
  | { readonly failure: string; readonly isTooDeep: boolean };

/** Plans documents that were not seen before, away from the thread that answers. */
export interface Planner {
  /** Settles when it can plan for the first time, with what callers can ask for (SDL); rejects where it cannot at all. */
  readonly ready: Promise<string>;
  /**
   * The query plan as JSON. Whoever asks for many waits for their own: callers take turns.
   * @throws Refusal `QUESTION_TOO_LARGE` for a document whose plan takes longer than any should.
   */
  plan(asked: PlanAsked, caller: string): Promise<string>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly asked: PlanAsked;
  readonly resolve: (plan: string) => void;
  readonly reject: (error: unknown) => void;
}

/** Far above what the largest permitted document takes (docs/limits.md); the thread is then ended and another started. */
const PLANNING_MS = 30_000;
/** A thread that ended before it was ready is not started again at once. */
const PAUSE_MS = 1_000;
/** Nobody waits for the last millisecond of a plan: V8 would take some 30 MB for what is thrown away. */
const LITTLE_ROOM = { maxYoungGenerationSizeMb: 12 };

/** A planner for this executor, in a worker thread of its own. */
export function threadPlanner(
  supergraphSdl: string,
  log: Log,
  executor: ExecutorKind,
  planningMs = PLANNING_MS,
): Planner {
  const queues = new Map<string, Waiting[]>();
  let isReady = false;
  let tellReady: ((apiSdl: string) => void) | undefined;
  let tellFailed: ((error: unknown) => void) | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    [tellReady, tellFailed] = [resolve, reject];
  });
  ready.catch(() => undefined); // whoever waits for it hears of it
  let worker = start();
  let planning: { readonly one: Waiting; readonly timer: NodeJS.Timeout } | undefined;
  let isStopped = false;

  function start(): Worker {
    const started = new Worker(threadOf(PROGRAM), {
      eval: true,
      workerData: { supergraphSdl, executor },
      resourceLimits: LITTLE_ROOM,
      env: { NODE_ENV: 'production' },
    });
    started.unref();
    started.on('message', (told: PlanTold) => {
      if (started !== worker) return;
      if ('apiSdl' in told) {
        isReady = true;
        tellReady?.(told.apiSdl);
      } else if ('plan' in told) settle(({ resolve }) => resolve(told.plan));
      else settle(({ reject }) => reject(unplanned(told.failure, told.isTooDeep)));
      next();
    });
    started.on('error', (error) => {
      log.error({ message: String(error) }, 'the planning thread failed');
      tellFailed?.(error);
      if (started === worker && isReady) restart(error);
      else if (started === worker && !isStopped) setTimeout(() => restart(error), PAUSE_MS).unref();
    });
    return started;
  }

  function restart(error: unknown): void {
    settle(({ reject }) => reject(error));
    const ended = worker;
    isReady = false;
    if (!isStopped) worker = start();
    if (ended === worker) return;
    void ended.terminate();
  }

  function settle(how: (one: Waiting) => void): void {
    if (!planning) return;
    clearTimeout(planning.timer);
    const { one } = planning;
    planning = undefined;
    how(one);
  }

  /** The first of the caller whose turn it is; the caller then goes to the end of the line. */
  function next(): void {
    if (!isReady || planning) return;
    const [caller, queue] = queues.entries().next().value ?? [];
    const one = queue?.shift();
    if (caller === undefined || !queue || !one) return;
    queues.delete(caller);
    if (queue.length > 0) queues.set(caller, queue);
    const timer = setTimeout(() => {
      log.error({ ms: planningMs }, 'a question took too long to plan');
      restart(questionTooLarge('此问过于复杂,无法在时限内安排查询。请减少嵌套与别名,或分成几次。'));
    }, planningMs);
    planning = { one, timer };
    worker.postMessage(one.asked);
  }

  return {
    ready,
    plan: (asked, caller) =>
      new Promise((resolve, reject) => {
        if (isStopped) return reject(new Error('the planner was stopped'));
        const queue = queues.get(caller) ?? [];
        queue.push({ asked, resolve, reject });
        queues.set(caller, queue);
        next();
      }),
    async stop() {
      isStopped = true;
      settle(({ reject }) => reject(new Error('the planner was stopped')));
      for (const queue of queues.values()) for (const { reject } of queue) reject(new Error('the planner was stopped'));
      queues.clear();
      await worker.terminate();
    },
  };
}

/** Planners of a gateway that begins with a supergraph: the first one's thread starts at once, while other things do. */
export function threadPlanners(first: string, log: Log, executor: ExecutorKind): (supergraphSdl: string) => Planner {
  let started: Planner | undefined = threadPlanner(first, log, executor);
  return (supergraphSdl) => {
    const planner = supergraphSdl === first ? started : undefined;
    started = planner ? undefined : started;
    return planner ?? threadPlanner(supergraphSdl, log, executor);
  };
}

let lastPlanned: { readonly of: string; readonly planning: Planning } | undefined;

/** A planner in this thread, which answers nothing while it plans: for programs and tests that ask little. */
export async function ownPlanner(supergraphSdl: string, executor: ExecutorKind): Promise<Planner> {
  const of = `${executor} ${supergraphSdl}`;
  const planningOf = await planningFor(executor);
  if (lastPlanned?.of !== of) lastPlanned = { of, planning: planningOf(supergraphSdl) };
  const { planning } = lastPlanned;
  return {
    ready: Promise.resolve(planning.apiSdl),
    async plan(asked) {
      try {
        return planning.plan(asked);
      } catch (error) {
        throw unplanned(String(error), error instanceof TooDeep);
      }
    },
    stop: async () => {},
  };
}

const PROGRAM = new URL('plan-worker.ts', import.meta.url);
