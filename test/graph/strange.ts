import fc from 'fast-check';
import { expect } from 'vitest';
import type { Answer } from '../support/city.ts';
import { codeOf } from './files.ts';

// What strange callers send, for strange-input and strange-values; and what every answer to them must be.

/** What stands behind the answers and never in them. */
export const BEHIND =
  /\bat .*\.(?:ts|js):\d+|node_modules|node:internal|postgres|PostgreSQL|select .* from|127\.0\.0\.1|localhost|ECONN|TypeError|Apollo(?! -)|graphql-js|<html|<!doctype|stack/iu;
const CODES = [
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'QUESTION_TOO_LARGE',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];

/** An answer in JSON, in our words, below 500, with nothing of what stands behind it. */
export function check(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  expect(answer.contentType).toMatch(/^application\/(?:graphql-response\+)?json/u);
  expect(answer.requestId).not.toBeNull();
  for (const { message, extensions } of answer.errors) {
    expect(CODES, message).toContain(extensions.code);
    expect(message).toMatch(/\p{Script=Han}/u);
    expect(`${message} ${JSON.stringify(extensions)}`.replaceAll('Apollo-Require-Preflight', '')).not.toMatch(BEHIND);
  }
}

const CODE = codeOf(1);

/** A question with a variable wherever one can stand. */
export const QUESTION = `query Q($identifier: String! = "${CODE}", $filter: RecordFilter, $search: String, $after: String, $first: Int, $of: SubjectFilter) {
  subject(identifier: $identifier) { id name tax { creditRatings(filter: $filter, first: $first) { totalCount nodes { year grade { code } } } } }
  subjects(search: $search, filter: $of, first: $first, after: $after) { totalCount nodes { name ...More } }
}
fragment More on Subject { market { penalties(filter: { amount: { from: 1.5 }, ids: ["x"] }) { edges { cursor } } } }`;

const WORDS = `% _ \\ ' " $1 \` ${CODE} 云泽 ２０２４ 2024-02-30 9999-12-31 1e400 -0 NaN null __proto__ constructor`;
const BLANKS = ['\0', 'a\0b', '\ud800', '\udfff\ud800', '\u202e', '', ' ', '\n\r\t', '😀'.repeat(20)];

/** Texts that somebody might stumble over. */
export const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(...BLANKS),
  fc.constantFrom(...WORDS.split(' ')),
);

/** Any JSON. */
export const anything = fc.oneof(
  fc.oneof(nasty, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.bigInt().map(String)),
  fc.array(nasty, { maxLength: 5 }),
  fc.json({ depthSize: 'small', stringUnit: 'binary' }).map((text) => JSON.parse(text)),
);

const INHERITED = '__proto__ constructor toString hasOwnProperty';
const FIELDS = 'ids years grades types amount decidedOn from authorities kinds districts industries';
const key = fc.constantFrom(...`${INHERITED} ${FIELDS}`.split(' '));

/** Objects with own keys such as __proto__, as JSON.parse makes them. */
export const object = fc
  .array(fc.tuple(key, anything), { maxLength: 4 })
  .map((entries) =>
    JSON.parse(`{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`),
  );
