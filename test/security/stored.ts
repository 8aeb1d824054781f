import type postgres from 'postgres';
import { columnName, type RecordKind } from '../../platform/records/kind.ts';

/** Rows of a table as JSON, by id. */
export async function storedRows(
  table: string,
  ids: readonly string[],
  admin: postgres.Sql,
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const rows = await admin.unsafe<{ row: Record<string, unknown> }[]>(
    `select to_jsonb(t) as row from ${table} t where t.id = any($1)`,
    [[...ids]],
  );
  return new Map(rows.map(({ row }) => [String(row.id), row]));
}

/** What is worked out of the columns: there must be something, and what is for other tests to say. */
const WORKED_OUT = ['isInForce', 'marks'];

/** What a field's answer lacks of what is stored; nothing where it tells all of it. */
export function missingIn(
  answered: unknown,
  field: string,
  row: Readonly<Record<string, unknown>>,
  kind: Pick<RecordKind, 'fields'>,
): readonly unknown[] {
  if (WORKED_OUT.includes(field)) return answered === null || answered === undefined ? [field] : [];
  const told = leavesOf(answered);
  return (kind.fields.get(field)?.columns ?? []).flatMap(({ key }) => {
    // What chooses the version of a list's type, for one, is a field of its own.
    if (key !== field && kind.fields.has(key)) return [];
    const stored = row[columnName(key)];
    return leavesOf(stored).filter((one) => !told.some((leaf) => isSame(leaf, one)));
  });
}

function leavesOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(leavesOf) : [value];
}

/** The same text (case numbers are told with brackets of full width), number, day or instant. */
function isSame(told: unknown, stored: unknown): boolean {
  if (String(told).normalize('NFKC') === String(stored).normalize('NFKC')) return true;
  if (typeof stored === 'number') return Number(told) === stored;
  return /^\d{4}-\d\d-\d\dT/u.test(String(stored)) && Date.parse(String(told)) === Date.parse(String(stored));
}
