import type postgres from 'postgres';
import type { Leaving } from '../leaving.ts';
import { type Address, connect } from './connection.ts';
import type { DepartmentAccess } from './provision.ts';
import { createReader, type ReadsObserver } from './reader.ts';

/** One row as the statement names its columns. */
export type Row = Readonly<Record<string, unknown>>;

export interface ReadOptions {
  /** Aborting gives the statement up: the promise rejects at once (`TIMEOUT`), PostgreSQL is told to cancel it. */
  readonly signal?: Leaving | undefined;
}

/** Runs prepared statements. Every failure is a `DatabaseError`. */
export interface Reader {
  /** The statement's text is its identity: values go in `parameters`, never into the text. `date` comes as `YYYY-MM-DD`. */
  read<R extends Row = Row>(
    text: string,
    parameters?: readonly unknown[],
    options?: ReadOptions,
  ): Promise<readonly R[]>;
}

export interface ClientsOptions {
  /** Limit for each statement of `hotReads` and `searches`, enforced by PostgreSQL. */
  readonly statementTimeoutMs: number;
  /** Called with the text of each statement before it is sent. */
  readonly onStatement?: ((text: string) => void) | undefined;
  /** For how long a statement of `imports` waits for a lock (default two minutes). */
  readonly lockTimeoutMs?: number | undefined;
  /** Connections for hot reads (default 2). */
  readonly hotConnections?: number | undefined;
  /** By how much PostgreSQL's processes for `hotReads` and `searches` come after others, where they can. */
  readonly nicerBy?: number | undefined;
  /** Who is told how reads go, by the name of their pool. */
  readonly observer?: ((pool: string) => ReadsObserver) | undefined;
}

/** Sessions that answer questions. Their role may read and nothing else. */
export interface Reads {
  /** Short prepared questions by key; several clients of one connection each, taken in turn, planned once. */
  readonly hotReads: Reader;
  /** Long questions, kept away from the hot ones; planned with their values. */
  readonly searches: Reader;
}

/**
 * A department's connections, by what they are for; all connect when first used and again after a loss. Its own reads are
 * the public's: in PostgreSQL itself they have no natural person's rows.
 */
export interface Clients extends Reads {
  /** For viewers who may see natural persons' rows (records/reads.ts). */
  readonly persons: Reads;
  /** Transactions and `COPY` without a time limit, but for waiting for locks. Never hand it to drizzle: that replaces its serialisers. */
  readonly imports: postgres.Sql;
  end(): Promise<void>;
}

/** Longer than any transaction of ours holds a lock that another needs; whoever waits longer waits for somebody who is stuck. */
const LOCK_MS = 120_000;

/** @param department names the sessions, so that a DBA sees whose they are. */
export function createClients(
  access: Pick<DepartmentAccess, 'app' | 'public' | 'persons'>,
  department: string,
  options: ClientsOptions,
): Clients {
  const named = (purpose: string) => `credit-graph ${department} ${purpose}`;
  const everybody = createReads(access.public, named, options);
  const persons = createReads(access.persons, (purpose) => named(`${purpose} (persons)`), options);
  const imports = connect(access.app, {
    applicationName: named('imports'),
    max: 4,
    settings: { statement_timeout: '0', lock_timeout: String(options.lockTimeoutMs ?? LOCK_MS) },
  });
  return {
    ...everybody.reads,
    persons: persons.reads,
    imports,
    async end() {
      await Promise.all([everybody.end(), persons.end(), imports.end({ timeout: 5 })]);
    },
  };
}

function createReads(
  address: Address,
  named: (purpose: string) => string,
  { statementTimeoutMs, onStatement, hotConnections = 2, nicerBy, observer }: ClientsOptions,
): { readonly reads: Reads; end(): Promise<void> } {
  const session = (purpose: string, planCacheMode: string) =>
    connect(address, {
      applicationName: named(purpose),
      max: 1,
      nicerBy,
      settings: {
        statement_timeout: String(statementTimeoutMs),
        default_transaction_read_only: 'on',
        TimeZone: 'Asia/Shanghai',
        plan_cache_mode: planCacheMode,
        // What reads the first that it comes by comes by the same from page to page.
        synchronize_seqscans: 'off',
        max_parallel_workers_per_gather: '0',
      },
    });
  // Only its own role's statements may a session cancel.
  const canceller = connect(address, {
    applicationName: named('cancel'),
    max: 1,
    idleSeconds: 5,
    settings: { statement_timeout: '2000' },
  });
  const shared = {
    statementTimeoutMs,
    onStatement,
    cancelBackend: async (pid: number) => {
      await canceller`select pg_cancel_backend(${pid})`;
    },
  };
  const hotReads = createReader({
    ...shared,
    observer: observer?.(named('reads')),
    connect: () => session('reads', 'force_generic_plan'),
    connections: hotConnections,
    depth: 50,
  });
  const searches = createReader({
    ...shared,
    observer: observer?.(named('searches')),
    connect: () => session('searches', 'force_custom_plan'),
    connections: 2,
    depth: 1,
  });
  return {
    reads: { hotReads: hotReads.reader, searches: searches.reader },
    async end() {
      await Promise.all([hotReads.end(), searches.end(), canceller.end({ timeout: 5 })]);
    },
  };
}
