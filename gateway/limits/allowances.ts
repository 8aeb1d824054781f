import type { Allowance, Granted, Wanted } from './allowance-store.ts';
import type { InsuredStore } from './insured-store.ts';

/** What became of a charge, and what is left, for the headers of the answer. */
export interface Charged {
  readonly isAllowed: boolean;
  /** Of the bucket or of the day's quota, whichever leaves less. */
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until that one is whole again. */
  readonly reset: number;
  /** Where it is refused: by which of the two, and after how many seconds it can be allowed. */
  readonly refusal?: { readonly by: 'RATE' | 'QUOTA'; readonly retryAfter: number };
}

/**
 * Charges points to clients. Points come from the shared store in blocks, so that most questions cost no write; what an
 * instance holds of a client is used up, or given back when the client pauses or the instance stops. Nothing is served that
 * was not granted: on however many instances, a day serves at most the quota.
 */
export interface Allowances {
  charge(key: string, points: number, allowance: Allowance): Promise<Charged>;
  /** Gives back what a question was charged that failed by our own fault. */
  refund(key: string, points: number): void;
  /** Of how many keys this instance holds points. */
  readonly held: number;
  stop(): Promise<void>;
}

/** Points of one key that this instance may use. */
interface Lease {
  points: number;
  usedAt: number;
  /** What the store said last, and when, by a clock that cannot be set. */
  readonly granted: Granted;
  readonly at: number;
  /** Whether the points are the store's, to be given back. */
  readonly isShared: boolean;
  /** What the store refused just now: until then it need not be asked for as much again. */
  readonly refused: { readonly points: number; readonly until: number };
}

/** A block is this part of the day's quota, or of the bucket where that is less. */
const BLOCK = { ofDay: 100, ofBucket: 4 } as const;
/** After so many milliseconds without a question, what is left of a block is given back. */
const PAUSE_MS = 10_000;
/** Keys that an instance holds points of; beyond it the one that paused longest gives its points back. */
const MOST_HELD = 20_000;
/** For so long after a refusal the store is not asked again for the same client. */
const REFUSED_MS = 1_000;

export function createAllowances(
  store: InsuredStore,
  options: { readonly pauseMs?: number | undefined; readonly mostHeld?: number | undefined } = {},
): Allowances {
  const { pauseMs = PAUSE_MS, mostHeld = MOST_HELD } = options;
  const leases = new Map<string, Lease>();
  const turns = new Map<string, Promise<unknown>>();
  const take = takingTogether(store);

  const giveBack = async (keys: readonly string[]): Promise<void> => {
    const points = new Map<string, number>();
    for (const key of keys) {
      const lease = leases.get(key);
      if (lease && lease.points > 0 && lease.isShared && !isOver(lease)) points.set(key, lease.points);
      leases.delete(key);
    }
    if (points.size > 0) await store.giveBack(points);
  };
  const sweep = setInterval(() => {
    const since = performance.now() - pauseMs;
    void giveBack([...leases].filter(([key, { usedAt }]) => usedAt < since && !turns.has(key)).map(([key]) => key));
  }, pauseMs / 2).unref();

  const hold = (key: string, lease: Lease): void => {
    leases.delete(key);
    leases.set(key, lease);
    const oldest = leases.size > mostHeld ? leases.keys().next().value : undefined;
    if (oldest !== undefined) void giveBack([oldest]);
  };

  const chargeInTurn = async (key: string, points: number, allowance: Allowance): Promise<Charged> => {
    const now = performance.now();
    const known = leases.get(key);
    const lease = known && !isOver(known) ? known : undefined;
    const left = lease?.points ?? 0;
    if (lease && left >= points) {
      hold(key, { ...lease, points: left - points, usedAt: now });
      return chargedOf({ ...lease, points: left - points }, allowance, undefined);
    }
    if (lease && points >= lease.refused.points && now < lease.refused.until)
      return chargedOf(lease, allowance, points);
    const least = points - left;
    const block = Math.floor(Math.min(allowance.pointsPerDay / BLOCK.ofDay, allowance.pointsAtOnce / BLOCK.ofBucket));
    const { isShared, ...granted } = await take({ ...allowance, key, least, most: Math.max(least, block) });
    const isAllowed = granted.points >= least;
    const at = performance.now();
    const held: Lease = {
      points: left + granted.points - (isAllowed ? points : 0),
      usedAt: at,
      granted,
      at,
      isShared: isShared && lease?.isShared !== false,
      refused: { points, until: isAllowed ? 0 : at + REFUSED_MS },
    };
    hold(key, held);
    return chargedOf(held, allowance, isAllowed ? undefined : points);
  };

  return {
    get held() {
      return leases.size;
    },
    async charge(key, points, allowance) {
      const before = turns.get(key) ?? Promise.resolve();
      const turn = before.then(() => chargeInTurn(key, points, allowance));
      const settled = turn.catch(() => undefined);
      turns.set(key, settled);
      void settled.then(() => {
        if (turns.get(key) === settled) turns.delete(key);
      });
      return turn;
    },
    refund(key, points) {
      const lease = leases.get(key);
      if (lease && !isOver(lease)) lease.points += points;
    },
    async stop() {
      clearInterval(sweep);
      await Promise.all(turns.values());
      await giveBack([...leases.keys()]);
    },
  };
}

/** One statement at a time, for all keys that wait meanwhile: strangers in crowds cost no more statements than one client. */
function takingTogether(store: InsuredStore) {
  type Taken = Awaited<ReturnType<InsuredStore['take']>>[number];
  interface Waiting {
    readonly wanted: Wanted;
    readonly resolve: (taken: Taken) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let isTaking = false;
  const takeAll = async (): Promise<void> => {
    if (isTaking) return;
    isTaking = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 500);
      try {
        const taken = await store.take(batch.map(({ wanted }) => wanted));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const one = taken[index];
          if (one) resolve(one);
          else reject(new Error('an allowance was not answered'));
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isTaking = false;
  };
  return (wanted: Wanted): Promise<Taken> =>
    new Promise((resolve, reject) => {
      waiting.push({ wanted, resolve, reject });
      void takeAll();
    });
}

/** Points are of the day on which they were granted. */
function isOver({ at, granted }: Lease): boolean {
  return performance.now() - at >= granted.millisecondsLeft;
}

/** What is left, told; with `refused`, the points that were wanted in vain. */
function chargedOf(lease: Lease, allowance: Allowance, refused: number | undefined): Charged {
  const { points, granted, at } = lease;
  const seconds = (performance.now() - at) / 1000;
  const bucket = Math.min(allowance.pointsAtOnce, granted.level + seconds * allowance.pointsPerSecond + points);
  const day = Math.max(0, allowance.pointsPerDay - granted.used + points);
  const tomorrow = Math.max(1, Math.ceil(granted.millisecondsLeft / 1000 - seconds));
  const isByDay = day <= bucket;
  const told = {
    limit: isByDay ? allowance.pointsPerDay : allowance.pointsAtOnce,
    remaining: Math.floor(isByDay ? day : bucket),
    reset: isByDay ? tomorrow : Math.ceil((allowance.pointsAtOnce - bucket) / allowance.pointsPerSecond),
  };
  if (refused === undefined) return { isAllowed: true, ...told };
  const wait = Math.max(1, Math.ceil((refused - bucket) / allowance.pointsPerSecond));
  const refusal =
    day < refused ? { by: 'QUOTA' as const, retryAfter: tomorrow } : { by: 'RATE' as const, retryAfter: wait };
  return { isAllowed: false, ...told, refusal };
}
