import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

import type { UnpackLimits } from './archive.ts';
import type { SourceRow } from './cell.ts';
import { readCsvRows } from './csv.ts';
import { encrypted, SheetError, unreadable } from './sheet-error.ts';
import { readXlsRows, XLS_LIMITS, type XlsLimits } from './xls.ts';
import { readXlsxRows } from './xlsx.ts';

/** How far a file has been read, where that can be told: bytes of a text file. */
export interface ReadingProgress {
  bytes: number;
}

/** What a workbook may unpack to unless told otherwise: a million rows of thirty columns are about 2 GiB of XML. */
const UNPACK_LIMITS: UnpackLimits = { sheetBytes: 4 * 1024 ** 3, otherBytes: 256 * 1024 ** 2 };

type Kind = 'CSV' | 'XLSX' | 'XLS' | 'OLDEST_XLS';

/**
 * The rows of a CSV, XLSX or XLS file, one after another. What the file is, its bytes decide, not its name. Throws
 * `SheetError` for anything else and for files that are empty, broken or under a password.
 */
export async function* readRows(
  path: string,
  limits: UnpackLimits = UNPACK_LIMITS,
  xlsLimits: XlsLimits = XLS_LIMITS,
  progress?: ReadingProgress,
): AsyncGenerator<SourceRow> {
  const kind = await recognise(path);
  let isEmpty = true;
  for await (const rows of piecesOf(path, kind, limits, xlsLimits, progress)) {
    for (const row of rows) {
      isEmpty = false;
      yield row;
    }
  }
  if (isEmpty) throw new SheetError('FILE_EMPTY', '文件是空的，没有任何内容。');
}

function piecesOf(
  path: string,
  kind: Kind,
  limits: UnpackLimits,
  xlsLimits: XlsLimits,
  progress: ReadingProgress | undefined,
): AsyncIterable<Iterable<SourceRow>> {
  if (kind === 'CSV') return readCsvRows(path, progress);
  return kind === 'XLSX' ? readXlsxRows(path, limits) : oneByOne(readXlsRows(path, xlsLimits, kind === 'XLS'));
}

async function* oneByOne(rows: AsyncIterable<SourceRow>): AsyncGenerator<readonly SourceRow[]> {
  for await (const row of rows) yield [row];
}

async function recognise(path: string): Promise<Kind> {
  const head = await readHead(path);
  if (head.length === 0) throw new SheetError('FILE_EMPTY', '文件是空的，没有任何内容。');
  const signature = head.toString('latin1', 0, 8);
  if (signature.startsWith('PK\x03\x04') || signature.startsWith('PK\x05\x06')) return 'XLSX';
  if (signature === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') {
    if (await isUnderPassword(path)) throw encrypted();
    return 'XLS';
  }
  if (isRecordStream(head)) return 'OLDEST_XLS';
  if (isUtf16(head)) return 'CSV';
  const beginning = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/u, '')
    .trimStart();
  if (/^(<(!doctype|html|head|meta|table|\?xml|style|!--)|mime-version:)/iu.test(beginning)) {
    throw new SheetError(
      'FILE_NOT_A_SHEET',
      '文件其实是网页或 XML，不是表格，请用电子表格软件打开后另存为 .xlsx 再提交。',
    );
  }
  if (head.some(isControl) || beginning.startsWith('%PDF-')) {
    throw new SheetError('FILE_NOT_A_SHEET', '文件不是 CSV 或 Excel 工作簿（.xlsx、.xls），请核对后重新提交。');
  }
  return 'CSV';
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(error);
  }
}

/** Tab, line breaks and form feed occur in text, the other control characters do not. */
function isControl(byte: number): boolean {
  return byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1a].includes(byte);
}

/** The first record of the versions before Excel 5, which knew no container. */
function isRecordStream([type = 0, version = 0, length = 0, longer = 0]: Buffer): boolean {
  return type === 0x09 && [0x00, 0x02, 0x04, 0x08].includes(version) && length >= 4 && length <= 16 && longer === 0;
}

function isUtf16(head: Buffer): boolean {
  const mark = head.toString('latin1', 0, 2);
  return mark === '\xff\xfe' || mark === '\xfe\xff';
}

/** New workbooks under a password lie in the container of old Excel files, which names their one stream. */
async function isUnderPassword(path: string): Promise<boolean> {
  const name = Buffer.from('EncryptedPackage', 'utf16le');
  let carried = Buffer.alloc(0);
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    const window = Buffer.concat([carried, bytes]);
    if (window.includes(name)) return true;
    carried = window.subarray(-name.length);
  }
  return false;
}
