import type postgres from 'postgres';

/** Drops the databases whose names begin so, and their roles. */
export async function dropDatabases(maintenance: postgres.Sql, prefix: string): Promise<void> {
  const databases = await maintenance<{ name: string }[]>`
    select datname::text as name from pg_database where starts_with(datname, ${prefix})`;
  for (const { name } of databases) await maintenance.unsafe(`drop database "${name}" with (force)`);
  const roles = await maintenance<{ name: string }[]>`
    select rolname::text as name from pg_roles where starts_with(rolname, ${prefix})`;
  for (const { name } of roles) await maintenance.unsafe(`drop role "${name}"`);
}
