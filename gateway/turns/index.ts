import { type Door, type DoorOptions, doorOf, OPEN_DOOR } from './door.ts';
import { type FairQueue, fairQueue } from './fair-queue.ts';
import { oneByOne } from './one-by-one.ts';
import { type RefusalPace, refusalPace } from './refusal-pace.ts';

/** How callers take turns before a gateway (docs/limits.md). */
export interface Turns {
  readonly pace: RefusalPace;
  /** Before what is answered in this process. */
  readonly questions: FairQueue;
  /** Before what is told again and takes no turn; nothing to wait for where it may be told at once. */
  readonly passBy: (isKeptFor: boolean) => Promise<void> | undefined;
  /** Before connections are read. */
  readonly door: (before: Pick<DoorOptions, 'passes' | 'networkOf' | 'figures'>) => Door;
  /**
   * When somebody for whom there is no room is told so: of many one in each turn of the event loop, which is for those who are
   * answered. Who waits to be told sends nothing more on its connection.
   */
  readonly sendAway: () => Promise<void>;
}

/** An installation's own. */
export function openTurns(): Turns {
  // As at each department, a quarter of the places is kept for banks: however many strangers come, theirs go on.
  const questions = fairQueue({
    ...{ atOnce: 16, kept: 4, beginsApart: true },
    ...{ waitingEach: 500, waitingInAll: 5_000, patienceMs: 10_000 },
  });
  const pass = oneByOne();
  const isWatched = questions.areKeptAsking;
  return {
    pace: refusalPace({ perSecond: 5, atOnce: 10, waiting: 200 }),
    questions,
    passBy: (isKeptFor) => (!isKeptFor && questions.areKeptAsking() ? pass() : undefined),
    door: (before) => doorOf({ ...before, isWatched, atOnce: 32, waiting: 10_000, patienceMs: 10_000 }),
    sendAway: oneByOne(),
  };
}

/** Nobody waits for anybody: where callers are not counted either. */
export const NO_TURNS: Turns = {
  pace: { enter: async () => () => undefined },
  questions: { enter: async () => () => undefined, assertRoom: () => undefined, areKeptAsking: () => false },
  passBy: () => undefined,
  door: () => OPEN_DOOR,
  sendAway: async () => undefined,
};
