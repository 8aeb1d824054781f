import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { connect } from '../../platform/database/connection.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../../platform/database/index.ts';
import { createDatabase } from '../../platform/database/provision.ts';

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
  const server = { url: inject('databaseUrl') };
  const name = `test_${randomBytes(6).toString('hex')}`;
  const maintenance = connect(server, { applicationName: 'credit-graph tests', max: 1 });
  await createDatabase(maintenance, name);
  const url = withDatabase(server.url, name);
  const admin = connect({ url }, { applicationName: 'credit-graph tests', max: 2 });
  const opened: Database[] = [];
  afterAll(async () => {
    for (const database of opened) await database.stop();
    await admin.end({ timeout: 5 });
    await maintenance.unsafe(`drop database if exists ${name} with (force)`);
    const roles = await maintenance<{ rolname: string }[]>`
      select rolname::text from pg_roles where starts_with(rolname, ${`${name}_`})`;
    for (const { rolname } of roles) await maintenance.unsafe(`drop role "${rolname}"`);
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
