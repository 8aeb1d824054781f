import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { questionTooLarge, quotaExceeded, rateLimited } from '../../platform/errors.ts';
import type { Caller } from '../access/caller.ts';
import type { Allowances, Charged } from './allowances.ts';
import { type Cost, WEIGHTS } from './cost.ts';
import type { Limits } from './limits.ts';

/** What one question is charged, from its arrival to its answer. */
export interface Bill {
  readonly limits: Limits;
  /** `extensions.cost`: what the question costs, and what one may cost. A refused question costs what every question does. */
  readonly told: { readonly requested: number; readonly limit: number };
  /** @throws Refusal `RATE_LIMITED` or `QUOTA_EXCEEDED`, before the question is so much as read. */
  open(): Promise<void>;
  /**
   * Charges what the question costs beyond that; a dry run is told and not charged.
   * @throws Refusal `QUESTION_TOO_LARGE`, `RATE_LIMITED` or `QUOTA_EXCEEDED`.
   */
  charge(cost: Pick<Cost, 'points'>, isDryRun?: boolean): Promise<void>;
  /** Gives back all that was charged: the failure was ours. */
  refund(): void;
  /** What is left of the caller's allowance; null where it is not counted. */
  readonly left: { readonly remaining: number; readonly reset: number } | null;
  /** `Credit-Cost` and, where the client's questions are counted, `RateLimit-*` and `Retry-After`. */
  headers(): Readonly<Record<string, string>>;
}

/** Makes the bill of each request. Without `allowances` nobody's questions are counted; what one may cost is limited all the same. */
export function billing(allowances: Allowances | undefined, secret: Uint8Array = randomBytes(32)) {
  const hashes = new LRUCache<string, string>({ max: 10_000 });
  const hash = (kind: string, text: string): string => {
    const given = `${kind}\0${text}`;
    const known = hashes.get(given);
    if (known !== undefined) return known;
    const fresh = `${kind}:${createHmac('sha256', secret).update(given).digest('base64url')}`;
    hashes.set(given, fresh);
    return fresh;
  };
  return (caller: Caller, network: string, limits: Limits): Bill => {
    let known: string | undefined;
    /** Found when something is paid: of two bills of a request one never is. */
    const key = (): string => {
      known ??= keyOf(caller, network, hash);
      return known;
    };
    let requested: number = WEIGHTS.question;
    let paid = 0;
    let last: Charged | undefined;
    const pay = async (points: number): Promise<void> => {
      if (!allowances || points <= 0) return;
      last = await allowances.charge(key(), points, limits);
      const { refusal } = last;
      if (refusal?.by === 'QUOTA') throw quotaExceeded(refusal.retryAfter, limits.pointsPerDay);
      if (refusal) throw rateLimited(refusal.retryAfter);
      paid += points;
    };
    return {
      limits,
      get told() {
        return { requested, limit: limits.pointsPerQuestion };
      },
      get left() {
        return last ? { remaining: last.remaining, reset: last.reset } : null;
      },
      open: () => pay(WEIGHTS.question),
      async charge({ points }, isDryRun = false) {
        requested = points;
        const limit = limits.pointsPerQuestion;
        if (isDryRun) return;
        if (points > limit)
          throw questionTooLarge(
            `此问需 ${points} 点,超过一次 ${limit} 点的上限(按部门数与各列表的 first 计算)。请减小 first、减少嵌套或分成几次。`,
            { requested: points, limit },
          );
        await pay(points - WEIGHTS.question);
      },
      refund() {
        allowances?.refund(key(), paid);
        paid = 0;
      },
      headers() {
        const cost = { 'credit-cost': `${requested};limit=${limits.pointsPerQuestion}` };
        if (!last) return cost;
        const retry = last.refusal ? { 'retry-after': String(last.refusal.retryAfter) } : {};
        return {
          ...cost,
          'ratelimit-limit': String(last.limit),
          'ratelimit-remaining': String(last.remaining),
          'ratelimit-reset': String(last.reset),
          'ratelimit-policy': `${limits.pointsAtOnce};w=${Math.ceil(limits.pointsAtOnce / limits.pointsPerSecond)}, ${limits.pointsPerDay};w=86400`,
          ...retry,
        };
      },
    };
  };
}

/** Whose allowance it is. Addresses and persons are told to the store as keyed hashes only. */
function keyOf(
  { role, client, ownSubject }: Caller,
  network: string,
  hash: (kind: string, text: string) => string,
): string {
  if (role === 'SUBJECT' && ownSubject !== null) return hash('subject', ownSubject);
  return client === null ? hash('network', network) : `client:${client}`;
}
