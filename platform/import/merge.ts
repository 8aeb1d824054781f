import { getTableColumns, type Table } from 'drizzle-orm';
import type postgres from 'postgres';
import { columnName, type RecordKind } from '../records/kind.ts';
import type { Stamp } from './intake.ts';

/** A row ready to be stored, by field: `id` tells which thing it is about, `contentHash` whether it says anything new. */
export type IncomingRow = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly contentHash: string;
  /** The numbers that a record's row gave for its counterpart, and whether nobody could be asked whose they are. */
  readonly numbers?: readonly string[];
  readonly isPending?: boolean;
  /** The id under which the same row would have been held back while its name was not its subject's. */
  readonly heldId?: string | null;
};

export interface MergeOutcome {
  readonly added: number;
  readonly corrected: number;
  readonly unchanged: number;
}

/** A table of versions, and how its feed names what changed. */
export interface MergeTarget {
  /** Schema-qualified, quoted. */
  readonly table: string;
  readonly schema: string;
  /** All columns, as fields. */
  readonly columns: readonly string[];
  /** SQL over a stored row: the catalogue item and the subject to tell the feed. */
  readonly item: string;
  readonly subject: string;
  /** SQL over the current version `t` and the incoming row `i`: it says something new. */
  readonly isChanged: string;
}

/**
 * A record changes with what its row says, and with what the credit office says of its subject; a row that nobody could
 * be asked about takes nothing back of what is known.
 */
const RECORD_IS_CHANGED = `t.content_hash <> i.content_hash or not i.marks @> array['IDENTITY_PENDING']
  and (t.subject_id, t.marks, t.withheld_reason) is distinct from (i.subject_id, i.marks, i.withheld_reason)`;

export function recordTarget(kind: RecordKind, schema: string): MergeTarget {
  const columns = fieldsOf(kind.drizzleTable);
  return { table: kind.table, schema, columns, item: 'item', subject: 'subject_id', isChanged: RECORD_IS_CHANGED };
}

export function fieldsOf(table: Table): readonly string[] {
  return Object.keys(getTableColumns(table));
}

/** The temporary table that a chunk is put into; it is empty again when its transaction ends. */
export function incomingTable(target: Pick<MergeTarget, 'table'>): string {
  return `incoming_${target.table.replace(/\W+/gu, '_')}`;
}

/** Columns that the merge itself fills. */
const FILLED = new Set(['version', 'recordedAt', 'supersededAt', 'importId', 'publishedOn']);

/**
 * Stores a chunk of rows (each id once) inside the caller's transaction: an unknown id becomes version 1, a changed one
 * ends its current version and adds the next, an equal one leaves everything as it is. Each new version is told to the
 * feed in the same transaction. Publication begins on the day given, else on the day of the first version.
 */
export async function mergeRows(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
  stamp: Stamp,
): Promise<MergeOutcome> {
  const { table, schema, columns } = target;
  const incoming = incomingTable(target);
  const names = columns.map(columnName).join(', ');
  await transaction.unsafe(
    `create temp table if not exists ${incoming} on commit delete rows as select * from ${table} with no data`,
  );
  await transaction.unsafe(
    `insert into ${incoming} (${names}) select ${names} from json_populate_recordset(null::${table}, $1::text::json)`,
    [JSON.stringify(rows.map(byColumn))],
  );
  const [clock] = await transaction<{ now: string }[]>`select clock_timestamp()::text as now`;
  const now = clock?.now ?? '';
  await transaction.unsafe(
    `update ${table} t set superseded_at = $1::text::timestamptz from ${incoming} i
     where t.id = i.id and t.superseded_at is null and (${target.isChanged})`,
    [now],
  );
  const given = columns.filter((column) => !FILLED.has(column)).map(columnName);
  const isPublished = columns.includes('publishedOn');
  const [counts] = await transaction.unsafe<{ added: number; corrected: number }[]>(
    `with stored as (
       insert into ${table} (${given.join(', ')}, version, recorded_at, import_id${isPublished ? ', published_on' : ''})
       select ${given.map((name) => `i.${name}`).join(', ')}, coalesce(p.version, 0) + 1, $1::text::timestamptz, $2::text::bigint
              ${isPublished ? ', coalesce(i.published_on, p.published_on, $3::text::date)' : ''}
       from ${incoming} i
       left join lateral (select t.* from ${table} t where t.id = i.id order by t.version desc limit 1) p on true
       where not exists (select 1 from ${table} c where c.id = i.id and c.superseded_at is null)
       returning *
     ), told as (
       insert into "${schema}".feed (change, item, record_id, version, subject_id, recorded_at)
       select case when version = 1 then 'ADDED' else 'CORRECTED' end, ${target.item}, id, version, ${target.subject}, recorded_at from stored
     )
     select (count(*) filter (where version = 1))::int as added, (count(*) filter (where version > 1))::int as corrected from stored`,
    isPublished ? [now, String(stamp.importId), stamp.today] : [now, String(stamp.importId)],
  );
  const { added = 0, corrected = 0 } = counts ?? {};
  return { added, corrected, unchanged: rows.length - added - corrected };
}

function byColumn(row: IncomingRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [columnName(key), value]));
}
