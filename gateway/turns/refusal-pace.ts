import { badRequest, rateLimited } from '../../platform/errors.ts';
import type { Leaving } from '../../platform/leaving.ts';

/**
 * Slows whoever asks what is refused: a refusal costs no more than a few points and little work, and thousands of them a
 * second would keep everybody else waiting. Whose questions are answered is never slowed.
 */
export interface RefusalPace {
  /**
   * Waits while too many of this caller's last questions were refused. What it resolves with must be told, once, whether
   * this one was.
   * @throws Refusal `RATE_LIMITED` where too many of the caller's wait already.
   */
  enter(payer: string, signal: Leaving): Promise<(isRefused: boolean) => void>;
}

export interface RefusalPaceOptions {
  /** How many refusals a second a caller may have for long. */
  readonly perSecond: number;
  /** How many it may have at once after a pause. */
  readonly atOnce: number;
  /** How many of a caller may wait. */
  readonly waiting: number;
}

interface Account {
  /** Refusals that the pace has not made up for, at an instant of a clock that cannot be set. */
  refusals: number;
  at: number;
  readonly line: Set<() => void>;
  timer: NodeJS.Timeout | undefined;
}

/** Accounts that are kept before those that owe nothing are looked for. */
const KEPT = 10_000;

export function refusalPace({ perSecond, atOnce, waiting }: RefusalPaceOptions): RefusalPace {
  const accounts = new Map<string, Account>();

  const accountOf = (payer: string): Account => {
    const known = accounts.get(payer);
    if (known) return settled(known);
    if (accounts.size >= KEPT)
      for (const [key, one] of accounts) if (one.line.size === 0 && settled(one).refusals === 0) accounts.delete(key);
    const made: Account = { refusals: 0, at: performance.now(), line: new Set(), timer: undefined };
    accounts.set(payer, made);
    return made;
  };
  const settled = (account: Account): Account => {
    const now = performance.now();
    account.refusals = Math.max(0, account.refusals - ((now - account.at) / 1000) * perSecond);
    account.at = now;
    return account;
  };
  /** Lets the first in line go as soon as there is room for one more refusal; it counts as one until it is told. */
  const schedule = (account: Account): void => {
    if (account.timer || account.line.size === 0) return;
    const over = settled(account).refusals - (atOnce - 1);
    const wait = Math.min(MOST_MS, Math.max(0, Math.ceil((over / perSecond) * 1000)));
    account.timer = setTimeout(() => {
      account.timer = undefined;
      const [first] = account.line;
      if (first && settled(account).refusals <= atOnce - 1) first();
      schedule(account);
    }, wait).unref();
  };

  return {
    enter(payer, signal) {
      const account = accountOf(payer);
      if (account.line.size === 0 && account.refusals <= atOnce - 1)
        return Promise.resolve((isRefused) => {
          if (isRefused) settled(account).refusals += 1;
        });
      return new Promise((resolve, reject) => {
        if (account.line.size >= waiting) return reject(rateLimited(1));
        const leave = (): void => {
          account.line.delete(go);
          reject(badRequest('请求已中断。'));
        };
        const go = (): void => {
          account.line.delete(go);
          signal.removeEventListener('abort', leave);
          account.refusals += 1;
          resolve((isRefused) => {
            if (isRefused) return;
            settled(account).refusals = Math.max(0, account.refusals - 1);
            clearTimeout(account.timer);
            account.timer = undefined;
            schedule(account);
          });
        };
        account.line.add(go);
        signal.addEventListener('abort', leave, { once: true });
        if (signal.aborted) leave();
        schedule(account);
      });
    },
  };
}

/** The longest that a timer is set for. */
const MOST_MS = 60_000;
