import type { FairQueueOptions } from '../turns/fair-queue.ts';
import { BREAKER, type BreakerOptions } from './breaker.ts';
import { type DeadlineOf, registeredDeadlines } from './deadline.ts';
import type { LastKnownPolicy } from './last-known-policy.ts';

/** What a gateway's process spends on each department (docs/silence.md). */
export interface DepartmentBudgets {
  readonly deadlineOf: DeadlineOf;
  readonly breaker: BreakerOptions;
  readonly places: FairQueueOptions;
  /** For how long the last known stands in; the tables' where it is not said. */
  readonly lastKnown: LastKnownPolicy | undefined;
}

/**
 * Places at a department: a quarter is kept for banks, and one caller has a third of the others at most. Whoever finds none
 * waits for half of the usual deadline at most.
 */
const PLACES: FairQueueOptions = {
  atOnce: 32,
  atOnceEach: 8,
  kept: 8,
  waitingEach: 100,
  waitingInAll: 1_000,
  patienceMs: 750,
};

/** @param deadlineMs for every department and role, in place of the table. */
export function departmentBudgets(
  given: Partial<DepartmentBudgets> = {},
  deadlineMs?: number | undefined,
): DepartmentBudgets {
  const patienceMs = deadlineMs === undefined ? PLACES.patienceMs : Math.ceil(deadlineMs / 2);
  return {
    deadlineOf: deadlineMs === undefined ? registeredDeadlines : () => deadlineMs,
    breaker: BREAKER,
    places: { ...PLACES, patienceMs },
    lastKnown: undefined,
    ...given,
  };
}
