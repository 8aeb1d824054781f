import type postgres from 'postgres';
import type { RecordKind } from '../records/kind.ts';
import type { DraftedRow, DraftSheet, RecordSheet } from './draft.ts';
import type { IdentifyCounterparts } from './identity.ts';
import { type IncomingRow, type MergeOutcome, mergeRows, recordTarget } from './merge.ts';
import type { RejectedRow } from './rejected-rows.ts';
import { identifiedRows } from './rows.ts';
import { releaseHeld, settleRows } from './settle.ts';

/** A row ready to be stored, or rejected because of what others know (its subject, another row). */
export type Prepared =
  | (Pick<DraftedRow, 'sheet' | 'number' | 'cells'> & {
      readonly outcome: 'STORE';
      readonly record: IncomingRow;
      readonly marks: readonly string[];
    })
  | RejectedRow;

/** Who writes and when, the same for a whole chunk. */
export interface Stamp {
  readonly importId: number;
  readonly today: string;
}

/** What is done with a file of one catalogue item: read it, find out whom its rows are about, store them. */
export interface Intake<Made = unknown> extends DraftSheet<Made> {
  /** Remarks are for the clerk, about the file as a whole. */
  prepare(rows: readonly DraftedRow<Made>[], remarks: Set<string>): Promise<readonly Prepared[]>;
  /** Stores rows of different ids within the given transaction. */
  merge(transaction: postgres.TransactionSql, rows: readonly IncomingRow[], stamp: Stamp): Promise<MergeOutcome>;
}

/** The intake of an item whose rows become records. */
export function recordIntake(options: {
  readonly item: string;
  readonly sheet: RecordSheet;
  readonly kind: RecordKind;
  readonly schema: string;
  readonly idKey: Buffer;
  readonly identify: IdentifyCounterparts;
}): Intake<DraftedRow['draft']> {
  const { sheet, kind, schema } = options;
  const target = recordTarget(kind, schema);
  return {
    title: sheet.title,
    read: (path) => sheet.read(path),
    prepare: (rows, remarks) => identifiedRows(rows, options, remarks),
    async merge(transaction, rows, stamp) {
      const settled = await settleRows(transaction, target, rows);
      return mergeRows(transaction, target, await releaseHeld(transaction, target, settled), stamp);
    },
  };
}
