import { badRequest, rateLimited, serviceUnavailable } from '../../platform/errors.ts';
import type { Leaving } from '../../platform/leaving.ts';
import { turnPace } from './turn-pace.ts';

/** Questions of all callers before something that does few of them at once. */
export interface FairQueue {
  /**
   * Waits until it is this caller's turn: of those who wait, whoever has the fewest in work, and of these whoever was served
   * longest ago. What it resolves with ends the turn; more than once does nothing. Places are kept for who `isKeptFor`.
   * @throws Refusal `RATE_LIMITED` where the caller has too many waiting, `SERVICE_UNAVAILABLE` where all have, where its turn
   * did not come in time, and at once where it would not, as turns have gone of late.
   */
  enter(payer: string, signal: Leaving, isKeptFor?: boolean): Promise<() => void>;
  /** @throws Refusal what `enter` would at once refuse a caller for whom no places are kept: before more is done for it. */
  assertRoom(payer: string): void;
  /** Whether those for whom places are kept ask: one of theirs is in work, or was a second ago. */
  areKeptAsking(): boolean;
}

export interface FairQueueOptions {
  /** How many are in work at once, of whomever. */
  readonly atOnce: number;
  /** How many of one caller; all of them where it is not said. */
  readonly atOnceEach?: number;
  /** How many places are left to those for whom they are kept; none where it is not said. */
  readonly kept?: number;
  /**
   * Whether, while those for whom places are kept ask, the others begin one in each turn of the event loop: at each of its steps, its arrival too, a question of theirs then waits for little of the others', however many they are.
   */
  readonly beginsApart?: boolean;
  /** How many of one caller, and of all together, may wait. */
  readonly waitingEach: number;
  readonly waitingInAll: number;
  readonly patienceMs: number;
  /** Milliseconds of a clock that only goes forward; tests move it. */
  readonly now?: () => number;
}

interface Waiting {
  readonly begin: () => void;
  readonly isKeptFor: boolean;
}

/** Seconds after which somebody who was sent away may come again. */
const COME_AGAIN = 1;
/** Told thousands of times a second where it is told at all, and made once: half of what it cost was to make it. */
const TOO_MANY = rateLimited(COME_AGAIN);
const TOO_BUSY = serviceUnavailable(`此刻等候回答的查询过多。请在 ${COME_AGAIN} 秒后重试。`, COME_AGAIN);

const ASK_AGAIN_MS = 1_000;

export function fairQueue(options: FairQueueOptions): FairQueue {
  const { atOnce, atOnceEach = atOnce, kept = 0, waitingEach, waitingInAll, patienceMs } = options;
  const { beginsApart = false, now = () => performance.now() } = options;
  const pace = turnPace(now);
  /** Those who wait, by caller; whoever was served last stands last. */
  const lines = new Map<string, Set<Waiting>>();
  const inWork = new Map<string, number>();
  let working = 0;
  /** Those of them for whom no places are kept. */
  let others = 0;
  let waiting = 0;
  /** Those who wait for whom places are kept. */
  let keptWaiting = 0;
  /** One of the others began in this turn of the event loop. */
  let hasBegun = false;
  /** Until when those for whom places are kept are taken to ask again. */
  let keptAskUntil = Number.NEGATIVE_INFINITY;

  /** Whoever waits may not begin as things are, or would have begun. */
  const mayBegin = (payer: string, isKeptFor: boolean): boolean =>
    working < atOnce && (isKeptFor || mayOthersBegin()) && (inWork.get(payer) ?? 0) < atOnceEach;
  const mayOthersBegin = (): boolean => others < atOnce - kept && !(hasBegun && areKeptAsking());
  const areKeptAsking = (): boolean => working > others || now() < keptAskUntil;

  const turnOf = (payer: string, isKeptFor: boolean): (() => void) => {
    working += 1;
    if (!isKeptFor) others += 1;
    if (beginsApart && !isKeptFor && !hasBegun) {
      hasBegun = true;
      setImmediate(() => {
        hasBegun = false;
        next();
      });
    }
    inWork.set(payer, (inWork.get(payer) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (waiting > 0) pace.ended();
      working -= 1;
      if (isKeptFor) keptAskUntil = now() + ASK_AGAIN_MS;
      else others -= 1;
      const left = (inWork.get(payer) ?? 1) - 1;
      if (left > 0) inWork.set(payer, left);
      else inWork.delete(payer);
      next();
    };
  };

  const leaveLine = (payer: string, one: Waiting): void => {
    const line = lines.get(payer);
    if (!line?.delete(one)) return;
    waiting -= 1;
    if (one.isKeptFor) keptWaiting -= 1;
    if (line.size === 0) lines.delete(payer);
  };

  const next = (): void => {
    if (working >= atOnce || (keptWaiting === 0 && !mayOthersBegin())) return;
    let chosen: string | undefined;
    for (const [payer, [first]] of lines) {
      if (!mayBegin(payer, first?.isKeptFor === true)) continue;
      if (chosen === undefined || (inWork.get(payer) ?? 0) < (inWork.get(chosen) ?? 0)) chosen = payer;
      if (!inWork.has(chosen)) break; // nobody has fewer, and of these this one was served longest ago
    }
    const line = lines.get(chosen ?? '');
    const [one] = line ?? [];
    if (chosen === undefined || !line || !one) return;
    leaveLine(chosen, one);
    if (line.size > 0) {
      lines.delete(chosen);
      lines.set(chosen, line);
    }
    one.begin();
  };

  /** Why somebody who cannot begin may not wait either. */
  const refusalOf = (payer: string): Error | undefined => {
    const ofPayer = lines.get(payer)?.size ?? 0;
    if (ofPayer >= waitingEach) return TOO_MANY;
    if (waiting >= waitingInAll) return TOO_BUSY;
    if (waiting === 0) return undefined; // how turns went when somebody last waited says nothing of now
    // Each of the others in line has a turn before each of one's own.
    return pace.millisecondsOf((ofPayer + 1) * Math.max(1, lines.size)) > patienceMs ? TOO_BUSY : undefined;
  };

  return {
    areKeptAsking,
    assertRoom(payer) {
      const refusal = mayBegin(payer, false) ? undefined : refusalOf(payer);
      if (refusal) throw refusal;
    },
    enter(payer, signal, isKeptFor = false) {
      if (mayBegin(payer, isKeptFor)) return Promise.resolve(turnOf(payer, isKeptFor));
      return new Promise((resolve, reject) => {
        const line = lines.get(payer) ?? new Set();
        const refusal = refusalOf(payer);
        if (refusal) return reject(refusal);
        if (waiting === 0) pace.begin();
        const giveUp = (reason: Error): void => {
          done();
          leaveLine(payer, one);
          reject(reason);
        };
        const leave = (): void => giveUp(badRequest('请求已中断。'));
        const timer = setTimeout(() => giveUp(TOO_BUSY), patienceMs);
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
        };
        const one: Waiting = {
          begin: () => {
            done();
            resolve(turnOf(payer, isKeptFor));
          },
          isKeptFor,
        };
        lines.set(payer, line.add(one));
        waiting += 1;
        if (isKeptFor) keptWaiting += 1;
        signal.addEventListener('abort', leave, { once: true });
        if (signal.aborted) leave();
      });
    },
  };
}
