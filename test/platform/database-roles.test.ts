import { randomBytes } from 'node:crypto';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from '../../platform/database/connection.ts';
import { roleNames } from '../../platform/database/identifiers.ts';
import { type Database, openDatabase } from '../../platform/database/index.ts';
import { createDatabase } from '../../platform/database/provision.ts';
import { checkServer } from '../../platform/database/server-checks.ts';
import { TEST_SECRET, testDatabase } from '../support/database.ts';
import { writeMigrations } from '../support/migrations.ts';

const DEPARTMENTS = ['tax', 'market'];
const LIMITS = { statementTimeoutMs: 10_000 };
const READ = { record: { reads: 'select' } };
const base = await testDatabase();
const folders: string[] = [];

const tables = (schema: string) => [
  `create schema "${schema}";--> statement-breakpoint\ncreate table "${schema}".record (id serial primary key, name text not null);`,
  `create index record_name on "${schema}".record using gin (name gin_trgm_ops);`,
];

async function migrations(sql: readonly string[], folder?: string): Promise<string> {
  const written = await writeMigrations(sql, folder);
  folders.push(written);
  return written;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('the roles of departments', () => {
  let database: Database;
  beforeAll(async () => {
    database = await base.open(DEPARTMENTS);
    for (const name of DEPARTMENTS) await database.migrate(name, await migrations(tables(name)), READ);
  });

  it('are four each, which may nothing on the server as a whole', async () => {
    expect(database.separation).toBe('ROLES');
    const roles = await base.admin`
      select rolname::text as name, rolcanlogin as login,
             rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication as powerful
      from pg_roles where starts_with(rolname, ${`${base.name}_`}) order by 1`;
    const names = DEPARTMENTS.toSorted().flatMap((department) =>
      ['', '_owner', '_persons', '_public'].map((kind) => `${base.name}_${department}${kind}`),
    );
    expect([...roles]).toEqual(names.map((name) => ({ name, login: true, powerful: false })));
  });

  it('let all but the owner own nothing, and neither create nor alter', async () => {
    const owned = await base.admin`
      select d.refobjid::regrole::text as role, count(*)::int as objects
      from pg_shdepend d where d.deptype = 'o' and starts_with(d.refobjid::regrole::text, ${`${base.name}_tax`}) group by 1`;
    expect(owned.map((row) => row.role)).toEqual([`${base.name}_tax_owner`]);
    const { imports, hotReads, persons } = database.clients('tax', LIMITS);
    for (const statement of [
      'create schema mine',
      'create table tax.mine ()',
      'create table public.mine ()',
      'drop table tax.record',
    ]) {
      await expect(imports.unsafe(statement), statement).rejects.toMatchObject({ code: '42501' });
      for (const reads of [hotReads, persons.hotReads])
        await expect(reads.read(statement), statement).rejects.toMatchObject({
          cause: { code: expect.stringMatching(/^(42501|25006)$/u) },
        });
    }
  });

  it('let a department work with its own tables', async () => {
    const { hotReads, imports } = database.clients('tax', LIMITS);
    await imports`insert into tax.record (name) values ('江城食品有限公司')`;
    await imports`create temporary table staging (name text)`;
    expect(await hotReads.read('select name from tax.record where name like $1', ['%食品%'])).toEqual([
      { name: '江城食品有限公司' },
    ]);
  });

  it('keep a department from the tables of another', async () => {
    const { hotReads } = database.clients('tax', LIMITS);
    await expect(hotReads.read('select * from market.record')).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { code: '42501' },
    });
    const owner = database.owner('tax');
    await expect(owner`select * from market.record`).rejects.toMatchObject({ code: '42501' });
    await expect(owner`set role ${owner(`${base.name}_market`)}`).rejects.toMatchObject({ code: '42501' });
  });

  it('keep their passwords from start to start, and get new ones when the secret has changed', async () => {
    const verifiers = () =>
      base.admin`select rolname, rolpassword from pg_authid where starts_with(rolname, ${`${base.name}_`}) order by 1`;
    const before = await verifiers();
    const again = await base.open(DEPARTMENTS);
    expect(await again.clients('market', LIMITS).hotReads.read('select 1 as one')).toEqual([{ one: 1 }]);
    expect([...(await verifiers())]).toEqual([...before]);

    const changed = await base.open(DEPARTMENTS, { secret: randomBytes(32) });
    expect(await changed.clients('market', LIMITS).hotReads.read('select 1 as one')).toEqual([{ one: 1 }]);
    expect([...(await verifiers())]).not.toEqual([...before]);
    await base.open(DEPARTMENTS);
  });

  it('have names that fit PostgreSQL and stay apart', () => {
    const long = 'a'.repeat(60);
    const { owner, app } = roleNames(long, 'environment');
    expect([owner.length, app.length].every((length) => length <= 63)).toBe(true);
    expect(new Set([owner, app, roleNames(long, 'environmental').app]).size).toBe(3);
  });

  it('can be prepared by several processes at once', async () => {
    const fresh = await Promise.all([1, 2, 3].map(() => base.open([...DEPARTMENTS, 'courts'])));
    expect(fresh.map(({ separation }) => separation)).toEqual(['ROLES', 'ROLES', 'ROLES']);
  });
});

describe('an administrator that is no superuser, but owns the database and may create roles', () => {
  const name = `${base.name}_managed`;
  const url = new URL(base.url);
  url.username = name;
  url.password = 'only for this test';
  url.pathname = `/${name}`;
  beforeAll(async () => {
    await base.admin.unsafe(`create role ${name} login createrole password '${url.password.replaceAll('%20', ' ')}'`);
    await createDatabase(base.admin, name);
    await base.admin.unsafe(`alter database ${name} owner to ${name}`);
  });
  afterAll(async () => {
    await base.admin.unsafe(`drop database ${name} with (force)`);
  });

  it('separates departments as well, and renews their passwords', async () => {
    for (const secret of [TEST_SECRET, randomBytes(32)]) {
      const database = await base.open(DEPARTMENTS, { databaseUrl: url.href, secret });
      expect(database.separation).toBe('ROLES');
      for (const department of DEPARTMENTS)
        await database.migrate(department, await migrations(tables(department)), READ);
      const { hotReads } = database.clients('tax', LIMITS);
      expect(
        await hotReads.read('select current_user::text as role from tax.record right join (values (1)) v on true'),
      ).toEqual([{ role: `${name}_tax_public` }]);
      await expect(hotReads.read('select * from market.record')).rejects.toMatchObject({ cause: { code: '42501' } });
      await database.stop();
    }
  });
});

describe('a server that gives us one role only', () => {
  const name = `${base.name}_plain`; // dropped with the roles of this file
  const password = 'only for this test';
  const url = () => {
    const address = new URL(base.url);
    address.username = name;
    address.password = password;
    return address.href;
  };
  beforeAll(async () => {
    await base.admin.unsafe(`create role ${name} login password '${password}'`);
  });
  afterAll(async () => {
    await base.admin.unsafe(`drop owned by ${name}`);
  });

  it('is refused while that role may not create schemas, with the remedy', async () => {
    await expect(base.open(['tax'], { databaseUrl: url() })).rejects.toThrow(/GRANT CREATE ON DATABASE/);
  });

  it('runs every department under it and says so', async () => {
    await base.admin.unsafe(`grant create on database ${base.name} to ${name}`);
    const sentences: string[] = [];
    const database = await base.open(['courts', 'credit'], {
      databaseUrl: url(),
      say: (sentence) => sentences.push(sentence),
    });
    expect(database.separation).toBe('ONE_ROLE');
    expect(sentences).toEqual([expect.stringMatching(/部门之间没有数据库层面的隔离，.*没有数据库层面的读取限制/u)]);
    expect(database.description).not.toContain(password);
    expect(await database.migrate('courts', await migrations(tables('courts')))).toMatchObject({ applied: 2 });
    const { hotReads } = database.clients('courts', LIMITS);
    expect(await hotReads.read('select current_user::text as role, count(*)::int as found from courts.record')).toEqual(
      [{ role: name, found: 0 }],
    );
  });

  it('is what a department with a URL of its own runs on', async () => {
    const sentences: string[] = [];
    const database = await base.open(['tax', 'environment'], {
      departmentUrls: { environment: url() },
      say: (sentence) => sentences.push(sentence),
    });
    expect(sentences).toEqual([expect.stringMatching(/^environment 按自备连接串.*没有数据库层面的读取限制/u)]);
    const who = (department: string) =>
      database.clients(department, LIMITS).hotReads.read('select current_user::text as role');
    expect(await who('environment')).toEqual([{ role: name }]);
    expect(await who('tax')).toEqual([{ role: `${base.name}_tax_public` }]);
  });
});

describe('migrations', () => {
  it('are applied once, and a new one alone', async () => {
    const database = await base.open(['courts_two']);
    const folder = await migrations(tables('courts_two'));
    expect(await database.migrate('courts_two', folder)).toEqual({ department: 'courts_two', applied: 2, total: 2 });
    expect(await database.migrate('courts_two', folder)).toEqual({ department: 'courts_two', applied: 0, total: 2 });
    await migrations([...tables('courts_two'), 'create table courts_two.later (id int);'], folder);
    expect(await database.migrate('courts_two', folder)).toEqual({ department: 'courts_two', applied: 1, total: 3 });
    const { imports } = database.clients('courts_two', LIMITS);
    expect(await imports`select count(*)::int as found from courts_two.later`).toHaveLength(1);
  });

  it('are applied by one of several processes that start at once', async () => {
    const folder = await migrations(tables('permits'));
    const databases = await Promise.all([1, 2, 3].map(() => base.open(['permits'])));
    const outcomes = await Promise.all(databases.map((database) => database.migrate('permits', folder)));
    expect(outcomes.map(({ applied }) => applied).sort()).toEqual([0, 0, 2]);
  });

  it('let those pass who read a table that somebody else holds, and go on once they can have it', async () => {
    const database = await base.open(['held'], { lockTimeoutMs: 200 });
    const folder = await migrations(tables('held'));
    await database.migrate('held', folder);
    await migrations([...tables('held'), 'alter table held.record add later int;'], folder);
    const holder = await base.admin.reserve();
    await holder`begin`;
    await holder`select from held.record`;
    const migrating = database.migrate('held', folder);
    const waits = () =>
      base.admin`select from pg_stat_activity where application_name = 'credit-graph held migrations' and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await waits()).length, { timeout: 20_000 }).toBe(1);
    // It stands behind the migration until that gives its place up.
    expect(await base.admin`select count(*)::int as found from held.record`).toHaveLength(1);
    await holder`rollback`;
    holder.release();
    expect(await migrating).toMatchObject({ applied: 1 });
  });

  it('end with what to do where a table is never to be had, and leave nothing behind', async () => {
    const database = await base.open(['kept'], { lockTimeoutMs: 20 });
    const folder = await migrations(tables('kept'));
    await database.migrate('kept', folder);
    await migrations([...tables('kept'), 'alter table kept.record add later int;'], folder);
    await base.admin.begin(async (holder) => {
      await holder`select from kept.record`;
      await expect(database.migrate('kept', folder)).rejects.toThrow(
        /部门 kept 的数据库迁移失败，没有留下任何改动：有表一直被别的事务占用/u,
      );
    });
    expect(await database.migrate('kept', folder)).toMatchObject({ applied: 1 });
  });

  it('leave nothing behind where their session ends in the midst of them, and are applied the next time', async () => {
    const database = await base.open(['cut']);
    const folder = await migrations(tables('cut'));
    await database.migrate('cut', folder);
    const later = 'create table cut.second (id int);--> statement-breakpoint\nalter table cut.record add later int;';
    await migrations([...tables('cut'), later], folder);
    await base.admin.begin(async (holder) => {
      await holder`select from cut.record`;
      const cut = database.migrate('cut', folder).catch(String);
      const ended = () =>
        base.admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'credit-graph cut migrations' and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await ended()).length, { timeout: 20_000 }).toBe(1);
      expect(await cut).toContain('没有留下任何改动');
    });
    expect([...(await base.admin`select 1 from pg_tables where schemaname = 'cut' and tablename = 'second'`)]).toEqual(
      [],
    );
    expect(await database.migrate('cut', folder)).toMatchObject({ applied: 1 });
  });

  it('leave nothing behind when one fails', async () => {
    const database = await base.open(['broken']);
    const folder = await migrations([...tables('broken'), 'create table broken.record ();']);
    await expect(database.migrate('broken', folder)).rejects.toThrow(/部门 broken 的数据库迁移失败/);
    expect([...(await base.admin`select 1 from pg_namespace where nspname = 'broken'`)]).toEqual([]);
    await migrations(tables('broken'), folder);
    expect(await database.migrate('broken', folder)).toMatchObject({ applied: 2 });
  });

  it('refuse a database that is ahead of the code', async () => {
    const database = await base.open(['ahead']);
    await database.migrate('ahead', await migrations(tables('ahead')));
    const older = await migrations(tables('ahead').slice(0, 1));
    await expect(database.migrate('ahead', older)).rejects.toThrow(/部门 ahead 的数据库比程序新/);
  });

  it('refuse one that was changed after it had been applied', async () => {
    const database = await base.open(['edited']);
    const folder = await migrations(tables('edited'));
    await database.migrate('edited', folder);
    await appendFile(join(folder, '0000_step.sql'), '\n-- an afterthought');
    await expect(database.migrate('edited', folder)).rejects.toThrow(/第 1 个迁移与数据库中已执行的不一致/);
  });

  it('that are incomplete are named', async () => {
    const database = await base.open(['absent']);
    await expect(database.migrate('absent', '/nonexistent')).rejects.toThrow(/部门 absent 的迁移文件不完整/);
  });
});

describe('a server that cannot serve', () => {
  const withDatabase = (options: string) => async (check: (url: string) => Promise<void>) => {
    const name = `${base.name}_odd`;
    await base.admin.unsafe(`create database ${name} template template0 ${options}`);
    const url = new URL(base.url);
    url.pathname = `/${name}`;
    try {
      await check(url.href);
    } finally {
      await base.admin.unsafe(`drop database ${name} with (force)`);
    }
  };

  it('is refused when its locale finds no Chinese name', async () => {
    await withDatabase(`encoding 'UTF8' locale 'C' locale_provider 'libc'`)(async (databaseUrl) => {
      await expect(base.open(['tax'], { databaseUrl })).rejects.toThrow(
        /LC_CTYPE 为 C，由 libc 提供）不认识汉字.*C\.UTF-8/,
      );
    });
  });

  it('is refused when it is not in UTF-8', async () => {
    await withDatabase(`encoding 'SQL_ASCII' locale 'C' locale_provider 'libc'`)(async (databaseUrl) => {
      await expect(base.open(['tax'], { databaseUrl })).rejects.toThrow(/SQL_ASCII，需要 UTF8/);
    });
  });

  it('is named without its password when nobody answers, or the password is wrong', async () => {
    const open = (databaseUrl: string) =>
      openDatabase({ dataDirectory: '/nonexistent', databaseUrl, secret: TEST_SECRET, departments: ['tax'] });
    const refused = await open('postgres://someone:hush@127.0.0.1:1/city').catch((error: Error) => error.message);
    expect(refused).toMatch(/^无法连接 PostgreSQL（127\.0\.0\.1:1\/city）/);
    const wrong = new URL(base.url);
    wrong.password = 'hush, and wrong';
    const denied = await open(wrong.href).catch((error: Error) => error.message);
    expect(denied).toMatch(/用户名或口令不正确/);
    expect(`${refused}${denied}`).not.toMatch(/hush/);
  });

  it('gets the database that its URL names, if that is missing', async () => {
    const name = `${base.name}_missing`;
    const url = new URL(inject('databaseUrl'));
    url.pathname = `/${name}`;
    const database = await base.open(['tax'], { databaseUrl: url.href });
    try {
      const sql = connect({ url: url.href }, { applicationName: 'test', max: 1 });
      expect(await checkServer(sql)).toMatchObject({ database: name, mayCreateRoles: true });
      await sql.end();
    } finally {
      await database.stop();
      await base.admin.unsafe(`drop database ${name} with (force)`);
    }
  });

  it('is not asked for a department with an improper name', async () => {
    for (const name of ['Tax; drop', 'tax_owner', 'tax_public', 'tax_persons'])
      await expect(base.open([name]), name).rejects.toThrow(/不合规范/);
  });
});
