import { getTableColumns } from 'drizzle-orm';
import type postgres from 'postgres';
import type { RecordHeader } from '../../../platform/feed/record-changes.ts';
import type { CatalogueEntry } from '../../../platform/records/catalogue.ts';
import { columnName } from '../../../platform/records/kind.ts';
import type { Follower } from '../../../platform/subgraph/card.ts';
import { recordIndex } from '../tables.ts';
import { type SearchedText, searchedTexts } from './search.ts';

/** The name under which the index's places in the feeds are kept: `records:<department>`. */
export const RECORDS_FOLLOWER = 'records';

/** How far the index has come in each feed, and what was received of each item: what the index and the catalogue rest on. */
export const BEYOND_FEED = `md5(concat(
  (select string_agg(concat_ws(' ', f.name, f.cursor, f.reached_at is not null), ',' order by f.name) from credit.followers f),
  (select string_agg(concat_ws(' ', c.code, c.received_at, c.reported_through), ',' order by c.code) from credit.catalogue_items c)))`;

/** Keeps the index: what a page tells of a record takes the place of all that was kept of it. */
export const recordIndexFollower: Follower = {
  name: RECORDS_FOLLOWER,
  begin: keepCatalogue,
  async apply(client, department, after, { cursor, reachedAt, headers, received }) {
    const texts = new Map<string, SearchedText>();
    const rows = headers.map((header) => rowOf(header, department, texts));
    const [taken] = await client.unsafe<{ isTaken: boolean }[]>(
      `with place as (
         update credit.followers set cursor = $3, reached_at = coalesce($4::timestamptz, reached_at)
         where name = $1 and cursor is not distinct from $2 returning name
       ), indexed as (
         insert into credit.record_index as r (${COLUMNS.join(', ')})
         select ${COLUMNS.map((column) => `h.${column}`).join(', ')} from place, json_populate_recordset(null::credit.record_index, $5::text::json) h
         order by h.id, h.version -- what a version took the place of is told first: only one is current
         on conflict (id, version) do update set ${CHANGEABLE.map((column) => `${column} = excluded.${column}`).join(', ')}
         where (${CHANGEABLE.map((column) => `r.${column}`).join(', ')}) is distinct from (${CHANGEABLE.map((column) => `excluded.${column}`).join(', ')})
       ), searched as (
         insert into credit.searched_texts (text_key, text, grams)
         select t.text_key, t.text, t.grams
         from place, json_to_recordset($8::text::json) as t(text_key bigint, text text, grams text[])
         order by t.text_key -- followers of several departments meet here
         on conflict do nothing
       ), dated as (
         update credit.catalogue_items c set received_at = g."receivedAt", reported_through = g."reportedThrough"
         from place, json_to_recordset($6::text::json) as g(item text, "receivedAt" timestamptz, "reportedThrough" jsonb)
         where c.code = g.item and c.department = $7
           and (c.received_at, c.reported_through) is distinct from (g."receivedAt", g."reportedThrough")
       )
       select exists (select from place) as "isTaken"`,
      [
        `${RECORDS_FOLLOWER}:${department}`,
        after,
        cursor,
        reachedAt,
        JSON.stringify(rows),
        JSON.stringify(received),
        department,
        JSON.stringify([...texts.values()]),
      ],
    );
    return taken?.isTaken ?? false;
  },
};

/** Why records are withheld whose item the catalogue does not have any more: what it does not name is not served. */
const NOT_IN_CATALOGUE = 'NOT_IN_CATALOGUE';

/** Keeps the catalogue, and the index in step with it: an item that goes, comes back or moves to another section. */
async function keepCatalogue(client: postgres.Sql, catalogue: readonly CatalogueEntry[]): Promise<void> {
  const rows = catalogue.map((entry) => ({
    code: entry.code,
    department: entry.department.code,
    class: entry.class,
    levels: entry.levels,
    entry,
  }));
  await client.unsafe(
    `with given as (
       select code, department, class, levels, entry from json_populate_recordset(null::credit.catalogue_items, $1::text::json)
     ), gone as (
       delete from credit.catalogue_items where code not in (select code from given) returning code
     ), kept as (
       insert into credit.catalogue_items (code, department, class, levels, entry) select * from given
       on conflict (code) do update set department = excluded.department, class = excluded.class,
         levels = excluded.levels, entry = excluded.entry
       where credit.catalogue_items.entry is distinct from excluded.entry
       returning code, class
     ), withheld as (
       update credit.record_index r set withheld_reason = '${NOT_IN_CATALOGUE}'
       from gone where r.item = gone.code and r.withheld_reason is null
     )
     update credit.record_index r set class = kept.class, withheld_reason = nullif(r.withheld_reason, '${NOT_IN_CATALOGUE}')
     from kept where r.item = kept.code and (r.class <> kept.class or r.withheld_reason = '${NOT_IN_CATALOGUE}')`,
    [JSON.stringify(rows)],
  );
}

/** What the index knows beyond a record's header. */
const OWN = ['department', 'searchKey', 'titleKey', 'documentKey', 'authorityKey'];

const FIELDS = Object.keys(getTableColumns(recordIndex))
  .filter((field) => !OWN.includes(field))
  .map((field) => [field as keyof RecordHeader, columnName(field)] as const);

const COLUMNS = [...FIELDS.map(([, column]) => column), ...OWN.map(columnName)];
const CHANGEABLE = COLUMNS.filter((column) => column !== 'id' && column !== 'version');

/** A line of the index; its texts are added to those that are to be known, but for a natural person's. */
function rowOf(header: RecordHeader, department: string, texts: Map<string, SearchedText>): Record<string, unknown> {
  const row: Record<string, unknown> = { department };
  // What is not said is null, in PostgreSQL as well.
  for (const [field, column] of FIELDS) if (header[field] !== null) row[column] = header[field];
  const { columns, searched } = searchedTexts([header.title, header.documentNumber ?? '', header.authorityName]);
  if (header.accessLevel !== 'PERSONAL') for (const text of searched) texts.set(text.text_key, text);
  Object.assign(row, columns);
  return row;
}
