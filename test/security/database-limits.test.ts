import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../platform/database/connection.ts';
import type { Reader } from '../../platform/database/index.ts';
import { derive } from '../../platform/secrets.ts';
import { ACCESS_LEVELS } from '../../platform/viewer/viewer.ts';
import { departments } from '../../subgraphs/index.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { grantedIn, ROLES, type RoleName, roleOf, withoutRowSecurity } from './database-roles.ts';

// What PostgreSQL itself lets the roles of an installation do. database-limits.csv is kept by hand, a line for each table:
// a new table, a column that is to be kept from somebody, or another grant is a change there, too.

const LIMITS = parse<Record<'table' | 'app' | 'public' | 'persons', string>>(
  readFileSync(new URL('database-limits.csv', import.meta.url), 'utf8'),
  { columns: true },
);
const NAMES = departments.map(({ name }) => name);
const SCHEMAS = [...NAMES, 'gateway', 'audit'];

const city = await testCity({ audit: {} });
const { admin, name: database } = city.database;
const clientsOf = (department: string) => {
  const found = city.city.near.get(department);
  if (!found) throw new Error(`${department} is not here`);
  return found.clients;
};
const { imports, hotReads, persons } = clientsOf('credit');

/** The rows that a statement finds, or the code by which PostgreSQL refuses it. */
const outcomeOf = (reader: Reader, text: string): Promise<unknown> =>
  reader.read(text).then(
    (rows) => rows.length,
    (error: { cause?: { code?: string } }) => error.cause?.code,
  );

describe('The catalogue of PostgreSQL', () => {
  it('grants each role of each department what the list says, table by table', async () => {
    const granted = await Promise.all(SCHEMAS.map((schema) => grantedIn(admin, database, schema)));
    expect(granted.flat()).toEqual(LIMITS);
  });

  it('has the row security for every table whose rows have levels, and would tell of one that lacks it', async () => {
    expect(await withoutRowSecurity(admin, database, SCHEMAS)).toEqual([]);
    await admin
      .begin(async (transaction) => {
        await transaction`create table tax.forgotten (access_level text)`;
        await transaction`alter table market.registrations disable row level security`;
        await transaction`drop policy public on courts.judgment_summaries`;
        expect(await withoutRowSecurity(transaction, database, SCHEMAS)).toEqual([
          'courts.judgment_summaries',
          'market.registrations',
          'tax.forgotten',
        ]);
        throw new Error('undone');
      })
      .catch((error: Error) => expect(error.message).toBe('undone'));
  });

  it('lets nobody but its owner use or create anything in a schema of another, nor be a member of another role', async () => {
    for (const schema of SCHEMAS)
      for (const other of SCHEMAS)
        for (const role of Object.keys(ROLES) as RoleName[]) {
          const name = roleOf(database, other, role);
          const [may] = await admin`
            select has_schema_privilege(${name}, s, 'usage') as uses, has_schema_privilege(${name}, s, 'create') as creates,
              has_schema_privilege(${name}, 'drizzle_' || s, 'usage') as migrates from (values (${schema}::text)) v(s)`;
          const isOwner = schema === other && role === 'owner';
          expect([name, schema, may]).toEqual([
            name,
            schema,
            { uses: schema === other, creates: isOwner, migrates: isOwner },
          ]);
        }
    const members = await admin`
      select m.member::regrole::text as member from pg_auth_members m
      where starts_with(m.member::regrole::text, ${database}) or m.roleid::regrole::text ~ ${`^${database}.*_owner$`}`;
    expect([...members]).toEqual([]);
  });

  it('has nothing for PUBLIC, in tables, columns, sequences, functions, schemas and what will be made', async () => {
    const open = await admin`
      with ours as (
        select oid from pg_namespace where nspname = any(${SCHEMAS.flatMap((name) => [name, `drizzle_${name}`])})
      )
      select c.relname::text as name from pg_class c, aclexplode(c.relacl) a where c.relnamespace in (select oid from ours) and a.grantee = 0
      union all select n.nspname::text from pg_namespace n, aclexplode(n.nspacl) a where n.oid in (select oid from ours) and a.grantee = 0
      union all select t.attname::text from pg_attribute t join pg_class c on c.oid = t.attrelid, aclexplode(t.attacl) a
        where c.relnamespace in (select oid from ours) and a.grantee = 0
      union all select p.proname::text from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.pronamespace in (select oid from ours) and a.grantee = 0
      union all select 'default for ' || d.defaclnamespace::regnamespace from pg_default_acl d
        where d.defaclnamespace in (select oid from ours)`;
    expect([...open]).toEqual([]);
  });
});

describe('The role that takes files', () => {
  const row = "values ('hash', 'ID_NUMBER', 'nobody', 'sealed', 'key')";
  const insert = `insert into credit.personal_numbers (number_hash, type, subject_id, sealed_number, sealed_key) ${row} on conflict (number_hash) do nothing`;

  it('stores a sealed number once, and finds it by its hash', async () => {
    expect((await imports.unsafe(insert)).count).toBe(1);
    expect((await imports.unsafe(insert)).count).toBe(0);
    expect(
      await imports`select type, subject_id, registered_at is not null as dated from credit.personal_numbers
      where number_hash = 'hash'`,
    ).toEqual([{ type: 'ID_NUMBER', subject_id: 'nobody', dated: true }]);
  });

  it.each([
    'select sealed_number from credit.personal_numbers',
    'select sealed_key from credit.personal_numbers',
    'select * from credit.personal_numbers',
    'select to_jsonb(n) from credit.personal_numbers n',
    'copy credit.personal_numbers to stdout',
    "select number_hash from credit.personal_numbers where sealed_number like 'a%'",
    `${insert.replace(/ on conflict .*/u, '')} returning sealed_number`,
    `${insert.replace('nothing', "update set sealed_number = 'another'")}`,
    "update credit.personal_numbers set subject_id = 'somebody'",
    'delete from credit.personal_numbers',
    'truncate credit.personal_numbers',
    'create view pg_temp.mine as select * from credit.personal_numbers; select * from pg_temp.mine',
    'alter table credit.record_index disable row level security',
    'drop policy public on credit.record_index',
    'set row_security = off; delete from credit.record_index',
    'delete from credit.subjects',
    'select 1 from credit.personal_numbers for update',
  ])('is refused: %s', async (statement) => {
    await expect(imports.unsafe(statement).simple()).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot become another role', async () => {
    for (const role of ['owner', 'persons', 'public'] as const)
      for (const statement of ['set role', 'set session authorization'])
        await expect(imports.unsafe(`${statement} ${roleOf(database, 'credit', role)}`)).rejects.toMatchObject({
          code: '42501',
        });
  });
});

/** A session that is logged in as a role, with the password that follows from the installation's secret. */
function sessionOf(schema: string, role: RoleName) {
  const name = roleOf(database, schema, role);
  const password = derive(TEST_SECRET, `database role ${name}`).toString('base64url');
  const sql = connect({ url: city.database.url, username: name, password }, { applicationName: 'test', max: 1 });
  sessions.push(sql);
  return sql;
}

const sessions: { end(): Promise<void> }[] = [];
afterAll(async () => {
  for (const session of sessions) await session.end();
});

describe('The roles that answer questions', () => {
  const leveled: { table: string; schema: string }[] = [];
  beforeAll(async () => {
    leveled.push(
      ...(await admin<{ table: string; schema: string }[]>`
        select table_schema || '.' || table_name as table, table_schema::text as schema from information_schema.columns
        where column_name = 'access_level' and table_schema = any(${SCHEMAS}) order by 1`),
    );
    expect(leveled.length).toBeGreaterThan(25);
    const row = (level: string, table: string) =>
      `insert into ${table} select (jsonb_populate_record(null::${table}, empty || jsonb_build_object(
         'id', '${level}', 'access_level', '${level}'))).* from (
         select jsonb_object_agg(attname, case format_type(atttypid, null)
           when 'text' then '"甲"' when 'boolean' then 'true' when 'date' then '"2026-01-01"' when 'jsonb' then '{}' when 'text[]' then '[]'
           when 'timestamp with time zone' then '"2026-01-01"' else '1' end::jsonb) as empty
         from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and attname not in ('superseded_at', 'natural_key')) e`;
    for (const { table } of leveled) for (const level of ACCESS_LEVELS) await admin.unsafe(row(level, table));
    await admin.unsafe(`insert into credit.subjects (id, version, recorded_at, content_hash, import_id, name, masked_name, kind,
        is_verified, is_shown, former_names, identifiers, source)
      values ('pseudonym', 1, now(), 'h', 1, '欧阳明月', '欧阳**', 'NATURAL_PERSON', true, true, '[{"name":"欧阳朗朗"}]', '[]', '{}')`);
  });

  it('have every row but PERSONAL ones in the public’s sessions, and those too in the others', async () => {
    const others = ACCESS_LEVELS.filter((level) => level !== 'PERSONAL');
    for (const { table, schema } of leveled) {
      const { hotReads: publicly, persons: privileged } = clientsOf(schema);
      const text = `select access_level as level from ${table} order by 1`;
      const levels = async (reader: Reader) => (await reader.read(text)).map(({ level }) => level);
      expect([table, await levels(publicly)]).toEqual([table, [...others].sort()]);
      expect([table, await levels(privileged.hotReads)]).toEqual([table, [...ACCESS_LEVELS].sort()]);
    }
  });

  it('have a natural person’s masked name in the public’s sessions, and the full one in the others alone', async () => {
    const masked = `select name, former_names::text as former from credit.masked_subjects where id = 'pseudonym'`;
    for (const reader of [hotReads, persons.hotReads])
      expect(await reader.read(masked)).toEqual([{ name: '欧阳**', former: '[]' }]);
    const full = `select name from credit.subjects where id = 'pseudonym'`;
    expect(await outcomeOf(hotReads, full)).toBe('42501');
    expect(await persons.hotReads.read(full)).toEqual([{ name: '欧阳明月' }]);
  });

  it('find no natural person among the names that are searched, where PostgreSQL lets none be put', async () => {
    const named = (id: string) =>
      imports`insert into credit.subject_names (subject_id, key, name, is_former) values (${id}, '欧阳明月', '欧阳明月', false)`;
    await expect(named('pseudonym')).rejects.toMatchObject({ code: '23514' });
    expect((await named('nobody known')).count).toBe(1);
  });

  it.each([
    'select 1 from credit.subjects where name is not null',
    'select count(*) from credit.subjects',
    'select number_hash from credit.personal_numbers',
  ])('are refused in the public’s sessions: %s', async (text) => {
    expect(await outcomeOf(hotReads, text)).toBe('42501');
    expect(await outcomeOf(persons.hotReads, text)).toEqual(expect.any(Number));
  });

  it.each([
    'select source from credit.listings',
    'select * from credit.listings',
    'select sealed_number from credit.personal_numbers',
    'select * from credit.feed',
    'select * from credit.imports',
    'select 1 from tax.tax_credit_ratings',
    'select 1 from gateway.clients',
    'select 1 from drizzle_credit.__drizzle_migrations',
  ])('are refused in all sessions: %s', async (text) => {
    for (const reader of [hotReads, persons.hotReads]) expect(await outcomeOf(reader, text)).toBe('42501');
  });

  it('may not write, even where a session takes its settings back', async () => {
    for (const kind of ['public', 'persons'] as const) {
      const sql = sessionOf('credit', kind);
      await sql`set default_transaction_read_only = off`;
      for (const statement of [
        'insert into credit.followers (name) values (1)',
        'update credit.listings set access_level = null',
        'delete from credit.record_index',
        'truncate credit.subject_names',
        'create table credit.mine ()',
        "insert into credit.personal_numbers values ('a', 'b', 'c', 'd', 'e')",
        `set role ${roleOf(database, 'credit', 'app')}`,
      ])
        await expect(sql.unsafe(statement), `${kind}: ${statement}`).rejects.toMatchObject({ code: '42501' });
    }
  });
});
