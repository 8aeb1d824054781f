import { type MessagePort, Worker } from 'node:worker_threads';
import { threadOf } from '../programs.ts';
import { type ReadingProgress, SheetError, type SheetErrorCode } from '../sheets/index.ts';
import type { Drafted, DraftedRow } from './draft.ts';
import type { Writing, WrittenDraft } from './written.ts';

/** Where a thread finds how a file is read: a module that exports a department's card. */
export interface SheetPlace {
  readonly module: string;
  readonly department: string;
}

/** What the thread is given. */
export interface ReadingAsked extends SheetPlace {
  readonly path: string;
  readonly writing: Writing;
}

/** A drafted row on its way between threads: its text and its cells (JSON) are so many of the bytes that come with it. */
export interface SentRow extends Omit<DraftedRow<Sent<WrittenDraft>>, 'source' | 'cells'> {
  readonly textLength: number;
  readonly cellsLength: number;
}

/** Its text is put in its place where it arrives. */
type Sent<Draft extends WrittenDraft> = { -readonly [Field in keyof Draft]: Draft[Field] };

type OtherRow = Exclude<Drafted<WrittenDraft>, { readonly outcome: 'ROW' }>;

export type ReadingTold =
  | {
      readonly kind: 'ROWS';
      readonly rows: readonly (SentRow | OtherRow)[];
      readonly bytes: Uint8Array;
      readonly progress: number;
    }
  | { readonly kind: 'END' }
  | { readonly kind: 'FAILED'; readonly code: SheetErrorCode | undefined; readonly message: string };

/** What the thread is told: another piece may come, or no more is wanted. */
export type ReadingAnswered = 'MORE' | 'STOP';

/** Pieces that may be on their way: what is read ahead waits in memory. */
export const PIECES_AHEAD = 4;
const STOPPING_MS = 2_000;
/** Of what a row leaves behind nothing is wanted any more: V8 would keep some 50 MB of it before it looks. */
const LITTLE_ROOM = { maxYoungGenerationSizeMb: 12 };

/**
 * Reads a file in a thread of its own: what its rows say of themselves is worked out there while this thread finds out whom
 * they are about and stores them.
 * @throws SheetError as reading here would.
 */
export async function* readAhead(
  place: SheetPlace,
  path: string,
  writing: Writing,
  progress?: ReadingProgress,
): AsyncGenerator<Drafted<WrittenDraft>> {
  const asked: ReadingAsked = { ...place, path, writing };
  const worker = new Worker(threadOf(PROGRAM), { eval: true, workerData: asked, resourceLimits: LITTLE_ROOM });
  const inbox = inboxOf(worker);
  try {
    for (;;) {
      const told = await inbox.next();
      if (told.kind === 'END') return;
      if (told.kind === 'FAILED') throw told.code ? new SheetError(told.code, told.message) : new Error(told.message);
      answer(worker, 'MORE');
      if (progress) progress.bytes = told.progress;
      yield* receivedRows(told.rows, told.bytes);
    }
  } finally {
    await inbox.end();
  }
}

function answer(to: Pick<MessagePort, 'postMessage'>, what: ReadingAnswered): void {
  to.postMessage(what);
}

function inboxOf(worker: Worker) {
  const told: ReadingTold[] = [];
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  worker.on('message', (one: ReadingTold) => {
    told.push(one);
    wake?.();
  });
  worker.on('error', (error) => {
    failure = error;
    wake?.();
  });
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      failure ??= new Error('the reading thread ended before its file did');
      wake?.();
      resolve();
    });
  });
  return {
    async next(): Promise<ReadingTold> {
      for (;;) {
        const one = told.shift();
        if (one) return one;
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    /** Asked first, so that what the thread has begun (a process that reads an old workbook) ends with it. */
    async end(): Promise<void> {
      answer(worker, 'STOP');
      const timer = setTimeout(() => void worker.terminate(), STOPPING_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function* receivedRows(rows: readonly (SentRow | OtherRow)[], bytes: Uint8Array): Generator<Drafted<WrittenDraft>> {
  let at = 0;
  for (const row of rows) {
    if (row.outcome !== 'ROW') {
      yield row;
      continue;
    }
    const cellsFrom = at + row.textLength;
    row.draft.text = bytes.subarray(at, cellsFrom);
    at = cellsFrom + row.cellsLength;
    yield new ReceivedRow(row, bytes, cellsFrom, at);
  }
}

class ReceivedRow implements DraftedRow<WrittenDraft> {
  readonly outcome = 'ROW';
  readonly sheet: string;
  readonly number: number;
  readonly draft: WrittenDraft;
  readonly marks: readonly string[];
  readonly source = [];
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #to: number;

  constructor({ sheet, number, draft, marks }: SentRow, bytes: Uint8Array, from: number, to: number) {
    this.sheet = sheet;
    this.number = number;
    this.draft = draft;
    this.marks = marks;
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  /** Looked at where a row is rejected after all, which few are. */
  get cells(): readonly string[] {
    return JSON.parse(Buffer.from(this.#bytes.subarray(this.#from, this.#to)).toString()) as readonly string[];
  }
}

const PROGRAM = new URL('read-ahead-worker.ts', import.meta.url);
