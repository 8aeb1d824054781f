import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';
import { connect } from '../platform/database/connection.ts';
import { embeddedServer } from '../platform/database/embedded.ts';
import { createDatabase } from '../platform/database/provision.ts';
import { postmasterOf } from './processes.ts';

/** A fresh database for one run, and the server it is on. */
export interface BenchServer {
  readonly url: string;
  readonly database: string;
  readonly version: string;
  /** `DATA_DIR` of the run. */
  readonly home: string;
  /** A client on the server's maintenance database, so that its own statements are not counted. */
  readonly admin: postgres.Sql;
  /** Undefined where the server runs on another machine: its CPU is then unknown. */
  readonly postmaster: number | undefined;
  stop(): Promise<void>;
}

/** The server of `BENCH_DATABASE_URL` (as a superuser), else an embedded one with the settings of `npm start`. */
export async function benchServer(given: string | undefined): Promise<BenchServer> {
  const home = await mkdtemp(join(tmpdir(), 'credit-graph-bench-'));
  await chmod(home, 0o755); // as root the server runs under another account, which must reach it
  const embedded = given === undefined ? await embeddedServer({ home }) : undefined;
  const server = embedded?.url ?? given ?? '';
  const database = `credit_graph_bench_${randomBytes(4).toString('hex')}`;
  const admin = connect({ url: server }, { applicationName: 'credit-graph bench', max: 1 });
  await createDatabase(admin, database);
  const [facts] = await admin<{ pid: number; version: string }[]>`
    select pg_backend_pid() as pid, split_part(current_setting('server_version'), ' ', 1) as version`;
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    database,
    version: facts?.version ?? '',
    home,
    admin,
    postmaster: postmasterOf(facts?.pid ?? 0),
    async stop() {
      await admin.unsafe(`drop database if exists ${database} with (force)`);
      const roles = await admin<{ name: string }[]>`
        select rolname::text as name from pg_roles where starts_with(rolname, ${`${database}_`})`;
      for (const { name } of roles) await admin.unsafe(`drop role "${name}"`);
      await admin.end({ timeout: 5 });
      await embedded?.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/**
 * SQL statements for one question. Each is a transaction of its own here, and PostgreSQL counts those; a backend tells its
 * count when it ends, so all are ended before each look. Two runs of different length take out what connecting costs.
 */
export async function statementsPerQuestion(
  { admin, database }: BenchServer,
  ask: (index: number) => Promise<unknown>,
): Promise<number> {
  const transactions = async (questions: number): Promise<number> => {
    const before = await committed(admin, database);
    for (let index = 0; index < questions; index++) await ask(index);
    return (await committed(admin, database)) - before;
  };
  const short = await transactions(20);
  const long = await transactions(120);
  return Math.round((long - short) / 10) / 10;
}

async function committed(admin: postgres.Sql, database: string): Promise<number> {
  await admin`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = ${database} and backend_type = 'client backend'`;
  const [row] = await admin<{ count: string }[]>`
    select xact_commit as count from pg_stat_database where datname = ${database}`;
  return Number(row?.count ?? 0);
}
