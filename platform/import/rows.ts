import { createHmac, hash } from 'node:crypto';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import { type PersonKeys, type SealedNumber, seal } from '../persons/seal.ts';
import type { Reason } from '../sheets/index.ts';
import { dayInShanghai } from '../viewer/viewer.ts';
import type { AskedCounterpart, Draft, DraftedRow, Rejection } from './draft.ts';
import type { IdentifyCounterparts, KnownSubject } from './identity.ts';
import type { Prepared } from './intake.ts';
import type { IncomingRow } from './merge.ts';
import { personsDraft } from './natural-persons.ts';

/** The mark of a row whose subject nobody could be asked about. */
export const IDENTITY_PENDING = 'IDENTITY_PENDING';

interface Identifying {
  readonly item: string;
  readonly idKey: Buffer;
  readonly identify: IdentifyCounterparts;
  /** The keys under which natural persons' numbers leave this process. */
  readonly persons: PersonKeys;
  /** Whether rows of this kind show a natural person's number, masked. */
  readonly hasPersonIdNumber: boolean;
  readonly today: string;
}

/**
 * Finds the subject of each row with one question to the credit office. Where that is silent, rows are kept under the
 * number they came with and marked IDENTITY_PENDING; the same file sent again later settles them (see settle.ts). A natural
 * person's row is rejected then: nobody else can tell whose pseudonym it belongs under.
 */
export async function identifiedRows(
  rows: readonly DraftedRow[],
  options: Identifying,
  remarks: Set<string>,
): Promise<readonly Prepared[]> {
  const drafts = rows.map((row) => keptDraft(row.draft, options));
  const taken = rows.flatMap((row, index) => {
    const draft = drafts[index];
    if (!draft || 'rejected' in draft) return [];
    // Of a person nothing is kept that no column asked for: other cells may hold a home, a telephone number.
    return draft === row.draft ? [row] : [{ ...row, draft, source: {} }];
  });
  const sealing = sealer(options.persons);
  const known = await options.identify(taken.map((row) => asked(row, sealing)));
  if (known.includes(undefined)) {
    remarks.add(
      '信用办未应答:部分行暂以所载号码记名并加标注 IDENTITY_PENDING,自然人的行已退回。信用办恢复后请以 --again 再次导入本文件。',
    );
  }
  let at = 0;
  return rows.map((row, index): Prepared => {
    const draft = drafts[index];
    if (draft && 'rejected' in draft) return refused(row, draft.rejected);
    const found = taken[at];
    at += 1;
    return identified(found ?? row, known[at - 1], options);
  });
}

/** Where nothing but a natural person's number tells whom the row is about, its item's law decides how it is kept. */
function keptDraft(draft: Draft, { item, today, hasPersonIdNumber }: Identifying): Draft | Rejection {
  const { personal, identifiers } = draft.counterpart;
  return personal && identifiers.length === 0 ? personsDraft(draft, { item, today, hasPersonIdNumber }) : draft;
}

/** Many rows of a chunk may be about one person. */
function sealer(keys: PersonKeys): (number: PersonalNumber) => SealedNumber {
  const sealed = new Map<string, SealedNumber>();
  return (number) => {
    const key = `${number.type} ${number.value}`;
    const known = sealed.get(key) ?? seal(number, keys);
    sealed.set(key, known);
    return known;
  };
}

function asked({ draft }: DraftedRow, sealing: (number: PersonalNumber) => SealedNumber): AskedCounterpart {
  const { counterpart, accessLevel, withheldReason, publicationEndsOn } = draft;
  const { name, identifiers, personal } = counterpart;
  const hasEnded = publicationEndsOn !== null && publicationEndsOn < dayInShanghai(new Date());
  const isPublished = accessLevel === 'PUBLIC' || accessLevel === 'LISTED_PERSON';
  return {
    name,
    identifiers,
    isPublic: isPublished && withheldReason === null && !hasEnded,
    ...(personal && { sealed: sealing(personal) }),
  };
}

function refused(row: DraftedRow, reasons: readonly Reason[]): Prepared {
  const { sheet, number, cells, draft } = row;
  return { outcome: 'REJECTED', sheet, number, cells, reasons, counterpart: draft.counterpart };
}

function identified(row: DraftedRow, known: KnownSubject | undefined, options: Identifying): Prepared {
  const { counterpart } = row.draft;
  const { sheet, number, source, cells } = row;
  const refuse = (code: string, message: string): Prepared => refused(row, [{ code, message }]);
  const failing = counterpart.identifiers.find((one) => one.failsCheck !== undefined);
  if (known?.outcome === 'CONFLICT') return refuse('IDENTIFIER_CONFLICT', '本行的几个号码分属不同主体,请核对。');
  if (known?.outcome === 'OTHER_KEY')
    return refuse('PERSON_KEYS_DIFFER', '本处与信用办的自然人号码密钥不同,无从确认是谁:请运维人员核对 PERSONS_KEY。');
  if (known?.outcome === 'UNKNOWN' || (!known && failing)) {
    return refuse('IDENTIFIER_CHECKSUM', failing?.failsCheck ?? '号码未知,且不足以登记新主体。');
  }
  if (!known && counterpart.identifiers.length === 0)
    return refuse('PERSON_UNIDENTIFIED', '信用办未应答,而自然人只能由其确认:请稍后以 --again 再次导入本文件。');
  const subjectId = known?.subjectId ?? provisionalId(counterpart.identifiers);
  const isHeld = known !== undefined && !known.isNameKnown;
  const marks = [...row.marks, ...(known ? [] : [IDENTITY_PENDING])];
  const record = recordOf(row.draft, { item: options.item, subjectId, marks, isHeld, source, idKey: options.idKey });
  return { outcome: 'STORE', sheet, number, cells, record, marks: isHeld ? [...marks, 'NAME_MISMATCH'] : marks };
}

function provisionalId(identifiers: Draft['counterpart']['identifiers']): string {
  return (identifiers.find((one) => one.type === 'CREDIT_CODE') ?? identifiers[0])?.value ?? '';
}

function recordOf(
  draft: Draft,
  found: {
    readonly item: string;
    readonly subjectId: string;
    readonly marks: readonly string[];
    readonly isHeld: boolean;
    readonly source: object;
    readonly idKey: Buffer;
  },
): IncomingRow {
  const { counterpart, naturalKey, keyedBy, provider, authority, own, marks: _marks, ...facts } = draft;
  const name = nameKey(counterpart.name);
  // Two persons of one name may stand in one document: theirs are told apart by who they are.
  const isPersons = counterpart.personal !== undefined && counterpart.identifiers.length === 0;
  const owner = keyedBy === 'SUBJECT' || isPersons ? found.subjectId : name;
  // A row whose name is not its subject's stands beside what is held of that subject and never takes its place: a mistyped
  // code must not hide the record of the company that the code belongs to.
  const heldId = keyed(found.idKey, ['held', found.item, found.subjectId, name, ...naturalKey]);
  // What the row itself says. Whom it was found to be about is no part of it: that may change while the row does not.
  const content: Record<string, unknown> = {
    item: found.item,
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
  };
  const contentHash = hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22);
  // Its own object from here on: a copy of forty fields for each row of a million is worth avoiding.
  const row = content as Record<string, unknown> & { id: string; contentHash: string };
  row.id = found.isHeld ? heldId : keyed(found.idKey, [found.item, owner, ...naturalKey]);
  row.contentHash = contentHash;
  row.subjectId = found.subjectId;
  row.naturalKey = keyedBy === 'SUBJECT' && !found.isHeld ? factKey(found, naturalKey) : null;
  row.withheldReason = facts.withheldReason ?? (found.isHeld ? 'NAME_MISMATCH' : null);
  row.marks = found.marks;
  row.source = found.source;
  row.numbers = counterpart.identifiers.map((one) => one.value);
  row.isPending = found.marks.includes(IDENTITY_PENDING);
  row.heldId = found.isHeld ? null : heldId;
  return row as IncomingRow;
}

/** Many subjects have the same fact each (a year's rating): its key is worked out once. */
function factKey({ idKey, item }: { idKey: Buffer; item: string }, naturalKey: Draft['naturalKey']): string {
  const known = facts.get(idKey) ?? new Map<string, string>();
  facts.set(idKey, known);
  const text = JSON.stringify(['fact', item, ...naturalKey]);
  const key = known.get(text) ?? keyed(idKey, ['fact', item, ...naturalKey]);
  if (known.size < 1000) known.set(text, key);
  return key;
}

const facts = new WeakMap<Buffer, Map<string, string>>();

/** 128 bits of a keyed hash: stable, unguessable, says nothing about what it stands for. */
function keyed(key: Buffer, parts: readonly unknown[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
