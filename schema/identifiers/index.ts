import { compactText } from './compact-text.ts';
import * as creditCode from './credit-code.ts';
import { IdentifierError, shown } from './errors.ts';
import { mayBeShown } from './id-shape.ts';
import * as organizationCode from './organization-code.ts';
import { looksLikeIdNumber, withoutIdNumbers } from './redact.ts';
import * as registrationNumber from './registration-number.ts';
import { parse as parseTaxRegistrationNumber } from './tax-registration-number.ts';

export type { CreditCode, SubjectKind } from './credit-code.ts';
export { IdentifierError, type IdentifierErrorKind } from './errors.ts';

/** The numbers that an organisation has or had. Labels: `schema/codes/identifier-types.csv`. */
export type IdentifierType =
  | 'CREDIT_CODE'
  | 'REGISTRATION_NUMBER'
  | 'ORGANIZATION_CODE'
  | 'TAX_REGISTRATION_NUMBER'
  | 'INSTITUTION_CERTIFICATE_NUMBER'
  | 'SOCIAL_ORGANIZATION_NUMBER';

/**
 * A number and its type, compact; or what is wrong with it. `value` of a problem is what was given, compact, so that a
 * caller can still look for it among stored values (a code with a wrong check digit may be in the registry); it is empty
 * where the text may be a citizen's ID number.
 */
export type Identified =
  | { readonly type: IdentifierType; readonly value: string; readonly problem?: undefined }
  | { readonly problem: IdentifierError; readonly value: string; readonly type?: undefined };

/**
 * Decides by its form what number a text is: 18 places a credit code, 15 or 13 a registration number, 9 an organisation
 * code. Never throws. The other types have no form that tells them, see `parseAs`.
 */
export function identify(text: string): Identified {
  const value = compactText(text.slice(0, longest));
  if (value === '') return problem('', new IdentifierError('FORMAT', `标识为空，${expected}`));
  if (text.length > longest) return problem(value, new IdentifierError('LENGTH', `标识过长，${expected}`));
  const number = /^[0-9A-Z]{8}[-‐-―−][0-9A-Z]$/.test(value) ? organizationCode.compact(value) : value;
  const type = typeByLength.get(number.length);
  if (isIdNumberHere(number, type)) return idNumberProblem();
  if (type === undefined) {
    const message = `${expected}；收到${number.length}位：${shown(number)}`;
    return problem(number, new IdentifierError('LENGTH', message));
  }
  return parseAs(type, number);
}

/**
 * Reads a text from a place that says which number it is, such as a named column. Never throws. A tax registration number
 * may come out as a `CREDIT_CODE`: since 2015 that code is the taxpayer's number.
 */
export function parseAs(type: IdentifierType, text: string): Identified {
  const value = compactText(text.slice(0, longest));
  if (isIdNumberHere(value, type)) return idNumberProblem();
  if (type === 'TAX_REGISTRATION_NUMBER' && creditCode.isCreditCode(value)) return { type: 'CREDIT_CODE', value };
  try {
    return { type, value: parsers[type](value) };
  } catch (error) {
    if (error instanceof IdentifierError) return problem(value, error);
    throw error;
  }
}

const longest = 100;
const expected = '应为18位统一社会信用代码、15位或13位注册号，或9位组织机构代码';

const typeByLength: ReadonlyMap<number, IdentifierType> = new Map([
  [18, 'CREDIT_CODE'],
  [15, 'REGISTRATION_NUMBER'],
  [13, 'REGISTRATION_NUMBER'],
  [9, 'ORGANIZATION_CODE'],
]);

const parsers: Readonly<Record<IdentifierType, (text: string) => string>> = {
  CREDIT_CODE: creditCode.parse,
  REGISTRATION_NUMBER: registrationNumber.parse,
  ORGANIZATION_CODE: organizationCode.parse,
  TAX_REGISTRATION_NUMBER: parseTaxRegistrationNumber,
  INSTITUTION_CERTIFICATE_NUMBER: parseInstitutionCertificateNumber,
  SOCIAL_ORGANIZATION_NUMBER: parseSocialOrganizationNumber,
};

/** 事业单位法人证书号: 12 digits, printed 事证第112000000012号. No check digit. */
function parseInstitutionCertificateNumber(text: string): string {
  const number = compactText(text).replace(/^事证第?(.*?)号?$/, '$1');
  if (number.length !== 12) {
    throw new IdentifierError('LENGTH', `事业单位证书号应为12位，收到${number.length}位：${shown(number)}`);
  }
  if (!/^\d+$/.test(number)) throw new IdentifierError('FORMAT', `事业单位证书号应全部为数字：${shown(number)}`);
  return number;
}

/** 社会组织登记证号: each registry has its own form, up to 50 characters with a number among them. */
function parseSocialOrganizationNumber(text: string): string {
  const number = compactText(text);
  if (number.length < 4 || number.length > 50) {
    throw new IdentifierError('LENGTH', `社会组织登记证号应为4至50个字符，收到${number.length}个：${shown(number)}`);
  }
  if (!/\d/.test(number)) throw new IdentifierError('FORMAT', `社会组织登记证号应含有数字：${shown(number)}`);
  return number;
}

/**
 * A 15-digit number that passes its own check is a registration number, though its sequence may read as a birth date. A tax
 * registration number is given no such benefit: individuals really had their ID number there.
 */
function isIdNumberHere(value: string, type: IdentifierType | undefined): boolean {
  if (type === 'REGISTRATION_NUMBER' && registrationNumber.isRegistrationNumber(value)) return false;
  return looksLikeIdNumber(value) || withoutIdNumbers(value) !== value;
}

function idNumberProblem(): Identified {
  const message = '此处不接受公民身份号码，请改用统一社会信用代码、注册号或组织机构代码';
  return { problem: new IdentifierError('COMPONENT', message), value: '' };
}

function problem(value: string, error: IdentifierError): Identified {
  return { problem: error, value: mayBeShown(value) ? value : '' };
}
