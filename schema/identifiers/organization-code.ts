import { compactText } from './compact-text.ts';
import { IdentifierError, shown } from './errors.ts';
import { withoutLookAlikes } from './near-miss.ts';

/**
 * 组织机构代码, GB 11714-1997: 9 places, printed with a hyphen, stored without.
 *
 *     19220382 - 1
 *     │          └ 9    check: a digit, or X for ten
 *     └ 1–8  digits and letters without meaning (since 2015 those of market subjects begin with MA)
 *
 * Lives on as places 9–17 of the credit code. Its alphabet is all 36 digits and letters, unlike the credit code's 31.
 */
export type OrganizationCode = string & { readonly [organizationCode]: true };
declare const organizationCode: unique symbol;

const pattern = /^[0-9A-Z]{8}[0-9X]$/;
const weights = [3, 7, 9, 10, 5, 8, 4, 2];

export function compact(text: string): string {
  return compactText(text).replace(/[-‐-―−]/g, '');
}

export function parse(text: string): OrganizationCode {
  const code = compact(text);
  if (code.length !== 9) {
    throw new IdentifierError('LENGTH', `组织机构代码应为9位，收到${code.length}位：${shown(code)}`);
  }
  if (!pattern.test(code)) {
    throw new IdentifierError(
      'FORMAT',
      `组织机构代码应为8位数字或字母加1位校验码（数字或X）：${shown(code)}`,
      withoutLookAlikes(code, isOrganizationCode),
    );
  }
  if (isRepetition(code)) {
    throw new IdentifierError('COMPONENT', `组织机构代码不能由同一字符重复而成：${shown(code)}`);
  }
  if (checkCharacter(code.slice(0, 8)) !== code.charAt(8)) {
    throw new IdentifierError(
      'CHECKSUM',
      `组织机构代码的校验位不符：${shown(code)}`,
      withoutLookAlikes(code, isOrganizationCode),
    );
  }
  return code as OrganizationCode;
}

export function isOrganizationCode(text: string): boolean {
  const code = compact(text);
  return pattern.test(code) && !isRepetition(code) && checkCharacter(code.slice(0, 8)) === code.charAt(8);
}

/** As printed on the certificate: `19220382-1`. */
export function format(code: OrganizationCode): string {
  return `${code.slice(0, 8)}-${code.slice(8)}`;
}

/** The ninth character for the first eight. */
export function checkCharacter(first8: string): string {
  const sum = weights.reduce((total, weight, place) => total + Number.parseInt(first8.charAt(place), 36) * weight, 0);
  const check = 11 - (sum % 11);
  if (check === 10) return 'X';
  return check === 11 ? '0' : String(check);
}

/** 00000000-0 would pass the check; it is what people write into a column that they must not leave empty. */
function isRepetition(code: string): boolean {
  return /^(.)\1{7}/.test(code);
}
