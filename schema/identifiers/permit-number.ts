import { compactText } from './compact-text.ts';
import type { CreditCode } from './credit-code.ts';
import * as creditCode from './credit-code.ts';
import { IdentifierError, shown } from './errors.ts';
import { isProvince } from './id-shape.ts';
import { withoutLookAlikes } from './near-miss.ts';
import { isOrganizationCode, type OrganizationCode } from './organization-code.ts';

/**
 * 排污许可证编号, HJ 608-2017: 22 places, the code of a polluter's place of production.
 *
 *     91130200699229617X  001  P
 *     │                   │    └ 22     a letter (P in the standard; W, X, Y, Z on receipts of registered polluters)
 *     │                   └ 19–21  the unit's places of production, counted
 *     └ 1–18   the unit's credit code, in full with its check
 *
 * A unit without a credit code has in its place (trial rules of 2017; the standard itself was not available):
 *
 *     H9  130200  699229617  A      with an organisation code
 *     H9  130200  0000 00012 A      without any: 0000 and a number within the authority's region
 *
 * where the region is the permit authority's and the last place a letter other than I and O. No check of its own.
 */
export type PermitNumber = string & { readonly [permitNumber]: true };
declare const permitNumber: unique symbol;

const pattern = /^[0-9A-Z]{18}\d{3}[A-Z]$/;
const withoutCode = /^H9(\d{6})(?:0000\d{5}|([0-9A-Z]{8}[0-9X]))[A-HJ-NP-Z]$/;

export function compact(text: string): string {
  return compactText(text);
}

export function parse(text: string): PermitNumber {
  const number = compact(text);
  if (number.length !== 22) {
    throw new IdentifierError('LENGTH', `排污许可证编号应为22位，收到${number.length}位：${shown(number)}`);
  }
  if (!pattern.test(number)) {
    throw new IdentifierError(
      'FORMAT',
      `排污许可证编号应为18位单位代码、3位数字和1位字母：${shown(number)}`,
      nearMissOf(number),
    );
  }
  if (number.startsWith('H9')) checkUnitWithoutCode(number);
  else checkCreditCode(number);
  return number as PermitNumber;
}

export function isPermitNumber(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof IdentifierError) return false;
    throw error;
  }
}

/** As printed on the permit: 22 characters without gaps. */
export function format(number: PermitNumber): string {
  return number;
}

/** The credit code of the unit; undefined for a unit without one. */
export function creditCodeOf(number: PermitNumber): CreditCode | undefined {
  return number.startsWith('H9') ? undefined : (number.slice(0, 18) as CreditCode);
}

/** The organisation code of a unit that has no credit code; undefined where it has neither, or has a credit code. */
export function organizationCodeOf(number: PermitNumber): OrganizationCode | undefined {
  return withoutCode.exec(number.slice(0, 18))?.[2] as OrganizationCode | undefined;
}

/** The embedded code's own sentence says what is wrong with it, and with which value. */
function checkCreditCode(number: string): void {
  try {
    creditCode.parse(number.slice(0, 18));
  } catch (error) {
    if (!(error instanceof IdentifierError)) throw error;
    const meant = error.nearMiss === undefined ? undefined : error.nearMiss + number.slice(18);
    const message = `排污许可证编号前18位应为有效的统一社会信用代码：${shown(number)}`;
    throw new IdentifierError(error.kind, message, meant);
  }
}

function checkUnitWithoutCode(number: string): void {
  const [, region = '', organizationCode] = withoutCode.exec(number.slice(0, 18)) ?? [];
  if (region === '') {
    const message = '排污许可证编号以H9开头的，其后应为6位行政区划、9位组织机构代码（或0000加5位顺序码）和1位字母';
    throw new IdentifierError('FORMAT', `${message}：${shown(number)}`);
  }
  if (!isProvince(region.slice(0, 2))) {
    throw new IdentifierError('COMPONENT', `排污许可证编号第3至8位应为核发机关行政区划：${shown(number)}`);
  }
  if (organizationCode !== undefined && !isOrganizationCode(organizationCode)) {
    throw new IdentifierError('CHECKSUM', `排污许可证编号内组织机构代码的校验位不符：${shown(number)}`);
  }
}

/** A letter that was written for a digit, in the code or in the count; the last place is a letter anyway. */
function nearMissOf(number: string): string | undefined {
  const last = number.charAt(21);
  const meant = withoutLookAlikes(number.slice(0, 21), (first21) => isPermitNumber(first21 + last));
  return meant === undefined ? undefined : meant + last;
}
