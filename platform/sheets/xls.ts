import { type ChildProcess, spawn } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { programAt } from '../programs.ts';
import type { Cell, SourceRow } from './cell.ts';
import { numberCell } from './number-cell.ts';
import { encrypted, MAX_ROW_CHARACTERS, SheetError } from './sheet-error.ts';
import type { XlsCell, XlsMessage } from './xls-messages.ts';

/** What an old Excel file may cost. The library holds all of it in memory; a sheet of it ends at row 65,536. */
export interface XlsLimits {
  readonly fileBytes: number;
  /** The child's heap. */
  readonly memoryMegabytes: number;
  /** How long the child may leave one waiting. */
  readonly patienceMs: number;
}

/** 65,536 rows of 12 columns without one shared text were 36 MB and filled 450 MB; 30 columns need about 1.1 GB. */
export const XLS_LIMITS: XlsLimits = {
  fileBytes: 128 * 1024 ** 2,
  memoryMegabytes: 1_536,
  patienceMs: 120_000,
};

const EMPTY_CELL: Cell = { text: '' };
/** Half a kilobyte of header and two sectors: no container is smaller, and no child is needed to say so. */
const SMALLEST_CONTAINER = 1_536;
const PROGRAM = new URL('xls-child.ts', import.meta.url);

/**
 * The rows of every worksheet of a workbook in Excel's format before 2007 (BIFF). A child process reads it, with a memory
 * cap, no environment and no name of the file: what a hostile file does to the library cannot reach the importer.
 */
export async function* readXlsRows(path: string, limits: XlsLimits, isContainer: boolean): AsyncGenerator<SourceRow> {
  const { size } = await stat(path);
  if (isContainer && size < SMALLEST_CONTAINER) throw broken();
  if (size > limits.fileBytes) {
    throw tooLarge(`旧版 Excel 文件超过 ${Math.floor(limits.fileBytes / 1024 ** 2)} MB 的上限`);
  }
  let sheet = '';
  let isHidden = false;
  let dayShift = 0;
  for await (const message of told(path, limits)) {
    if (message.kind === 'NO_WORKBOOK') {
      throw new SheetError('FILE_NOT_A_SHEET', '文件里没有 Excel 工作簿，请核对后重新提交。');
    }
    if (message.kind === 'FAILED') throw message.isEncrypted ? encrypted() : broken();
    if (message.kind === 'SHEET') ({ name: sheet, isHidden, dayShift } = message);
    if (message.kind !== 'ROW') continue;
    const { number } = message;
    const cells = message.cells.map((cell) => cellOf(cell, dayShift));
    if (cells.reduce((sum, { text }) => sum + text.length, 0) > MAX_ROW_CHARACTERS) {
      throw new SheetError('FILE_TOO_LARGE', `第 ${number} 行的内容过长，无法读取。`);
    }
    yield { sheet, number, cells, ...(isHidden ? { isHidden } : {}) };
  }
}

function cellOf(cell: XlsCell, dayShift: number): Cell {
  if (cell === null || cell === '') return EMPTY_CELL;
  if (typeof cell === 'string') return { text: cell };
  return typeof cell === 'number' ? numberCell(cell, '', undefined) : numberCell(cell[0], '', dayShift);
}

/** What the child tells, ended by a SheetError where it ends before its time. */
async function* told(path: string, limits: XlsLimits): AsyncGenerator<XlsMessage> {
  const file = await open(path);
  const { file: program, execArgv } = programAt(PROGRAM);
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${limits.memoryMegabytes}`, ...execArgv, program],
    // In a session of its own: Ctrl-C in a terminal is for the importer, which reads on to the end of its chunk.
    { stdio: [file.fd, 'pipe', 'pipe'], env: {}, cwd: tmpdir(), detached: true },
  );
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the child has no output');
  const ended = endOf(child);
  let complaint = '';
  stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString('latin1')).slice(-10_000);
  });
  let isLate = false;
  const tooLate = (): void => {
    isLate = true;
    child.kill('SIGKILL');
  };
  let isWhole = false;
  let hasTold = false;
  try {
    for await (const line of lines(stdout, limits.patienceMs, tooLate)) {
      const message = JSON.parse(line) as XlsMessage;
      hasTold = true;
      yield message;
      isWhole = message.kind === 'END';
    }
    const end = await ended;
    // A Ctrl-C that came while the child was in the importer's session still: nobody meant the child.
    if (end === 'SIGINT' && !hasTold) {
      yield* told(path, limits);
      return;
    }
    if (isLate) throw tooLarge(`旧版 Excel 文件在 ${Math.ceil(limits.patienceMs / 1000)} 秒内没有读完`);
    if (end === 'SIGABRT' || end === 134 || /out of memory/iu.test(complaint)) {
      throw tooLarge(`旧版 Excel 文件的内容超出 ${limits.memoryMegabytes} MB 的内存上限`);
    }
    if (!isWhole) throw broken();
  } finally {
    child.kill('SIGKILL');
    await file.close();
  }
}

/** How the child ended: its code, or the signal that ended it. */
function endOf(child: ChildProcess): Promise<number | string | null> {
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  // Whoever stops reading early never asks.
  ended.catch(() => {});
  return ended;
}

/** The lines of a stream. The clock runs only while they are waited for: whoever takes the rows may take their time. */
async function* lines(stream: Readable, patienceMs: number, onLate: () => void): AsyncGenerator<string> {
  const pieces = stream.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  let rest = '';
  for (;;) {
    const clock = setTimeout(onLate, patienceMs);
    const piece = await pieces.next().finally(() => clearTimeout(clock));
    if (piece.done === true) return;
    const parts = (rest + piece.value).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

function broken(): SheetError {
  return new SheetError('FILE_BROKEN', '文件已损坏或不完整，请用电子表格软件打开确认后重新保存提交。');
}

function tooLarge(what: string): SheetError {
  return new SheetError('FILE_TOO_LARGE', `${what}，请拆分成几个文件，或另存为 .xlsx 后提交。`);
}
