import { type CellObject, CFB, utils, type WorkBook, write } from '@e965/xlsx';

/** A cell of an old workbook as a test states it; `z` is its number format. */
export type XlsTestCell = string | number | null | { readonly number: number; readonly z: string };

export interface XlsTestSheet {
  readonly name: string;
  readonly rows: readonly (readonly XlsTestCell[])[];
  readonly isHidden?: boolean;
}

/** A workbook as programs of before 2007 wrote it: BIFF8 (Excel 97 to 2003), BIFF5 (Excel 95) or BIFF2, which has one sheet. */
export function xls(
  sheets: readonly XlsTestSheet[],
  options: { readonly format?: 'biff8' | 'biff5' | 'biff2'; readonly is1904?: boolean } = {},
): Buffer {
  const book: WorkBook = utils.book_new();
  for (const { name, rows } of sheets) utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map(cellsOf)), name);
  book.Workbook = {
    WBProps: { date1904: options.is1904 === true },
    Sheets: sheets.map(({ isHidden }) => ({ Hidden: isHidden === true ? 1 : 0 })),
  };
  return write(book, { type: 'buffer', bookType: options.format ?? 'biff8' }) as Buffer;
}

function cellsOf(row: readonly XlsTestCell[]): (string | number | CellObject | null)[] {
  return row.map((cell) => (cell !== null && typeof cell === 'object' ? { t: 'n', v: cell.number, z: cell.z } : cell));
}

/** A record of a BIFF stream: what no writer writes, a test writes itself. */
export interface BiffRecord {
  readonly type: number;
  readonly body: Buffer;
}

export function biff(type: number, ...parts: readonly (Buffer | readonly number[])[]): BiffRecord {
  return { type, body: Buffer.concat(parts.map((part) => Buffer.from(part))) };
}

/** Two bytes, the lower first, as the format counts. */
export function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A container with one stream: a workbook under the name `Workbook`. */
export function container(stream: Buffer, name = 'Workbook'): Buffer {
  const file = CFB.utils.cfb_new();
  CFB.utils.cfb_add(file, `/${name}`, stream);
  return CFB.write(file, { type: 'buffer' }) as Buffer;
}

/**
 * The stream of a workbook with one sheet, record by record. `version` 0x600 is BIFF8, 0x500 is BIFF5, whose texts are
 * bytes in a code page. Without `isClosed` the sheet breaks off after its last record.
 */
export function workbookStream(options: {
  readonly version?: number;
  readonly globals?: readonly BiffRecord[];
  readonly sheetName?: Buffer;
  readonly records: Iterable<BiffRecord>;
  readonly isClosed?: boolean;
}): Buffer {
  const { version = 0x600, globals = [], records, isClosed = true } = options;
  const isUnicode = version === 0x600;
  const name = options.sheetName ?? Buffer.from('处罚', isUnicode ? 'utf16le' : 'latin1');
  const beginning = (kind: number) => biff(0x809, word(version), word(kind), Buffer.alloc(isUnicode ? 12 : 4));
  const naming = (position: Buffer) =>
    isUnicode
      ? biff(0x85, position, [0, 0, name.length / 2, 1], name)
      : biff(0x85, position, [0, 0, name.length], name);
  const end = biff(0x0a);
  const position = Buffer.alloc(4);
  position.writeUInt32LE(bytesOf([beginning(5), ...globals, naming(position), end]).length);
  const sheet = [beginning(0x10), ...records, ...(isClosed ? [end] : [])];
  return bytesOf([beginning(5), ...globals, naming(position), end, ...sheet]);
}

function bytesOf(records: readonly BiffRecord[]): Buffer {
  return Buffer.concat(records.flatMap(({ type, body }) => [word(type), word(body.length), body]));
}
