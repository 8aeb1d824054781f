import { join } from 'node:path';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import type postgres from 'postgres';
import { connect } from './connection.ts';
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
 * Brings a department's schema up to its committed migrations (made by drizzle-kit), as its owner role, all in one
 * transaction and one process at a time; then limits the roles to what `grants` says. Forward only. The journal is
 * `drizzle_<department>.__drizzle_migrations`.
 * @throws Error with a Chinese sentence when the database knows migrations that the code does not, or other ones.
 */
export async function migrateDepartment(
  department: string,
  access: DepartmentAccess,
  folder: string,
  grants: SchemaGrants = {},
): Promise<MigrationOutcome> {
  const committed = readMigrations(department, folder);
  // A client of its own: drizzle replaces the serialisers of the client it is given.
  const sql = connect(access.owner, { applicationName: `credit-graph ${department} migrations`, max: 1 });
  try {
    await sql`select pg_advisory_lock(hashtextextended(${`credit-graph migrate ${department}`}, 0))`;
    const before = await appliedMigrations(sql, department);
    compare(department, before, committed);
    if (before.length < committed.length) {
      const config = { migrationsFolder: folder, migrationsSchema: journalSchema(department) };
      await applyMigrations(drizzle(sql), config).catch((error: unknown) => {
        throw new Error(`部门 ${department} 的数据库迁移失败，没有留下任何改动：${messageOf(error)}`, { cause: error });
      });
    }
    const applied = committed.length - before.length;
    if (access.roles !== undefined) await applyGrants(sql, department, access.roles, grants);
    return { department, applied, total: committed.length };
  } finally {
    await sql.end({ timeout: 5 }); // the lock ends with its session
  }
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
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
