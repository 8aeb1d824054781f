import { type Words, wordsOf } from '../../../platform/sheets/index.ts';
import { type AccessLevel, PUBLICITY_ATTRIBUTES } from '../../../platform/viewer/viewer.ts';
import { dayBefore } from '../../../schema/calendar/days.ts';
import { codesBeside } from '../../../schema/codes/city.ts';
import type { CodeRow } from '../../../schema/codes/index.ts';
import { type ListTerm, listTermIn } from '../../../standards/publication/terms.ts';

/** 名单类型 of the SDL: which lists there are is law, kept as data with its dates of force. */
export interface ListType {
  readonly code: string;
  readonly legalName: string;
  readonly legacyName: string | null;
  readonly polarity: string;
  readonly basis: readonly string[];
  /** Publicity of the entries on it. */
  readonly level: AccessLevel;
  readonly isNational: boolean;
  readonly field: string | null;
  readonly authorityLevel: string | null;
  readonly issuer: string | null;
  readonly scope: string | null;
  readonly criteria: string | null;
  readonly procedure: string | null;
  readonly channels: readonly string[];
  readonly objection: string | null;
  readonly removal: string | null;
  readonly measures: readonly string[];
  /** The catalogue item that holds its entries, where a department reports them itself. */
  readonly item: string | null;
  readonly term: ListTerm;
  readonly validFrom: string | null;
  /** The last day of force. */
  readonly validTo: string | null;
  readonly source: string | null;
  readonly isVerified: boolean;
}

/** The eight parts that a list must have fixed before anybody may be put on it. */
const PARTS = {
  issuer: '制定主体',
  scope: '重点范围',
  criteria: '认定标准',
  procedure: '认定程序',
  channels: '发布途径',
  objection: '异议处理',
  removal: '移出机制',
  measures: '应用奖惩',
} as const satisfies Partial<Record<keyof ListType, string>>;

const table = codesBeside(new URL('../', import.meta.url), 'list-types');

/** A type of list as it stood on a day; where it was not yet, or no longer, in force then, as it is or was last. */
export function listTypeOf(code: string, on: string): ListType | undefined {
  const isInForce = ({ from = '', until = '~' }: CodeRow): boolean => from <= on && on < until;
  const row = table().rows.find((one) => one.code === code && isInForce(one)) ?? table().get(code);
  return row && typeOf(row);
}

/** The type that a list's name in a file stands for, as it stood on the day of an entry. */
export function listTypeNamed(name: string, on: string): ListType | undefined {
  const row = table().byLabel(name) ?? table().get(name);
  return row && listTypeOf(row.code, on);
}

/** The lists of one polarity that are in use and whose entries no department reports itself, as a file may name them. */
export function listsOf(polarity: string): () => Words {
  return wordsOf(table, (row) => {
    const listType = typeOf(row);
    return listType.polarity === polarity && listType.item === null && missingParts(listType).length === 0;
  });
}

/** The Chinese names of the parts that a list lacks; one that lacks any is not in use. */
export function missingParts(listType: ListType): readonly string[] {
  return Object.entries(PARTS)
    .filter(([part]) => (listType[part as keyof typeof PARTS]?.length ?? 0) === 0)
    .map(([, title]) => title);
}

const known = new WeakMap<CodeRow, ListType>();

function typeOf(row: CodeRow): ListType {
  const listType = known.get(row) ?? typeIn(row);
  known.set(row, listType);
  return listType;
}

function typeIn({ code, label, from, until, extra }: CodeRow): ListType {
  const given = (column: string): string | null => extra[column] || null;
  const list = (column: string): readonly string[] => (extra[column] ?? '').split('|').filter(Boolean);
  const polarity = extra.polarity ?? '';
  return {
    code,
    legalName: label,
    legacyName: given('legacyName'),
    polarity,
    basis: (extra.basis ?? '').split(/[;；]/u).filter(Boolean),
    level: levelOf(code, given('level'), polarity),
    isNational: extra.isNational !== 'no',
    field: given('field'),
    authorityLevel: given('authorityLevel'),
    issuer: given('issuer'),
    scope: given('scope'),
    criteria: given('criteria'),
    procedure: given('procedure'),
    channels: list('channels'),
    objection: given('objection'),
    removal: given('removal'),
    measures: list('measures'),
    item: given('item'),
    term: listTermIn(extra),
    validFrom: dayIn(from),
    validTo: until === undefined ? null : dayBefore(dayIn(until)),
    source: given('source'),
    isVerified: extra.verified === 'yes',
  };
}

/** Lists of serious dishonesty and of incentives are published by law; attention is the departments' own matter. */
function levelOf(code: string, given: string | null, polarity: string): AccessLevel {
  if (given === null) return polarity === 'KEY_ATTENTION' ? 'GOVERNMENT' : 'PUBLIC';
  const level = PUBLICITY_ATTRIBUTES.find((one) => one === given);
  if (!level) throw new Error(`list-types: ${code} needs an access level, not ${given}`);
  return level;
}

/** A code table may give a year or a month alone, which is no day. */
function dayIn(date: string | undefined): string | null {
  return date !== undefined && date.length === 10 ? date : null;
}
