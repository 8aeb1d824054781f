import type postgres from 'postgres';
import { derive } from '../secrets.ts';
import { type Address, connect } from './connection.ts';
import { asDatabaseError, sqlState } from './errors.ts';
import { quote, ROLE_KINDS, type RoleKind, roleNames } from './identifiers.ts';
import { scramVerifier } from './scram.ts';
import { checkServer, type ServerFacts } from './server-checks.ts';

/** `ROLES`: each department has roles of its own. `ONE_ROLE`: the role we were given may not create roles. */
export type Separation = 'ROLES' | 'ONE_ROLE';

/**
 * Under which roles a department works: `owner` owns the schema and migrates it, `app` takes files and follows feeds,
 * `public` and `persons` answer questions (grants.ts). In `ONE_ROLE` all are the role that was given.
 */
export interface DepartmentAccess extends Readonly<Record<RoleKind, Address>> {
  /** The roles' names where they are roles of their own, to which the owner must grant the use of what it owns. */
  readonly roles: Readonly<Record<RoleKind, string>> | undefined;
}

export interface Provision {
  readonly separation: Separation;
  readonly database: string;
  readonly role: string;
  readonly version: string;
  readonly departments: ReadonlyMap<string, DepartmentAccess>;
}

/**
 * Prepares a database for departments: creates it if need be, checks it, and gives each department an owner role (which
 * will own its schema) and others that own nothing. Schemas and tables are the migrations' work. Run again it changes
 * nothing.
 * @throws Error with a Chinese sentence when the server cannot be used.
 */
export async function provision(
  administrator: Address,
  secret: Uint8Array,
  departments: readonly string[],
): Promise<Provision> {
  await ensureDatabase(administrator);
  return withSession(administrator, async (sql) => {
    const { facts, existing } = await sql.begin(async (transaction) => {
      // Two processes that start at once prepare the same database: one after the other.
      await transaction`select pg_advisory_xact_lock(hashtextextended('credit-graph provision', 0))`;
      const found = await checkServer(transaction);
      const roles = found.mayCreateRoles ? departments.map((department) => roleNames(found.database, department)) : [];
      return { facts: found, existing: await createRoles(transaction, found.database, roles, secret) };
    });
    await renewPasswords(sql, administrator, facts.database, existing, secret);
    const access = departments.map((name) => [name, accessOf(administrator, facts, name, secret)] as const);
    return {
      separation: facts.mayCreateRoles ? 'ROLES' : 'ONE_ROLE',
      database: facts.database,
      role: facts.role,
      version: facts.version,
      departments: new Map(access),
    };
  });
}

/** A department that lives on a server of its own, under the role that its URL names: checked, and left as it is. */
export async function provisionAsGiven(address: Address): Promise<DepartmentAccess> {
  await withSession(address, (sql) => checkServer(sql));
  return oneRole(address);
}

/** All of a department's work under one role. */
export function oneRole(address: Address): DepartmentAccess {
  return { owner: address, app: address, public: address, persons: address, roles: undefined };
}

/** Creates a database that can hold Chinese names. One that exists already is left alone. */
export async function createDatabase(sql: postgres.Sql, name: string): Promise<void> {
  const locale = `encoding 'UTF8' locale 'C.UTF-8' template template0`;
  for (const options of [locale, '']) {
    try {
      await sql.unsafe(`create database ${quote(name)} ${options}`);
      return;
    } catch (error) {
      if (['42P04', '23505'].includes(sqlState(error))) return;
      if (options === '' || sqlState(error) === '42501') throw error;
    }
  }
}

async function ensureDatabase(administrator: Address): Promise<void> {
  try {
    await withSession(administrator, (sql) => sql`select 1`);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (sqlState(cause) !== '3D000') throw error;
    const name = placeOf(administrator).replace(/^[^/]*\//, '');
    await withSession({ ...administrator, database: 'postgres' }, (sql) => createDatabase(sql, name)).catch(
      (failure) => {
        throw new Error(`数据库 ${name} 不存在，当前角色也无权创建它；请由管理员执行 CREATE DATABASE。`, {
          cause: failure,
        });
      },
    );
  }
}

/** @returns the roles that were there before, in the order of the departments. */
async function createRoles(
  sql: postgres.TransactionSql,
  database: string,
  roles: readonly Readonly<Record<RoleKind, string>>[],
  secret: Uint8Array,
): Promise<readonly string[]> {
  const wanted = roles.flatMap((of) => ROLE_KINDS.map((kind) => of[kind]));
  const rows = await sql<{ rolname: string }[]>`select rolname::text from pg_roles where rolname = any(${wanted})`;
  const there = new Set(rows.map((row) => row.rolname));
  const existing = new Set(wanted.filter((role) => there.has(role)));
  for (const role of wanted.filter((name) => !existing.has(name))) {
    const verifier = scramVerifier(rolePassword(secret, role));
    await sql.unsafe(`create role ${quote(role)} login password '${verifier}'`);
  }
  await grantDatabase(sql, database, {
    CONNECT: wanted,
    CREATE: roles.map(({ owner }) => owner),
    TEMPORARY: roles.flatMap(({ owner, app }) => [owner, app]),
  });
  return [...existing];
}

/** What a database does not bring along when it is restored or copied under roles that are there: only what lacks is given. */
async function grantDatabase(
  sql: postgres.TransactionSql,
  database: string,
  wanted: Readonly<Record<'CONNECT' | 'CREATE' | 'TEMPORARY', readonly string[]>>,
): Promise<void> {
  const rows = await sql<{ given: string }[]>`
    select privilege_type || ' ' || r.rolname as given
    from pg_database d, aclexplode(d.datacl) as given join pg_roles r on r.oid = given.grantee
    where d.datname = ${database}`;
  const given = new Set(rows.map((row) => row.given));
  for (const [privilege, roles] of Object.entries(wanted)) {
    const lacking = roles.filter((role) => !given.has(`${privilege} ${role}`)).map(quote);
    if (lacking.length > 0)
      await sql.unsafe(`grant ${privilege} on database ${quote(database)} to ${lacking.join(', ')}`);
  }
}

/**
 * Passwords follow from the installation's secret. They are set anew only where logging in fails: the secret has changed. The
 * last role tells for all: its password is set when those of all others are.
 */
async function renewPasswords(
  sql: postgres.Sql,
  administrator: Address,
  database: string,
  roles: readonly string[],
  secret: Uint8Array,
): Promise<void> {
  const mayLogIn = async (role: string): Promise<boolean> => {
    const address = { ...administrator, database, username: role, password: rolePassword(secret, role) };
    return withSession(address, (session) => session`select 1`).then(
      () => true,
      (error: unknown) => {
        if (/^28/.test(sqlState(error instanceof Error ? error.cause : undefined))) return false;
        throw error;
      },
    );
  };
  const renew = async (role: string): Promise<void> => {
    if (await mayLogIn(role)) return;
    await sql.unsafe(`alter role ${quote(role)} login password '${scramVerifier(rolePassword(secret, role))}'`);
  };
  const [last, ...others] = roles.toReversed();
  if (last === undefined || (await mayLogIn(last))) return;
  // A few at a time: a server has room for so many sessions.
  for (let first = 0; first < others.length; first += AT_ONCE)
    await Promise.all(others.slice(first, first + AT_ONCE).map(renew));
  await renew(last);
}

const AT_ONCE = 14;

function accessOf(
  administrator: Address,
  facts: ServerFacts,
  department: string,
  secret: Uint8Array,
): DepartmentAccess {
  if (!facts.mayCreateRoles) return oneRole(administrator);
  const roles = roleNames(facts.database, department);
  const as = (role: string) => ({
    ...administrator,
    database: facts.database,
    username: role,
    password: rolePassword(secret, role),
  });
  return { owner: as(roles.owner), app: as(roles.app), public: as(roles.public), persons: as(roles.persons), roles };
}

function rolePassword(secret: Uint8Array, role: string): string {
  return derive(secret, `database role ${role}`).toString('base64url');
}

/** @throws Error with a Chinese sentence when nobody can be reached; the original is its cause. */
async function withSession<T>(address: Address, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = connect(address, { applicationName: 'credit-graph provision', max: 1 });
  try {
    return await work(sql);
  } catch (error) {
    if (asDatabaseError(error).code !== 'UNAVAILABLE') throw error;
    throw new Error(`无法连接 PostgreSQL（${placeOf(address)}）：${reason(sqlState(error))}。`, { cause: error });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function reason(state: string): string {
  if (/^28/.test(state)) return '用户名或口令不正确，或 pg_hba.conf 不允许登录';
  if (state === '3D000') return '该数据库不存在';
  if (state === '53300') return '连接数已满';
  if (state === '57P03') return '服务器正在启动或停止';
  return `网络不通或服务器没有运行（${state}）`;
}

/** Host, port and database of a URL, without user and password. */
export function placeOf(address: Address): string {
  const [, host = '', database = ''] = /^[a-z]+:\/\/(?:[^/?]*@)?([^/?]*)(?:\/([^?]*))?/i.exec(address.url) ?? [];
  return `${host}/${address.database ?? decodeURIComponent(database)}`;
}
