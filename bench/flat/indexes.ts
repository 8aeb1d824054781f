import type postgres from 'postgres';

export const INDEXES_AWAY =
  'create table if not exists bench.indexes (name text primary key, drop text not null, make text not null, bytes bigint not null)';

/**
 * Takes all indexes of some tables away, and keeps in `bench.indexes` (INDEXES_AWAY) how they are made: a table of tens of millions of rows is
 * filled many times faster without, and indexes that are made at its end are dense. Where they are away already (a run was cut
 * off) nothing happens. The largest is made first: what sorting it takes of the disk is free then.
 */
export async function takeIndexesAway(sql: postgres.Sql, tables: readonly string[]): Promise<void> {
  await sql.begin(async (within) => {
    const found = await within<{ name: string; drop: string; make: string; bytes: string }[]>`
      select i.indexrelid::regclass::text as name, pg_relation_size(i.indexrelid) as bytes,
        case when c.oid is null then format('drop index %s', i.indexrelid::regclass)
          else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end as "drop",
        case when c.oid is null then pg_get_indexdef(i.indexrelid)
          else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) end as make
      from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
      where i.indrelid = any(${tables}::text[]::regclass[]::oid[])`;
    for (const { name, drop, make, bytes } of found) {
      await within`insert into bench.indexes values (${name}, ${drop}, ${make}, ${bytes})`;
      await within.unsafe(drop);
    }
  });
}

/** Makes what was taken away, one by one; a run that was cut off goes on with what is left. Tells each. */
export async function makeIndexes(sql: postgres.Sql, tell: (name: string) => void): Promise<void> {
  const away = await sql<
    { name: string; make: string }[]
  >`select name, make from bench.indexes order by bytes desc, name`;
  for (const { name, make } of away) {
    await sql.begin(async (within) => {
      await within.unsafe(make);
      await within`delete from bench.indexes where name = ${name}`;
    });
    tell(name);
  }
}
