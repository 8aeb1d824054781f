/** One cell as the file holds it. */
export interface Cell {
  /** What a person sees. A number cell without its display format, at most 15 significant digits; a date cell in ISO form. */
  readonly text: string;
  /** Only for a cell that the workbook stores as a number. */
  readonly number?: number;
  /** ISO `YYYY-MM-DD`, only for a cell that the workbook stores as a date. */
  readonly date?: string;
}

/** One row of a file, before anything is known about its columns. */
export interface SourceRow {
  /** The worksheet's name; empty for CSV, which has no sheets. */
  readonly sheet: string;
  /** 1-based, as a person counts rows when the file is open in a spreadsheet. */
  readonly number: number;
  readonly cells: readonly Cell[];
  /** The worksheet is hidden: whoever submitted the file did not see this row. */
  readonly isHidden?: boolean;
}

/** What clerks type into a cell that has nothing to say (rule R6, and lists that were really published). */
const EMPTY_WORDS = new Set(['空', '无', '暂无', '无数据', 'null', 'NULL', 'N/A', '\\n', '\\N']);
const ONLY_DASHES = /^[-–—―−－_/／\\.。·*]*$/u;
const BLANK_DATE = /^1900[-/.年]0?1[-/.月]0?[01]日?( 0?0:00(:00)?(\.0)?)?$/u;

// Zero-width and direction marks, the byte order mark, and controls that PostgreSQL's text or a CSV cannot carry.
const INVISIBLE = /(?![\t\n\r])[\p{Cf}\p{Cc}]/gu;
const UNTIDY = /[\p{Cf}\p{Cc}\p{Surrogate}]/u;
/** ASCII that is seen, Chinese with its punctuation, letters in full width: no need to ask of each what it is. */
const PLAIN = /^[\x20-\x7e\u3000-\u9fff\uff01-\uff5e]*$/;

/** The words of a cell: no invisible characters, no white space at either end, no half characters. */
export function tidy(text: string): string {
  if (text === lastText) return lastTidied;
  lastText = text;
  // Nearly all cells are tidy, and a file has millions of them.
  lastTidied =
    !PLAIN.test(text) && UNTIDY.test(text)
      ? text
          .replace(/\p{Surrogate}/gu, '\uFFFD')
          .replace(INVISIBLE, '')
          .replace(/\r\n?/gu, '\n')
          .trim()
      : text.trim();
  return lastTidied;
}

/** One cell is looked at several times on its way, each time for its words. */
let lastText = '';
let lastTidied = '';

/** The same in half width and without white space: for numbers, dates and codes, never for prose. */
export function compact(text: string): string {
  return tidy(text).normalize('NFKC').replace(/\s+/gu, '');
}

/** True for a cell that says nothing, in any of the ways that people write nothing. */
export function isBlank(cell: Cell): boolean {
  const text = tidy(cell.text);
  if (text.length > 30) return ONLY_DASHES.test(text);
  return (
    ONLY_DASHES.test(text) || EMPTY_WORDS.has(text) || (/^[1１]/u.test(text) && BLANK_DATE.test(text.normalize('NFKC')))
  );
}
