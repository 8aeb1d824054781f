import { type SourceRow, tidy } from './cell.ts';
import { nearHeader } from './near-headers.ts';
import type { Columns } from './sheet.ts';

/** Where each field stands in a worksheet. */
export interface Header {
  /** The row or two rows that hold it. */
  readonly rows: readonly SourceRow[];
  /** Field → position, first position wins. */
  readonly positions: ReadonlyMap<string, number>;
  /** Headers as they stand in the file, by position. */
  readonly titles: readonly string[];
  readonly missing: readonly string[];
  /** Headers that were taken for a known one, misspelt: header in the file → the known one. */
  readonly presumed: ReadonlyMap<string, string>;
}

/** The columns that a file of rejected rows puts before the submitted ones: where the row stood, and why it came back. */
export const REJECTION_TITLES = ['工作表', '行号', '退回原因'] as const;

/**
 * How many leading columns of a header are those of a file of rejected rows that comes again, mended; whoever mends it may
 * delete some of them.
 */
export function rejectionColumns(header: Header): number {
  const isOurs = (title: string) => REJECTION_TITLES.some((one) => one === title);
  const end = header.titles.findIndex((title) => !isOurs(title));
  const leading = header.titles.slice(0, end < 0 ? header.titles.length : end);
  return leading.includes(REJECTION_TITLES[2]) ? leading.length : 0;
}

/** The header without its first columns; its rows stay the file's own. */
export function withoutColumns(header: Header, count: number): Header {
  const positions = [...header.positions].map(([field, position]) => [field, position - count] as const);
  return { ...header, titles: header.titles.slice(count), positions: new Map(positions) };
}

/** A header as headers are compared: letters and digits only, in half width, lower case. */
export function normaliseHeader(title: string): string {
  // Most are written as they are compared, and so are the names that each row is asked for a header by.
  if (/^[0-9a-z\u4e00-\u9fff]*$/.test(title)) return title;
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * The best header among the first rows of a worksheet: the row that names most fields, the upper one of equals. Where a
 * row lacks required fields, the row with the next one below it is tried as a header on two levels (行政相对人代码 over
 * 统一社会信用代码). Undefined if no row names any field.
 */
export function findHeader(rows: readonly SourceRow[], columns: Columns): Header | undefined {
  const fields = fieldsByTitle(columns);
  let best: Header | undefined;
  const consider = (candidate: Header) => {
    const isBetter = best === undefined || candidate.positions.size > best.positions.size;
    if (candidate.positions.size > 0 && isBetter) best = candidate;
  };
  rows.forEach((row, index) => {
    const single = asHeader([row], titlesOf(row), columns, fields);
    consider(single);
    const below = rows[index + 1];
    if (below === undefined || single.missing.length === 0 || single.positions.size === 0) return;
    consider(asHeader([row, below], joinLevels(row, below, fields), columns, fields));
  });
  return best;
}

/** A lone matching word is not a header unless the sheet has no second column to look for. */
export function isUsable(header: Header | undefined, columns: Columns): header is Header {
  if (header === undefined || header.missing.length > 0) return false;
  return header.positions.size >= Math.min(2, Object.keys(columns).length);
}

/**
 * True for a row that says the header again, as sheets do that were put together by copying; or in other words for the
 * same fields, as where the standard's codes (CF_WSH) stand below the names.
 */
export function repeats(row: SourceRow, header: Header, fields: ReadonlyMap<string, string>): boolean {
  let said = 0;
  for (const [field, position] of header.positions) {
    const text = normaliseHeader(row.cells[position]?.text ?? '');
    if (text === '') continue;
    if (text !== normaliseHeader(header.titles[position] ?? '') && fields.get(text) !== field) return false;
    said += 1;
  }
  return said >= Math.min(2, header.positions.size);
}

function asHeader(
  rows: readonly SourceRow[],
  titles: readonly string[],
  columns: Columns,
  fields: ReadonlyMap<string, string>,
): Header {
  const positions = new Map<string, number>();
  titles.forEach((title, position) => {
    const field = fields.get(normaliseHeader(title));
    if (field !== undefined && !positions.has(field)) positions.set(field, position);
  });
  const presumed = positions.size === 0 ? new Map<string, string>() : presume(titles, positions, columns, fields);
  const missing = Object.keys(columns).filter((field) => columns[field]?.isRequired === true && !positions.has(field));
  return { rows, positions, titles, missing, presumed };
}

/** Gives fields that no header names to headers that misspell them; two headers for one field are one guess too many. */
function presume(
  titles: readonly string[],
  positions: Map<string, number>,
  columns: Columns,
  fields: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const open = new Map([...fields].filter(([, field]) => !positions.has(field) && columns[field]?.isExact !== true));
  const guesses = titles.flatMap((title, position) => {
    const comparable = normaliseHeader(title);
    const near = fields.has(comparable) ? undefined : nearHeader(comparable, open);
    return near === undefined ? [] : [{ ...near, title, position }];
  });
  const sure = guesses.filter(({ field }) => guesses.filter((one) => one.field === field).length === 1);
  for (const { field, position } of sure) positions.set(field, position);
  return new Map(
    sure.map(({ field, title, alias }) => {
      const known = columns[field]?.aliases.find((one) => normaliseHeader(one) === alias);
      return [title, known ?? alias] as const;
    }),
  );
}

/** Every normalised header that a sheet knows, with its field. */
export function fieldsByTitle(columns: Columns): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(columns).flatMap(([field, { aliases }]) =>
      aliases.map((alias) => [normaliseHeader(alias), field] as const),
    ),
  );
}

function titlesOf(row: SourceRow): readonly string[] {
  return row.cells.map((cell) => tidy(cell.text));
}

function joinLevels(upper: SourceRow, lower: SourceRow, fields: ReadonlyMap<string, string>): readonly string[] {
  const [above, below] = [titlesOf(upper), titlesOf(lower)];
  return Array.from({ length: Math.max(above.length, below.length) }, (_, position) => {
    const [high = '', low = ''] = [above[position], below[position]];
    if (low === '' || (fields.has(normaliseHeader(high)) && !fields.has(normaliseHeader(low)))) return high;
    return low;
  });
}
