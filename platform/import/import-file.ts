import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import postgres from 'postgres';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { asDatabaseError } from '../database/errors.ts';
import type { DraftedRow } from './draft.ts';
import type { Intake, Prepared } from './intake.ts';
import type { IncomingRow } from './merge.ts';
import { type RejectedRows, rejectedRows } from './rejected-rows.ts';
import { noteReported, type ReportedDays } from './reported-days.ts';

/** What became of a file: `rows` is the sum of added, corrected, unchanged, repeated and rejected. */
export interface ImportReport {
  readonly importId: number | null;
  readonly item: string;
  readonly fileName: string;
  /** The same file was taken before: nothing was read again. The instant of that import. */
  readonly takenBefore: string | null;
  readonly rows: number;
  readonly added: number;
  readonly corrected: number;
  readonly unchanged: number;
  /** Rows that say again, word for word, what an earlier row of the file said. */
  readonly repeated: number;
  readonly rejected: number;
  /** Stored rows that carry a mark, and how many carry each. */
  readonly flagged: number;
  readonly marks: Readonly<Record<string, number>>;
  /** Why rows were rejected, and how many for each reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Physical rows of the file that hold no record (titles, notes, blanks, headers). */
  readonly skipped: number;
  /** What a clerk should know: headers not understood, columns missing, the credit office silent. */
  readonly remarks: readonly string[];
  /** Where the rejected rows are, with their reasons: one file, or one for each header where worksheets differ. */
  readonly rejectedFiles: readonly string[];
}

export interface ImportOptions {
  readonly item: string;
  readonly path: string;
  readonly intake: Intake;
  /** The department's PostgreSQL schema. */
  readonly schema: string;
  readonly client: postgres.Sql;
  /** The day in Asia/Shanghai. */
  readonly today: string;
  /** Where rejected rows are written. */
  readonly rejectedFolder: string;
  /** Reads a file again that was taken before. */
  readonly again?: boolean;
  readonly onProgress?: (rows: number) => void;
}

/** Rows per transaction: what a kill can undo, and what one question to the credit office holds. */
const CHUNK = 1000;

/**
 * Takes a file of one catalogue item: every row is stored, stored with a mark, or rejected with its reason. Killed at any
 * point and run again it ends in the same state; the same file again changes nothing.
 * @throws SheetError for a file that cannot be read or is no file of this item.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { client, item, schema } = options;
  const fileName = withoutIdNumbers(basename(options.path));
  const fileHash = await hashOf(options.path);
  const imports = client(`${schema}.imports`);
  const tally = newTally();
  const [before] = await client<{ endedAt: string }[]>`
    select ended_at::text as "endedAt" from ${imports} where item = ${item} and file_hash = ${fileHash} and status = 'COMPLETED'
    order by id desc limit 1`;
  if (before && !options.again) return { ...reportOf(tally, item, fileName), takenBefore: before.endedAt };
  await client`update ${imports} set status = 'INTERRUPTED', ended_at = clock_timestamp()
    where item = ${item} and file_hash = ${fileHash} and status = 'RUNNING'`;
  const [started] = await client<{ id: string }[]>`
    insert into ${imports} (item, file_name, file_hash, status, started_at)
    values (${item}, ${fileName}, ${fileHash}, 'RUNNING', clock_timestamp()) returning id::text`;
  const importId = Number(started?.id);
  const rejects = rejectedRows(options.rejectedFolder, `${item}-${importId}`);
  try {
    await readAll(options, importId, tally, rejects);
    const rejectedFiles = await rejects.close();
    await client`update ${imports} set status = 'COMPLETED', ended_at = clock_timestamp(), ${client(countsOf(tally))} where id = ${importId}`;
    return { ...reportOf(tally, item, fileName), importId, rejectedFiles };
  } catch (error) {
    await rejects.close();
    await client`update ${imports} set status = 'FAILED', ended_at = clock_timestamp() where id = ${importId}`.catch(
      () => {},
    );
    throw error instanceof postgres.PostgresError ? asDatabaseError(error) : error;
  }
}

async function readAll(options: ImportOptions, importId: number, tally: Tally, rejects: RejectedRows): Promise<void> {
  const seen = new Map<string, { readonly hash: string; readonly row: string }>();
  let chunk: DraftedRow<unknown>[] = [];
  const store = async (): Promise<void> => {
    if (chunk.length === 0) return;
    const prepared = await options.intake.prepare(chunk, tally.remarks);
    chunk = [];
    await storeRows(prepared, options, importId, tally, rejects, seen);
    options.onProgress?.(tally.rows);
  };
  for await (const row of options.intake.read(options.path)) {
    if (row.outcome === 'HEADER') {
      tally.skipped += row.count;
      if (row.unknown.length > 0) tally.remarks.add(`未识别的列,仅随原文留存:${row.unknown.join('、')}`);
      if (row.duplicate.length > 0) tally.remarks.add(`重复的列,只取第一列:${row.duplicate.join('、')}`);
      rejects.header(row.headers);
    } else if (row.outcome === 'SKIPPED') {
      tally.skipped += row.count;
    } else if (row.outcome === 'REJECTED') {
      reject(tally, rejects, row);
    } else {
      chunk.push(row);
      if (chunk.length >= CHUNK) await store();
    }
  }
  await store();
}

async function storeRows(
  prepared: readonly Prepared[],
  options: ImportOptions,
  importId: number,
  tally: Tally,
  rejects: RejectedRows,
  seen: Map<string, { readonly hash: string; readonly row: string }>,
): Promise<void> {
  const incoming: IncomingRow[] = [];
  for (const row of prepared) {
    if (row.outcome === 'REJECTED') {
      reject(tally, rejects, row);
      continue;
    }
    const place = row.sheet ? `${row.sheet} 第 ${row.number} 行` : `第 ${row.number} 行`;
    const hash = `${row.record.contentHash} ${row.record.subjectId}`;
    const earlier = seen.get(row.record.id);
    if (earlier && earlier.hash !== hash) {
      const message = `与${earlier.row}是同一条记录而内容不同:已以${earlier.row}入库,本行退回;若应以本行为准,请单独再次导入本行。`;
      reject(tally, rejects, { ...row, reasons: [{ code: 'CONFLICTING_ROWS', message }] });
      continue;
    }
    tally.rows += 1;
    if (earlier) {
      tally.repeated += 1;
      continue;
    }
    seen.set(row.record.id, { hash, row: place });
    noteReported(tally.reported, row.record, options.today);
    incoming.push(row.record);
    if (row.marks.length > 0) tally.flagged += 1;
    for (const mark of row.marks) tally.marks[mark] = (tally.marks[mark] ?? 0) + 1;
  }
  if (incoming.length === 0) return;
  const outcome = await options.client.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(hashtextextended(${options.item}, 0))`;
    return options.intake.merge(transaction, incoming, { importId, today: options.today });
  });
  tally.added += outcome.added;
  tally.corrected += outcome.corrected;
  tally.unchanged += outcome.unchanged;
}

interface Tally {
  rows: number;
  added: number;
  corrected: number;
  unchanged: number;
  repeated: number;
  rejected: number;
  flagged: number;
  skipped: number;
  readonly marks: Record<string, number>;
  readonly reasons: Record<string, number>;
  readonly remarks: Set<string>;
  /** The latest days that its visible rows are about. */
  readonly reported: ReportedDays;
}

function newTally(): Tally {
  const counts = { rows: 0, added: 0, corrected: 0, unchanged: 0, repeated: 0, rejected: 0, flagged: 0, skipped: 0 };
  return { ...counts, marks: {}, reasons: {}, remarks: new Set(), reported: {} };
}

function countsOf({ rows, added, corrected, unchanged, repeated, rejected, flagged, reported }: Tally) {
  return { rows, added, corrected, unchanged, repeated, rejected, flagged, reported_through: { ...reported } };
}

function reportOf(tally: Tally, item: string, fileName: string): ImportReport {
  const remarks = [...tally.remarks];
  return { ...tally, remarks, importId: null, item, fileName, takenBefore: null, rejectedFiles: [] };
}

function reject(tally: Tally, rejects: RejectedRows, row: Parameters<RejectedRows['add']>[0]): void {
  tally.rows += 1;
  tally.rejected += 1;
  for (const { code } of row.reasons) tally.reasons[code] = (tally.reasons[code] ?? 0) + 1;
  rejects.add(row);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
