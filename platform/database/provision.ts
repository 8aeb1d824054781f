import type postgres from 'postgres';
import { derive } from '../secrets.ts';
import { type Address, connect } from './connection.ts';
import { asDatabaseError, sqlState } from './errors.ts';
import { quote, roleNames } from './identifiers.ts';
import { scramVerifier } from './scram.ts';
import { checkServer, type ServerFacts } from './server-checks.ts';

/** `ROLES`: an owner and an app role per department. `ONE_ROLE`: the role we were given may not create roles. */
export type Separation = 'ROLES' | 'ONE_ROLE';

/** Under which roles a department works. In `ONE_ROLE` both are the role that was given. */
export interface DepartmentAccess {
  readonly owner: Address;
  readonly app: Address;
  /** The app role's name where it is a role of its own, to which the owner must grant the use of what it owns. */
  readonly appRole: string | undefined;
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
 * will own its schema) and an app role (which owns nothing). Schemas and tables are the migrations' work. Run again it
 * changes nothing.
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
  return { owner: address, app: address, appRole: undefined };
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

/** @returns the roles that were there before. */
async function createRoles(
  sql: postgres.TransactionSql,
  database: string,
  roles: readonly { readonly owner: string; readonly app: string }[],
  secret: Uint8Array,
): Promise<readonly string[]> {
  const wanted = roles.flatMap(({ owner, app }) => [owner, app]);
  const rows = await sql<{ rolname: string }[]>`select rolname::text from pg_roles where rolname = any(${wanted})`;
  const existing = new Set(rows.map((row) => row.rolname));
  for (const role of wanted.filter((name) => !existing.has(name))) {
    const verifier = scramVerifier(rolePassword(secret, role));
    await sql.unsafe(`create role ${quote(role)} login password '${verifier}'`);
    await sql.unsafe(`grant connect, temporary on database ${quote(database)} to ${quote(role)}`);
  }
  for (const { owner } of roles.filter((role) => !existing.has(role.owner))) {
    await sql.unsafe(`grant create on database ${quote(database)} to ${quote(owner)}`);
  }
  return [...existing];
}

/** Passwords follow from the installation's secret. They are set anew only where logging in fails: the secret has changed. */
async function renewPasswords(
  sql: postgres.Sql,
  administrator: Address,
  database: string,
  roles: readonly string[],
  secret: Uint8Array,
): Promise<void> {
  const renew = async (role: string) => {
    const address = { ...administrator, database, username: role, password: rolePassword(secret, role) };
    try {
      await withSession(address, (session) => session`select 1`);
    } catch (error) {
      if (!/^28/.test(sqlState(error instanceof Error ? error.cause : undefined))) throw error;
      await sql.unsafe(`alter role ${quote(role)} login password '${scramVerifier(address.password)}'`);
    }
  };
  await Promise.all(roles.map(renew));
}

function accessOf(
  administrator: Address,
  facts: ServerFacts,
  department: string,
  secret: Uint8Array,
): DepartmentAccess {
  if (!facts.mayCreateRoles) return { owner: administrator, app: administrator, appRole: undefined };
  const { owner, app } = roleNames(facts.database, department);
  const as = (role: string) => ({
    ...administrator,
    database: facts.database,
    username: role,
    password: rolePassword(secret, role),
  });
  return { owner: as(owner), app: as(app), appRole: app };
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
