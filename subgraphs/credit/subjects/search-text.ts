import { badUserInput } from '../../../platform/errors.ts';
import type { Statement } from '../../../platform/records/statement.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import { lengthOf, wordsOf } from '../names/fold.ts';
import { neighboursIn } from '../names/grams.ts';

/** What a search text asks of a subject `s`, as conditions of SQL. */
export interface SearchedText {
  /** All that are found. */
  readonly matches: string;
  /**
   * The same as `from … where …` over their names alone, a row for each subject: what is searched are names of confirmed
   * subjects, so that a count without a filter need not look at the subjects. Undefined where numbers are searched too.
   */
  readonly counted: string | undefined;
  /**
   * The same apart, in the order of the answer: those of exactly this name or number, those with a name that begins with
   * the first word, and the rest. Each is bounded by itself, so that a word which every name holds costs little too.
   */
  readonly tiers: readonly string[];
}

/** Whom a list shows: who goes by a person's name (names/keys.ts) is found by number alone. */
const IS_LISTED =
  'exists (select from credit.subject_names n where n.subject_id = s.id and not n.is_former and n.folded is not null)';

/** Without a text all subjects that are listed are one tier. */
const EVERYBODY: SearchedText = {
  matches: IS_LISTED,
  counted: 'from credit.subject_names n where not n.is_former and n.folded is not null',
  tiers: [IS_LISTED],
};

/**
 * Each word must stand in one and the same name, present or former; two characters are enough. A text that is a whole
 * number of a subject finds that subject.
 * @throws Refusal `BAD_USER_INPUT` for a text that is too short or too long.
 */
export function searchedText(text: string | null | undefined, to: Statement): SearchedText {
  if (text === null || text === undefined) return EVERYBODY;
  const words = wordsOf(text);
  const [first = ''] = words;
  const whole = words.join('');
  const length = lengthOf(whole);
  if (length < 2 || length > 100)
    throw badUserInput(`检索词须为 2 至 100 个字,收到 ${length} 个。`, { argument: 'search' });
  const short = words.find((word) => lengthOf(word) < 2);
  if (short !== undefined)
    throw badUserInput('以空格分开的每个检索词须为 2 至 100 个字,其中一个只有 1 个字。', { argument: 'search' });

  const grams = to.bind([...new Set(words.flatMap(neighboursIn))], 'text[]');
  // A word of two characters is its pair; of a longer one the pairs might stand apart in the name.
  const long = words.filter((word) => lengthOf(word) > 2);
  const patterns = long.length > 0 ? to.bind(long.map(containing), 'text[]') : undefined;
  const holds = (name: string): string =>
    `${name}.grams @> ${grams}${patterns ? ` and ${name}.folded like all (${patterns})` : ''}`;
  const names = (more: string): string => `select n.subject_id from credit.subject_names n where ${holds('n')}${more}`;
  // Of a subject that is found by several of its names one counts: the present one, else the first.
  const isOther = `o.subject_id = n.subject_id and ${holds('o')} and (not o.is_former or o.key < n.key)`;
  const isCounted = `(not n.is_former or not exists (select from credit.subject_names o where ${isOther}))`;
  const number = identify(text);
  const numbered = number.type
    ? ` union all select f.subject_id from credit.subject_identifiers f where f.value = ${to.bind(number.value, 'text')}`
    : '';
  const is = to.bind(whole, 'text');
  const starts = to.bind(`${literal(first)}%`, 'text');
  const exact = `s.id in (select n.subject_id from credit.subject_names n where n.folded = ${is}${numbered})`;
  const prefix = `n.folded like ${starts}`;
  const isPrefixed = `exists (${names(` and n.subject_id = s.id and ${prefix}`)})`;
  return {
    matches: `s.id in (${names('')}${numbered})`,
    counted: numbered ? undefined : `from credit.subject_names n where ${holds('n')} and ${isCounted}`,
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
