import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { type SourceRow, tidy } from './cell.ts';
import {
  fieldsByTitle,
  findHeader,
  type Header,
  isUsable,
  normaliseHeader,
  rejectionColumns,
  repeats,
  withoutColumns,
} from './header.ts';
import { type ReadingProgress, readRows } from './read.ts';
import { createRowReader, isIdNumberTitle, type RowReader } from './row.ts';
import type { Sheet } from './sheet.ts';
import { SheetError } from './sheet-error.ts';

/** A header was found: which columns are understood, and what else stands beside them. */
export interface HeaderFound {
  readonly outcome: 'HEADER';
  readonly sheet: string;
  readonly number: number;
  /** Two where the header stands on two levels. */
  readonly count: number;
  /** Every header as it stands in the file, by position; blank where a column has none. */
  readonly headers: readonly string[];
  /** Field → header as it stands in the file. */
  readonly columns: Readonly<Record<string, string>>;
  /** Headers that no column knows; their cells are kept in `source` only. */
  readonly unknown: readonly string[];
  /** Headers of citizens' numbers that no column knows; their cells are left out altogether. */
  readonly leftOut: readonly string[];
  /** Headers that stand for a field already taken by an earlier column; kept in `source` only. */
  readonly duplicate: readonly string[];
  /** Misspelt headers that were taken for a known one: header in the file → the known one. */
  readonly presumed: Readonly<Record<string, string>>;
  /** Fields of the sheet that the file has no column for. */
  readonly absent: readonly string[];
  /** It is a file of rejected rows that comes again, mended. */
  readonly isReturned: boolean;
}

/** Rows that hold no record: `count` rows from `number` on. */
export interface SkippedRows {
  readonly outcome: 'SKIPPED';
  readonly sheet: string;
  readonly number: number;
  readonly count: number;
  /**
   * BEFORE_HEADER: title and notes; REPEATED_HEADER: the header again; NO_HEADER: a worksheet of something else;
   * HIDDEN_SHEET: a worksheet that whoever submitted the file did not see.
   */
  readonly reason: 'BLANK' | 'BEFORE_HEADER' | 'REPEATED_HEADER' | 'NO_HEADER' | 'HIDDEN_SHEET';
  /** For NO_HEADER: headers that a worksheet of this kind must have and this one has not. */
  readonly missing?: readonly string[];
}

export interface AcceptedRow<Values> {
  readonly outcome: 'ROW';
  readonly sheet: string;
  readonly number: number;
  readonly values: Values;
  /** Codes of quality flags, each once. */
  readonly flags: readonly string[];
  /** The row as submitted, in the file's order; withheld and never-stored cells blank, ID numbers masked. */
  readonly cells: readonly string[];
}

export interface Reason {
  readonly field?: string;
  readonly code: string;
  /** A Chinese sentence for the clerk. */
  readonly message: string;
}

export interface RejectedRow {
  readonly outcome: 'REJECTED';
  readonly sheet: string;
  readonly number: number;
  /** The row as submitted, in the file's order; withheld and never-stored cells blank, ID numbers masked. */
  readonly cells: readonly string[];
  readonly reasons: readonly Reason[];
}

export type ReadRow<Values> = HeaderFound | SkippedRows | AcceptedRow<Values> | RejectedRow;

/** Titles, notices and instructions above a header take a few rows; a table of something else takes more. */
const ROWS_SEARCHED = 30;

/**
 * Reads a file as one kind of sheet. Every row is told exactly once, in order, so that for each worksheet the counts of
 * headers and skipped rows, the rows and the rejected add up to the number of its last row. Throws `SheetError` for a
 * file that cannot be read, and at its end for one in which no worksheet has the header.
 */
export async function* readSheet<Values>(
  path: string,
  sheet: Sheet<Values>,
  progress?: ReadingProgress,
): AsyncGenerator<ReadRow<Values>> {
  const found: Header[] = [];
  let isFound = false;
  let isBlankFile = true;
  let worksheet: Worksheet<Values> | undefined;
  for await (const row of readRows(path, undefined, undefined, progress)) {
    if (row.sheet !== worksheet?.name) {
      if (worksheet !== undefined) yield* worksheet.end();
      worksheet = createWorksheet(row.sheet, sheet, (header) => {
        if (isUsable(header, sheet.columns)) isFound = true;
        else if (header !== undefined) found.push(header);
      });
    }
    isBlankFile &&= isBlankRow(row);
    yield* worksheet.take(row);
  }
  if (worksheet !== undefined) yield* worksheet.end();
  if (isBlankFile) throw new SheetError('FILE_EMPTY', '文件是空的，没有任何内容。');
  if (!isFound) throw headerNotFound(sheet, found);
}

interface Worksheet<Values> {
  readonly name: string;
  take(row: SourceRow): Iterable<ReadRow<Values>>;
  end(): Iterable<ReadRow<Values>>;
}

/** One worksheet from its first row to its last: the search for the header, then row after row. */
function createWorksheet<Values>(
  name: string,
  sheet: Sheet<Values>,
  onSearched: (header: Header | undefined) => void,
): Worksheet<Values> {
  const fields = fieldsByTitle(sheet.columns);
  let searched: SourceRow[] | undefined = [];
  let reader: RowReader<Values> | undefined;
  let header: Header | undefined;
  let missing: readonly string[] = [];
  let passedOver = 0;
  let lastNumber = 0;
  let pending: { number: number; count: number; reason: SkippedRows['reason'] } | undefined;

  /** Consecutive rows skipped for one reason are told together. */
  function* skip(number: number, count: number, reason: SkippedRows['reason']): Generator<SkippedRows> {
    if (pending?.reason === reason) {
      pending.count += count;
      return;
    }
    yield* tellSkipped();
    pending = { number, count, reason };
  }

  function* tellSkipped(): Generator<SkippedRows> {
    const why = pending?.reason === 'NO_HEADER' ? { missing } : {};
    if (pending !== undefined) yield { outcome: 'SKIPPED', sheet: name, ...pending, ...why };
    pending = undefined;
  }

  function* search(rows: readonly SourceRow[]): Generator<ReadRow<Values>> {
    searched = undefined;
    const best = findHeader(
      rows.filter((row) => !isBlankRow(row)),
      sheet.columns,
    );
    onSearched(best);
    if (isUsable(best, sheet.columns)) {
      passedOver = rejectionColumns(best);
      header = withoutColumns(best, passedOver);
      reader = createRowReader(sheet, header, passedOver > 0);
    } else missing = missingTitles(sheet, best);
    for (const row of rows) yield* read(row);
  }

  function* read(row: SourceRow): Generator<ReadRow<Values>> {
    if (row.number > lastNumber + 1) yield* skip(lastNumber + 1, row.number - lastNumber - 1, 'BLANK');
    lastNumber = row.number;
    if (isBlankRow(row)) yield* skip(row.number, 1, 'BLANK');
    else if (row.isHidden === true) yield* skip(row.number, 1, 'HIDDEN_SHEET');
    else if (header === undefined || reader === undefined) yield* skip(row.number, 1, 'NO_HEADER');
    else if (row.number < (header.rows[0]?.number ?? 0)) yield* skip(row.number, 1, 'BEFORE_HEADER');
    else if (header.rows.includes(row)) {
      if (row !== header.rows[0]) return;
      yield* tellSkipped();
      yield headerFound(row, header, sheet, passedOver > 0);
    } else {
      const submitted = passedOver === 0 ? row : { ...row, cells: row.cells.slice(passedOver) };
      if (isBlankRow(submitted)) yield* skip(row.number, 1, 'BLANK');
      else if (repeats(submitted, header, fields)) yield* skip(row.number, 1, 'REPEATED_HEADER');
      else {
        yield* tellSkipped();
        yield reader(submitted);
      }
    }
  }

  return {
    name,
    *take(row) {
      if (searched === undefined || row.isHidden === true) {
        searched = undefined;
        yield* read(row);
        return;
      }
      searched.push(row);
      if (searched.length >= ROWS_SEARCHED) yield* search(searched);
    },
    *end() {
      if (searched !== undefined) yield* search(searched);
      yield* tellSkipped();
    },
  };
}

function headerFound(row: SourceRow, header: Header, sheet: Sheet<never>, isReturned: boolean): HeaderFound {
  const taken = new Set(header.positions.values());
  const fields = fieldsByTitle(sheet.columns);
  const others = header.titles.filter((title, position) => title !== '' && !taken.has(position));
  const isDuplicate = (title: string) => fields.has(normaliseHeader(title));
  return {
    outcome: 'HEADER',
    sheet: row.sheet,
    number: row.number,
    count: header.rows.length,
    headers: header.titles.map(withoutIdNumbers),
    columns: Object.fromEntries(
      [...header.positions].map(([field, position]) => [field, header.titles[position] ?? '']),
    ),
    unknown: others.filter((title) => !isDuplicate(title) && !isIdNumberTitle(title)).map(withoutIdNumbers),
    leftOut: others.filter((title) => !isDuplicate(title) && isIdNumberTitle(title)).map(withoutIdNumbers),
    duplicate: others.filter(isDuplicate),
    presumed: Object.fromEntries(header.presumed),
    absent: Object.keys(sheet.columns).filter((field) => !header.positions.has(field)),
    isReturned,
  };
}

function isBlankRow(row: SourceRow): boolean {
  return row.cells.every((cell) => tidy(cell.text) === '');
}

/** The headers that a worksheet lacks, as the sheet calls them first; all required ones where it has none. */
function missingTitles(sheet: Sheet<never>, nearest: Header | undefined): readonly string[] {
  const required = Object.keys(sheet.columns).filter((field) => sheet.columns[field]?.isRequired === true);
  return (nearest?.missing ?? required).map((field) => sheet.columns[field]?.aliases[0] ?? field);
}

function headerNotFound(sheet: Sheet<never>, found: readonly Header[]): SheetError {
  const nearest = [...found].sort((one, other) => other.positions.size - one.positions.size)[0];
  const missing = missingTitles(sheet, nearest).map((title) => `“${title}”`);
  if (nearest === undefined) {
    return new SheetError('HEADER_NOT_FOUND', `找不到表头，应有的列：${missing.join('、')}。`);
  }
  const taken = new Set(nearest.positions.values());
  const unknown = nearest.titles.filter((title, position) => title !== '' && !taken.has(position));
  const seen = unknown.slice(0, 20).map((title) => `“${withoutIdNumbers(title).slice(0, 40)}”`);
  const beside = seen.length === 0 ? '' : `；未能识别的列：${seen.join('、')}`;
  const lacking = missing.length === 0 ? '能识别的列太少' : `缺少必需的列：${missing.join('、')}`;
  return new SheetError('HEADER_NOT_FOUND', `表头${lacking}${beside}。`);
}
