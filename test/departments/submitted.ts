import type { Draft, RecordSheet } from '../../platform/import/draft.ts';
import { headingsId } from '../../platform/import/headings.ts';
import type { SourceCells } from '../../platform/records/columns.ts';
import * as creditCode from '../../schema/identifiers/credit-code.ts';
import * as organizationCode from '../../schema/identifiers/organization-code.ts';
import { scratchFiles } from '../support/files.ts';

/** A row as a clerk fills it in: header → cell. */
export type Cells = Readonly<Record<string, string>>;

/** What became of one row: its draft and marks, or the codes and sentences of its rejection. */
export interface Outcome {
  readonly draft: Draft | undefined;
  readonly marks: readonly string[];
  readonly reasons: readonly string[];
  readonly messages: readonly string[];
  /** What is kept of its cells, by their headings. */
  readonly source: Cells | undefined;
}

/** Writes rows as a real CSV file (headers of the first row) and reads it with the sheet. */
export function submitTo(sheet: RecordSheet | undefined): (...rows: readonly Cells[]) => Promise<readonly Outcome[]> {
  if (!sheet) throw new Error('the department has no such sheet');
  const write = scratchFiles();
  let files = 0;
  return async (...rows) => {
    const headers = Object.keys(rows[0] ?? {});
    const lines = [headers, ...rows.map((row) => headers.map((header) => row[header] ?? ''))];
    const text = lines.map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n');
    files += 1;
    const outcomes: Outcome[] = [];
    let found: readonly string[] = [];
    for await (const row of sheet.read(write(`submitted-${files}.csv`, `\uFEFF${text}\r\n`))) {
      if (row.outcome === 'HEADER') found = row.headers;
      if (row.outcome === 'ROW') {
        const source = byHeading(found, row.source);
        outcomes.push({ draft: row.draft, marks: row.marks, reasons: [], messages: [], source });
      } else if (row.outcome === 'REJECTED') {
        const reasons = row.reasons.map(({ code }) => code);
        outcomes.push({
          draft: undefined,
          marks: [],
          reasons,
          messages: row.reasons.map(({ message }) => message),
          source: undefined,
        });
      }
    }
    return outcomes;
  };
}

/** A row's cells that say anything, by the headings they were submitted under. */
export function byHeading(headings: readonly string[], [id, ...cells]: SourceCells): Cells {
  if (id !== headingsId(headings)) throw new Error('the row names other headings than those it stands under');
  return Object.fromEntries(cells.flatMap((cell, at) => (cell === '' ? [] : [[headings[at] ?? '', cell]])));
}

/** A made-up organisation's code in the demonstration city. `eight` are the first places of its organisation code. */
export function madeUpCode(eight: string, kind = '91'): string {
  const first17 = `${kind}990102${eight}${organizationCode.checkCharacter(eight)}`;
  return creditCode.parse(first17 + creditCode.checkCharacter(first17));
}

/** The first outcome. */
export async function one(outcomes: Promise<readonly Outcome[]>): Promise<Outcome> {
  const [first] = await outcomes;
  if (!first) throw new Error('the file gave no row');
  return first;
}
