import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { REJECTION_TITLES, type Reason } from '../sheets/index.ts';

export interface RejectedRow {
  readonly outcome: 'REJECTED';
  readonly sheet: string;
  readonly number: number;
  readonly cells: readonly string[];
  readonly reasons: readonly Reason[];
}

/**
 * The rejected rows of one import as CSV files that a spreadsheet opens: place, reasons, then the row as submitted. Mended
 * they can be imported as they are: reading passes over the columns that were put before. Worksheets with different
 * headers make a file each.
 */
export interface RejectedRows {
  /** The header of the rows that follow, as the file has it. */
  header(headers: readonly string[]): void;
  add(row: Pick<RejectedRow, 'sheet' | 'number' | 'cells' | 'reasons'>): void;
  /** The files' paths; none when no row was rejected. */
  close(): Promise<readonly string[]>;
}

/**
 * Nothing is written before the first rejected row. The files are for the clerk alone: their owner may read them.
 * `add` and `close` throw where a file cannot be written: no row comes back without its reason.
 */
export function rejectedRows(folder: string, name: string): RejectedRows {
  const files = new Map<string, { readonly path: string; readonly stream: WriteStream }>();
  let headers: readonly string[] = [];
  let failure: Error | undefined;
  const fail = (path: string, error: unknown): Error => {
    const { code = '' } = error as NodeJS.ErrnoException;
    failure ??= new Error(`退回的行无法写入 ${path}(${code}),请检查磁盘空间和写入权限后再次导入。`, { cause: error });
    return failure;
  };
  const fileOf = (titles: readonly string[]) => {
    const key = JSON.stringify(titles);
    const known = files.get(key);
    if (known) return known;
    const path = join(folder, `${name}.rejected${files.size === 0 ? '' : `-${files.size + 1}`}.csv`);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw fail(path, error);
    }
    const file = { path, stream: createWriteStream(path, { mode: 0o600 }) };
    file.stream.on('error', (error) => fail(path, error));
    files.set(key, file);
    file.stream.write(`\uFEFF${line([...REJECTION_TITLES, ...titles])}`);
    return file;
  };
  return {
    header(found) {
      headers = found;
    },
    add(row) {
      if (failure) throw failure;
      const reasons = row.reasons.map(({ message }) => message).join(' ');
      fileOf(headers).stream.write(line([row.sheet, String(row.number), reasons, ...row.cells]));
    },
    async close() {
      for (const { stream } of files.values()) {
        stream.end();
        await finished(stream).catch(() => undefined);
      }
      if (failure) throw failure;
      return [...files.values()].map(({ path }) => path);
    },
  };
}

/** What a spreadsheet shows and saves again as it was: a number without zeros to lose, of no more than ten digits. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d{0,5})(?:\.\d{0,3}[1-9])?$/u;
/** What it may run, or take for a number, a day, a share or a truth: it begins like one and holds no other letters. */
const TAKEN_FOR_FORMULA = /^[=+@|\-＝＋－＠﹦]/u;
const TAKEN_FOR_VALUE =
  /^[\d０-９.($¥￥]|^(?:TRUE|FALSE|(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*[- ]?\d+)$/iu;

/**
 * A cell as a spreadsheet keeps it when it opens the CSV and saves it again: a leading tab makes it text, so that a code
 * of 18 digits does not become 9.1E+17, 2017.10 not January and =… no formula. Reading it again drops the tab.
 */
function asText(cell: string): string {
  const isAltered = TAKEN_FOR_FORMULA.test(cell) || TAKEN_FOR_VALUE.test(cell);
  return isAltered && !PLAIN_NUMBER.test(cell) ? `\t${cell}` : cell;
}

function line(cells: readonly string[]): string {
  return `${cells
    .map(asText)
    .map((cell) => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')}\r\n`;
}
