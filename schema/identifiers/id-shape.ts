import { table } from '../codes/index.ts';
import { compactText } from './compact-text.ts';

/**
 * What makes digits look like a citizen's number (公民身份号码), whether or not its check digit is right: a province, and
 * a date of birth that exists. Nothing here needs to know the other numbers, so that even error messages may ask.
 */

/** 18 places: region, date of birth with century, sequence, check. Foreigners' residence cards begin with 9 + province. */
export function hasIdShape(text: string): boolean {
  return /^\d{17}[\dX]$/.test(text) && startsLikeId(text);
}

/** 15 places, issued until 1999 and void since 2013: region, date of birth without century, sequence. */
export function hasLegacyIdShape(text: string): boolean {
  return /^\d{15}$/.test(text) && isProvince(text.slice(0, 2)) && isBirthDate(`19${text.slice(6, 12)}`);
}

/**
 * May this text be shown back to a person? False where its digits may be an ID number, also a mistyped one: digits dropped,
 * added, set apart, a month that does not exist. Only for what reads as a credit code is the full likeness asked for.
 */
export function mayBeShown(text: string): boolean {
  const bare = compactText(text).replace(/[^0-9A-Z]/g, '');
  if (readsAsCreditCode(bare)) return !hasIdShape(bare);
  return (bare.match(/\d{14,}/g) ?? []).every((digits) => {
    if ((digits.length === 15 || digits.length === 17) && hasLegacyIdShape(digits.slice(0, 15))) return false;
    return !/(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/.test(digits) && !/^\d{6}(19|20)/.test(digits);
  });
}

/** `19491231` is a date that existed and is not to come. */
export function isBirthDate(digits: string): boolean {
  const [year, month, day] = [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8))];
  if (year < 1900 || year > new Date().getFullYear()) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** The first two digits of a region code of GB/T 2260; 83 stands for Taiwan residents' permits. */
export function isProvince(digits: string): boolean {
  return digits === '83' || table('regions').get(`${digits}0000`)?.extra.level === 'PROVINCE';
}

function startsLikeId(text: string): boolean {
  if (!/^\d{14}/.test(text) || !isBirthDate(text.slice(6, 14))) return false;
  return isProvince(text.slice(0, 2)) || (text.startsWith('9') && isProvince(text.slice(1, 3)));
}

function readsAsCreditCode(text: string): boolean {
  if (!/^[1-9ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false;
  const isRegion = isProvince(text.slice(2, 4)) || text.startsWith('100000', 2);
  return isRegion && table('credit-code-kinds').get(text.slice(0, 2)) !== undefined;
}
