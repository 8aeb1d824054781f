import { likePattern, type Statement } from '../../../platform/records/statement.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { remembered } from '../../../schema/remembered.ts';
import { inSimplified } from '../names/fold.ts';

/** What a line of the index is searched by: each text without what does not tell texts apart, a blank between two. */
export function searchKey(texts: readonly string[]): string {
  return texts.map(folded).join(' ');
}

/** Titles and authorities are the same from line to line. */
const folded = remembered(2_000, (text) => inSimplified(nameKey(text)));

/** SQL: the row holds each word of the text, in either script. (Lines of an earlier release keep theirs as written.) */
export function holdsWords(row: string, text: string, to: Statement): string {
  const words = text
    .split(/\s+/u)
    .map(nameKey)
    .filter((word) => word !== '');
  return words
    .map((word) => [...new Set([word, inSimplified(word)])].map(likePattern))
    .map((patterns) => `${row}.search_key like any(${to.bind(patterns, 'text[]')})`)
    .join(' and ');
}
