import type postgres from 'postgres';
import { type Address, connect } from './connection.ts';
import { createReader } from './reader.ts';

/** One row as the statement names its columns. */
export type Row = Readonly<Record<string, unknown>>;

export interface ReadOptions {
  /** Aborting gives the statement up: the promise rejects at once (`TIMEOUT`), PostgreSQL is told to cancel it. */
  readonly signal?: AbortSignal | undefined;
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
  /** Connections for hot reads (default 2). */
  readonly hotConnections?: number | undefined;
}

/** A department's connections, by what they are for; all connect when first used and again after a loss. */
export interface Clients {
  /** Short prepared questions by key; several clients of one connection each, taken in turn, planned once. */
  readonly hotReads: Reader;
  /** Long questions, kept away from the hot ones; planned with their values. */
  readonly searches: Reader;
  /** Transactions and `COPY` without a time limit. Never hand it to drizzle: that replaces its serialisers. */
  readonly imports: postgres.Sql;
  end(): Promise<void>;
}

/** @param department names the sessions, so that a DBA sees whose they are. */
export function createClients(address: Address, department: string, options: ClientsOptions): Clients {
  const { statementTimeoutMs, onStatement, hotConnections = 2 } = options;
  const session = (purpose: string, settings: Readonly<Record<string, string>> = {}, max = 1) =>
    connect(address, { applicationName: `credit-graph ${department} ${purpose}`, max, settings });
  const readOnly = {
    statement_timeout: String(statementTimeoutMs),
    default_transaction_read_only: 'on',
    TimeZone: 'Asia/Shanghai',
  };
  const canceller = connect(address, {
    applicationName: `credit-graph ${department} cancel`,
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
    connect: () => session('reads', { ...readOnly, plan_cache_mode: 'force_generic_plan' }),
    connections: hotConnections,
    depth: 50,
  });
  const searches = createReader({
    ...shared,
    connect: () => session('searches', { ...readOnly, plan_cache_mode: 'force_custom_plan' }),
    connections: 2,
    depth: 1,
  });
  const imports = session('imports', { statement_timeout: '0' }, 4);
  return {
    hotReads: hotReads.reader,
    searches: searches.reader,
    imports,
    async end() {
      await Promise.all([hotReads.end(), searches.end(), imports.end({ timeout: 5 }), canceller.end({ timeout: 5 })]);
    },
  };
}
