import { parentPort, workerData } from 'node:worker_threads';
import { SheetError } from '../sheets/index.ts';
import type { DepartmentCard } from '../subgraph/card.ts';
import type { Drafted } from './draft.ts';
import { PIECES_AHEAD, type ReadingAnswered, type ReadingAsked, type ReadingTold, type SentRow } from './read-ahead.ts';
import { type WrittenDraft, written } from './written.ts';

// A thread that reads one file and writes its rows out, some pieces ahead of whoever stores them.

/** Rows of a piece. */
const PIECE = 250;

const { module, department, path, writing } = workerData as ReadingAsked;
let isStopped = false;
let ahead = 0;
let wake: (() => void) | undefined;
parentPort?.on('message', (answered: ReadingAnswered) => {
  if (answered === 'MORE') ahead -= 1;
  else isStopped = true;
  wake?.();
});

let rows: Drafted<WrittenDraft>[] = [];
const progress = { bytes: 0 };
try {
  await read();
  await send();
  tell({ kind: 'END' });
} catch (error) {
  await send(); // what was read before it
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: 'FAILED', code: error instanceof SheetError ? error.code : undefined, message });
}
parentPort?.unref();
parentPort?.close();

async function read(): Promise<void> {
  const sheet = (await cardIn(module, department)).sheets[writing.item];
  if (!sheet) throw new Error(`${writing.item} has no sheet in ${module}`);
  for await (const row of written(sheet.read(path, progress), writing)) {
    rows.push(row);
    if (rows.length >= PIECE) await send();
    if (isStopped) return;
  }
}

/** Waits until the piece may be on its way. */
async function send(): Promise<void> {
  while (ahead >= PIECES_AHEAD && !isStopped)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  if (isStopped || rows.length === 0) return;
  ahead += 1;
  tell(packed(progress.bytes));
  rows = [];
}

async function cardIn(place: string, name: string): Promise<DepartmentCard> {
  const exported: Record<string, unknown> = await import(place);
  const card = Object.values(exported).find((one) => (one as DepartmentCard | undefined)?.name === name);
  if (!card) throw new Error(`${place} exports no card of ${name}`);
  return card as DepartmentCard;
}

/** Rows as they cross: texts and cells in one stretch of bytes, which is handed over and not copied. */
function packed(readTo: number): ReadingTold {
  const texts: string[] = [];
  const sent = rows.map((row) => {
    if (row.outcome !== 'ROW') return row;
    const { sheet, number, marks, draft } = row;
    const pieces = [String(draft.text), JSON.stringify(row.cells)];
    texts.push(...pieces);
    const [textLength = 0, cellsLength = 0] = pieces.map((piece) => Buffer.byteLength(piece));
    return {
      outcome: 'ROW',
      sheet,
      number,
      marks,
      draft: { ...draft, text: '' },
      textLength,
      cellsLength,
    } satisfies SentRow;
  });
  const length = sent.reduce((sum, row) => sum + ('textLength' in row ? row.textLength + row.cellsLength : 0), 0);
  const bytes = Buffer.from(new ArrayBuffer(length));
  let at = 0;
  for (const text of texts) at += bytes.write(text, at);
  return { kind: 'ROWS', rows: sent, bytes, progress: readTo };
}

function tell(told: ReadingTold): void {
  parentPort?.postMessage(told, told.kind === 'ROWS' ? [told.bytes.buffer as ArrayBuffer] : []);
}
