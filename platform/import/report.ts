import type { RejectedRows } from './rejected-rows.ts';
import type { ReportedDays } from './reported-days.ts';

/** What a full list leaves out, and what became of that (end-unlisted.ts). */
export interface Unlisted {
  /** Current records of the file's providers, and how many of them the file does not name. */
  readonly listed: number;
  readonly unlisted: number;
  /** Rows that may have named any of them: rejected before it was known whom they are about, or nobody could be asked. */
  readonly uncertain: number;
  /** Records that a row may have meant whose name or number is not its subject's: they are kept. */
  readonly spared: number;
  readonly ended: number;
  /** Nothing was ended: it waits for `--confirm`. */
  readonly awaits: 'MANY' | 'UNCERTAIN' | null;
}

/** What became of a file: `rows` is the sum of added, corrected, unchanged, repeated and rejected. */
export interface ImportReport {
  readonly importId: number | null;
  /** What `--list` and `--withdraw` call it; null where nothing was written. */
  readonly batch: string | null;
  readonly isWithdrawable: boolean;
  readonly item: string;
  readonly fileName: string;
  /** Nothing was written: the report tells what an import would do. */
  readonly isDryRun: boolean;
  /** The same file was the last that was taken: nothing was read again. The instant of that import. */
  readonly takenBefore: string | null;
  /** Rows that came back then. */
  readonly rejectedBefore: number;
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
  /** Of a full list; null for a file of changes. */
  readonly unlisted: Unlisted | null;
  /** What a clerk should know: headers not understood, columns missing, the credit office silent. */
  readonly remarks: readonly string[];
  /** Where the rejected rows are, with their reasons: one file, or one for each header where worksheets differ. */
  readonly rejectedFiles: readonly string[];
}

/** The counts of an import under way. */
export interface Tally {
  rows: number;
  added: number;
  corrected: number;
  unchanged: number;
  repeated: number;
  rejected: number;
  flagged: number;
  skipped: number;
  /** The file is one of rejected rows, mended: it adds to a full list and is none. */
  isSupplement: boolean;
  readonly marks: Record<string, number>;
  readonly reasons: Record<string, number>;
  readonly remarks: Set<string>;
  /** The latest days that its visible rows are about. */
  readonly reported: ReportedDays;
}

export function newTally(): Tally {
  const counts = { rows: 0, added: 0, corrected: 0, unchanged: 0, repeated: 0, rejected: 0, flagged: 0, skipped: 0 };
  return { ...counts, isSupplement: false, marks: {}, reasons: {}, remarks: new Set(), reported: {} };
}

/** The counts that are kept with the import. */
export function countsOf({ rows, added, corrected, unchanged, repeated, rejected, flagged, reported }: Tally) {
  return { rows, added, corrected, unchanged, repeated, rejected, flagged, reported_through: { ...reported } };
}

export function reject(tally: Tally, rejects: RejectedRows, row: Parameters<RejectedRows['add']>[0]): void {
  tally.rows += 1;
  tally.rejected += 1;
  for (const { code } of row.reasons) tally.reasons[code] = (tally.reasons[code] ?? 0) + 1;
  rejects.add(row);
}
