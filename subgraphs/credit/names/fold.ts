import { Converter } from 'opencc-js/t2cn';
import { nameKey } from '../../../schema/identifiers/name-key.ts';

/**
 * A name as it is searched: beyond `nameKey` also script (simplified for traditional), brackets, quotation marks and
 * middle dots do not tell names apart. Folded character by character, so that a part of a name folds to a part of its key.
 */
export function fold(text: string): string {
  const plain = nameKey(text.replace(/[\p{Cc}\p{Cs}]/gu, '')).replace(/[()《》“”"·•・‧]/gu, '');
  return inSimplified(plain);
}

/** A text with simplified characters for traditional ones, one for one. */
export function inSimplified(text: string): string {
  return Array.from(text, simplified).join('');
}

/** A text without blanks and characters that nobody sees: two names that are alike here were written alike. */
export function asWritten(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}]/gu, '');
}

/**
 * The words of a search: parted by blanks; a lone sign between them is none. A text whose words are all of one character
 * is one word that was written with gaps, as names in print often are.
 */
export function wordsOf(text: string): readonly string[] {
  const parts = text
    .split(/\s+/u)
    .map(fold)
    .filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => lengthOf(part) === 1)) return [parts.join('')];
  const words = parts.filter((part) => !/^[^\p{L}\p{N}]$/u.test(part));
  return words.length > 0 ? words : parts;
}

/** How many characters a reader sees: beyond the first plane one character is two units of JavaScript. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

const fromTaiwan = Converter({ from: 'tw', to: 'cn' });
const fromHongKong = Converter({ from: 'hk', to: 'cn' });
const known = new Map<string, string>();

/** By single characters, never by phrases: 乾 becomes 干 wherever it stands, so that what surrounds it cannot matter. */
function simplified(character: string): string {
  if (character <= '\u2fff') return character;
  const found = known.get(character) ?? fromHongKong(fromTaiwan(character));
  known.set(character, found);
  return found;
}
