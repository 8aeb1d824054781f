import type postgres from 'postgres';
import { type Clients, type ClientsOptions, createClients } from './clients.ts';
import { connect } from './connection.ts';
import { type EmbeddedServer, embeddedServer } from './embedded.ts';
import type { SchemaGrants } from './grants.ts';
import { checkDepartment } from './identifiers.ts';
import { type MigrationOutcome, migrateDepartment } from './migrate.ts';
import {
  type DepartmentAccess,
  type Provision,
  placeOf,
  provision,
  provisionAsGiven,
  type Separation,
} from './provision.ts';

export type { Clients, ClientsOptions, Reader, ReadOptions, Reads, Row } from './clients.ts';
export { asDatabaseError, DatabaseError, type DatabaseErrorCode } from './errors.ts';
export type { SchemaGrants } from './grants.ts';
export type { MigrationOutcome } from './migrate.ts';
export type { Separation } from './provision.ts';
export type { ReadsObserver } from './reader.ts';

/** The database that the embedded server holds for us. */
const EMBEDDED_DATABASE = 'credit_graph';

/** What one role for everything means: it owns the tables, and PostgreSQL limits no owner. */
const UNLIMITED = '自然人的记录与证件号码密文也没有数据库层面的读取限制，只由程序把关（见 docs/database.md）。';

export interface DatabaseOptions {
  /** Where the embedded server, its log and its secrets are kept. */
  readonly dataDirectory: string;
  /** A PostgreSQL of one's own (15 or newer); without it the embedded server is started or joined. */
  readonly databaseUrl?: string | undefined;
  /** Departments that live elsewhere, under the role that their URL names. */
  readonly departmentUrls?: Readonly<Record<string, string | undefined>> | undefined;
  /** The installation's secret; the roles' passwords are derived from it. */
  readonly secret: Uint8Array;
  /** Names, which are also the names of their schemas. */
  readonly departments: readonly string[];
  /** For how long imports and migrations wait for a lock, where it is other than usual. */
  readonly lockTimeoutMs?: number | undefined;
  /** Receives what a person should know, in Chinese sentences. */
  readonly say?: ((sentence: string) => void) | undefined;
}

export interface SessionOptions {
  readonly timeoutMs: number;
  readonly max: number;
  /** Settings of PostgreSQL for these sessions. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Database {
  readonly separation: Separation;
  /** Which server, in a Chinese sentence, without secrets. */
  readonly description: string;
  /** A client of one connection under the department's owner role (maintenance). `stop()` ends it, if its user has not. */
  owner(department: string): postgres.Sql;
  /** Clients under the department's roles that own nothing. `stop()` ends them, if their user has not. */
  clients(department: string, options: ClientsOptions): Clients;
  /** Short statements that may also write, under the app role; at most `max` at once. `stop()` ends it. */
  session(department: string, purpose: string, options: SessionOptions): postgres.Sql;
  /** Applies the committed migrations of `folder` that are missing, and limits the roles to what they may (grants.ts). */
  migrate(department: string, folder: string, grants?: SchemaGrants): Promise<MigrationOutcome>;
  /** Ends all clients; stops the embedded server if nobody else uses it. */
  stop(): Promise<void>;
}

/**
 * Opens the database of these departments: the embedded server, or the one of `databaseUrl`; a department with a URL of
 * its own is taken as it is, and if all have one, no other server is touched.
 * @throws Error with a Chinese sentence when a server cannot be used.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { departments, departmentUrls = {}, secret, say = () => undefined } = options;
  departments.forEach(checkDepartment);
  const shared = departments.filter((name) => !departmentUrls[name]);
  const embedded =
    shared.length > 0 && !options.databaseUrl ? await embeddedServer({ home: options.dataDirectory, say }) : undefined;
  try {
    const access = new Map<string, DepartmentAccess>();
    const main = shared.length === 0 ? undefined : await provision(administrator(options, embedded), secret, shared);
    for (const [name, roles] of main?.departments ?? []) access.set(name, roles);
    for (const [name, url] of Object.entries(departmentUrls)) {
      if (!url || !departments.includes(name)) continue;
      access.set(name, await provisionAsGiven({ url }));
      say(`${name} 按自备连接串以同一个角色读写，${UNLIMITED}`);
    }
    if (main?.separation === 'ONE_ROLE') {
      say(
        `角色 ${main.role} 无权创建角色（CREATEROLE），各部门共用这一个角色，部门之间没有数据库层面的隔离，${UNLIMITED}`,
      );
    }
    return assemble(access, main, describe(options, main, embedded), embedded, options.lockTimeoutMs);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function administrator(options: DatabaseOptions, embedded: EmbeddedServer | undefined) {
  if (embedded !== undefined) return { url: embedded.url, database: EMBEDDED_DATABASE };
  return { url: options.databaseUrl ?? '' };
}

function assemble(
  access: ReadonlyMap<string, DepartmentAccess>,
  main: Provision | undefined,
  description: string,
  embedded: EmbeddedServer | undefined,
  lockTimeoutMs: number | undefined,
): Database {
  const open = new Set<{ end(): Promise<void> }>();
  const rolesOf = (department: string): DepartmentAccess => {
    const roles = access.get(department);
    if (roles === undefined) throw new Error(`数据库没有为部门 ${department} 打开。`);
    return roles;
  };
  return {
    separation: main?.separation ?? 'ONE_ROLE',
    description,
    owner(department) {
      const sql = connect(rolesOf(department).owner, { applicationName: `credit-graph ${department} owner`, max: 1 });
      open.add({ end: () => sql.end({ timeout: 5 }) });
      return sql;
    },
    clients(department, clientsOptions) {
      const clients = createClients(rolesOf(department), department, { lockTimeoutMs, ...clientsOptions });
      open.add(clients);
      return clients;
    },
    session(department, purpose, { timeoutMs, max, ...given }) {
      const settings = { statement_timeout: String(timeoutMs), ...given.settings };
      const applicationName = `credit-graph ${department} ${purpose}`;
      const sql = connect(rolesOf(department).app, { applicationName, max, settings });
      open.add({ end: () => sql.end({ timeout: 5 }) });
      return sql;
    },
    migrate: (department, folder, grants) =>
      migrateDepartment(department, rolesOf(department), folder, grants, lockTimeoutMs),
    async stop() {
      await Promise.all([...open].map((client) => client.end()));
      open.clear();
      await embedded?.stop();
    },
  };
}

function describe(options: DatabaseOptions, main: Provision | undefined, embedded: EmbeddedServer | undefined): string {
  if (main === undefined) return '各部门使用各自的 PostgreSQL。';
  if (embedded === undefined)
    return `外部 PostgreSQL ${main.version}（${placeOf({ url: options.databaseUrl ?? '' })}）。`;
  const part = embedded.isShared ? '，与其他进程共用' : '';
  return `内置 PostgreSQL ${main.version}（127.0.0.1:${embedded.port}，数据在 ${embedded.dataDirectory}${part}）。`;
}
