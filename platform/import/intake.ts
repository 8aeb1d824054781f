import type postgres from 'postgres';
import type { PersonKeys } from '../persons/seal.ts';
import type { RecordKind } from '../records/kind.ts';
import type { ReadingProgress } from '../sheets/index.ts';
import type { Drafted, DraftedRejection, DraftedRow, DraftSheet, RecordSheet } from './draft.ts';
import { addFirstVersions } from './first-versions.ts';
import type { IdentifyCounterparts } from './identity.ts';
import {
  compareStaged,
  type IncomingRow,
  type MergeOutcome,
  type MergeTarget,
  mergeStaged,
  recordTarget,
  stageRows,
} from './merge.ts';
import { checkPersonItem } from './natural-persons.ts';
import { identifiedRows } from './rows.ts';
import { releaseStaged, settleStaged } from './settle.ts';
import { sortOut } from './sort-out.ts';
import { type Writing, type WrittenDraft, written } from './written.ts';

/** A row ready to be stored, or rejected because of what others know (its subject, another row). */
export type Prepared =
  | (Pick<DraftedRow, 'sheet' | 'number' | 'cells'> & {
      readonly outcome: 'STORE';
      readonly record: IncomingRow;
      readonly marks: readonly string[];
    })
  | DraftedRejection;

/** Who writes and when, the same for a whole chunk. */
export interface Stamp {
  readonly importId: number;
  readonly today: string;
  /** Nothing but temporary tables is written. */
  readonly isDryRun: boolean;
}

/** What is done with a file of one catalogue item: read it, find out whom its rows are about, store them. */
export interface Intake<Made = unknown> extends DraftSheet<Made> {
  readonly target: MergeTarget;
  /** A file names all that there are: what it no longer names ends. */
  readonly isFullList: boolean;
  /** Batches of it can be taken back (withdraw.ts). */
  readonly isWithdrawable: boolean;
  /** `prepare` looks at what was stored of the rows before: the chunks cannot overlap. */
  readonly preparesFromStored?: boolean;
  /** Remarks are for the clerk, about the file as a whole. */
  prepare(rows: readonly DraftedRow<Made>[], remarks: Set<string>): Promise<readonly Prepared[]>;
  /** Stores rows of different ids within the given transaction; `aliases` are ids under which rows are kept that came under others. */
  merge(
    transaction: postgres.TransactionSql,
    rows: readonly IncomingRow[],
    stamp: Stamp,
  ): Promise<MergeOutcome & { readonly aliases?: readonly string[] }>;
}

/** Reads a file's rows and writes them out elsewhere than in this thread. */
export type ReadAhead = (
  path: string,
  writing: Writing,
  progress?: ReadingProgress,
) => AsyncIterable<Drafted<WrittenDraft>>;

/** The intake of an item whose rows become records. */
export function recordIntake(options: {
  readonly item: string;
  readonly sheet: RecordSheet;
  readonly kind: RecordKind;
  readonly schema: string;
  readonly idKey: Buffer;
  readonly identify: IdentifyCounterparts;
  readonly persons: PersonKeys;
  readonly today: string;
  /** Reads a file in a thread of its own, where that is worth it. */
  readonly readAhead?: ReadAhead | undefined;
}): Intake<WrittenDraft> {
  const { sheet, kind, schema, item, today, readAhead } = options;
  const target = recordTarget(kind, schema);
  checkPersonItem(item, today, kind);
  const hasPersonIdNumber = kind.fields.has('personIdNumber');
  const { id, comparing } = options.persons;
  const writing: Writing = { item, today, hasPersonIdNumber, columns: target.columns, comparing: { id, comparing } };
  /** Whether nothing was stored before this file, so that none of its rows is about anything stored: whoever names a thing twice is seen. */
  let isNew: boolean | undefined;
  const isFullList = kind.items.some((one) => one.code === item && one.submission === 'FULL_LIST');
  return {
    title: sheet.title,
    target,
    isFullList,
    isWithdrawable: true,
    read: (path, progress) =>
      readAhead ? readAhead(path, writing, progress) : written(sheet.read(path, progress), writing),
    prepare: (rows, remarks) => identifiedRows(rows, options, remarks),
    async merge(transaction, rows, stamp) {
      isNew ??= await isEmpty(transaction, target);
      const sorted = isNew ? { unknown: rows, known: [], same: 0 } : await sortOut(transaction, target, rows);
      // From then on a row may be about what is stored under another id.
      if (rows.some(({ isPending, heldId }) => isPending || heldId === null)) isNew = false;
      const { unknown, known, same } = sorted;
      const merged = known.length === 0 ? NOTHING : await mergeKnown(transaction, target, known, stamp);
      if (!stamp.isDryRun) await addFirstVersions(transaction, target, unknown, stamp);
      return { ...merged, added: merged.added + unknown.length, unchanged: merged.unchanged + same };
    },
  };
}

async function isEmpty(transaction: postgres.TransactionSql, { table }: MergeTarget): Promise<boolean> {
  const [found] = await transaction.unsafe<{ isEmpty: boolean }[]>(
    `select not exists (select from ${table}) as "isEmpty"`,
  );
  return found?.isEmpty ?? false;
}

type Merged = MergeOutcome & { readonly aliases: readonly string[] };

const NOTHING: Merged = { added: 0, corrected: 0, unchanged: 0, aliases: [] };

/** Rows that something stored is about: where that moves to their subject or is released, and what changes of it. */
async function mergeKnown(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
  stamp: Stamp,
): Promise<Merged> {
  await stageRows(transaction, target, rows);
  const settled = await settleStaged(transaction, target, stamp);
  const released = await releaseStaged(transaction, target, stamp);
  const { added, corrected } = stamp.isDryRun
    ? await compareStaged(transaction, target)
    : await mergeStaged(transaction, target, stamp);
  return { added, corrected, unchanged: rows.length - added - corrected, aliases: [...settled, ...released] };
}
