import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, type Options, parse } from 'csv-parse';

import type { SourceRow } from './cell.ts';
import { csvRecords } from './csv-records.ts';
import type { ReadingProgress } from './read.ts';
import { MAX_COLUMNS, MAX_ROW_CHARACTERS, SheetError, tooWide } from './sheet-error.ts';

const SEPARATORS = [',', '\t', ';', '|'] as const;

/**
 * The records of a text file, streamed piece by piece. A record counts as one row, as it does when a spreadsheet opens the
 * file.
 */
export async function* readCsvRows(path: string, progress?: ReadingProgress): AsyncGenerator<Iterable<SourceRow>> {
  const encoding = await findEncoding(path);
  const pieces = decode(path, encoding, progress);
  const first = await pieces.next();
  const sample = first.done === true ? '' : first.value;
  const separator = findSeparator(sample);
  const records = csvRecords(separator, MAX_ROW_CHARACTERS / 4);
  let number = 0;
  const rowOf = (record: readonly string[]): SourceRow => {
    number += 1;
    if (record.slice(MAX_COLUMNS).some((text) => text !== '')) throw tooWide();
    const cells = record.length > MAX_COLUMNS ? record.slice(0, MAX_COLUMNS) : record;
    return { sheet: '', number, cells: cells.map((text) => ({ text })) };
  };
  // One by one: those before one that is too wide are read all the same.
  function* rowsOf(piece: Iterable<readonly string[]>): Generator<SourceRow> {
    for (const record of piece) yield rowOf(record);
  }
  for (let piece: string | undefined = sample; piece !== undefined && records.odd === undefined; ) {
    yield rowsOf(records.take(piece));
    // Not `for await`: what is odd is followed by the pieces that remain.
    const next = records.odd === undefined ? await pieces.next() : undefined;
    piece = next === undefined || next.done ? undefined : next.value;
  }
  if (records.odd === undefined) yield rowsOf(records.end());
  if (records.odd === undefined) return;
  try {
    for await (const record of patientRecords(prepend(records.odd, pieces), separator)) yield rowsOf([record]);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new SheetError('FILE_BROKEN', `第 ${number + 1} 行起无法读取：引号没有成对，请检查后重新提交。`, {
      cause: error,
    });
  }
}

/** Records of a text whose quotes are not all where they should be, read as well as can be. */
async function* patientRecords(pieces: AsyncIterable<string>, separator: string): AsyncGenerator<readonly string[]> {
  const options: Options = {
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_ROW_CHARACTERS,
  };
  const source = Readable.from(pieces);
  const parser = source.pipe(parse(options));
  source.once('error', (error) => parser.destroy(error));
  try {
    yield* parser as AsyncIterable<readonly string[]>;
  } finally {
    source.destroy();
  }
}

/**
 * The encoding of the whole file: the first that fits every byte. UTF-16 says so by its mark; UTF-8 is strict enough
 * that Chinese text in GBK does not pass for it; GB18030 contains GBK and GB 2312.
 */
async function findEncoding(path: string): Promise<string> {
  let isFirst = true;
  let isWhole = true;
  let carried: Buffer = Buffer.alloc(0);
  for await (const bytes of createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
    if (isFirst && bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
    if (isFirst && bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
    isFirst = false;
    const all = Buffer.concat([carried, bytes]);
    const end = all.length - unfinished(all);
    carried = Buffer.from(all.subarray(end));
    isWhole = isUtf8(all.subarray(0, end));
    if (!isWhole) break;
  }
  if (isWhole && carried.length === 0) return 'utf-8';
  if (await isIn(path, 'gb18030')) return 'gb18030';
  throw new SheetError('ENCODING_UNKNOWN', '无法识别文件的文字编码，请另存为 UTF-8 编码的 CSV 后提交。');
}

const PIECE_BYTES = 1 << 18;

/** How many bytes at the end of a piece begin a character of UTF-8 that the next piece ends. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

async function isIn(path: string, encoding: string): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) decoder.decode(bytes, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function* decode(path: string, encoding: string, progress?: ReadingProgress): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    if (progress) progress.bytes += bytes.length;
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

async function* prepend(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** The separator that cuts most lines of the sample into the same number of cells; agreement counts for more than width. */
function findSeparator(sample: string): string {
  let best: string = SEPARATORS[0];
  let bestScore = 0;
  for (const separator of SEPARATORS) {
    const linesByCount = new Map<number, number>();
    // A tab at a cell's beginning keeps a number as text (import/rejected-rows.ts); it separates nothing.
    const lines = sample.replace(/"[^"]*"/gu, '').replace(/(?<=[,;|])\t/gu, '');
    for (const line of lines.split(/\r\n|\n|\r/u)) {
      const count = line.split(separator).length - 1;
      if (count > 0) linesByCount.set(count, (linesByCount.get(count) ?? 0) + 1);
    }
    const score = Math.max(0, ...[...linesByCount].map(([count, lines]) => Math.sqrt(count) * lines));
    if (score > bestScore) {
      best = separator;
      bestScore = score;
    }
  }
  return best;
}
