import { distanceOf } from './distance.ts';
import { asWritten, fold, lengthOf } from './fold.ts';
import { type NameParts, partsOf } from './parts.ts';
import { lettersOf, syllablesOf } from './sound.ts';

/** MatchReason of the SDL. */
export type MatchReason = 'EXACT' | 'FORMER_NAME' | 'SCRIPT_OR_WIDTH' | 'TYPO' | 'PART' | 'ABBREVIATION' | 'PINYIN';

/** How alike a name is to what was asked, in thousandths, and why. */
export interface Likeness {
  readonly score: number;
  readonly reasons: readonly MatchReason[];
}

/** A name that somebody asks for, prepared once for all names that it is compared with. */
export interface AskedName {
  readonly written: string;
  readonly folded: string;
  readonly parts: NameParts;
  /** In lower case where the text can only be letters. */
  readonly letters: string | undefined;
}

/** A name as `subject_names` keeps it. */
export interface StoredName {
  readonly name: string;
  readonly folded: string;
  readonly isFormer: boolean;
}

export function askedName(text: string): AskedName {
  const folded = fold(text);
  return { written: asWritten(text), folded, parts: partsOf(folded), letters: lettersOf(folded) };
}

/** Below this a likeness is chance. */
const LEAST = 500;
/** A former name counts a little less than the present one: who bears a name today is meant first. */
const FORMER = 20;

/**
 * Compares a name with what was asked, and takes the best of the ways in which one may stand for the other. The order of
 * the ways: the same (1000, 990), few errors (to 970), a part of it (to 950), an abbreviation (to 930), its sound. Undefined: not alike.
 */
export function likenessOf(asked: AskedName, { name, folded, isFormer }: StoredName): Likeness | undefined {
  const best = asked.folded === folded ? same(asked, name) : similar(asked, name, folded);
  if (best === undefined || best.score < LEAST) return undefined;
  return isFormer ? { score: best.score - FORMER, reasons: [...best.reasons, 'FORMER_NAME'] } : best;
}

function same(asked: AskedName, name: string): Likeness {
  return asked.written === asWritten(name)
    ? { score: 1000, reasons: ['EXACT'] }
    : { score: 990, reasons: ['SCRIPT_OR_WIDTH'] };
}

/** What is a part of the name is no error in it; otherwise the best way counts. */
function similar(asked: AskedName, name: string, folded: string): Likeness | undefined {
  const ways = [part(asked, name, folded) ?? error(asked, folded), abbreviation(asked, folded), spelt(asked, folded)];
  return ways.reduce((one, other) => ((other?.score ?? 0) > (one?.score ?? 0) ? other : one), undefined);
}

/** The name holds what was asked as it stands; the more of the name that is, the better. */
function part(asked: AskedName, name: string, folded: string): Likeness | undefined {
  if (lengthOf(asked.folded) < 2 || !folded.includes(asked.folded)) return undefined;
  const { formless, bare } = partsOf(folded);
  const ofWhole = Math.min(1, lengthOf(asked.folded) / lengthOf(formless));
  const ofBare = bare.includes(asked.folded) ? lengthOf(asked.folded) / lengthOf(bare) : 0;
  const covered = Math.max(ofWhole, 0.9 * ofBare);
  const reasons: MatchReason[] = asWritten(name).includes(asked.written) ? ['PART'] : ['PART', 'SCRIPT_OR_WIDTH'];
  return { score: Math.round(600 + 350 * covered), reasons };
}

/** Mistyped. The distinctive part weighs twice as much as the whole: 有限公司 is alike in all of them. */
function error(asked: AskedName, folded: string): Likeness | undefined {
  const { formless, bare, form } = partsOf(folded);
  const own = asked.parts;
  if (own.form !== '') return mistyped([own.bare, bare], [asked.folded, folded]);
  // Without a form the text leaves it out, or mistypes it; what is wrong in the form then counts as if it were before it.
  const left = mistyped([own.bare, bare], [own.formless, formless]);
  const wrong = mistyped([own.bare, bare + form], [asked.folded, folded], lengthOf(bare));
  return (wrong?.score ?? 0) > (left?.score ?? 0) ? wrong : left;
}

type Two = readonly [one: string, other: string];

function mistyped(bare: Two, whole: Two, bareLength = longer(bare)): Likeness | undefined {
  const [ofBare, ofWhole] = [distanceOf(...bare), distanceOf(...whole)];
  if (Math.min(ofBare.edits, ofWhole.edits) > mostEdits(whole[0])) return undefined;
  const alike = (2 * (1 - ofBare.edits / bareLength) + 1 - ofWhole.edits / longer(whole)) / 3;
  const isOnlySound = ofWhole.isOnlySound && ofWhole.edits > 0;
  return { score: Math.round(970 * alike), reasons: isOnlySound ? ['TYPO', 'PINYIN'] : ['TYPO'] };
}

/** One error in three characters, and no more than three. */
function mostEdits(text: string): number {
  return Math.min(3, Math.max(1, Math.floor(lengthOf(text) / 3)));
}

function longer([one, other]: Two): number {
  return Math.max(1, lengthOf(one), lengthOf(other));
}

/** What was asked is in the name, in order, with two characters or more left out: 云泽晨光公司, or 晨机 for 晨光机械. */
function abbreviation(asked: AskedName, folded: string): Likeness | undefined {
  const [short, long] = [asked.parts.formless, partsOf(folded)];
  if (lengthOf(short) < 2 || lengthOf(folded) - lengthOf(asked.folded) < 2) return undefined;
  if (!isSubsequence(asked.folded, folded)) return undefined;
  if (!long.bare.startsWith(firstOf(short)) && !long.formless.startsWith(firstOf(short))) return undefined;
  const covered = Math.min(1, lengthOf(short) / lengthOf(long.formless));
  const base = long.formless.includes(short) ? 580 : 500;
  return { score: Math.round(base + 350 * covered), reasons: ['ABBREVIATION'] };
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function isSubsequence(short: string, long: string): boolean {
  let at = 0;
  for (const character of short) {
    const found = long.indexOf(character, at);
    if (found < 0) return false;
    at = found + character.length;
  }
  return true;
}

/** Asked in letters: whole syllables from some syllable on, the last perhaps unfinished, or the first letters of them. */
function spelt({ letters }: AskedName, folded: string): Likeness | undefined {
  if (letters === undefined) return undefined;
  const { formless, place } = partsOf(folded);
  const syllables = syllablesOf(folded);
  const own = Math.max(1, lengthOf(formless));
  const starts = [...syllables.keys()].map((start) => ({
    syllables: spelling(letters, syllables.slice(start)),
    initials: initialsIn(letters, syllables.slice(start)),
    isStart: start === 0 || start === lengthOf(place),
  }));
  const scores = starts.flatMap(({ syllables: whole, initials, isStart }) => [
    whole > 0 ? 550 + 320 * Math.min(1, whole / own) + (isStart ? 40 : 0) : 0,
    initials > 0 ? 500 + 300 * Math.min(1, initials / own) + (isStart ? 40 : 0) : 0,
  ]);
  const score = Math.round(Math.max(0, ...scores));
  return score > 0 ? { score, reasons: ['PINYIN'] } : undefined;
}

/** How many of these syllables the letters spell, beginning with the first; 0 where they do not. */
function spelling(letters: string, syllables: readonly string[]): number {
  let rest = letters;
  for (const [index, syllable] of syllables.entries()) {
    if (syllable.startsWith(rest)) return index + 1;
    if (!rest.startsWith(syllable)) return 0;
    rest = rest.slice(syllable.length);
  }
  return 0;
}

function initialsIn(letters: string, syllables: readonly string[]): number {
  const initials = syllables.map((syllable) => syllable.charAt(0)).join('');
  return letters.length > 1 && initials.startsWith(letters) ? letters.length : 0;
}
