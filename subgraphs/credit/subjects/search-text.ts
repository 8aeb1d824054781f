import { badUserInput } from '../../../platform/errors.ts';
import type { Statement } from '../../../platform/records/statement.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import type { CommonPairs } from '../names/common-pairs.ts';
import { lengthOf, wordsOf } from '../names/fold.ts';
import { neighboursIn } from '../names/grams.ts';

/** What is searched for: each word must stand in one and the same name, present or former. */
export interface SearchText {
  readonly words: readonly string[];
  /** The text as one word. */
  readonly whole: string;
  /** Where the text is a whole number of a subject: that, and the subject is found by it, too. */
  readonly number: string | null;
}

/**
 * Two characters are enough for a word.
 * @throws Refusal `BAD_USER_INPUT` for a text that is too short or too long.
 */
export function searchTextOf(text: string): SearchText {
  const words = wordsOf(text);
  const whole = words.join('');
  const length = lengthOf(whole);
  if (length < 2 || length > 100)
    throw badUserInput(`检索词须为 2 至 100 个字,收到 ${length} 个。`, { argument: 'search' });
  const short = words.find((word) => lengthOf(word) < 2);
  if (short !== undefined)
    throw badUserInput('以空格分开的每个检索词须为 2 至 100 个字,其中一个只有 1 个字。', { argument: 'search' });
  const number = identify(text);
  return { words, whole, number: number.type ? number.value : null };
}

/** What a search asks, as SQL. */
export interface SearchedText {
  /**
   * The names by which somebody is found, no more than so many: `subject_id`, `tier`, and `name` where it is the present one.
   * Tiers are the order of the answer: 0 of exactly this name or number, 1 of a name that begins with the first word, 2 the rest.
   */
  found(most: number): string;
  /** The same of those in the first two tiers alone, each up to so many. */
  leading(most: number): string;
  /** Conditions of a subject `s`: all that are found. */
  readonly matches: string;
  /**
   * The same as `from … where …` over names alone, a row for each subject: names are of confirmed subjects, so that a count
   * without a filter need not look at the subjects. Not said where subjects are looked at.
   */
  readonly counted?: string;
  /** The tiers apart, as conditions of a subject `s`. */
  readonly tiers: readonly string[];
}

/** Whom a list shows: who goes by a person's name (names/keys.ts) is found by number alone. */
const IS_LISTED =
  'exists (select from credit.subject_names n where n.subject_id = s.id and not n.is_former and n.folded is not null)';

/** Without a text all subjects that are listed are one tier. */
export const EVERYBODY: Omit<SearchedText, 'found' | 'leading'> = {
  matches: IS_LISTED,
  counted: 'from credit.subject_names n where not n.is_former and n.folded is not null',
  tiers: [IS_LISTED],
};

export function searchedText({ words, whole, number }: SearchText, common: CommonPairs, to: Statement): SearchedText {
  const [first = ''] = words;
  const pairs = [...new Set(words.flatMap(neighboursIn))];
  const looked = common.rarest(pairs);
  const grams = to.bind(looked, 'text[]');
  // A word of two characters is its pair; of a longer one the pairs might stand apart in the name.
  const unsaid = words.filter((word) => lengthOf(word) > 2 || !looked.includes(word));
  const patterns = unsaid.length > 0 ? to.bind(unsaid.map(containing), 'text[]') : undefined;
  const holds = (name: string): string =>
    `${name}.grams @> ${grams}${patterns ? ` and ${name}.folded like all (${patterns})` : ''}`;
  const names = (more: string): string => `select n.subject_id from credit.subject_names n where ${holds('n')}${more}`;
  const numbered =
    number === null
      ? undefined
      : `select f.subject_id from credit.subject_identifiers f where f.value = ${to.bind(number, 'text')}`;
  const orNumbered = numbered ? ` union all ${numbered}` : '';
  const is = to.bind(whole, 'text');
  const starts = to.bind(`${literal(first)}%`, 'text');
  const exact = `s.id in (select n.subject_id from credit.subject_names n where n.folded = ${is}${orNumbered})`;
  const prefix = `n.folded like ${starts}`;
  const isPrefixed = `exists (${names(` and n.subject_id = s.id and ${prefix}`)})`;
  const tier = `case when n.folded = ${is} then 0 when ${prefix} then 1 else 2 end`;
  const named = `select n.subject_id, case when not n.is_former then n.name end as name, ${tier} as tier
    from credit.subject_names n where`;
  return {
    found: (most) => {
      const all = `${named} ${holds('n')}`;
      return `${numbered ? `(${all}) union all select x.subject_id, null, 0 from (${numbered}) x` : all} limit ${most}`;
    },
    leading: (most) => {
      const others = words.slice(1).map(containing);
      const hasOthers = others.length > 0 ? ` and n.folded like all (${to.bind(others, 'text[]')})` : '';
      return `(${named} n.folded = ${is} limit ${most}) union all (${named} ${prefix}${hasOthers} limit ${most})`;
    },
    matches: `s.id in (${names('')}${orNumbered})`,
    tiers: [
      exact,
      `s.id in (${names(` and ${prefix}`)}) and not ${exact}`,
      `s.id in (${names('')}) and not ${isPrefixed} and not ${exact}`,
    ],
  };
}

function containing(word: string): string {
  return `%${literal(word)}%`;
}

function literal(word: string): string {
  return word.replace(/[\\%_]/gu, '\\$&');
}
