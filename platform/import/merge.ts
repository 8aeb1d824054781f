import type postgres from 'postgres';
import type { RecordKind } from '../records/kind.ts';
import type { Stamp } from './intake.ts';
import { createStage, fillStage, type StagedColumn, stagedColumns, stageOf } from './stage.ts';
import { writtenColumns } from './written.ts';

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
  readonly columns: readonly StagedColumn[];
  /** Fields that the merge itself fills. */
  readonly filled: ReadonlySet<string>;
  /** SQL over a stored row: the catalogue item and the subject to tell the feed. */
  readonly item: string;
  readonly subject: string;
  /** SQL over the latest version `t` and the incoming row `i`: it says something new. */
  readonly isChanged: string;
}

/** What the merge fills in every table of versions. */
export const FILLED: ReadonlySet<string> = new Set(['version', 'recordedAt', 'supersededAt', 'importId']);

/**
 * A record changes with what its row says, and with what the credit office says of its subject; a row that nobody could
 * be asked about takes nothing back of what is known.
 */
const RECORD_IS_CHANGED = `(t.content_hash <> i.content_hash or not i.marks @> array['IDENTITY_PENDING']
  and (t.subject_id, t.marks, t.withheld_reason) is distinct from (i.subject_id, i.marks, i.withheld_reason))`;

export function recordTarget(kind: RecordKind, schema: string): MergeTarget {
  return {
    table: kind.table,
    schema,
    columns: writtenColumns(stagedColumns(kind.drizzleTable), FILLED),
    filled: FILLED,
    item: 'item',
    subject: 'subject_id',
    isChanged: RECORD_IS_CHANGED,
  };
}

/** SQL: the instant of this transaction's versions, once `beginWriting` has set it. */
export const NOW = `(select current_setting('credit_graph.now')::timestamptz)`;

/** One writer of an item at a time; its versions are of the instant at which its turn came. */
export async function beginWriting(transaction: postgres.TransactionSql, item: string): Promise<void> {
  await Promise.all([
    transaction`select pg_advisory_xact_lock(hashtextextended(${item}, 0))`,
    transaction`select set_config('credit_graph.now', clock_timestamp()::text, true), set_config('jit', 'off', true)`,
  ]);
}

/**
 * Begins the transaction of a chunk. Its rows are looked up by their ids: a plan that reads the whole table instead would be
 * right for a small table and ruinous once it has grown, which its statistics are slow to tell.
 */
export async function beginChunk(transaction: postgres.TransactionSql, item: string): Promise<void> {
  await Promise.all([
    beginWriting(transaction, item),
    transaction`select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
      set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
  ]);
}

/** Puts a chunk of rows (each id once) into the temporary table that `mergeStaged` and `compareStaged` look at. */
export async function stageRows(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
): Promise<void> {
  await createStage(transaction, target);
  await fillStage(transaction, target, rows);
}

/**
 * Stores the staged rows inside the caller's transaction: an unknown id becomes version 1, a changed one ends its current
 * version and adds the next, an equal one leaves everything as it is. Each new version is told to the feed in the same
 * transaction. Publication begins on the day given, else on the day of the first version.
 */
export async function mergeStaged(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  { importId, today }: Stamp,
): Promise<Pick<MergeOutcome, 'added' | 'corrected'>> {
  const { table, schema, columns, filled } = target;
  const isPublished = columns.some(({ field }) => field === 'publishedOn');
  const given = columns.filter(({ field }) => !filled.has(field) && field !== 'publishedOn').map(({ name }) => name);
  const ending = transaction.unsafe(
    `update ${table} e set superseded_at = ${NOW}
     from (select t.id, t.version from ${stageOf(target)} i ${current(table, 'i.id')} where ${target.isChanged} offset 0) c
     where e.id = c.id and e.version = c.version`,
  );
  const adding = transaction.unsafe<{ added: number; corrected: number }[]>(
    `with stored as (
       insert into ${table} (${given.join(', ')}, version, recorded_at, import_id${isPublished ? ', published_on' : ''})
       select ${given.map((name) => `i.${name}`).join(', ')}, coalesce(t.version, 0) + 1, ${NOW}, $1::text::bigint
              ${isPublished ? ', coalesce(i.published_on, t.published_on, $2::text::date)' : ''}
       from ${stageOf(target)} i ${latest(table)}
       where t.id is null or t.superseded_at is not null
       returning ${target.item} as item, id, version, ${target.subject} as subject, recorded_at
     ), told as (
       insert into "${schema}".feed (change, item, record_id, version, subject_id, recorded_at)
       select case when version = 1 then 'ADDED' else 'CORRECTED' end, item, id, version, subject, recorded_at from stored
     )
     select (count(*) filter (where version = 1))::int as added, (count(*) filter (where version > 1))::int as corrected from stored`,
    isPublished ? [String(importId), today] : [String(importId)],
  );
  const [, [counts]] = await Promise.all([ending, adding]);
  return { added: counts?.added ?? 0, corrected: counts?.corrected ?? 0 };
}

/** What `mergeStaged` would do; changes nothing. */
export async function compareStaged(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
): Promise<Pick<MergeOutcome, 'added' | 'corrected'>> {
  const [counts] = await transaction.unsafe<{ added: number; corrected: number }[]>(
    `select (count(*) filter (where t.id is null))::int as added,
            (count(*) filter (where t.id is not null and (t.superseded_at is not null or ${target.isChanged})))::int as corrected
     from ${stageOf(target)} i ${latest(target.table)}`,
  );
  return { added: counts?.added ?? 0, corrected: counts?.corrected ?? 0 };
}

/** SQL: joins each staged row with the current version `t` of a record; one look-up each, whatever the planner believes. */
export function current(table: string, id: string, condition = 'true'): string {
  return `cross join lateral (select v.* from ${table} v where v.id = ${id} and v.superseded_at is null and ${condition} offset 0) t`;
}

function latest(table: string): string {
  return `left join lateral (select v.* from ${table} v where v.id = i.id order by v.version desc limit 1) t on true`;
}
