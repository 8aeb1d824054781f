import { type FairQueue, fairQueue } from './fair-queue.ts';
import { oneByOne } from './one-by-one.ts';
import { type RefusalPace, refusalPace } from './refusal-pace.ts';

/** How callers take turns before a gateway (docs/limits.md). */
export interface Turns {
  readonly pace: RefusalPace;
  /** Before what is answered in this process. */
  readonly questions: FairQueue;
  /**
   * When somebody for whom there is no room is told so: of many one in each turn of the event loop, which is for those who are
   * answered. Who waits to be told sends nothing more on its connection.
   */
  readonly sendAway: () => Promise<void>;
}

/** An installation's own. */
export function openTurns(): Turns {
  return {
    pace: refusalPace({ perSecond: 5, atOnce: 10, waiting: 200 }),
    // As at each department, a quarter of the places is kept for banks: however many strangers come, theirs go on.
    questions: fairQueue({
      ...{ atOnce: 16, kept: 4, beginsApart: true },
      ...{ waitingEach: 500, waitingInAll: 5_000, patienceMs: 10_000 },
    }),
    sendAway: oneByOne(),
  };
}

/** Nobody waits for anybody: where callers are not counted either. */
export const NO_TURNS: Turns = {
  pace: { enter: async () => () => undefined },
  questions: { enter: async () => () => undefined, assertRoom: () => undefined },
  sendAway: async () => undefined,
};
