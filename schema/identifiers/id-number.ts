import { compactText } from './compact-text.ts';
import { IdentifierError } from './errors.ts';
import { hasIdShape } from './id-shape.ts';

/**
 * 公民身份号码, GB 11643-1999: 18 places. Personal: no message here repeats it, nor may anyone else's.
 *
 *     110105  19491231  002  X
 *     │       │         │    └ 18    check: a digit, or X for ten (ISO 7064 MOD 11-2)
 *     │       │         └ 15–17  sequence, odd for men
 *     │       └ 7–14  date of birth
 *     └ 1–6   region of first residence (GB/T 2260; 81, 82, 83 for Hong Kong, Macau, Taiwan residents)
 *
 * Permanent residents from abroad have the same form with 9 and a province in front. The 15-place form lost its validity
 * in 2013 and is not parsed; `withoutIdNumbers` still hides it.
 */
export type IdNumber = string & { readonly [idNumber]: true };
declare const idNumber: unique symbol;

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

export function compact(text: string): string {
  return compactText(text);
}

export function parse(text: string): IdNumber {
  const number = compact(text);
  if (number.length !== 18) {
    throw new IdentifierError('LENGTH', `公民身份号码应为18位，收到${number.length}位`);
  }
  if (!/^\d{17}[\dX]$/.test(number)) {
    throw new IdentifierError('FORMAT', '公民身份号码应为17位数字加1位校验码（数字或X）');
  }
  if (!hasIdShape(number)) {
    throw new IdentifierError('COMPONENT', '公民身份号码中的地区或出生日期不存在');
  }
  if (checkCharacter(number.slice(0, 17)) !== number.charAt(17)) {
    throw new IdentifierError('CHECKSUM', '公民身份号码的校验位不符');
  }
  return number as IdNumber;
}

export function isIdNumber(text: string): boolean {
  const number = compact(text);
  return hasIdShape(number) && checkCharacter(number.slice(0, 17)) === number.charAt(17);
}

/** As printed on the card, in full: for the owner's eyes and for encryption only. */
export function format(number: IdNumber): string {
  return number;
}

/** The 18th character for the first 17. */
export function checkCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, place) => total + Number(first17.charAt(place)) * weight, 0);
  return '10X98765432'.charAt(sum % 11);
}
