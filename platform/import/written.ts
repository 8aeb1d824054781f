import { hash } from 'node:crypto';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import { type ComparingKeys, comparisonHash } from '../persons/comparison.ts';
import type { SourceCells } from '../records/columns.ts';
import { cellText } from './copy-text.ts';
import type { Draft, Drafted, DraftedRow } from './draft.ts';
import { personsDraft } from './natural-persons.ts';
import type { StagedColumn } from './stage.ts';

/** What decides where a record goes and who sees it, as its draft says it. */
type Deciding = Pick<
  Draft,
  | 'counterpart'
  | 'naturalKey'
  | 'keyedBy'
  | 'accessLevel'
  | 'withheldReason'
  | 'publishedOn'
  | 'publicationEndsOn'
  | 'sortedOn'
>;

/**
 * A draft whose row is written already, but for what others know: its subject and what follows from that. Everything that a
 * row says of itself is worked out where it is read, which may be another thread.
 */
export interface WrittenDraft extends Deciding {
  readonly nameKey: string;
  /** The name that the record shows. */
  readonly counterpartName: string;
  readonly providerName: string;
  readonly providerCreditCode: string | null;
  readonly contentHash: string;
  /** The columns `isWritten` of its table, in `COPY`'s text format. */
  readonly text: string | Uint8Array;
}

/** How drafts of one item are written. Plain data: it may go to another thread. */
export interface Writing {
  readonly item: string;
  /** The day in Asia/Shanghai. */
  readonly today: string;
  /** Whether rows of this kind show a natural person's number, masked. */
  readonly hasPersonIdNumber: boolean;
  readonly columns: readonly StagedColumn[];
  /** What numbers are hashed with that are kept to be compared alone. */
  readonly comparing: ComparingKeys;
}

/** What a row gets only once its subject is known, and the day that the database may fill. */
const NOT_WRITTEN: ReadonlySet<string> = new Set([
  'id',
  'contentHash',
  'subjectId',
  'naturalKey',
  'withheldReason',
  'marks',
  'publishedOn',
]);

/** The columns of a table of records, those first that rows have written. */
export function writtenColumns(columns: readonly StagedColumn[], filled: ReadonlySet<string>): readonly StagedColumn[] {
  const isOthers = ({ field }: StagedColumn) => NOT_WRITTEN.has(field) || filled.has(field);
  const written = columns.filter((column) => !isOthers(column));
  return [...written.map((column) => ({ ...column, isWritten: true })), ...columns.filter(isOthers)];
}

/** Rows of a file with their drafts written; a natural person's is refused where the item's law does not order it to be taken. */
export async function* written(rows: AsyncIterable<Drafted>, writing: Writing): AsyncGenerator<Drafted<WrittenDraft>> {
  for await (const row of rows) yield row.outcome === 'ROW' ? writtenRow(row, writing) : row;
}

function writtenRow(row: DraftedRow, writing: Writing): Drafted<WrittenDraft> {
  const draft = keptDraft(row.draft, writing);
  if ('rejected' in draft) {
    const { sheet, number, cells } = row;
    return { outcome: 'REJECTED', sheet, number, cells, reasons: draft.rejected, counterpart: row.draft.counterpart };
  }
  // Of a person nothing is kept that no column asked for: other cells may hold a home, a telephone number.
  const source = draft === row.draft ? row.source : [];
  return { ...row, draft: writtenDraft(draft, source, writing) };
}

/** Where nothing but a natural person's number tells whom the row is about, its item's law decides how it is kept. */
function keptDraft(draft: Draft, writing: Writing) {
  const { personal, identifiers } = draft.counterpart;
  return personal && identifiers.length === 0 ? personsDraft(draft, writing) : draft;
}

/** A number that a row does not give is no part of what it says: the row is the same as before there was a column for it. */
function hashesOf(compared: Readonly<Record<string, PersonalNumber | null>>, keys: ComparingKeys) {
  return Object.fromEntries(
    Object.entries(compared).flatMap(([field, number]) => (number ? [[field, comparisonHash(number, keys)]] : [])),
  );
}

function writtenDraft(draft: Draft, source: SourceCells, { item, columns, comparing }: Writing): WrittenDraft {
  const { counterpart, naturalKey, keyedBy, provider, authority, own, marks: _marks, compared = {}, ...facts } = draft;
  // What the row itself says. Whom it was found to be about is no part of it: that may change while the row does not.
  const content: Record<string, unknown> = {
    item,
    counterpartName: counterpart.shownName ?? counterpart.name,
    providerName: provider.name,
    providerCreditCode: provider.creditCode,
    authorityName: authority.name,
    authorityCreditCode: authority.creditCode,
    ...facts,
    publicationDeadline: facts.publicationDeadline ?? null,
    repairEligibleFrom: facts.repairEligibleFrom ?? null,
    isPublicationProvisional: facts.isPublicationProvisional ?? false,
    ...own,
    ...hashesOf(compared, comparing),
  };
  const contentHash = hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22);
  content.source = source;
  let text = '';
  let separator = '';
  for (const { field, form, isWritten } of columns) {
    if (!isWritten) break;
    text += separator + cellText(content[field], form);
    separator = '\t';
  }
  const { accessLevel, withheldReason, publishedOn, publicationEndsOn, sortedOn } = draft;
  return {
    counterpart,
    naturalKey,
    keyedBy,
    accessLevel,
    withheldReason,
    publishedOn,
    publicationEndsOn,
    sortedOn,
    nameKey: nameKey(counterpart.name),
    counterpartName: counterpart.shownName ?? counterpart.name,
    providerName: provider.name,
    providerCreditCode: provider.creditCode,
    contentHash,
    text,
  };
}
