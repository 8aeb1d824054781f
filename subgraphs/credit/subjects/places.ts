import type { Reading } from '../../../platform/records/reader.ts';
import type { Statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { type Subject, selectList, subjectOf } from './find.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * One JSON column for each place of a question that shows the subject `s`: two places may ask the same list for different
 * pages of it, and stay apart.
 */
export function subjectColumns(readings: readonly Reading[], context: DepartmentContext, to: Statement): string {
  return readings
    .map(
      (reading, place) =>
        `, (select row_to_json(t) from (select ${selectList(reading, context, to)}) t) as "subject${place}"`,
    )
    .join('');
}

/** The subject of a row with such columns, as each place wants it. */
export function subjectsOf(readings: readonly Reading[], row: Row): readonly Subject[] {
  return readings.map((reading, place) => subjectOf(reading, row[`subject${place}`] as Row));
}

/** Rows by the question that they answer: their column `place`. */
export function byPlace<R extends Row>(rows: readonly R[]): ReadonlyMap<number, readonly R[]> {
  const places = new Map<number, R[]>();
  for (const row of rows) {
    const place = Number(row.place);
    const known = places.get(place) ?? [];
    known.push(row);
    places.set(place, known);
  }
  return places;
}
