import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { type Cell, type SourceRow, tidy } from './cell.ts';
import { EMPTY } from './define-column.ts';
import { fieldsByTitle, type Header, normaliseHeader } from './header.ts';
import type { AcceptedRow, Reason, RejectedRow } from './read-sheet.ts';
import type { Sheet } from './sheet.ts';

/** Turns one row below the header into values, or into the reasons why it has none. */
export type RowReader<Values> = (row: SourceRow) => AcceptedRow<Values> | RejectedRow;

/** A column that no sheet expects but whose header says that it holds citizens' numbers is left out as well. */
const ID_NUMBER_TITLE = /身份证|公民身份|证件号/u;

export function isIdNumberTitle(title: string): boolean {
  return ID_NUMBER_TITLE.test(normaliseHeader(title));
}

/** `isReturned`: a file of rejected rows, written by us; its cells are where they were. */
export function createRowReader<Values>(sheet: Sheet<Values>, header: Header, isReturned: boolean): RowReader<Values> {
  const fields = Object.entries(sheet.columns).map(([field, column]) => {
    const position = header.positions.get(field);
    const title = position === undefined ? (column.aliases[0] ?? field) : (header.titles[position] ?? '');
    return { field, column, position, title, comparable: normaliseHeader(title) };
  });
  const names = sourceNames(header.titles);
  const hidden = hiddenPositions(sheet, header);
  const shown = (cell: Cell, position: number) => (hidden.has(position) ? '' : withoutIdNumbers(tidy(cell.text)));

  return (row) => {
    const values: Record<string, unknown> = {};
    const flags = new Set<string>();
    const reasons: Reason[] = [];
    for (const { field, column, position, title, comparable } of fields) {
      if (column.keeping === 'NEVER') continue;
      const cell = position === undefined ? undefined : row.cells[position];
      const reading = cell === undefined ? EMPTY : column.read(cell, comparable);
      if ('problem' in reading) {
        const message = withoutIdNumbers(`“${title}”：${reading.problem}。`);
        reasons.push({ field, code: reading.code ?? 'VALUE_INVALID', message });
      } else if ('isEmpty' in reading) {
        if (column.isRequired) reasons.push({ field, code: 'VALUE_REQUIRED', message: `“${title}”不能为空。` });
        else values[field] = null;
      } else {
        values[field] = reading.value;
        for (const flag of reading.flags ?? []) flags.add(flag);
      }
    }
    const { sheet: name, number } = row;
    const cells = row.cells.map(shown);
    if (!isReturned && isSlipped(row, header)) {
      const message = `本行有 ${row.cells.length} 格,表头只有 ${header.titles.length} 列:多半是某格中的逗号或引号使各格错位,请改正后再提交。`;
      return { outcome: 'REJECTED', sheet: name, number, cells, reasons: [{ code: 'ROW_WIDER_THAN_HEADER', message }] };
    }
    if (reasons.length === 0) {
      for (const { severity, code, message, field } of sheet.check?.(values as Values) ?? []) {
        if (severity === 'FLAG') flags.add(code);
        else reasons.push({ ...(field === undefined ? {} : { field }), code, message: withoutIdNumbers(message) });
      }
    }
    if (reasons.length > 0) return { outcome: 'REJECTED', sheet: name, number, cells, reasons };
    const source: Record<string, string> = {};
    cells.forEach((text, position) => {
      if (text !== '') source[names[position] ?? `第${position + 1}列`] = text;
    });
    return { outcome: 'ROW', sheet: name, number, values: values as Values, source, flags: [...flags], cells };
  };
}

/**
 * A line of a CSV with more in it than its header: a comma or a quote within a cell was not quoted, and what follows stands
 * in the wrong columns, or the next line was swallowed. (A spreadsheet gives all lines of a CSV the same number of cells.)
 */
function isSlipped({ sheet, cells }: SourceRow, { titles }: Header): boolean {
  return (
    sheet === '' && cells.length > titles.length && cells.slice(titles.length).some(({ text }) => tidy(text) !== '')
  );
}

/** Each column's name in `source`: its header, told apart where two are the same and made up where it has none. */
function sourceNames(titles: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return titles.map(withoutIdNumbers).map((title, position) => {
    if (title === '') return `第${position + 1}列`;
    const times = (seen.get(title) ?? 0) + 1;
    seen.set(title, times);
    return times === 1 ? title : `${title}（${times}）`;
  });
}

/** By title, not by position taken: a second column of ID numbers stays out as the first does. */
function hiddenPositions(sheet: Sheet<never>, header: Header): ReadonlySet<number> {
  const fields = fieldsByTitle(sheet.columns);
  const hidden = new Set<number>();
  header.titles.forEach((title, position) => {
    const comparable = normaliseHeader(title);
    const owner = sheet.columns[fields.get(comparable) ?? ''];
    if (owner === undefined ? isIdNumberTitle(comparable) : owner.keeping !== 'KEPT') hidden.add(position);
  });
  // A misspelt header stands under no title that is known.
  for (const [field, position] of header.positions) {
    if (sheet.columns[field]?.keeping !== 'KEPT') hidden.add(position);
  }
  return hidden;
}
