import type postgres from 'postgres';
import type { Leaving } from '../leaving.ts';
import type { Reader, ReadOptions, Row } from './clients.ts';
import { asDatabaseError, DatabaseError, sqlState } from './errors.ts';

export interface ReaderOptions {
  /** Makes one client of a single connection. */
  readonly connect: () => postgres.Sql;
  readonly connections: number;
  /** How many statements may be on one connection at once; those behind the first wait for it in PostgreSQL. */
  readonly depth: number;
  readonly statementTimeoutMs: number;
  /** Tells PostgreSQL to give up what this backend is doing. */
  readonly cancelBackend: (pid: number) => Promise<void>;
  readonly onStatement?: ((text: string) => void) | undefined;
  readonly observer?: ReadsObserver | undefined;
}

/** How many statements a reader's connections have in hand, how many wait for them, and how many they take at once. */
export interface PoolUse {
  readonly inHand: number;
  readonly waiting: number;
  readonly size: number;
}

/** Told how reads go. */
export interface ReadsObserver {
  /** Of each read that ended; `failure` is the code of a `DatabaseError`. */
  read(milliseconds: number, failure: string | undefined): void;
  /** Once, with a look at the pool as it is at any time. */
  pool(look: () => PoolUse): void;
}

/** One client, what it has in hand, and the statements that its connection keeps prepared. */
interface Lane {
  client: postgres.Sql | undefined;
  inHand: number;
  readonly prepared: Set<string>;
}

/** How many statements one connection keeps prepared before it is replaced by a fresh one, and how many texts are remembered. */
const MOST_PREPARED = 500;
const MOST_REMEMBERED = 2_000;

/**
 * A reader over several clients of one connection each, taken in turn. (One client of several connections would do, but
 * its queue, in postgres.js 3.4.9, is never compacted while two of them stay busy, and gets slower.)
 */
export function createReader(options: ReaderOptions): { readonly reader: Reader; end(): Promise<void> } {
  const lanes = Array.from(
    { length: options.connections },
    (): Lane => ({ client: undefined, inHand: 0, prepared: new Set() }),
  );
  const waiting: ((lane: Lane) => void)[] = [];
  const abandoned = abandonment(options.cancelBackend);
  const isFamiliar = memory(MOST_REMEMBERED);
  let turn = 0;
  let hasEnded = false;

  const freeLane = (): Lane | undefined => {
    for (let step = 0; step < lanes.length; step++) {
      const lane = lanes[turn++ % lanes.length];
      if (lane !== undefined && lane.inHand < options.depth) return lane;
    }
    return undefined;
  };

  const enter = (signal: Leaving | undefined): Lane | Promise<Lane> => {
    const free = freeLane();
    if (free !== undefined) {
      free.inHand++;
      return free;
    }
    return new Promise((resolve, reject) => {
      const admit = (lane: Lane) => {
        signal?.removeEventListener('abort', leave);
        resolve(lane);
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(admit), 1);
        reject(new DatabaseError('TIMEOUT', signal?.reason));
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(admit);
    });
  };

  // Its place goes straight to the next in line.
  const leave = (lane: Lane) => {
    const next = waiting.shift();
    if (next === undefined) lane.inHand--;
    else next(lane);
  };

  options.observer?.pool(() => ({
    inHand: lanes.reduce((sum, { inHand }) => sum + inHand, 0),
    waiting: waiting.length,
    size: options.connections * options.depth,
  }));

  const send = async <R extends Row>(text: string, parameters: readonly unknown[], signal: Leaving | undefined) => {
    const lane = await enter(signal);
    const prepare = isFamiliar(text);
    if (prepare) makeRoom(lane, text, options.statementTimeoutMs);
    lane.client ??= options.connect();
    const client = lane.client;
    options.onStatement?.(text);
    // Without `simple: false` postgres.js would not prepare a statement that has no parameters.
    const asked = { prepare, simple: false };
    const query = client.unsafe<R[]>(text, parameters as postgres.ParameterOrJSON<never>[], asked);
    const settled = query.then(
      () => leave(lane),
      (error: unknown) => {
        // A client that lost its connection fails all that waits in it, now, and not by one attempt to connect for each.
        if (lane.client === client && asDatabaseError(error).code === 'UNAVAILABLE') {
          lane.client = undefined;
          lane.prepared.clear();
          void client.end({ timeout: 0 });
        }
        leave(lane);
      },
    );
    return signal === undefined ? query : unlessAborted(query, signal, () => abandoned.add(query, settled));
  };

  return {
    reader: {
      async read<R extends Row>(text: string, parameters: readonly unknown[] = [], { signal }: ReadOptions = {}) {
        if (hasEnded) throw new DatabaseError('UNAVAILABLE');
        if (signal?.aborted) throw new DatabaseError('TIMEOUT', signal.reason);
        const started = performance.now();
        try {
          // Each connection may have been lost without our knowing; the one after the last is new.
          for (let triesLeft = options.connections; ; triesLeft--) {
            try {
              const rows = await send<R>(text, parameters, signal);
              options.observer?.read(performance.now() - started, undefined);
              return rows;
            } catch (error) {
              const isEarly = performance.now() - started < options.statementTimeoutMs;
              const isHopeful = triesLeft > 0 && isEarly && !hasEnded && !signal?.aborted;
              if (!(isHopeful && isWorthAnotherTry(error))) throw error;
            }
          }
        } catch (error) {
          const failure = asDatabaseError(error);
          options.observer?.read(performance.now() - started, failure.code);
          throw failure;
        }
      },
    },
    async end() {
      hasEnded = true;
      await Promise.all(lanes.map((lane) => lane.client?.end({ timeout: 5 })));
    },
  };
}

/**
 * Whether a statement that only reads may succeed if sent again at once. `57014`: cancelled before its time and not by its
 * caller, when the cancellation of its predecessor on the connection came too late. The others: its connection was ended
 * under it, by an administrator, a restart or the network; a server that refuses connections is not asked again.
 */
function isWorthAnotherTry(error: unknown): boolean {
  return ['57014', '57P01', 'CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'ECONNRESET', 'EPIPE'].includes(
    sqlState(error),
  );
}

/**
 * Whether a text was seen before. Callers of the graph shape the statements, and a connection keeps each prepared one for
 * good: so only what comes a second time is prepared, and what has long not come is forgotten.
 */
function memory(most: number): (text: string) => boolean {
  const seen = new Set<string>();
  return (text) => {
    const isKnown = seen.delete(text);
    seen.add(text);
    if (seen.size > most) for (const oldest of seen) return seen.delete(oldest) && isKnown;
    return isKnown;
  };
}

/** Replaces a connection that keeps too many statements; the old one finishes what it has in hand. */
function makeRoom(lane: Lane, text: string, patienceMs: number): void {
  if (lane.prepared.has(text)) return;
  if (lane.prepared.size >= MOST_PREPARED) {
    void lane.client?.end({ timeout: Math.ceil(patienceMs / 1000) });
    lane.client = undefined;
    lane.prepared.clear();
  }
  lane.prepared.add(text);
}

/**
 * Statements whose callers have gone. `query.cancel()` of postgres.js 3.4.9 must not be used: for a statement that waits
 * behind another on its connection it gives that statement's rows to the next one's caller. So a waiting statement is
 * left until its turn comes, and then PostgreSQL is told to cancel it.
 */
function abandonment(cancelBackend: (pid: number) => Promise<void>) {
  /** Each with the time from which on its backend may be told (again). */
  const queries = new Map<Promise<unknown>, number>();
  let timer: NodeJS.Timeout | undefined;
  const sweep = () => {
    const now = performance.now();
    for (const [query, due] of queries) {
      const pid = workingBackend(query);
      if (pid === undefined || now < due) continue;
      queries.set(query, now + AGAIN_MS);
      cancelBackend(pid).catch(() => undefined); // then it ends by its statement_timeout
    }
    if (queries.size === 0 && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  };
  return {
    add(query: Promise<unknown>, settled: Promise<void>) {
      queries.set(query, 0);
      void settled.then(() => queries.delete(query));
      timer ??= setInterval(sweep, 20).unref();
      sweep();
    },
  };
}

/** PostgreSQL overhears whoever cancels a statement that it has not begun yet: it is told again, while the statement is at work. */
const AGAIN_MS = 250;

/** The backend that works on this statement now: postgres.js marks it `active` and keeps the connection's key in `state`. */
function workingBackend(query: object): number | undefined {
  if (!('active' in query) || query.active !== true || !('state' in query)) return undefined;
  const { state } = query;
  return typeof state === 'object' && state !== null && 'pid' in state && typeof state.pid === 'number'
    ? state.pid
    : undefined;
}

function unlessAborted<T>(query: Promise<T>, signal: Leaving, onAbort: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new DatabaseError('TIMEOUT', signal.reason));
      onAbort();
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    query.then(
      (rows) => {
        signal.removeEventListener('abort', abort);
        resolve(rows);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
    );
  });
}
