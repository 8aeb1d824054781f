import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { SchemaGrants } from '../../platform/database/index.ts';
import { testDatabase } from '../support/database.ts';
import { writeMigrations } from '../support/migrations.ts';

const base = await testDatabase();
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const TABLES = [
  `create schema permits;--> statement-breakpoint
   create table permits.record (id text primary key, access_level text not null, source jsonb);--> statement-breakpoint
   create table permits.sealed (hash text primary key, secret text not null);`,
];
const GRANTS: SchemaGrants = { sealed: { app: 'insert, select (hash)' } };
const department = await base.open(['permits']);
const role = `${base.name}_permits`;

async function migrated(sql: readonly string[], grants: SchemaGrants = GRANTS): Promise<void> {
  const folder = await writeMigrations(sql, folders[0]);
  folders[0] = folder;
  await department.migrate('permits', folder, grants);
}

/** What the importing role may read of a table; null: not even the schema. */
async function readable(table: string): Promise<string | null> {
  const [found] = await base.admin<{ columns: string | null }[]>`
    select case when has_schema_privilege(${role}, 'permits', 'usage') then
      string_agg(column_name::text, ' ' order by ordinal_position)
        filter (where has_column_privilege(${role}, 'permits.' || table_name, column_name::text, 'select')) end as columns
    from information_schema.columns where table_schema = 'permits' and table_name = ${table}`;
  return found?.columns ?? null;
}

/** The rows of the catalogue that hold what is granted; a row that is written anew has another xmin. */
const versions = async (): Promise<unknown> => [
  ...(await base.admin`
    select relname::text, xmin::text from pg_class where relnamespace = 'permits'::regnamespace
    union all select polname::text, xmin::text from pg_policy order by 1`),
];

describe('What a department’s roles are granted', () => {
  it('is limited from the first migration on, and is not set again while nothing changes', async () => {
    await migrated(TABLES);
    expect([await readable('record'), await readable('sealed')]).toEqual(['id access_level source', 'hash']);
    const before = await versions();
    await migrated(TABLES);
    expect(await versions()).toEqual(before);
  });

  it('is set anew when what is declared changes', async () => {
    await migrated(TABLES, { sealed: { app: 'insert' } });
    expect(await readable('sealed')).toBeNull();
    await migrated(TABLES);
    expect(await readable('sealed')).toBe('hash');
  });

  it('takes back what an earlier release granted: everything, on all tables that would ever be made', async () => {
    const owner = department.owner('permits');
    await owner`grant select, insert, update, delete on all tables in schema permits to ${owner(role)}`;
    await owner`alter default privileges in schema permits grant select, insert, update, delete on tables to ${owner(role)}`;
    await owner`alter table permits.record disable row level security`;
    await owner`comment on schema permits is null`;
    expect(await readable('sealed')).toBe('hash secret');
    await migrated(TABLES);
    expect(await readable('sealed')).toBe('hash');
    await owner`create table permits.later (id text)`;
    expect(await readable('later')).toBeNull();
    await owner`drop table permits.later`;
    const [secured] =
      await base.admin`select relrowsecurity as "is" from pg_class where oid = 'permits.record'::regclass`;
    expect(secured).toEqual({ is: true });
  });

  it('covers what a later migration makes, a table as well as a column', async () => {
    await migrated([
      ...TABLES,
      `create table permits.other (id text, access_level text not null);--> statement-breakpoint
       alter table permits.sealed add column hint text;`,
    ]);
    expect([await readable('other'), await readable('sealed')]).toEqual(['id access_level', 'hash']);
    const { hotReads, persons } = department.clients('permits', { statementTimeoutMs: 10_000 });
    await base.admin`insert into permits.other values ('one', 'PUBLIC'), ('two', 'PERSONAL')`;
    const read = 'select id from permits.other order by id';
    expect(await hotReads.read(read)).toEqual([{ id: 'one' }]);
    expect(await persons.hotReads.read(read)).toEqual([{ id: 'one' }, { id: 'two' }]);
  });

  it('comes back where a dump was restored without privileges', async () => {
    await base.admin.unsafe(`revoke all on schema permits from "${role}"`);
    await base.admin.unsafe(`revoke all on all tables in schema permits from "${role}"`);
    expect(await readable('record')).toBeNull();
    await department.migrate('permits', folders[0] ?? '', GRANTS);
    expect(await readable('record')).toBe('id access_level source');
  });

  it('is refused for a table that is not there', async () => {
    await expect(department.migrate('permits', folders[0] ?? '', { seeled: { app: '' } })).rejects.toThrow(
      'grants are declared for permits.seeled, which is not there',
    );
  });
});
