import { describe, expect, it } from 'vitest';
import { answerOf, testCity } from '../support/city.ts';
import { codeOf } from './files.ts';

const city = await testCity();
const CODE = codeOf(1);

async function post(body: string) {
  return answerOf(await fetch(city.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
}
const codeIn = ({ errors }: { errors: readonly { extensions: Record<string, unknown> }[] }) =>
  errors[0]?.extensions.code;

describe('A question that is too large', () => {
  it.each([65 * 1024, 300 * 1024])('is not read: %d bytes', async (bytes) => {
    const answered = await post(' '.repeat(bytes));
    expect({ status: answered.status, code: codeIn(answered) }).toEqual({ status: 413, code: 'QUESTION_TOO_LARGE' });
    expect(answered.contentType).toContain('application/json');
  });

  const many = (count: number, one: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => one(index)).join(' ');
  const inSubject = (selection: string) => `{ subject(identifier: "${CODE}") { ${selection} } }`;
  const nested = (levels: number): string =>
    levels === 0 ? 'id' : `tax { creditRatings { nodes { subject { ${nested(levels - 1)} } } } }`;
  // Four fragments of ten fields each, spread within each other: 10 000 fields out of a thousand characters.
  const bomb = `${inSubject('...F0')} ${many(4, (level) => `fragment F${level} on Subject { ${many(10, (name) => `n${name}: tax { creditRatings { nodes { subject { ...F${level + 1} } } } }`)} }`)} fragment F4 on Subject { id }`;
  it.each([
    ['the same field 5 000 times', `{ ${'__typename '.repeat(5_000)} }`],
    ['700 names for one field', inSubject(many(700, (index) => `a${index}: id`))],
    ['60 root fields', `{ ${many(60, (index) => `a${index}: subject(identifier: "1") { id }`)} }`],
    [
      '60 root fields, in fragments',
      `{ ...A ... { ...A } } fragment A on Query { ${many(30, (index) => `a${index}: subject(identifier: "1") { id }`)} }`,
    ],
    ['24 levels', inSubject(nested(6))],
    [
      '24 levels, in fragments',
      `${inSubject('...A')} fragment A on Subject { ${nested(3).replace('id', '...B')} } fragment B on Subject { ${nested(3)} }`,
    ],
    ['fragments that multiply', bomb],
    [
      'a schema within a schema',
      `{ __schema { ${'types { fields { type { '.repeat(2)}${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} ${'} } }'.repeat(2)} } }`,
    ],
  ])('is refused before it is understood: %s', async (_what, query) => {
    const answered = await post(JSON.stringify({ query }));
    expect(answered.status).toBe(400);
    expect(['QUESTION_TOO_LARGE', 'GRAPHQL_VALIDATION_FAILED']).toContain(codeIn(answered));
    expect(answered.text.length).toBeLessThan(20_000);
  });

  it('may not ask for lists within lists that multiply, whatever says how long they are', async () => {
    const around = (levels: number, first: string): string =>
      levels === 0
        ? '__typename'
        : `tax { creditRatings${first} { nodes { subject { ${around(levels - 1, first)} } } } }`;
    for (const [query, variables] of [
      [inSubject(around(3, '(first: 100)')), {}],
      [inSubject(around(4, '(first: 30)')), {}],
      [`query($n: Int = 100) ${inSubject(around(3, '(first: $n)'))}`, {}],
      [`query($n: Int) ${inSubject(around(3, '(first: $n)'))}`, { n: 90 }],
      [`{ subjects(search: "云泽", first: 100) { nodes { ${around(2, '(first: 50)')} } } }`, {}],
    ] as const) {
      const answered = await post(JSON.stringify({ query, variables }));
      expect({ status: answered.status, code: codeIn(answered) }, query).toEqual({
        status: 400,
        code: 'QUESTION_TOO_LARGE',
      });
    }
    const fifty = `{ subjects(search: "云泽", first: 50) { nodes { ${['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: tax { creditRatings { nodes { id item { code } authority { name } grade { code } } } arrears { nodes { id } } }`).join(' ')} } } }`;
    expect((await post(JSON.stringify({ query: fifty }))).status).toBe(200);
  });

  it('may not make much of the schema', async () => {
    const query = `{ __schema { types { fields { ${many(300, (index) => `d${index}: description`)} } } } }`;
    expect(codeIn(await post(JSON.stringify({ query })))).toBe('QUESTION_TOO_LARGE');
  });

  it('is told the limit', async () => {
    const answered = await post(JSON.stringify({ query: `{ ${'__typename '.repeat(1_500)} }` }));
    expect(answered.errors).toMatchObject([
      { message: expect.stringContaining('1500'), extensions: { code: 'QUESTION_TOO_LARGE' } },
    ]);
  });

  it('is not a fragment within itself: that is a mistake', async () => {
    const answered = await post(
      JSON.stringify({
        query: `${inSubject('...A')} fragment A on Subject { id ...B } fragment B on Subject { ...A }`,
      }),
    );
    expect({ status: answered.status, code: codeIn(answered) }).toEqual({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });
});
