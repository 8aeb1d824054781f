import { createHash } from 'node:crypto';
import { likePattern, type Statement } from '../../../platform/records/statement.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { remembered } from '../../../schema/remembered.ts';
import { inSimplified } from '../names/fold.ts';
import { neighboursIn } from '../names/grams.ts';

/** A row of `searched_texts`. */
export interface SearchedText {
  readonly text_key: string;
  readonly text: string;
  readonly grams: readonly string[];
}

/** Title, document number and authority of a line, as it is searched by them: its columns, and which texts these are. */
export function searchedTexts(texts: readonly [string, string, string]): {
  readonly columns: Readonly<Record<string, string | undefined>>;
  readonly searched: readonly SearchedText[];
} {
  const [title, number, authority] = texts.map(searched) as [SearchedText, SearchedText, SearchedText];
  const columns = {
    /** Each text without what does not tell texts apart, a blank between two. */
    search_key: [title, number, authority].map(({ text }) => text).join(' '),
    title_key: title.text_key,
    document_key: number.text === '' ? undefined : number.text_key,
    authority_key: authority.text_key,
  };
  return { columns, searched: [title, number, authority].filter(({ text }) => text !== '') };
}

/** Titles and authorities are the same from line to line. */
const searched = remembered(2_000, (given): SearchedText => {
  const text = inSimplified(nameKey(given));
  const text_key = String(createHash('sha256').update(text).digest().readBigInt64BE(0));
  return { text_key, text, grams: neighboursIn(text) };
});

/** Few lines of the index, among which are all current ones that hold what is searched. */
export interface FewLines {
  /** `with few as …`: reads nothing to speak of where they are not few. */
  readonly found: string;
  /** SQL: whether they are few; else they are not all there. */
  readonly areFew: string;
  /** `from … where …`: those of them that are found. */
  readonly matching: string;
}

/** Where of so many of the newest lines this many are found, walking down from the newest soon fills a page. */
const NEWEST = 1_000;
const MOST_OF_NEWEST = 10;
/** More of a word's pairs cost more to look up than they leave out. */
const PAIRS = 3;

/**
 * What is held by few lines is found by texts: those that hold a word (by its rarest pairs of characters, as statistics tell them),
 * then the lines of these. Undefined where no word has two characters.
 * @param isFound SQL, `from … where …`, of the lines of a table that are found.
 */
export function fewLines(
  text: string,
  most: number,
  isFound: (table: string) => string,
  to: Statement,
): FewLines | undefined {
  // A number tells lines apart, then what is long.
  const tells = (word: string): number => (/\d/u.test(word) ? 1_000 : 0) + word.length;
  const [word = ''] = wordsOf(text).sort((one, other) => tells(other) - tells(one));
  if (neighboursIn(word).length === 0) return undefined;
  const isHeld = bothScripts(word)
    .map(
      (form) =>
        `(t.grams @> ${rarest(to.bind(neighboursIn(form), 'text[]'))} and t.text like ${to.bind(likePattern(form), 'text')})`,
    )
    .join(' or ');
  const newest = `(select r.* from credit.record_index r where r.superseded_at is null order by r.sorted_on desc, r.id desc limit ${NEWEST})`;
  const isCommon = `(select count(*) from newest) >= ${MOST_OF_NEWEST}`;
  const areFewTexts = `(select count(*) from texts) <= ${most}`;
  const lines = ['title_key', 'document_key', 'authority_key'].map(
    (key) =>
      `(select r.* from credit.record_index r where r.${key} = t.text_key and r.superseded_at is null limit ${most + 1})`,
  );
  return {
    found: `with newest as materialized (
         select ${isFound(newest)} limit ${MOST_OF_NEWEST}
       ), common as materialized (
         select u.gram, u.frequency from pg_stats p
         cross join unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs) as u(gram, frequency)
         where p.schemaname = 'credit' and p.tablename = 'searched_texts' and p.attname = 'grams' and u.gram is not null
       ), texts as materialized (
         select t.text_key from credit.searched_texts t where not ${isCommon} and (${isHeld}) limit ${most + 1}
       ), held as materialized (
         select l.* from texts t cross join lateral (${lines.join(' union all ')}) l where ${areFewTexts} limit ${most + 1}
       ), few as materialized (select distinct on (h.id) h.* from held h) `,
    areFew: `(not ${isCommon} and ${areFewTexts} and (select count(*) from held) <= ${most})`,
    matching: isFound('few'),
  };
}

function rarest(pairs: string): string {
  return `(select array_agg(p.gram) from (select g.gram from unnest(${pairs}) g(gram)
    left join common c on c.gram = g.gram order by coalesce(c.frequency, 0) limit ${PAIRS}) p)`;
}

/** SQL: the row holds each word of the text, in either script. (Lines of an earlier release keep theirs as written.) */
export function holdsWords(row: string, text: string, to: Statement): string {
  return wordsOf(text)
    .map((word) => bothScripts(word).map(likePattern))
    .map((patterns) => `${row}.search_key like any(${to.bind(patterns, 'text[]')})`)
    .join(' and ');
}

function wordsOf(text: string): string[] {
  return text
    .split(/\s+/u)
    .map(nameKey)
    .filter((word) => word !== '');
}

function bothScripts(word: string): readonly string[] {
  return [...new Set([word, inSimplified(word)])];
}
