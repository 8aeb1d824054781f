import { setImmediate as turn } from 'node:timers/promises';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import type { DraftedRow } from './draft.ts';
import { keepHeadings } from './headings.ts';
import type { ImportOptions } from './import-file.ts';
import type { Prepared, Stamp } from './intake.ts';
import { beginChunk, type IncomingRow } from './merge.ts';
import type { Pace } from './pace.ts';
import type { RejectedRows } from './rejected-rows.ts';
import { reject, type Tally } from './report.ts';
import { noteReported } from './reported-days.ts';
import type { SeenRows } from './seen-rows.ts';
import type { Listed } from './unlisted.ts';
import { unreadSheets } from './unread-sheets.ts';

/** One import under way. */
export interface Reading extends ImportOptions {
  readonly stamp: Stamp;
  readonly fileSize: number;
  readonly tally: Tally;
  readonly rejects: RejectedRows;
  readonly seen: SeenRows;
  /** For a full list. */
  readonly listed: Listed | undefined;
  readonly pace: Pace;
}

/** Rows read at a time before whoever waits has a turn: the credit office's and PostgreSQL's answers. */
const TURN = 25;

/**
 * Reads the file chunk by chunk; while PostgreSQL stores one, the credit office is asked about the next, and the one after
 * is read. Answers whether it was asked to stop before the file's end.
 */
export async function readInChunks(reading: Reading): Promise<boolean> {
  const { intake, tally, rejects, listed, pace } = reading;
  const progress = { bytes: 0 };
  const unread = unreadSheets();
  let preparing = Promise.resolve();
  let storing = Promise.resolve();
  let read = 0;
  let chunk: DraftedRow<unknown>[] = [];
  const prepareAndStore = async (rows: readonly DraftedRow<unknown>[]): Promise<void> => {
    if (intake.preparesFromStored) await storing;
    const prepared = await intake.prepare(rows, tally.remarks);
    await storing;
    storing = store(prepared, reading).then(() => reading.onProgress?.({ rows: tally.rows, share: shareOf(progress) }));
    storing.catch(() => undefined);
  };
  const send = async (): Promise<void> => {
    const rows = chunk;
    chunk = [];
    if (rows.length === 0) return;
    await preparing;
    preparing = prepareAndStore(rows);
    preparing.catch(() => undefined);
  };
  const shareOf = ({ bytes }: { bytes: number }): number | undefined =>
    bytes === 0 ? undefined : Math.min(1, bytes / reading.fileSize);
  try {
    for await (const row of intake.read(reading.path, progress)) {
      read += 1;
      if (read % TURN === 0) await turn();
      if (reading.signal?.aborted) {
        await send();
        return true;
      }
      if (row.outcome === 'HEADER') {
        // What is still rejected of the worksheet before stands under that one's header.
        await send();
        await preparing;
        await storing;
        tally.skipped += row.count;
        if (row.unknown.length > 0) tally.remarks.add(`未识别的列,仅随原文留存:${someOf(row.unknown)}`);
        if (row.leftOut.length > 0) tally.remarks.add(`证件号码列,不读取也不留存:${row.leftOut.join('、')}`);
        if (row.duplicate.length > 0) tally.remarks.add(`重复的列,只取第一列:${row.duplicate.join('、')}`);
        for (const [title, known] of Object.entries(row.presumed))
          tally.remarks.add(`表头“${withoutIdNumbers(title)}”按“${known}”读取,请核对。`);
        if (row.isReturned) tally.isSupplement = true;
        rejects.header(row.headers);
        if (!reading.stamp.isDryRun) await keepHeadings(reading.client, reading.schema, row.headers);
      } else if (row.outcome === 'SKIPPED') {
        tally.skipped += row.count;
        unread.add(row);
      } else if (row.outcome === 'REJECTED') {
        listed?.take(row);
        reject(tally, rejects, row);
      } else {
        chunk.push(row);
        if (chunk.length >= pace.chunk) await send();
      }
    }
    await send();
    for (const remark of unread.remarks()) tally.remarks.add(remark);
  } finally {
    await preparing.finally(() => storing);
  }
  return false;
}

/** A sheet of hundreds of columns is told by the first of them. */
function someOf(titles: readonly string[]): string {
  return titles.length <= MOST_TITLES
    ? titles.join('、')
    : `${titles.slice(0, MOST_TITLES).join('、')}等 ${titles.length} 列`;
}

const MOST_TITLES = 20;

/** Stores what can be stored of a chunk, in one transaction. */
async function store(prepared: readonly Prepared[], reading: Reading): Promise<void> {
  const { tally, rejects, seen, listed, stamp, pace } = reading;
  const incoming: IncomingRow[] = [];
  for (const row of prepared) {
    listed?.take(row);
    if (row.outcome === 'REJECTED') {
      reject(tally, rejects, row);
      continue;
    }
    const earlier = seen.see(row.record, row);
    if (earlier.kind === 'OTHER') {
      const { sheet, number } = earlier.at;
      const place = sheet ? `${sheet} 第 ${number} 行` : `第 ${number} 行`;
      const message = `与${place}是同一条记录而内容不同:已以${place}入库,本行退回;若应以本行为准,请单独再次导入本行。`;
      reject(tally, rejects, { ...row, reasons: [{ code: 'CONFLICTING_ROWS', message }] });
      continue;
    }
    tally.rows += 1;
    if (earlier.kind === 'SAME') {
      tally.repeated += 1;
      continue;
    }
    noteReported(tally.reported, row.record, stamp.today);
    incoming.push(row.record);
    if (row.marks.length > 0) tally.flagged += 1;
    for (const mark of row.marks) tally.marks[mark] = (tally.marks[mark] ?? 0) + 1;
  }
  if (incoming.length === 0) return;
  if (!stamp.isDryRun) await pace.turn(reading.signal);
  const outcome = await reading.client.begin(async (transaction) => {
    await beginChunk(transaction, reading.item);
    const merged = await reading.intake.merge(transaction, incoming, stamp);
    if (!stamp.isDryRun && merged.added + merged.corrected > 0) await pace.told(transaction);
    return merged;
  });
  listed?.alias(outcome.aliases ?? []);
  tally.added += outcome.added;
  tally.corrected += outcome.corrected;
  tally.unchanged += outcome.unchanged;
}
