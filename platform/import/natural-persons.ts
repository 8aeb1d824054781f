import { getTableColumns } from 'drizzle-orm';
import { codeTable } from '../../schema/codes/city.ts';
import { maskedName } from '../../schema/identifiers/masked-name.ts';
import {
  type IdNumberMask,
  idNumberIn,
  idNumberWithin,
  isIdNumberMask,
  maskedIdNumber,
  type PersonalNumber,
} from '../../schema/identifiers/personal-number.ts';
import type { RecordKind } from '../records/kind.ts';
import { identifierColumn, type Reading, text } from '../sheets/index.ts';
import { type Draft, type Rejection, rejected } from './draft.ts';

/** What stands in a column of ID numbers: the number, or that it is none. Rows of organisations may hold anything there. */
export type GivenPersonNumber = PersonalNumber | 'UNREADABLE';

/**
 * The columns that say who a natural person is, for items of which persons' records are taken (code table `person-items`).
 * Both are withheld: what stands there is in no `source`, no rejected row and no message.
 */
export const personColumns = {
  personIdNumber: identifierColumn(
    [
      '居民身份证号',
      '居民身份证号码',
      '身份证号',
      '身份证号码',
      '自然人身份证号',
      '公民身份号码',
      '证件号码',
      'CF_XDR_ZJHM',
      'CF_XDR_SFZ',
      'XK_XDR_ZJHM',
      'XK_XDR_SFZ',
    ],
    (given): Reading<GivenPersonNumber> => ({ value: idNumberIn(given) ?? 'UNREADABLE' }),
    {
      isWithheld: true,
      describes: { form: '仅自然人填写:18 位公民身份号码,不得隐去其中各位', isOccasional: true },
    },
  ),
  certificateType: text(['证件类型', 'CF_XDR_ZJLX', 'XK_XDR_ZJLX'], {
    isWithheld: true,
    describes: { form: '仅自然人填写:居民身份证', isOccasional: true },
  }),
};

/** What a row of an item that takes natural persons says of one. */
export interface PersonValues {
  readonly personIdNumber?: GivenPersonNumber | null;
  readonly certificateType?: string | null;
}

/** Whether the row's sheet reads natural persons at all. */
export function takesPersons(values: PersonValues): boolean {
  return values.personIdNumber !== undefined;
}

/** The person's number, from its own column or from one of organisations' numbers that it was written into. */
export function personOf(values: PersonValues, elsewhere: PersonalNumber | undefined): PersonalNumber | Rejection {
  const type = values.certificateType ?? null;
  if (type !== null && codeTable('certificate-types').byLabel(type)?.code !== 'ID_CARD') {
    return rejected(
      'PERSON_CERTIFICATE',
      '自然人目前只能凭居民身份证(公民身份号码)归集,其他证件类型暂不受理。',
      'certificateType',
    );
  }
  const number = values.personIdNumber === 'UNREADABLE' ? undefined : values.personIdNumber;
  const found = number ?? (elsewhere && idNumberWithin(elsewhere));
  if (found) return found;
  const message =
    '自然人的记录须有完整、校验无误的 18 位公民身份号码,否则无从确认是谁;已隐去部分号码的不能用。退回文件中号码已隐去,请重填。';
  return rejected('PERSON_ID_NUMBER', message, 'personIdNumber');
}

/** How records about natural persons of one catalogue item are kept and shown. */
interface PersonItem {
  readonly publication: 'LISTED_PERSON' | 'PERSONAL';
  readonly isNameFull: boolean;
  readonly idNumber: IdNumberMask;
  /** Fields that are not kept of a person. */
  readonly withheld: readonly string[];
}

/** @throws Error for a table that says something else than this product can do. */
function personItem(item: string, today: string): PersonItem | undefined {
  const row = codeTable('person-items').onDate(today).get(item);
  if (!row) return undefined;
  const { publication, name, idNumber = '', withheld = '' } = row.extra;
  if ((publication !== 'LISTED_PERSON' && publication !== 'PERSONAL') || !isIdNumberMask(idNumber))
    throw new Error(`代码表 person-items 中 ${item} 一行的 publication 或 idNumber 不是所定的值。`);
  return { publication, isNameFull: name === 'FULL', idNumber, withheld: withheld.split('|').filter(Boolean) };
}

/**
 * @throws Error where the table names a field to be left out that records of the item do not have or cannot lack: it would
 * be kept in silence.
 */
export function checkPersonItem(item: string, today: string, kind: Pick<RecordKind, 'drizzleTable'>): void {
  const columns = getTableColumns(kind.drizzleTable);
  const wrong = personItem(item, today)?.withheld.find((field) => columns[field]?.notNull !== false);
  if (wrong !== undefined)
    throw new Error(`代码表 person-items 中 ${item} 一行的 withheld 所列 ${wrong} 不是该记录可空的字段。`);
}

/**
 * A draft as it is kept where its subject goes by a natural person's number: at the level that the item's law gives it, the
 * name and number as that law shows them. Refused where the item takes no persons.
 */
export function personsDraft(
  draft: Draft,
  kept: { readonly item: string; readonly today: string; readonly hasPersonIdNumber: boolean },
): Draft | Rejection {
  const { personal, name } = draft.counterpart;
  const item = personItem(kept.item, kept.today);
  if (!personal || !item || draft.accessLevel === 'CONFIDENTIAL') return NOT_TAKEN;
  const isListed = item.publication === 'LISTED_PERSON' && draft.accessLevel === 'PUBLIC';
  return {
    ...draft,
    counterpart: item.isNameFull ? draft.counterpart : { ...draft.counterpart, shownName: maskedName(name) },
    accessLevel: isListed ? 'LISTED_PERSON' : 'PERSONAL',
    own: {
      ...draft.own,
      ...Object.fromEntries(item.withheld.filter((field) => field in draft.own).map((field) => [field, null])),
      ...(kept.hasPersonIdNumber && { personIdNumber: isListed ? maskedIdNumber(personal, item.idNumber) : null }),
    },
  };
}

export const NOT_TAKEN = rejected(
  'NATURAL_PERSON',
  '本目录项不归集自然人的信息(个人信息保护法第六条:限于法律规定所必需)。若为组织,请填写其类别和统一社会信用代码。',
);
