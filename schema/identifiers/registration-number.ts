import { compactText } from './compact-text.ts';
import { IdentifierError, shown } from './errors.ts';
import { isProvince } from './id-shape.ts';
import { only, transpositions, withoutLookAlikes } from './near-miss.ts';

/**
 * 工商注册号, GS 15-2006: 15 digits, used from 2007 until the credit code came in 2015.
 *
 *     330203  0  0003063  9
 *     │       │           └ 15    check digit (ISO 7064 MOD 11,10)
 *     │       └ 7–14  sequence; its first digit tells 0–3 domestic, 4–5 foreign enterprise, 6–9 individual business
 *     └ 1–6   authority of first registration (GB/T 2260, 100000 = national)
 *
 * Before 2007 the number had 13 digits (region first) and no check: such a number is accepted as it stands.
 */
export type RegistrationNumber = string & { readonly [registrationNumber]: true };
declare const registrationNumber: unique symbol;

export function compact(text: string): string {
  return compactText(text);
}

export function parse(text: string): RegistrationNumber {
  const number = compact(text);
  if (number.length !== 15 && number.length !== 13) {
    throw new IdentifierError('LENGTH', `注册号应为15位（旧号13位），收到${number.length}位：${shown(number)}`);
  }
  if (!/^\d+$/.test(number)) {
    const nearMiss = number.length === 15 ? withoutLookAlikes(number, isRegistrationNumber) : undefined;
    throw new IdentifierError('FORMAT', `注册号应全部为数字：${shown(number)}`, nearMiss);
  }
  if (!hasAuthority(number)) {
    throw new IdentifierError('COMPONENT', `注册号前6位应为登记机关行政区划：${shown(number)}`);
  }
  if (number.length === 15 && checkDigit(number.slice(0, 14)) !== number.charAt(14)) {
    const swapped = transpositions(number.slice(6)).map((rest) => number.slice(0, 6) + rest);
    throw new IdentifierError(
      'CHECKSUM',
      `注册号的校验位不符：${shown(number)}`,
      only(swapped.filter(isRegistrationNumber)),
    );
  }
  return number as RegistrationNumber;
}

export function isRegistrationNumber(text: string): boolean {
  const number = compact(text);
  if (!/^(\d{13}|\d{15})$/.test(number) || !hasAuthority(number)) return false;
  return number.length === 13 || checkDigit(number.slice(0, 14)) === number.charAt(14);
}

/** As printed on the licence: digits without gaps. */
export function format(number: RegistrationNumber): string {
  return number;
}

/** The 15th digit for the first 14. */
export function checkDigit(first14: string): string {
  let product = 10;
  for (const digit of first14) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

function hasAuthority(number: string): boolean {
  return isProvince(number.slice(0, 2)) || number.startsWith('100000');
}
