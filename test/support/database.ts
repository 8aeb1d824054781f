import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { connect } from '../../platform/database/connection.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../../platform/database/index.ts';
import { createDatabase } from '../../platform/database/provision.ts';
import { dropDatabases } from './drop-databases.ts';

/** The secret of test installations. */
export const TEST_SECRET: Uint8Array = Buffer.alloc(32, 'credit graph test secret ');

export interface TestDatabase {
  /** A fresh database, as its administrator: also fit for `DATABASE_URL` of child processes. */
  readonly url: string;
  readonly name: string;
  /** A client under the administrator. */
  readonly admin: postgres.Sql;
  /** Opens it for these departments, until the test file ends. */
  open(departments: readonly string[], options?: Partial<DatabaseOptions>): Promise<Database>;
}

/** A fresh database for one test file, dropped after it together with its roles. Call it at the top of the file. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `${inject('databasePrefix')}${randomBytes(6).toString('hex')}`;
  return databaseFor(name, {
    create: (maintenance) => createDatabase(maintenance, name),
    drop: (maintenance) => dropDatabases(maintenance, name),
  });
}

/** A name under which this worker's files have one city after the other, and what each may begin as. */
interface Place {
  readonly name: string;
  readonly prepared: Set<string>;
  isFree: boolean;
}

const places: Place[] = [];

/** How a database is made ready, after the step before it, for all files of a worker that want it so. */
export interface Preparation {
  readonly name: string;
  readonly after?: Preparation;
  readonly prepare: (url: string) => Promise<void>;
}

/**
 * As `testDatabase`, and prepared: a copy of what was prepared for the first file that asked for it. Its roles stay for the
 * next file, which has it under the same name.
 */
export async function preparedDatabase(preparation: Preparation): Promise<TestDatabase> {
  const place = places.find(({ isFree }) => isFree) ?? {
    name: `${inject('databasePrefix')}${randomBytes(6).toString('hex')}`,
    prepared: new Set(),
    isFree: false,
  };
  if (!places.includes(place)) places.push(place);
  place.isFree = false;
  return databaseFor(place.name, {
    async create(maintenance) {
      await maintenance.unsafe(
        `create database ${place.name} template ${await templateOf(preparation, place, maintenance)}`,
      );
    },
    async drop(maintenance) {
      await maintenance.unsafe(`drop database if exists ${place.name} with (force)`);
      place.isFree = true;
    },
  });
}

async function templateOf(
  { name, after, prepare }: Preparation,
  place: Place,
  maintenance: postgres.Sql,
): Promise<string> {
  const template = `${place.name}_${name}`;
  if (place.prepared.has(template)) return template;
  const before = after && (await templateOf(after, place, maintenance));
  if (before) await maintenance.unsafe(`create database ${place.name} template ${before}`);
  else await createDatabase(maintenance, place.name);
  await prepare(withDatabase(inject('databaseUrl'), place.name));
  await maintenance.unsafe(`alter database ${place.name} rename to ${template}`);
  place.prepared.add(template);
  return template;
}

/** Runs something while another session holds a table for itself, so that whoever reads it waits. */
export async function whileLocked<T>(
  { admin }: Pick<TestDatabase, 'admin'>,
  table: string,
  run: () => Promise<T>,
): Promise<T> {
  const locking = await admin.reserve();
  try {
    await locking.unsafe(`begin; lock table ${table} in access exclusive mode`);
    return await run();
  } finally {
    await locking.unsafe('rollback');
    locking.release();
  }
}

type Work = (maintenance: postgres.Sql) => Promise<void>;

async function databaseFor(name: string, { create, drop }: { create: Work; drop: Work }): Promise<TestDatabase> {
  const server = { url: inject('databaseUrl') };
  const maintenance = connect(server, { applicationName: 'credit-graph tests', max: 1 });
  await create(maintenance);
  const url = withDatabase(server.url, name);
  const admin = connect({ url }, { applicationName: 'credit-graph tests', max: 2 });
  const opened: Database[] = [];
  afterAll(async () => {
    for (const database of opened) await database.stop();
    await admin.end({ timeout: 5 });
    await drop(maintenance);
    await maintenance.end({ timeout: 5 });
  });
  return {
    url,
    name,
    admin,
    async open(departments, options = {}) {
      const database = await openDatabase({
        dataDirectory: tmpdir(),
        databaseUrl: url,
        secret: TEST_SECRET,
        departments,
        ...options,
      });
      opened.push(database);
      return database;
    },
  };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
