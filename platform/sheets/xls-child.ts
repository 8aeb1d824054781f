import { readFileSync } from 'node:fs';
import { type CellObject, CFB, read, SSF, set_cptable } from '@e965/xlsx';
import * as codePages from '@e965/xlsx/dist/cpexcel.full.mjs';
import { BUILT_IN_DATES, isDateFormat } from './date-formats.ts';
import type { XlsCell, XlsMessage } from './xls-messages.ts';

// A program of its own: `xls.ts` runs it under a memory cap, hands it an old Excel file on standard input and reads one
// message a line from its standard output. Whatever a file does to the library ends with this process.

const ERRORS = new Map<unknown, string>([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
]);
/** Characters gathered before they are written. */
const PIECE = 65_536;

let unwritten = '';
try {
  tellWorkbook(workbookStream(readFileSync(0)));
  tell({ kind: 'END' });
} catch (error) {
  tell({ kind: 'FAILED', isEncrypted: error instanceof Error && /password|encrypt/iu.test(error.message) });
}
process.stdout.write(unwritten);

/** The stream of BIFF records: the file itself in the oldest versions, a stream in a compound file since Excel 5. */
function workbookStream(file: Buffer): Buffer | undefined {
  if (file[0] === 0x09) return file;
  const container = CFB.read(file, { type: 'buffer' });
  const entry = CFB.find(container, '/Workbook') ?? CFB.find(container, '/Book');
  return entry === null ? undefined : Buffer.from(entry.content as Uint8Array);
}

function tellWorkbook(stream: Buffer | undefined): void {
  if (stream === undefined) {
    tell({ kind: 'NO_WORKBOOK' });
    return;
  }
  set_cptable(codePages);
  // Chinese Excel shows these numbers as dates without saying their formats in the file.
  for (const id of BUILT_IN_DATES) SSF.load('yyyy/m/d', id);
  const workbook = read(stream, {
    type: 'buffer',
    dense: true,
    cellFormula: false,
    cellHTML: false,
    cellText: false,
    cellNF: true,
  });
  const names = workbook.SheetNames;
  if (new Set(names).size < names.length) throw new Error('two sheets have one name');
  const dayShift = workbook.Workbook?.WBProps?.date1904 === true ? 1462 : 0;
  for (const name of names) {
    const sheet = Object.hasOwn(workbook.Sheets, name) ? workbook.Sheets[name] : undefined;
    // The library leaves out a sheet whose end is missing, and says nothing.
    if (sheet === undefined) throw new Error('a sheet is cut off');
    if (sheet['!type'] !== undefined && sheet['!type'] !== 'sheet') continue;
    const hidden = workbook.Workbook?.Sheets?.find((one) => one.name === name)?.Hidden ?? 0;
    tell({ kind: 'SHEET', name, isHidden: hidden !== 0, dayShift });
    sheet['!data']?.forEach((cells, index) => {
      tell({ kind: 'ROW', number: index + 1, cells: Array.from(cells, cellOf) });
    });
  }
}

function cellOf(cell: CellObject | undefined): XlsCell {
  switch (cell?.t) {
    case 'n': {
      const number = Number(cell.v);
      if (!Number.isFinite(number)) return '#NUM!';
      return isDate(cell.z) ? [number] : number;
    }
    case 's':
      return String(cell.v ?? '');
    case 'b':
      return cell.v ? 'TRUE' : 'FALSE';
    case 'e':
      return ERRORS.get(cell.v) ?? '#N/A';
    default:
      return null;
  }
}

function isDate(format: string | number | undefined): boolean {
  return typeof format === 'string' && isDateFormat(format);
}

function tell(message: XlsMessage): void {
  unwritten += `${JSON.stringify(message)}\n`;
  if (unwritten.length < PIECE) return;
  process.stdout.write(unwritten);
  unwritten = '';
}
