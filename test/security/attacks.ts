import { createHash } from 'node:crypto';
import { codeOf } from '../graph/files.ts';
import { HOSTILE } from './hostile.ts';

const times = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join(' ');
const inSubject = (selection: string): string => `{ subject(identifier: "${codeOf(1)}") { ${selection} } }`;
/** Each text is another, so that nothing is known of it. */
const asked = (query: string, number: number): string => JSON.stringify({ query: `${query} # ${number}` });
const nested = (levels: number): string =>
  levels === 0 ? 'id' : `tax { creditRatings { nodes { subject { ${nested(levels - 1)} } } } }`;

/**
 * What an attacker sends, body by body, by kind: T1 bytes, tokens and repeated fields; T2 depth, names, breadth, directives and
 * fragments; T3 the dearest questions that are permitted; T4 arrays, floods of hashes, hashes of other texts.
 */
export const ATTACKS: Readonly<Record<string, (number: number) => string>> = {
  T1: (number) =>
    [
      asked(`{ ${'__typename '.repeat(2_000)} }`, number),
      asked(`{ ${'__typename '.repeat(5_500)} }`, number),
      ' '.repeat(1_000_000),
      asked(inSubject('name '.repeat(1_400)), number),
    ][number % 4] ?? '',
  T2: (number) =>
    [
      asked(inSubject(nested(40)), number),
      asked(inSubject(times(1_000, (index) => `a${index}: name`)), number),
      asked(`{ __typename ${'@skip(if: false) '.repeat(200)} }`, number),
      asked(
        `${inSubject('...F0')} ${times(8, (level) => `fragment F${level} on Subject { ${times(8, (name) => `n${name}: tax { creditRatings { nodes { subject { ...F${level + 1} } } } }`)} }`)} fragment F8 on Subject { id }`,
        number,
      ),
      asked(`{ ${times(300, (index) => `a${index}: subject(identifier: "${codeOf(1)}") { name }`)} }`, number),
    ][number % 5] ?? '',
  T3: (number) => asked(Object.values(HOSTILE)[number % Object.keys(HOSTILE).length] ?? '', number),
  T4: (number) => {
    const sha256Hash = createHash('sha256').update(String(number)).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    return (
      [
        JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ __typename }' }))),
        JSON.stringify({ extensions }),
        JSON.stringify({ query: '{ __typename }', extensions }),
      ][number % 3] ?? ''
    );
  },
};
