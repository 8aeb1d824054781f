import { mayBeShown } from '../../schema/identifiers/id-shape.ts';
import { identify } from '../../schema/identifiers/index.ts';
import { hiddenIdNumber, withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { ownText } from '../../schema/remembered.ts';
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
    const comparable = normaliseHeader(title);
    return { field, column, position, title, read: remembering((cell) => column.read(cell, comparable)) };
  });
  // Most columns of a sheet are in no file: what they hold is the same for all rows.
  const present = fields.filter(({ position, column }) => position !== undefined || column.isRequired);
  const absent = Object.fromEntries(
    fields.filter((one) => !present.includes(one) && one.column.keeping !== 'NEVER').map(({ field }) => [field, null]),
  );
  const hidden = hiddenPositions(sheet, header);
  const ofNumbers = new Set(fields.flatMap(({ column, position }) => (column.holdsNumbers ? [position] : [])));
  const shown = header.titles.map((_, position) =>
    hidden.has(position) ? () => '' : remembering(ofNumbers.has(position) ? submittedNumber : submitted),
  );

  return (row) => {
    const values: Record<string, unknown> = { ...absent };
    const flags = new Set<string>();
    const reasons: Reason[] = [];
    for (const { field, column, position, title, read } of present) {
      if (column.keeping === 'NEVER') continue;
      const cell = position === undefined ? undefined : row.cells[position];
      const reading = cell === undefined ? EMPTY : read(cell);
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
    const cells = row.cells.map((cell, position) => (shown[position] ?? submitted)(cell));
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
    return { outcome: 'ROW', sheet: name, number, values: values as Values, flags: [...flags], cells };
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

/** The words of a cell as they may be kept. */
function submitted(cell: Cell): string {
  return withoutIdNumbers(tidy(cell.text));
}

/** A number likewise: an ID number that lost a digit, or was a number to a spreadsheet, still tells a birth date. */
function submittedNumber(cell: Cell): string {
  const text = submitted(cell);
  const isSafe = !BIRTH_YEAR.test(text) || mayBeShown(text) || identify(text).problem === undefined;
  return isSafe ? text : hiddenIdNumber;
}

const BIRTH_YEAR = /(?:19|20)\d\d/u;

/**
 * The same answer for a cell that says the same again: authorities, categories, dates and provisions repeat in their column
 * from row to row. A column whose cells do not is soon left alone, and so is a cell that is more than text.
 */
function remembering<Answer>(ask: (cell: Cell) => Answer): (cell: Cell) => Answer {
  const known = new Map<string, Answer>();
  let asked = 0;
  let repeated = 0;
  let isOff = false;
  return (cell) => {
    if (isOff || cell.number !== undefined || cell.date !== undefined) return ask(cell);
    asked += 1;
    const before = known.get(cell.text);
    if (before !== undefined) {
      repeated += 1;
      return before;
    }
    if (asked > MOST_REMEMBERED && repeated * 4 < asked) {
      isOff = true;
      known.clear();
    }
    if (isOff || known.size >= MOST_REMEMBERED) return ask(cell);
    const text = ownText(cell.text);
    const answer = ask({ text });
    known.set(text, answer);
    return answer;
  };
}

const MOST_REMEMBERED = 1000;

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
