import type { TestDatabase } from './database.ts';

/** The content of all tables of these schemas, by table: how many rows, and a hash of them in whatever order. */
export async function contentOf(
  { admin }: TestDatabase,
  schemas: readonly string[],
  options: {
    /** Leaves out the times and numbers that each run has of its own, and where it stands in files and feeds. */
    readonly withoutRuns?: boolean;
  } = {},
): Promise<Readonly<Record<string, string>>> {
  const tables = await admin<{ name: string; columns: string }[]>`
    select format('%I.%I', c.table_schema, c.table_name) as name,
           string_agg(case when ${options.withoutRuns === true} and column_name = 'superseded_at' then 'superseded_at is null'
                           else quote_ident(column_name) end, ', ' order by ordinal_position) as columns
    from information_schema.columns c
    where table_schema = any(${schemas as string[]})
      -- What the credit office follows of others comes in its own time.
      and table_name not in ('record_index', 'searched_texts', 'catalogue_items')
      and not (table_schema = 'credit' and table_name = 'followers')
      and not (${options.withoutRuns === true} and (table_name in ('imports', 'followers')
               or column_name in ('recorded_at', 'import_id', 'transaction', 'position')))
    group by 1`;
  const hashes: Record<string, string> = {};
  for (const { name, columns } of tables) {
    const [found] = await admin.unsafe<{ count: number; hash: string }[]>(
      `select count(*)::int, md5(coalesce(string_agg(line, e'\n' order by line collate "C"), '')) as hash
       from (select (row(${columns}))::text as line from ${name}) l`,
    );
    hashes[name] = `${found?.count} rows ${found?.hash}`;
  }
  return hashes;
}
