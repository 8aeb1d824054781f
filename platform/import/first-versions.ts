import type postgres from 'postgres';
import type { Stamp } from './intake.ts';
import { type IncomingRow, type MergeTarget, NOW } from './merge.ts';
import { copyRows, type StagedColumn, stageOf } from './stage.ts';

/**
 * Stores rows of one item that nothing stored is about, as first versions, and tells the feed of them: there is nothing to
 * compare them with. Publication begins on the day given, else today. `COPY` writes them into a temporary table, since
 * PostgreSQL refuses it one with row security.
 */
export async function addFirstVersions(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
  { importId, today }: Stamp,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const [clock] = await transaction<{ now: string }[]>`select current_setting('credit_graph.now') as now`;
  const merged = [
    constant('version', 'version', '1'),
    constant('recordedAt', 'recorded_at', clock?.now ?? ''),
    constant('importId', 'import_id', String(importId)),
  ];
  const given = target.columns
    .filter(({ field }) => !target.filled.has(field))
    .map((column) => (column.field === 'publishedOn' ? { ...column, otherwise: today } : column));
  const columns = [...given, ...merged];
  const names = columns.map(({ name }) => name).join(', ');
  const stage = `first_${stageOf(target)}`;
  await transaction.unsafe(
    `create temp table if not exists ${stage} on commit delete rows as select ${names} from ${target.table} with no data`,
  );
  await copyRows(transaction, stage, columns, rows);
  await transaction.unsafe(`insert into ${target.table} (${names}) select ${names} from ${stage}`);
  await transaction.unsafe(
    `insert into "${target.schema}".feed (change, item, record_id, version, subject_id, recorded_at)
     select 'ADDED', $1::text, i.id, 1, i.subject_id, ${NOW} from unnest($2::text[], $3::text[]) as i(id, subject_id)`,
    [String(first.item), rows.map(({ id }) => id), rows.map(({ subjectId }) => String(subjectId))],
  );
}

/** What incoming rows do not say, the same for all of them. */
function constant(field: string, name: string, otherwise: string): StagedColumn {
  return { field, name, form: 'PLAIN', otherwise };
}
