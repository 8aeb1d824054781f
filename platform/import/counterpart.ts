import type { CodeRow } from '../../schema/codes/index.ts';
import { isCreditCode, isKnownException, kindOf, parse } from '../../schema/identifiers/credit-code.ts';
import { type IdentifierType, identify, parseAs } from '../../schema/identifiers/index.ts';
import { idNumberIn, type PersonalNumber, personalTaxNumberIn } from '../../schema/identifiers/personal-number.ts';
import { hiddenIdNumber } from '../../schema/identifiers/redact.ts';
import {
  type Column,
  coded,
  identifierColumn,
  labelIn,
  never,
  OCCASIONAL,
  type Reading,
  text,
} from '../sheets/index.ts';
import { type Counterpart, type GivenIdentifier, type Rejection, rejected } from './draft.ts';
import { NOT_TAKEN, type PersonValues, personOf, takesPersons } from './natural-persons.ts';

/**
 * The columns that say whom a row is about, the same in every file (发改办财金〔2018〕424号, items 1 to 13). A code
 * column may mix 18-place credit codes, 15-digit registration numbers and 9-place organisation codes: each is taken for
 * what it is. Columns with ID numbers of persons are recognised and never read.
 */
export const counterpartColumns = {
  counterpartName: holdingNumbers(
    text(
      [
        '行政相对人名称',
        '主体名称',
        '企业名称',
        '单位名称',
        '名称',
        '纳税人名称',
        '被执行人姓名或名称',
        '被执行人名称',
        '当事人名称',
        '机构名称',
        '企业名称或自然人姓名',
        '行政相对人',
        'CF_XDR_MC',
        'XK_XDR_MC',
        'iname',
      ],
      { isRequired: true, maxLength: 200, describes: { form: '登记的全称', example: '云泽荻禾粮油有限公司' } },
    ),
  ),
  counterpartCategory: coded(
    [
      '行政相对人类别',
      '相对人类别',
      '主体类别',
      '纳税人类别',
      '企业个体标志',
      'CF_XDR_LB',
      'XK_XDR_LB',
      'partyTypeName',
    ],
    labelIn('counterpart-categories', isOrganization),
  ),
  creditCode: identifierColumn(
    [
      '统一社会信用代码',
      '行政相对人代码_1(统一社会信用代码)',
      '行政相对人代码(统一社会信用代码)',
      '行政相对人代码',
      '社会信用代码',
      '信用代码',
      '组织机构代码或统一社会信用代码',
      'CF_XDR_SHXYM',
      'XK_XDR_SHXYM',
      'cardNum',
    ],
    (given) => reading(identify(given), given),
    {
      emptyWords: ['1'],
      describes: {
        form: '18 位统一社会信用代码;没有的可填 15 位注册号或 9 位组织机构代码',
        pattern: '^[0-9A-Z-]{9,18}$',
        example: '91990102MA1D4H0X9M',
      },
    },
  ),
  registrationNumber: numberColumn('REGISTRATION_NUMBER', '990104000013728', [
    '行政相对人代码_2(工商注册号)',
    '工商登记码',
    '工商注册号',
    '注册号',
    'CF_XDR_GSZC',
    'XK_XDR_GSZC',
    'CF_XDR_GSDJ',
  ]),
  organizationCode: numberColumn('ORGANIZATION_CODE', 'MA1D4H0X9', [
    '行政相对人代码_3(组织机构代码)',
    '组织机构代码',
    'CF_XDR_ZZJG',
    'XK_XDR_ZZJG',
    'CF_XDR_ZDM',
  ]),
  taxRegistrationNumber: numberColumn('TAX_REGISTRATION_NUMBER', '990102MA1D4H0X9', [
    '行政相对人代码_4(税务登记号)',
    '税务登记号',
    '纳税人识别号',
    'CF_XDR_SWDJ',
    'XK_XDR_SWDJ',
  ]),
  institutionCertificateNumber: numberColumn('INSTITUTION_CERTIFICATE_NUMBER', '199010000123', [
    '行政相对人代码_5(事业单位证书号)',
    '事业单位证书号',
    'CF_XDR_SYDW',
    'XK_XDR_SYDW',
  ]),
  socialOrganizationNumber: numberColumn('SOCIAL_ORGANIZATION_NUMBER', '51990100MJ0000012X', [
    '行政相对人代码_6(社会组织登记证号)',
    '社会组织登记证号',
    'CF_XDR_SHZZ',
    'XK_XDR_SHZZ',
  ]),
  personIdNumber: never([
    '居民身份证号',
    '身份证号',
    '身份证号码',
    '居民身份证号码',
    '证件号码',
    '自然人身份证号',
    '法定代表人身份证号',
    '法定代表人证件号码',
    '法定代表人证件类型',
    '证件类型',
    '负责人身份证号',
    'CF_FR_SFZH',
    'CF_FR_ZJHM',
    'CF_FR_ZJLX',
    'CF_XDR_ZJHM',
    'CF_XDR_ZJLX',
    'XK_FR_SFZH',
    'XK_XDR_ZJHM',
    'XK_XDR_ZJLX',
  ]),
};

/** Most items take no rows about persons: the word is understood, and not told to anybody who fills a file of them. */
export function isOrganization({ code }: CodeRow): boolean {
  return code !== 'NATURAL_PERSON';
}

/** Clerks put numbers into it as well. */
function holdingNumbers<Value>(known: Column<Value>): Column<Value> {
  return { ...known, holdsNumbers: true };
}

/** Filled in where there is no credit code. */
function numberColumn(type: IdentifierType, example: string, aliases: readonly string[]) {
  return identifierColumn(aliases, (given) => reading(parsed(type, given), given), {
    emptyWords: ['1'],
    describes: { form: '没有统一社会信用代码的填写', example, ...OCCASIONAL },
  });
}

/** What the column says it is; else what its form says: clerks fill the organisation code's column with credit codes. */
function parsed(type: IdentifierType, given: string): ReturnType<typeof identify> {
  const named = parseAs(type, given);
  if (!named.problem) return named;
  const found = identify(given);
  return found.problem ? named : found;
}

/** A number that only fails its check digit is carried on: the credit office may know it, or the exception table. */
function reading(found: ReturnType<typeof identify>, given: string): Reading<GivenIdentifier> {
  const flags = ['CHECK_DIGIT_MISMATCH'];
  if (!found.problem) {
    const value: GivenIdentifier = { type: found.type, value: found.value };
    return found.type === 'CREDIT_CODE' && isKnownException(found.value) ? { value, flags } : { value };
  }
  if (found.problem.kind === 'CHECKSUM' && found.value.length === 18) {
    return { value: { type: 'CREDIT_CODE', value: found.value, failsCheck: found.problem.message }, flags };
  }
  if (found.problem.kind === 'COMPONENT' && found.value === '') return { value: personsNumber(given) };
  return { problem: found.problem.message, code: `IDENTIFIER_${found.problem.kind}` };
}

/** Stands where a column of organisations' numbers holds a citizen's. */
function personsNumber(given: string): GivenIdentifier {
  const personal = idNumberIn(given) ?? personalTaxNumberIn(given);
  return { type: 'CREDIT_CODE', value: '', isPersons: true, ...(personal && { personal }) };
}

type CounterpartValues = {
  readonly counterpartName: string;
  readonly counterpartCategory: string | null;
} & Readonly<Record<IdentifierField, GivenIdentifier | null>> &
  PersonValues;

/** The columns of numbers that say whom a row is about. */
export const IDENTIFIER_FIELDS = [
  'creditCode',
  'registrationNumber',
  'organizationCode',
  'taxRegistrationNumber',
  'institutionCertificateNumber',
  'socialOrganizationNumber',
] as const;
type IdentifierField = (typeof IDENTIFIER_FIELDS)[number];

/** A name that may be a person's: two to four characters, or parts joined by a dot. Asked only where no organisation's number stands. */
function readsAsPerson(name: string): boolean {
  return /^(?:\p{Script=Han}{2,4}|\p{Script=Han}+(?:[·•・.．]\p{Script=Han}+)+)$/u.test(name.replace(/\s/gu, ''));
}

/**
 * Whom a row is about, or why it cannot be taken: a natural person where its item takes none or the ID number is missing,
 * and a row without any number, which cannot be tied to a subject.
 */
export function counterpartOf(values: CounterpartValues): Counterpart | Rejection {
  const { counterpartName: name, counterpartCategory: category } = values;
  const identifiers: GivenIdentifier[] = [];
  let persons: { readonly field: IdentifierField; readonly personal: PersonalNumber | undefined } | undefined;
  for (const field of IDENTIFIER_FIELDS) {
    const given = values[field];
    if (given?.isPersons) persons ??= { field, personal: given.personal };
    else if (given) identifiers.push(given);
  }
  const isTrader = category === 'INDIVIDUAL_BUSINESS' && takesPersons(values);
  const traders = isTrader && persons?.personal ? personalTaxNumberIn(persons.personal.value) : undefined;
  const mayBePerson = (persons !== undefined || identifiers.length === 0) && !traders;
  // A name, an ID number and, say, an employer's code: nothing here says which of them the row is about.
  const isDoubtful = category === null && hasPersonNumber(values) && !identifiers.some(isTradersCode);
  if (category === 'NATURAL_PERSON' || ((mayBePerson || isDoubtful) && readsAsPerson(name))) {
    return person(values, identifiers.length > 0, persons?.personal);
  }
  if (name.includes(hiddenIdNumber)) {
    return rejected('ID_NUMBER_IN_NAME', '名称中含有公民身份号码,请改为主体的名称。');
  }
  if (traders) return { name, identifiers, personal: traders };
  if (persons) {
    const message = '号码栏中疑为公民身份号码,此处不接受,请改用统一社会信用代码、注册号或组织机构代码。';
    return rejected('IDENTIFIER_COMPONENT', message, persons.field);
  }
  if (identifiers.length === 0) {
    return rejected('NO_IDENTIFIER', '缺少统一社会信用代码,也没有注册号、组织机构代码等可识别主体的号码。');
  }
  return { name, identifiers };
}

function hasPersonNumber({ personIdNumber = null }: PersonValues): boolean {
  return personIdNumber !== null && personIdNumber !== 'UNREADABLE';
}

/** A sole trader goes by its operator's name, and has a code of its own kind. */
function isTradersCode({ type, value }: GivenIdentifier): boolean {
  return type === 'CREDIT_CODE' && isCreditCode(value) && kindOf(parse(value)) === 'INDIVIDUAL_BUSINESS';
}

/** R1: a natural person has an ID number and no organisation's number. */
function person(
  values: CounterpartValues,
  hasOrganizationsNumber: boolean,
  elsewhere: PersonalNumber | undefined,
): Counterpart | Rejection {
  if (!takesPersons(values)) return NOT_TAKEN;
  if (hasOrganizationsNumber) {
    const message = '名称、类别或公民身份号码像是自然人的,却填有组织的号码,请填明类别并核对号码。';
    return rejected('CATEGORY_CONTRADICTS_NUMBERS', message, 'counterpartCategory');
  }
  const personal = personOf(values, elsewhere);
  if ('rejected' in personal) return personal;
  if (values.counterpartCategory === 'LEGAL_ENTITY') {
    // The ID number may be its representative's, who is somebody else.
    const message = '类别为组织,却只有公民身份号码:若为组织请填写其号码,若为自然人请改类别。';
    return rejected('CATEGORY_CONTRADICTS_NUMBERS', message, 'counterpartCategory');
  }
  const name = values.counterpartName.replaceAll(hiddenIdNumber, '').trim();
  if (name === '') return rejected('ID_NUMBER_IN_NAME', '姓名栏中只有公民身份号码,请填写姓名。');
  // Names are published; a birth date or a number that lost a digit is no part of one.
  if (/\p{Nd}/u.test(name)) return rejected('ID_NUMBER_IN_NAME', '姓名栏中有数字,请只填写姓名。');
  return { name, identifiers: [], personal };
}
