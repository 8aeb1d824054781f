import type { IdentifierType } from '../../schema/identifiers/index.ts';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import type { SealedNumber } from '../persons/seal.ts';
import type { SourceCells } from '../records/columns.ts';
import type { Columns, HeaderFound, ReadingProgress, ReadRow, Reason, RejectedRow, Sheet } from '../sheets/index.ts';
import { readSheet } from '../sheets/index.ts';
import { type AccessLevel, dayInShanghai } from '../viewer/viewer.ts';
import { headingsId, sourceOf } from './headings.ts';
import { offerSwap } from './swapped-cells.ts';

/** A number as a row gives it. `failsCheck` says what is wrong where only the check digit is: it may be known all the same. */
export interface GivenIdentifier {
  readonly type: IdentifierType;
  readonly value: string;
  readonly failsCheck?: string;
  /** It stands for a citizen's number that was given in an organisation's column: `value` is empty then. */
  readonly isPersons?: boolean;
  readonly personal?: PersonalNumber;
}

/** Whom a row is about, before anybody has said which subject that is. */
export interface Counterpart {
  readonly name: string;
  /** An organisation's numbers; none of a natural person's. */
  readonly identifiers: readonly GivenIdentifier[];
  /** The number of a natural person, or of a sole trader where it is built on one. It stays within the importing process. */
  readonly personal?: PersonalNumber;
  /** The name as the record shows it, where that is not in full. */
  readonly shownName?: string;
}

/** A counterpart as the credit office is asked about it. */
export interface AskedCounterpart extends Pick<Counterpart, 'name' | 'identifiers'> {
  readonly sealed?: SealedNumber;
  /** Whether the row is published: who is known by hidden rows alone is not shown to exist. */
  readonly isPublic: boolean;
}

export interface GivenOrganization {
  readonly name: string;
  readonly creditCode: string | null;
}

/** What a kind's rules make of one row: a record that only lacks its subject and its place in time. */
export interface Draft {
  readonly counterpart: Counterpart;
  /** What makes it the same record when it comes again, beside item and counterpart (R7 of the data standard). */
  readonly naturalKey: readonly (string | number | null)[];
  /**
   * The counterpart's part in that key. NAME: the name in the document, for records of a numbered document, which keep it
   * whatever number the subject went by. SUBJECT: the subject itself, for facts that each subject has once (a year's rating).
   */
  readonly keyedBy: 'NAME' | 'SUBJECT';
  readonly provider: GivenOrganization;
  readonly authority: GivenOrganization;
  readonly documentNumber: string | null;
  readonly decidedOn: string | null;
  readonly effectiveUntil: string | null;
  /** Null: published on the day it is first recorded. */
  readonly publishedOn: string | null;
  readonly publicationEndsOn: string | null;
  readonly publicationDeadline?: string | null;
  readonly repairEligibleFrom?: string | null;
  readonly isPublicationProvisional?: boolean;
  readonly accessLevel: AccessLevel;
  readonly withheldReason: string | null;
  /** The day that lists are ordered by. */
  readonly sortedOn: string;
  /** The kind's own columns, by field. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly marks?: readonly string[];
  /** Columns that keep of a personal number nothing but its hash for comparing (persons/comparison.ts), by field. */
  readonly compared?: Readonly<Record<string, PersonalNumber | null>>;
}

/** A row that a kind's rules made something of. */
export interface DraftedRow<Made = Draft> {
  readonly outcome: 'ROW';
  readonly sheet: string;
  readonly number: number;
  readonly draft: Made;
  readonly marks: readonly string[];
  readonly source: SourceCells;
  /** The row as a rejection would show it, for whoever rejects it later. */
  readonly cells: readonly string[];
}

/** One row of a file after a kind's rules: a header, skipped rows, a draft, or a rejection with its reasons. */
export type Drafted<Made = Draft> =
  | Exclude<ReadRow<unknown>, { readonly outcome: 'ROW' | 'REJECTED' }>
  | DraftedRow<Made>
  | DraftedRejection;

/** A row that cannot be taken; whom it was about, where that could be read. */
export interface DraftedRejection extends RejectedRow {
  readonly counterpart?: Counterpart;
}

/** How a file is read into drafts, row by row. */
export interface DraftSheet<Made> {
  /** A readable word for the file, for progress and reports. */
  readonly title: string;
  read(path: string, progress?: ReadingProgress): AsyncIterable<Drafted<Made>>;
}

/** A sheet that tells its columns, to whoever fills a file of it. */
export interface DescribedSheet<Made> extends DraftSheet<Made> {
  readonly columns: Columns;
}

/** How files of one catalogue item are read into drafts of records. */
export interface RecordSheet extends DescribedSheet<Draft> {
  /** The record type of the SDL that rows of this item become. */
  readonly type: string;
}

/** Why a row cannot be taken. */
export interface Rejection {
  readonly rejected: readonly Reason[];
}

/** Ties a sheet to the rules that make something of its rows. A draft may add `marks` to those that the columns set. */
export function draftSheet<Values, Made extends { readonly marks?: readonly string[] }>(definition: {
  readonly title: string;
  readonly sheet: Sheet<Values>;
  readonly draft: (values: Values) => Made | Rejection;
  /** What no draft of this sort may be, whatever its kind. */
  readonly refuse?: (made: Made, header: HeaderFound | undefined) => Rejection | undefined;
}): DescribedSheet<Made> {
  const { title, sheet, draft, refuse } = definition;
  return {
    title,
    columns: sheet.columns,
    async *read(path, progress) {
      let header: HeaderFound | undefined;
      let headings = '';
      for await (const row of readSheet(path, sheet, progress)) {
        if (row.outcome === 'HEADER') {
          header = row;
          headings = headingsId(row.headers);
        }
        if (row.outcome !== 'ROW') {
          yield row.outcome === 'REJECTED' ? { ...row, reasons: offerSwap(row, header) } : row;
          continue;
        }
        const made = draft(row.values);
        const { number, cells } = row;
        const refused = 'rejected' in made ? made : refuse?.(made, header);
        if ('rejected' in made || refused) {
          yield { outcome: 'REJECTED', sheet: row.sheet, number, cells, reasons: refused?.rejected ?? [] };
          continue;
        }
        const marks = [...new Set([...row.flags, ...(made.marks ?? [])])];
        yield {
          outcome: 'ROW',
          sheet: row.sheet,
          number,
          draft: made,
          marks,
          source: sourceOf(headings, cells),
          cells,
        };
      }
    },
  };
}

/** A sheet whose rows become records of one type. */
export function recordSheet<Values>(definition: {
  readonly type: string;
  readonly title: string;
  readonly sheet: Sheet<Values>;
  readonly draft: (values: Values) => Draft | Rejection;
}): RecordSheet {
  return { type: definition.type, ...draftSheet<Values, Draft>({ ...definition, refuse: decidedInFuture }) };
}

/** Nobody has decided yet what is dated after today. */
function decidedInFuture({ decidedOn }: Draft, header: HeaderFound | undefined): Rejection | undefined {
  if (decidedOn === null || decidedOn <= dayInShanghai(new Date())) return undefined;
  const title = header?.columns.decidedOn ?? '认定（决定）日期';
  return rejected('DECIDED_IN_FUTURE', `${title} ${decidedOn} 晚于今天。`, 'decidedOn');
}

/** A rule of a kind that a row breaks, as a reason. */
export function rejected(code: string, message: string, field?: string): Rejection {
  return { rejected: [{ code, message, ...(field ? { field } : {}) }] };
}
