import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Reason } from '../sheets/index.ts';

export interface RejectedRow {
  readonly outcome: 'REJECTED';
  readonly sheet: string;
  readonly number: number;
  readonly cells: readonly string[];
  readonly reasons: readonly Reason[];
}

/** The rejected rows of one import, as a CSV file that a spreadsheet opens: place, reasons, then the row as submitted. */
export interface RejectedRows {
  /** The header of the rows that follow, as the file has it. */
  header(headers: readonly string[]): void;
  add(row: Pick<RejectedRow, 'sheet' | 'number' | 'cells' | 'reasons'>): void;
  /** The file's path, or null when no row was rejected. */
  close(): Promise<string | null>;
}

/** Nothing is written before the first rejected row. The file is for the clerk alone: its owner may read it. */
export function rejectedRows(folder: string, name: string): RejectedRows {
  const path = join(folder, `${name}.rejected.csv`);
  let stream: WriteStream | undefined;
  let headers: readonly string[] = [];
  return {
    header(found) {
      headers = found;
    },
    add(row) {
      if (!stream) {
        mkdirSync(folder, { recursive: true });
        stream = createWriteStream(path, { mode: 0o600 });
        stream.write(`\uFEFF${line(['工作表', '行号', '退回原因', ...headers])}`);
      }
      const reasons = row.reasons.map(({ message }) => message).join(' ');
      stream.write(line([row.sheet, String(row.number), reasons, ...row.cells]));
    },
    async close() {
      if (!stream) return null;
      stream.end();
      await finished(stream);
      return path;
    },
  };
}

/** A cell that a spreadsheet would run as a formula is kept as text by a leading tab, which reading it again drops. */
function asText(cell: string): string {
  return /^[=+@]|^-[^\d]/u.test(cell) ? `\t${cell}` : cell;
}

function line(cells: readonly string[]): string {
  return `${cells
    .map(asText)
    .map((cell) => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')}\r\n`;
}
