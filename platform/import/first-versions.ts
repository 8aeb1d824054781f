import type postgres from 'postgres';
import type { Stamp } from './intake.ts';
import type { IncomingRow, MergeTarget } from './merge.ts';
import { copyRows, type StagedColumn } from './stage.ts';

/**
 * Stores rows that nothing stored is about, as first versions, and tells the feed of them: straight by `COPY`, since there is
 * nothing to compare them with. Publication begins on the day given, else today.
 */
export async function addFirstVersions(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
  { importId, today }: Stamp,
): Promise<void> {
  if (rows.length === 0) return;
  const [clock] = await transaction<{ now: string }[]>`select current_setting('credit_graph.now') as now`;
  const merged = [
    constant('version', 'version', '1'),
    constant('recordedAt', 'recorded_at', clock?.now ?? ''),
    constant('importId', 'import_id', String(importId)),
  ];
  const given = target.columns
    .filter(({ field }) => !target.filled.has(field))
    .map((column) => (column.field === 'publishedOn' ? { ...column, otherwise: today } : column));
  await copyRows(transaction, target.table, [...given, ...merged], rows);
  const told = [...TOLD, ...merged.slice(0, 2), constant('change', 'change', 'ADDED')];
  await copyRows(transaction, `"${target.schema}".feed`, told, rows);
}

const TOLD: readonly StagedColumn[] = [
  { field: 'item', name: 'item', form: 'PLAIN' },
  { field: 'id', name: 'record_id', form: 'PLAIN' },
  { field: 'subjectId', name: 'subject_id', form: 'PLAIN' },
];

/** What incoming rows do not say, the same for all of them. */
function constant(field: string, name: string, otherwise: string): StagedColumn {
  return { field, name, form: 'PLAIN', otherwise };
}
