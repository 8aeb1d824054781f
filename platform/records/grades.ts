import type { CodeTable } from '../../schema/codes/index.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../viewer/viewer.ts';

/** A grade of a rating scheme. Rank 1 is the best. `level` says who may see a rating with this grade. */
export interface SchemeGrade {
  readonly code: string;
  readonly label: string;
  readonly rank: number;
  readonly level: AccessLevel;
  readonly scheme: { readonly code: string; readonly label: string };
}

/** Rating schemes as data: which grades there are, in which order, and which of them are published. */
export interface GradeSchemes {
  get(scheme: string, grade: string): SchemeGrade | undefined;
  /** The grade that a code, label or alias stands for in the scheme in force on a day. */
  find(text: string, on: string): SchemeGrade | undefined;
}

/**
 * Schemes out of a code table with one row per grade: `code` is `<scheme>/<grade>`, and beside label, aliases and dates of
 * force it has the columns `schemeLabel`, `rank` and `level` (the publicity of a rating with that grade).
 * A scheme that a city uses in place of another is given in the table of the same name in its own codes folder.
 * @throws Error that names the row whose rank or level is not one, when first used.
 */
export function gradeSchemes(read: () => CodeTable): GradeSchemes {
  const known = new WeakMap<CodeTable, ReadonlyMap<string, SchemeGrade>>();
  const all = (): ReadonlyMap<string, SchemeGrade> => {
    const table = read();
    const grades = known.get(table) ?? new Map(table.rows.map((row) => [row.code, gradeOf(row, table.name)]));
    known.set(table, grades);
    return grades;
  };
  return {
    get: (scheme, grade) => all().get(`${scheme}/${grade}`),
    find: (text, on) => {
      const inForce = read().onDate(on);
      const row =
        inForce.byLabel(text) ?? inForce.rows.find((one) => one.code.endsWith(`/${text.trim().toUpperCase()}`));
      return row && all().get(row.code);
    },
  };
}

function gradeOf(row: CodeTable['rows'][number], table: string): SchemeGrade {
  const [scheme = '', grade = ''] = row.code.split('/');
  const { schemeLabel = '', rank = '', level = '' } = row.extra;
  const known = ACCESS_LEVELS.find((one) => one === level);
  if (!known || !/^\d+$/u.test(rank) || grade === '')
    throw new Error(`${table}: ${row.code} needs scheme/grade, a rank and an access level`);
  return {
    code: grade,
    label: row.label,
    rank: Number(rank),
    level: known,
    scheme: { code: scheme, label: schemeLabel },
  };
}
