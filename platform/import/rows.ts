import { createHmac } from 'node:crypto';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import { type PersonKeys, type SealedNumber, seal } from '../persons/seal.ts';
import type { Reason } from '../sheets/index.ts';
import { dayInShanghai } from '../viewer/viewer.ts';
import type { AskedCounterpart, DraftedRow } from './draft.ts';
import type { IdentifyCounterparts, KnownSubject } from './identity.ts';
import type { Prepared } from './intake.ts';
import type { IncomingRow } from './merge.ts';
import type { WrittenDraft } from './written.ts';

/** The mark of a row whose subject nobody could be asked about. */
export const IDENTITY_PENDING = 'IDENTITY_PENDING';

interface Identifying {
  readonly item: string;
  readonly idKey: Buffer;
  readonly identify: IdentifyCounterparts;
  /** The keys under which natural persons' numbers leave this process. */
  readonly persons: PersonKeys;
}

type WrittenRow = DraftedRow<WrittenDraft>;

/**
 * Finds the subject of each row with one question to the credit office. Where that is silent, rows are kept under the
 * number they came with and marked IDENTITY_PENDING; the same file sent again later settles them (see settle.ts). A natural
 * person's row is rejected then: nobody else can tell whose pseudonym it belongs under.
 */
export async function identifiedRows(
  rows: readonly WrittenRow[],
  options: Identifying,
  remarks: Set<string>,
): Promise<readonly Prepared[]> {
  const sealing = sealer(options.persons);
  const known = await options.identify(rows.map((row) => asked(row, sealing)));
  if (known.includes(undefined)) {
    remarks.add(
      '信用办未应答:部分行暂以所载号码记名并加标注 IDENTITY_PENDING,自然人的行已退回。信用办恢复后请以 --again 再次导入本文件。',
    );
  }
  return rows.map((row, index) => identified(row, known[index], options));
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

function asked({ draft }: WrittenRow, sealing: (number: PersonalNumber) => SealedNumber): AskedCounterpart {
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

function refused(row: WrittenRow, reasons: readonly Reason[]): Prepared {
  const { counterpart } = row.draft;
  return {
    outcome: 'REJECTED',
    sheet: row.sheet,
    number: row.number,
    get cells() {
      return row.cells;
    },
    reasons,
    counterpart,
  };
}

function identified(row: WrittenRow, known: KnownSubject | undefined, options: Identifying): Prepared {
  const { counterpart } = row.draft;
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
  const record = recordOf(row.draft, { item: options.item, subjectId, marks, isHeld, idKey: options.idKey });
  return {
    outcome: 'STORE',
    sheet: row.sheet,
    number: row.number,
    get cells() {
      return row.cells;
    },
    record,
    marks: isHeld ? [...marks, 'NAME_MISMATCH'] : marks,
  };
}

function provisionalId(identifiers: WrittenDraft['counterpart']['identifiers']): string {
  return (identifiers.find((one) => one.type === 'CREDIT_CODE') ?? identifiers[0])?.value ?? '';
}

function recordOf(
  draft: WrittenDraft,
  found: {
    readonly item: string;
    readonly subjectId: string;
    readonly marks: readonly string[];
    readonly isHeld: boolean;
    readonly idKey: Buffer;
  },
): IncomingRow {
  const { counterpart, nameKey, naturalKey, keyedBy } = draft;
  const { item, subjectId, isHeld, idKey, marks } = found;
  // Two persons of one name may stand in one document: theirs are told apart by who they are.
  const isPersons = counterpart.personal !== undefined && counterpart.identifiers.length === 0;
  const owner = keyedBy === 'SUBJECT' || isPersons ? subjectId : nameKey;
  // A row whose name is not its subject's stands beside what is held of that subject and never takes its place: a mistyped
  // code must not hide the record of the company that the code belongs to.
  const heldId = keyed(idKey, ['held', item, subjectId, nameKey, ...naturalKey]);
  return {
    item,
    id: isHeld ? heldId : keyed(idKey, [item, owner, ...naturalKey]),
    contentHash: draft.contentHash,
    subjectId,
    naturalKey: keyedBy === 'SUBJECT' && !isHeld ? factKey(found, naturalKey) : null,
    counterpartName: draft.counterpartName,
    providerName: draft.providerName,
    providerCreditCode: draft.providerCreditCode,
    accessLevel: draft.accessLevel,
    withheldReason: draft.withheldReason ?? (isHeld ? 'NAME_MISMATCH' : null),
    publishedOn: draft.publishedOn,
    publicationEndsOn: draft.publicationEndsOn,
    sortedOn: draft.sortedOn,
    text: draft.text,
    marks,
    numbers: counterpart.identifiers.map((one) => one.value),
    isPending: marks.includes(IDENTITY_PENDING),
    heldId: isHeld ? null : heldId,
  };
}

/** Many subjects have the same fact each (a year's rating): its key is worked out once. */
function factKey({ idKey, item }: { idKey: Buffer; item: string }, naturalKey: WrittenDraft['naturalKey']): string {
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
