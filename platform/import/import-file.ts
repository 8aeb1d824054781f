import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import postgres from 'postgres';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { asDatabaseError } from '../database/errors.ts';
import { SheetError, unreadable } from '../sheets/index.ts';
import { beginBatch, endBatch, lastImportOf, takeTurn, wasEverTaken } from './batches.ts';
import type { Intake } from './intake.ts';
import type { MergeTarget } from './merge.ts';
import { paceOf } from './pace.ts';
import { type Reading, readInChunks } from './read-in-chunks.ts';
import { rejectedRows } from './rejected-rows.ts';
import { countsOf, type ImportReport, newTally, type Tally, type Unlisted } from './report.ts';
import { seenRows } from './seen-rows.ts';
import { endUnlisted, listed } from './unlisted.ts';

/** How far an import has come. */
export interface Progress {
  readonly rows: number;
  /** How much of the file has been read, between 0 and 1; undefined where that cannot be told (workbooks). */
  readonly share: number | undefined;
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
  /** Reads a file again that was the last to be taken. */
  readonly again?: boolean;
  /** Passes over a file that was ever taken, also where another came since. */
  readonly once?: boolean;
  /** Tells what an import would do and writes nothing but the file of rejected rows. */
  readonly isDryRun?: boolean;
  /** What a full list would end needs confirmation from this share of its providers' records on. */
  readonly confirmShare: number;
  /** It is confirmed. */
  readonly isConfirmed?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the import after the chunk in hand. */
  readonly signal?: AbortSignal;
}

/** The import was asked to end before its file did; what it had stored by then stays. */
export class ImportInterrupted extends Error {
  readonly rows: number;

  constructor(rows: number) {
    super(`已按要求停止:前 ${rows} 行已处理。以同样的命令再次运行即从头核对,已入库的行不会重复。`);
    this.rows = rows;
  }
}

/**
 * Takes a file of one catalogue item: every row is stored, stored with a mark, or rejected with its reason; a full list
 * then ends what it does not name. Killed at any point and run again it ends in the same state; the same file again
 * changes nothing.
 * @throws SheetError for a file that cannot be read or is no file of this item; ImportInterrupted.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { client, item, isDryRun = false } = options;
  const file = { item, fileName: withoutIdNumbers(basename(options.path)), fileHash: await hashOf(options.path) };
  if (isDryRun) return (await takenBefore(options, file)) ?? (await read(options, file));
  const turn = await takeTurn(client, item);
  try {
    return (await takenBefore(options, file)) ?? (await read(options, file));
  } finally {
    await turn.release();
  }
}

interface File {
  readonly item: string;
  readonly fileName: string;
  readonly fileHash: string;
}

async function takenBefore(options: ImportOptions, file: File): Promise<ImportReport | undefined> {
  const { client, schema, again, once } = options;
  if (again) return undefined;
  const last = await lastImportOf(client, schema, file);
  const taken = last?.status === 'COMPLETED' ? last : once ? await wasEverTaken(client, schema, file) : undefined;
  if (!taken) return undefined;
  const report = reportOf(newTally(), options, file, null);
  return { ...report, takenBefore: taken.endedAt, rejectedBefore: taken.rejected };
}

async function read(options: ImportOptions, file: File): Promise<ImportReport> {
  const { client, item, schema, isDryRun = false } = options;
  const tally = newTally();
  const batch = isDryRun ? null : await beginBatch(client, schema, file);
  const name = batch ? `${item}-${batch.id}` : `${item}-dry-run-${file.fileHash.slice(0, 8)}`;
  const rejects = rejectedRows(options.rejectedFolder, name);
  const reading: Reading = {
    ...options,
    stamp: { importId: batch?.id ?? 0, today: options.today, isDryRun },
    fileSize: (await stat(options.path)).size,
    tally,
    rejects,
    seen: seenRows(),
    listed: options.intake.isFullList ? listed() : undefined,
    pace: paceOf(client, schema),
  };
  try {
    const isInterrupted = await readInChunks(reading);
    if (isInterrupted) throw new ImportInterrupted(tally.rows);
    if (tally.rows === 0) tally.remarks.add('文件只有表头,没有一行数据。');
    const rejectedFiles = await rejects.close();
    const unlisted = await finish(reading, batch);
    return { ...reportOf(tally, options, file, batch?.id ?? null), unlisted, rejectedFiles };
  } catch (error) {
    const rejectedFiles = await rejects.close().catch(() => []);
    const status = error instanceof ImportInterrupted ? 'INTERRUPTED' : 'FAILED';
    if (batch) await endBatch(client, schema, batch.id, status, countsOf(tally)).catch(() => {});
    if (error instanceof SheetError) throw withProgress(error, tally, isDryRun, rejectedFiles);
    throw error instanceof postgres.PostgresError ? asDatabaseError(error) : error;
  } finally {
    reading.pace.end();
  }
}

/** A file that breaks off in its midst: what was taken of it before stays taken, and whoever sent it is told. */
function withProgress(
  { code, message, cause }: SheetError,
  { rows, rejected }: Tally,
  isDryRun: boolean,
  rejectedFiles: readonly string[],
): SheetError {
  if (rows === 0) return new SheetError(code, message, { cause });
  const kept = isDryRun ? '' : ',已入库的保留:改正后再次导入整个文件,不会重复';
  const where = rejectedFiles.length === 0 ? '' : `(${rejectedFiles.join('、')})`;
  const back = rejected > 0 ? `,其中退回 ${rejected} 行${where}` : '';
  return new SheetError(code, `${message}此前 ${rows} 行已处理${back}${kept}。`, { cause });
}

/** Ends what a full list no longer names, and the batch with it, in one transaction. */
async function finish(
  reading: Reading,
  batch: { readonly id: number; readonly isResumed: boolean } | null,
): Promise<Unlisted | null> {
  const { client, schema, tally, intake, stamp } = reading;
  return client.begin(async (transaction) => {
    if (batch?.isResumed) await recount(transaction, intake.target, batch.id, tally);
    const unlisted =
      reading.listed && !tally.isSupplement
        ? await endUnlisted(
            transaction,
            intake.target,
            { ids: reading.seen.ids(), listed: reading.listed },
            {
              item: reading.item,
              importId: stamp.importId,
              share: reading.confirmShare,
              isConfirmed: reading.isConfirmed ?? false,
              isDryRun: stamp.isDryRun,
            },
          )
        : null;
    if (batch) {
      const counts = { ...countsOf(tally), ended: unlisted?.ended ?? 0 };
      await endBatch(transaction, schema, batch.id, unlisted?.awaits ? 'UNCONFIRMED' : 'COMPLETED', counts);
    }
    return unlisted;
  });
}

/** What this batch stored before it was interrupted was found unchanged, and is its own all the same. */
async function recount(
  transaction: postgres.TransactionSql,
  { table }: MergeTarget,
  id: number,
  tally: Tally,
): Promise<void> {
  const [found] = await transaction.unsafe<{ added: number; corrected: number }[]>(
    `select (count(*) filter (where version = 1))::int as added, (count(*) filter (where version > 1))::int as corrected
     from ${table} where import_id = $1::text::bigint`,
    [String(id)],
  );
  const { added = 0, corrected = 0 } = found ?? {};
  tally.unchanged += tally.added + tally.corrected - added - corrected;
  Object.assign(tally, { added, corrected });
}

function reportOf(
  tally: Tally,
  { item, schema, intake, isDryRun = false }: ImportOptions,
  file: File,
  id: number | null,
): ImportReport {
  return {
    ...tally,
    remarks: [...tally.remarks],
    importId: id,
    batch: id === null ? null : `${schema}-${id}`,
    isWithdrawable: intake.isWithdrawable,
    item,
    fileName: file.fileName,
    isDryRun,
    takenBefore: null,
    rejectedBefore: 0,
    unlisted: null,
    rejectedFiles: [],
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (error) {
    throw unreadable(error);
  }
  return hash.digest('hex');
}
