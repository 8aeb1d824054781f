import { table } from '../codes/index.ts';
import { compactText } from './compact-text.ts';
import { isCreditCode } from './credit-code.ts';
import { isIdNumber } from './id-number.ts';
import { hasIdShape, hasLegacyIdShape } from './id-shape.ts';
import { isOrganizationCode } from './organization-code.ts';

/** What stands in a text where an ID number stood. */
export const hiddenIdNumber = '〔身份证号已隐去〕';

/**
 * Hides every citizen's number of 18 or 15 places in a text, also one with a wrong check digit, in full width, set apart
 * by blanks or hyphens, or inside a longer number (an individual's old tax number was the ID number with two more digits).
 * Valid credit codes stay, as do permit numbers that begin with one; so does whatever has no date of birth in its place.
 */
export function withoutIdNumbers(text: string): string {
  if (text.length < 15 || !hasDigits(text, 15)) return text;
  return text.replace(run, (matched, at: number) => {
    const isAlone = !letter.test(text.charAt(at - 1)) && !letter.test(text.charAt(at + matched.length));
    return hideIn(matched, isAlone);
  });
}

/** So many digits, full or half width, wherever they stand. Most texts have few: there is no need to look for a run. */
function hasDigits(text: string, least: number): boolean {
  let found = 0;
  for (let at = 0; at < text.length && found < least; at += 1) {
    const code = text.charCodeAt(at);
    if ((code >= 0x30 && code <= 0x39) || (code >= 0xff10 && code <= 0xff19)) found += 1;
  }
  return found >= least;
}

/** Is the whole text a citizen's number by its look? A valid credit code is not, unless it is also a valid ID number. */
export function looksLikeIdNumber(text: string): boolean {
  const number = compactText(text).replace(/[-‐-―−]/g, '');
  return hasLegacyIdShape(number) || (hasIdShape(number) && !isRatherCreditCode(number));
}

/** Digits, full or half width, with blanks, hyphens, dots or slashes between them, and perhaps an X to end with. */
const run = /[0-9０-９](?:[\s\p{Cf}\p{Pd}−._/·・]{0,3}[0-9０-９]){14,}(?:[\s\p{Cf}\p{Pd}−._/·・]{0,3}[XxＸｘ])?/gu;
const place = /[0-9０-９XxＸｘ]/;
const letter = /[A-Za-zＡ-Ｚａ-ｚ]/;

function hideIn(matched: string, isAlone: boolean): string {
  const places = [...matched].flatMap((character, at) => (place.test(character) ? [at] : []));
  const digits = compactText(places.map((at) => matched.charAt(at)).join(''));
  const isCompact = matched.length - places.length <= 3;
  if (isAlone && isCompact && (digits.length === 15 || digits.length === 17) && hasLegacyIdShape(digits.slice(0, 15))) {
    return hiddenIdNumber;
  }
  let shown = '';
  let from = 0;
  for (let first = 0; first + 18 <= places.length; first++) {
    const window = digits.slice(first, first + 18);
    const [start, end] = [places[first] ?? 0, (places[first + 17] ?? 0) + 1];
    if (!isOneNumber(matched, start, end)) continue;
    const stays = standsAlone(matched, start, end)
      ? isRatherCreditCode(window)
      : isSurelyCreditCode(window, digits.slice(first + 18, first + 35));
    if (stays) first += 17;
    else if (hasIdShape(window)) {
      shown += matched.slice(from, start) + hiddenIdNumber;
      from = end;
      first += 17;
    }
  }
  return shown + matched.slice(from);
}

/** Without gaps inside; or with gaps, and then it begins and ends where a group of digits does. */
function isOneNumber(matched: string, start: number, end: number): boolean {
  return end - start === 18 || standsAlone(matched, start, end);
}

function standsAlone(matched: string, start: number, end: number): boolean {
  return !place.test(matched.charAt(start - 1)) && !place.test(matched.charAt(end));
}

/**
 * Within a longer number, the digits before an ID number may make up a credit code by chance. So a code must show all that
 * it has, and no valid ID number may begin inside it.
 */
function isSurelyCreditCode(number: string, following: string): boolean {
  if (table('regions').get(number.slice(2, 8)) === undefined) return false;
  if (!isOrganizationCode(number.slice(8, 17)) || !isCreditCode(number)) return false;
  const both = number + following;
  return !Array.from(both, (_, at) => both.slice(at + 1, at + 19)).some(isIdNumber);
}

/**
 * A few numbers are both a valid credit code and a valid ID number. A code must show all that it has: a region of GB/T 2260,
 * where an ID number holds half a region and the century of birth (but 341101 19… reads 110119, a district), and within it an
 * organisation code that passes its own check.
 */
function isRatherCreditCode(number: string): boolean {
  if (!isCreditCode(number)) return false;
  if (!isIdNumber(number)) return true;
  return table('regions').get(number.slice(2, 8)) !== undefined && isOrganizationCode(number.slice(8, 17));
}
