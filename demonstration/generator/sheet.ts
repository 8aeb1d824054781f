import { inGbk } from './gbk.ts';
import { workbook } from './workbook.ts';

/** What stands in a cell; a day is a real date cell in a workbook. */
export type Cell = string | number | { readonly day: string };

/** A row as its clerk fills it in: header → cell. What is not named stays blank. */
export type Row = Readonly<Record<string, Cell>>;

/** A file that a department submits. */
export interface SubmittedFile {
  /** The catalogue item. */
  readonly item: string;
  /** The file's name under `files/`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** One table: lines above the header as clerks put them there, the header, the rows. */
export interface Table {
  readonly sheet?: string;
  readonly above?: readonly string[];
  readonly headers: readonly string[];
  readonly rows: readonly Row[];
}

/** CSV in UTF-8 with a byte order mark and CRLF, as Chinese Excel saves and opens it. */
export function csvWithMark(table: Table): Buffer {
  return Buffer.from(`\uFEFF${csv(table)}`);
}

export function csvInGbk(table: Table): Buffer {
  return inGbk(csv(table));
}

export function xlsx(tables: readonly Table[]): Buffer {
  return workbook(
    tables.map((table, index) => ({
      name: table.sheet ?? `Sheet${index + 1}`,
      rows: lines(table),
    })),
  );
}

function csv(table: Table): string {
  return lines(table).map(csvLine).join('');
}

/** One line of a CSV file, with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function lines({ above = [], headers, rows }: Table): readonly (readonly Cell[])[] {
  for (const row of rows) {
    const unknown = Object.keys(row).find((header) => !headers.includes(header));
    if (unknown !== undefined) throw new Error(`no such column: ${unknown}`);
  }
  return [...above.map((line) => [line]), headers, ...rows.map((row) => headers.map((header) => row[header] ?? ''))];
}

function quoted(cell: Cell): string {
  const text = typeof cell === 'object' ? cell.day : String(cell);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
