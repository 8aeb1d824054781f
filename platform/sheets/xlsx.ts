import { type Archive, openArchive, type UnpackLimits } from './archive.ts';
import type { Cell, SourceRow } from './cell.ts';
import { readDate } from './dates.ts';
import { numberCell } from './number-cell.ts';
import { MAX_COLUMNS, MAX_ROW_CHARACTERS, SheetError, tooWide } from './sheet-error.ts';
import { readWorkbook, unescapeText, type Workbook } from './workbook.ts';
import { eachAttribute, type XmlListener } from './xml.ts';

const MAX_ROWS = 1_048_576;
const EMPTY_CELL: Cell = { text: '' };
/** A formula that a program wrote and no spreadsheet has worked out yet: it says something, and nobody knows what. */
const UNCALCULATED: Cell = { text: '#未计算!' };

/**
 * The rows of every worksheet, streamed, as many at a time as one piece of it gives. The declared dimension is not looked at. Held in memory: the shared strings and
 * one piece of a sheet.
 */
export async function* readXlsxRows(path: string, limits: UnpackLimits): AsyncGenerator<readonly SourceRow[]> {
  let archive: Archive | undefined;
  try {
    archive = await openArchive(path, limits);
    checkKind(archive);
    const workbook = await readWorkbook(archive, limits);
    for (const sheet of workbook.sheets) {
      const collector = collectRows(sheet.name, sheet.isHidden, workbook);
      for await (const _ of archive.read(sheet.part, collector.listener, 'sheetBytes')) yield collector.take();
      yield collector.take();
    }
  } catch (error) {
    if (error instanceof SheetError) throw error;
    throw new SheetError('FILE_BROKEN', '文件已损坏或不完整，请用电子表格软件打开确认后重新保存提交。', {
      cause: error,
    });
  } finally {
    archive?.close();
  }
}

function checkKind(archive: Archive): void {
  if (archive.has('xl/workbook.bin')) {
    throw new SheetError('FILE_NOT_A_SHEET', '不支持 .xlsb 文件，请另存为 .xlsx 后提交。');
  }
  if (archive.has('[Content_Types].xml') && !archive.has('word/document.xml')) return;
  throw new SheetError('FILE_NOT_A_SHEET', '文件不是 Excel 工作簿（.xlsx），请另存为 .xlsx 或 CSV 后提交。');
}

/** Gathers cells into rows while the sheet's XML goes by. */
function collectRows(
  sheet: string,
  isHidden: boolean,
  workbook: Workbook,
): { listener: XmlListener; take(): SourceRow[] } {
  let rows: SourceRow[] = [];
  let rowNumber = 0;
  let stated = 0;
  let cells: Cell[] = [];
  let column = -1;
  let type = 'n';
  let style = 0;
  let value = '';
  let rowLength = 0;
  let isInRow = false;
  let isInCell = false;
  let isValue = false;
  let isFormula = false;
  let hasResult = false;
  let isPhonetic = false;

  const rowAttribute = (name: string, text: string): void => {
    if (name === 'r') stated = Number(text);
  };
  const cellAttribute = (name: string, text: string): void => {
    if (name === 'r') column = columnIndex(text);
    else if (name === 't') type = text;
    else if (name === 's') style = Number(text);
  };

  const listener: XmlListener = {
    open(name, attributes) {
      if (name === 'row') {
        stated = rowNumber + 1;
        eachAttribute(attributes, rowAttribute);
        if (!(Number.isInteger(stated) && stated <= MAX_ROWS)) throw new Error('a row number is out of range');
        rowNumber = Math.max(stated, rowNumber + 1);
        cells = [];
        rowLength = 0;
        column = -1;
        isInRow = true;
      } else if (name === 'c' && isInRow) {
        column += 1;
        type = 'n';
        style = 0;
        value = '';
        isFormula = false;
        hasResult = false;
        eachAttribute(attributes, cellAttribute);
        isInCell = true;
      } else if (name === 'v' || name === 't') {
        isValue = isInCell;
        hasResult = true;
      } else if (name === 'f') isFormula = isInCell;
      else if (name === 'rPh') isPhonetic = true;
    },
    text(piece) {
      if (!isValue || isPhonetic) return;
      value += piece;
      rowLength += piece.length;
      if (rowLength > MAX_ROW_CHARACTERS)
        throw new SheetError('FILE_TOO_LARGE', `第 ${rowNumber} 行的内容过长，无法读取。`);
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'c' && isInCell) {
        isInCell = false;
        if (value !== '') place(cells, column, cellOf(type, style, value, workbook));
        else if (isFormula && !hasResult) place(cells, column, UNCALCULATED);
      } else if (name === 'row') {
        isInRow = false;
        rows.push(isHidden ? { sheet, number: rowNumber, cells, isHidden } : { sheet, number: rowNumber, cells });
      }
    },
  };
  return {
    listener,
    take() {
      const taken = rows;
      rows = [];
      return taken;
    },
  };
}

function place(cells: Cell[], column: number, cell: Cell): void {
  if (column >= MAX_COLUMNS) throw tooWide();
  while (cells.length < column) cells.push(EMPTY_CELL);
  cells[column] = cell;
}

/** AB12 is column 27, counted from 0. */
function columnIndex(reference: string): number {
  let index = 0;
  let at = 0;
  for (; at < 3; at += 1) {
    // Letters of either case.
    const letter = (reference.charCodeAt(at) | 0x20) - 0x60;
    if (!(letter >= 1 && letter <= 26)) break;
    index = index * 26 + letter;
  }
  if (at === 0) throw new Error('a cell has no column');
  return index - 1;
}

function cellOf(type: string, style: number, value: string, workbook: Workbook): Cell {
  switch (type) {
    case 's': {
      const cell = workbook.sharedStrings[Number(value)];
      if (cell === undefined) throw new Error('a cell names a shared string that is not there');
      return cell;
    }
    case 'b':
      return { text: value === '1' || value === 'true' ? 'TRUE' : 'FALSE' };
    case 'd': {
      const found = readDate(value);
      return found.kind === 'DAY' ? { text: found.date, date: found.date } : { text: value };
    }
    case 'n':
      return styledNumber(value, style, workbook);
    default:
      return { text: unescapeText(value) };
  }
}

function styledNumber(value: string, style: number, workbook: Workbook): Cell {
  const number = Number(value);
  if (!Number.isFinite(number)) return { text: value };
  return numberCell(number, value, workbook.dateStyles[style] === true ? workbook.dateShift : undefined);
}
