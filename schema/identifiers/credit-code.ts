import { table } from '../codes/index.ts';
import { compactText } from './compact-text.ts';
import { IdentifierError, shown } from './errors.ts';
import { only, transpositions, withoutLookAlikes } from './near-miss.ts';
import type { OrganizationCode } from './organization-code.ts';
import { isOrganizationCode } from './organization-code.ts';

/**
 * 统一社会信用代码, GB 32100-2015: 18 places.
 *
 *     9  1  440300  192203821  6
 *     │  │  │       │          └ 18    check character (MOD 31)
 *     │  │  │       └ 9–17  the organisation code (GB 11714), which ends in a check of its own
 *     │  │  └ 3–8   region of the authority at FIRST registration (GB/T 2260, 100000 = national); it never changes, so it
 *     │  │          may be a county abolished since, and it is not where the subject is today
 *     │  └ 2     kind of body, within the authority
 *     └ 1     registering authority (9 = market regulation)
 *
 * The alphabet has 31 characters: I O S V Z are left out. Places 1 and 2 are data: `schema/codes/credit-code-kinds.csv`.
 */
export type CreditCode = string & { readonly [creditCode]: true };
declare const creditCode: unique symbol;

/** What a subject is, as far as its code tells. */
export type SubjectKind = (typeof subjectKinds)[number];
const subjectKinds = [
  'ENTERPRISE',
  'INDIVIDUAL_BUSINESS',
  'FARMER_COOPERATIVE',
  'GOVERNMENT',
  'PUBLIC_INSTITUTION',
  'SOCIAL_ORGANIZATION',
  'OTHER_ORGANIZATION',
] as const;

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const pattern = /^[1-9ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]; // 3^(i−1) mod 31

export function compact(text: string): string {
  return compactText(text);
}

/** The only door to a `CreditCode`. A code on the exception table passes although its check character does not fit. */
export function parse(text: string): CreditCode {
  const code = compact(text);
  if (code.length !== 18) {
    throw new IdentifierError('LENGTH', `统一社会信用代码应为18位，收到${code.length}位：${shown(code)}`);
  }
  checkCharacters(code);
  if (kindRow(code) === undefined) {
    throw new IdentifierError(
      'COMPONENT',
      `统一社会信用代码前两位应为登记管理部门和机构类别，没有“${code.slice(0, 2)}”这一类别：${shown(code)}`,
    );
  }
  if (isCountedThrough(code)) {
    throw new IdentifierError('COMPONENT', `统一社会信用代码不能是顺序数字：${shown(code)}`);
  }
  if (checkCharacter(code.slice(0, 17)) !== code.charAt(17) && !isKnownException(code)) {
    throw new IdentifierError('CHECKSUM', `统一社会信用代码的校验位不符：${shown(code)}`, meant(code));
  }
  return code as CreditCode;
}

export function isCreditCode(text: string): boolean {
  const code = compact(text);
  if (!pattern.test(code) || kindRow(code) === undefined || isCountedThrough(code)) return false;
  return checkCharacter(code.slice(0, 17)) === code.charAt(17) || isKnownException(code);
}

/** As printed on the licence: 18 characters without gaps. */
export function format(code: CreditCode): string {
  return code;
}

/** The 18th character for the first 17. Undefined where these hold a character outside the alphabet. */
export function checkCharacter(first17: string): string | undefined {
  let sum = 0;
  for (let place = 0; place < weights.length; place += 1) {
    const value = alphabet.indexOf(first17.charAt(place) || '?');
    if (value < 0) return undefined;
    sum += value * (weights[place] ?? 0);
  }
  return alphabet.charAt((31 - (sum % 31)) % 31);
}

export function kindOf(code: CreditCode): SubjectKind {
  const kind = subjectKinds.find((known) => known === kindRow(code)?.extra.kind);
  if (kind === undefined) throw new Error(`credit-code-kinds.csv 中“${code.slice(0, 2)}”的 kind 不在已知类别之内`);
  return kind;
}

/** Places 9–17. Their own check digit is no condition of a valid code here, though all vectors fulfil it. */
export function organizationCodeOf(code: CreditCode): OrganizationCode {
  return code.slice(8, 17) as OrganizationCode;
}

/** Places 3–8: the region of the authority of first registration, not of the subject. */
export function registrationRegionOf(code: CreditCode): string {
  return code.slice(2, 8);
}

/** Lawfully issued codes that fail the check, e.g. of the early Fujian pilots: `schema/codes/credit-code-exceptions.csv`. */
export function isKnownException(code: string): boolean {
  return table('credit-code-exceptions').get(code) !== undefined;
}

function checkCharacters(code: string): void {
  if (pattern.test(code)) return;
  for (const [index, character] of [...code].entries()) {
    const allowed = index >= 2 && index < 8 ? '0123456789' : alphabet;
    if (allowed.includes(character)) continue;
    const expected = allowed === alphabet ? '数字或大写字母（不含I、O、S、V、Z）' : '数字（登记机关行政区划）';
    throw new IdentifierError(
      'FORMAT',
      `统一社会信用代码第${index + 1}位应为${expected}，收到“${character}”：${shown(code)}`,
      withoutLookAlikes(code, isCreditCode),
    );
  }
}

/** 123456789012345678 would pass the check. Placeholders of one repeated character fail it, or have no kind. */
function isCountedThrough(code: string): boolean {
  return '01234567890123456789012345'.includes(code.slice(0, 17));
}

function kindRow(code: string) {
  return table('credit-code-kinds').get(code.slice(0, 2));
}

/**
 * Two checks narrow down where the slip is. If the organisation code inside fits its own check, the last character may be
 * wrong; a swap of neighbours counts only if it makes both checks fit.
 */
function meant(code: string): string | undefined {
  const swapped = transpositions(code).filter((other) => isOrganizationCode(other.slice(8, 17)) && isCreditCode(other));
  const last = isOrganizationCode(code.slice(8, 17)) ? [code.slice(0, 17) + checkCharacter(code.slice(0, 17))] : [];
  return only([...swapped, ...last]);
}
