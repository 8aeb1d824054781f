import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { inGbk } from '../generator/gbk.ts';
import { csvLine, type Row, xlsx } from '../generator/sheet.ts';
import { asSubmitted } from './mistakes.ts';
import type { CitySize, PlannedFile } from './plan.ts';
import { subjectAt } from './subject.ts';

/** What was written. */
export interface WrittenFile {
  readonly name: string;
  readonly item: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What an unfinished file is called. */
export const UNFINISHED = '.part';

/** Writes one file of the city, which appears under its name only once it is whole. Memory does not grow with it. */
export function writeCityFile(folder: string, file: PlannedFile, size: CitySize): WrittenFile {
  const path = join(folder, file.name);
  const out = createOutput(path + UNFINISHED);
  const rows = file.format === 'XLSX' ? writeWorkbook(out, file, size) : writeCsv(out, file, size);
  const { bytes, sha256 } = out.close();
  renameSync(path + UNFINISHED, path);
  return { name: file.name, item: file.item.item, rows, bytes, sha256 };
}

/** The rows of a file as its clerks submit them. */
export function* rowsOf({ item, batch, from, until, isRestyled }: PlannedFile, { seed }: CitySize): Generator<Row> {
  const restyled = isRestyled ? item.otherwise?.restyled : undefined;
  for (let index = from; index < until; index++) {
    const subject = subjectAt(seed, index);
    const rows = item.rows(subject, batch);
    if (rows.length === 0) continue;
    const by = subject.by(item.item, batch.year);
    const stranger = (): string => subjectAt(seed, index + 1).registered.name;
    for (const row of rows) {
      for (const submitted of asSubmitted(row, item.mistakes, by, stranger))
        yield restyled ? restyled(submitted) : submitted;
    }
  }
}

function headersOf({ item, isRestyled }: PlannedFile): readonly string[] {
  return isRestyled && item.otherwise ? item.otherwise.headers : item.headers;
}

/** Characters that are put together before they are encoded. */
const CHUNK = 1 << 18;

function writeCsv(out: Output, file: PlannedFile, size: CitySize): number {
  const headers = headersOf(file);
  const encoded = file.format === 'CSV_IN_GBK' ? inGbk : (text: string) => Buffer.from(text);
  const mark = file.format === 'CSV_IN_GBK' ? '' : '\uFEFF';
  let text = `${mark}${file.hasTitle ? csvLine([file.item.title]) : ''}${csvLine(headers)}`;
  let rows = 0;
  for (const row of rowsOf(file, size)) {
    text += csvLine(headers.map((header) => row[header] ?? ''));
    rows += 1;
    if (text.length < CHUNK) continue;
    out.write(encoded(text));
    text = '';
  }
  out.write(encoded(text));
  return rows;
}

function writeWorkbook(out: Output, file: PlannedFile, size: CitySize): number {
  const rows = [...rowsOf(file, size)];
  const half = file.isInTwo ? Math.ceil(rows.length / 2) : rows.length;
  const table = { headers: headersOf(file), ...(file.hasTitle ? { above: [file.item.title] } : {}) };
  const sheets = [
    { ...table, sheet: '第一批', rows: rows.slice(0, half) },
    ...(half < rows.length ? [{ ...table, sheet: '第二批', rows: rows.slice(half) }] : []),
  ];
  out.write(xlsx(sheets));
  return rows.length;
}

interface Output {
  write(bytes: Buffer): void;
  close(): { readonly bytes: number; readonly sha256: string };
}

function createOutput(path: string): Output {
  const file = openSync(path, 'w');
  const hash: Hash = createHash('sha256');
  let bytes = 0;
  return {
    write(part) {
      hash.update(part);
      for (let at = 0; at < part.length; ) at += writeSync(file, part, at);
      bytes += part.length;
    },
    close() {
      // Before it is renamed: a power cut leaves whole files or none.
      fsyncSync(file);
      closeSync(file);
      return { bytes, sha256: hash.digest('hex') };
    },
  };
}
