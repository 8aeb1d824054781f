import { pinyin } from 'pinyin-pro';

/** The syllables of a text, one for each character, without tones: 晨光 → chen guang. What has no reading is left out. */
export function syllablesOf(text: string): readonly string[] {
  return pinyin(text, { toneType: 'none', type: 'array', v: true })
    .map((syllable) => syllable.toLowerCase())
    .filter((syllable) => /^[a-z0-9]+$/u.test(syllable));
}

/** A name as its sound is searched: its syllables in a row, a blank, their first letters: `chenguang cg`. */
export function soundOf(text: string): string {
  const syllables = syllablesOf(text);
  return `${syllables.join('')} ${syllables.map((syllable) => syllable.charAt(0)).join('')}`;
}

/** A text that can only be meant as pinyin or as Latin letters, in lower case; undefined for any other. */
export function lettersOf(folded: string): string | undefined {
  return /^[A-Z']{2,}$/u.test(folded) ? folded.replaceAll("'", '').toLowerCase() : undefined;
}

const readings = new Map<string, readonly string[]>();

/** Whether two characters have a reading in common: 晨 and 辰, not 晨 and 光. */
export function soundAlike(one: string, other: string): boolean {
  const others = readingsOf(other);
  for (const reading of readingsOf(one)) if (others.includes(reading)) return true;
  return false;
}

function readingsOf(character: string): readonly string[] {
  const known = readings.get(character);
  if (known !== undefined) return known;
  const found = /\p{Script=Han}/u.test(character)
    ? pinyin(character, { toneType: 'none', type: 'array', v: true, multiple: true })
    : [];
  readings.set(character, found);
  return found;
}
