import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import type postgres from 'postgres';
import { connect } from './connection.ts';
import { sqlState } from './errors.ts';
import { applyGrants, type SchemaGrants } from './grants.ts';
import { quote } from './identifiers.ts';
import type { DepartmentAccess } from './provision.ts';

export interface MigrationOutcome {
  readonly department: string;
  /** How many were applied just now, and how many there are. */
  readonly applied: number;
  readonly total: number;
}

interface Applied {
  readonly hash: string;
  readonly created_at: string;
}

/**
 * Until a table's lock is to be had everybody who reads that table waits behind whoever wants it: a migration gives up soon,
 * lets them pass and tries again.
 */
const LOCK_MS = 5_000;
const PAUSE_MS = 2_000;
const ATTEMPTS = 6;
/** Another process that migrates the same schema is waited for. */
const TURN_MS = 600_000;

/**
 * Brings a department's schema up to its committed migrations (made by drizzle-kit), as its owner role, all in one
 * transaction and one process at a time; then limits the roles to what `grants` says. Forward only. The journal is
 * `drizzle_<department>.__drizzle_migrations`.
 * @param lockMs for how long it waits for a table's lock before it lets others pass.
 * @throws Error with a Chinese sentence when the database knows migrations that the code does not, or other ones, and where
 * somebody else keeps a table locked.
 */
export async function migrateDepartment(
  department: string,
  access: DepartmentAccess,
  folder: string,
  grants: SchemaGrants = {},
  lockMs: number = LOCK_MS,
): Promise<MigrationOutcome> {
  const committed = readMigrations(department, folder);
  // A client of its own: drizzle replaces the serialisers of the client it is given.
  const sql = connect(access.owner, { applicationName: `credit-graph ${department} migrations`, max: 1 });
  try {
    await waitAtMost(sql, TURN_MS);
    await sql`select pg_advisory_lock(hashtextextended(${`credit-graph migrate ${department}`}, 0))`.catch(
      toldAs(`部门 ${department} 的数据库正由另一个进程迁移，等了 ${TURN_MS / 60_000} 分钟仍未结束。`),
    );
    await waitAtMost(sql, lockMs);
    const before = await appliedMigrations(sql, department);
    compare(department, before, committed);
    const apply = async (): Promise<void> => {
      if (before.length < committed.length) {
        const config = { migrationsFolder: folder, migrationsSchema: journalSchema(department) };
        await applyMigrations(drizzle(sql), config);
      }
    };
    await again(apply, lockMs).catch((error: unknown) => {
      throw new Error(`部门 ${department} 的数据库迁移失败，没有留下任何改动：${messageOf(error)}`, { cause: error });
    });
    const { roles } = access;
    if (roles !== undefined)
      await again(() => applyGrants(sql, department, roles, grants), lockMs).catch(toldAs(LOCKED));
    return { department, applied: committed.length - before.length, total: committed.length };
  } finally {
    await sql.end({ timeout: 5 }); // the lock ends with its session
  }
}

const LOCKED = '有表一直被别的事务占用，请用 pg_stat_activity 与 pg_blocking_pids 找出并结束它，再重新启动。';

async function waitAtMost(sql: postgres.Sql, milliseconds: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(milliseconds)}, false)`;
}

/** Tries again, after whoever waits behind has passed, what could not be locked. */
async function again(work: () => Promise<unknown>, lockMs: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      await work();
      return;
    } catch (error) {
      if (!isLocked(error) || attempt === ATTEMPTS) throw error;
      await pause(Math.min(PAUSE_MS, lockMs));
    }
}

/** The sentence in place of PostgreSQL's, where a lock was waited for in vain. */
function toldAs(sentence: string): (error: unknown) => never {
  return (error) => {
    throw isLocked(error) ? new Error(sentence, { cause: error }) : error;
  };
}

function isLocked(error: unknown): boolean {
  return [error, error instanceof Error ? error.cause : undefined].some((one) => sqlState(one) === '55P03');
}

function readMigrations(department: string, folder: string): readonly MigrationMeta[] {
  try {
    return readMigrationFiles({ migrationsFolder: folder });
  } catch (error) {
    throw new Error(`部门 ${department} 的迁移文件不完整，请检查 ${join(folder, 'meta', '_journal.json')}。`, {
      cause: error,
    });
  }
}

async function appliedMigrations(sql: postgres.Sql, department: string): Promise<readonly Applied[]> {
  const journal = `${quote(journalSchema(department))}.__drizzle_migrations`;
  const [found] = await sql<{ exists: boolean }[]>`select to_regclass(${journal}) is not null as exists`;
  if (found?.exists !== true) return [];
  return sql.unsafe<Applied[]>(`select hash, created_at::text from ${journal} order by created_at`);
}

// drizzle itself compares only the newest date: it would skip an older migration that came in by a merge, and run on
// happily against a database that is ahead.
function compare(department: string, applied: readonly Applied[], committed: readonly MigrationMeta[]): void {
  if (applied.length > committed.length) {
    throw new Error(
      `部门 ${department} 的数据库比程序新（已执行 ${applied.length} 个迁移，程序只有 ${committed.length} 个）；请升级程序，不能降级运行。`,
    );
  }
  applied.forEach((done, index) => {
    const expected = committed[index];
    if (expected === undefined || Number(done.created_at) !== expected.folderMillis || done.hash !== expected.hash) {
      throw new Error(
        `部门 ${department} 的第 ${index + 1} 个迁移与数据库中已执行的不一致；已执行的迁移不可改动，新的改动请另加一个迁移。`,
      );
    }
  });
}

function journalSchema(department: string): string {
  return `drizzle_${department}`;
}

function messageOf(error: unknown): string {
  if (isLocked(error)) return LOCKED;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
