import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../gateway/access/caller.ts';
import { limitsOfRole } from '../../gateway/limits/limits.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { answerOf, testCity } from '../support/city.ts';
import { whileLocked } from '../support/database.ts';

// What questions cost, known before anybody is asked: the examples of docs/limits.md and the reasons for them.

const city = await testCity();
const CODE = codeOf(1);
await city.take('credit.subject', subjectsFile([['云泽晨光机械有限公司', CODE]]));
await city.take('tax.credit-rating', csv(RATINGS, ['云泽晨光机械有限公司', CODE, 2024, 'A', '云泽市税务局']));

const costIn = ({ text }: { readonly text: string }) => JSON.parse(text).extensions.cost;
const cost = async (query: string, variables: Record<string, unknown> = {}): Promise<number> => {
  const answer = await city.ask(query, variables);
  expect(answer.errors, query).toEqual([]);
  return costIn(answer).requested;
};
const inSubject = (selection: string): string => `{ subject(identifier: "${CODE}") { ${selection} } }`;
const post = async (query: string, headers: Record<string, string> = {}) =>
  fetch(city.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

describe('The cost of a question', () => {
  it.each([
    ['any', '{ __typename }', 10],
    ['a subject’s name: a question, a turn, an object', inSubject('name'), 21],
    [
      'a slice: one turn and the objects of a page',
      inSubject('name tax { creditRatings { nodes { year } } }'),
      10 + 20 + 1 + 1 + 1 + 10,
    ],
    ['a page of three', inSubject('tax { creditRatings(first: 3) { nodes { year } } }'), 10 + 20 + 1 + 1 + 1 + 3],
    [
      'verdicts: a turn to the gateway, one to each of seven departments, and one to the catalogue',
      inSubject('verdicts { outcome }'),
      10 + 10 * (1 + 1 + 7 + 1) + 1 + 5,
    ],
    ['a count', inSubject('tax { creditRatings { totalCount } }'), 10 + 20 + 1 + 1 + 1 + 2],
    ['a search', '{ subjects(search: "云泽", first: 5) { nodes { name } } }', 10 + 10 + 50 + 1 + 5],
    ['a match by name', '{ matchSubjects(name: "云泽晨光", first: 4) { score } }', 10 + 10 + 50 + 4],
    [
      'look-ups, one for each value',
      `{ subjectsByIdentifier(identifiers: ["${CODE}", "x"]) { outcome } }`,
      10 + 10 + 2 * 5 + 2,
    ],
    ['the schema', '{ __schema { queryType { name } } }', 10 + 20],
    [
      'two names for one slice',
      inSubject('a: tax { creditRatings { totalCount } } b: tax { creditRatings { totalCount } }'),
      10 + 30 + 1 + 2 * (2 + 2),
    ],
    [
      'plain values of a subject reached from a record',
      inSubject('tax { creditRatings(first: 1) { nodes { subject { name creditCode kind } } } }'),
      10 + 30 + 5,
    ],
    ['what is skipped', inSubject('name tax @skip(if: true) { creditRatings { totalCount } }'), 21],
    [
      'what is asked twice under one name',
      `{ subject(identifier: "${CODE}") { ...A name ... { name } } } fragment A on Subject { name }`,
      21,
    ],
  ])('%s', async (_what, query, points) => {
    expect(await cost(query)).toBe(points);
  });

  it('follows variables and their defaults', async () => {
    const query = `query($n: Int = 7, $with: Boolean! = true) ${inSubject('tax { creditRatings(first: $n) { nodes { year } } } market @include(if: $with) { licences { totalCount } }')}`;
    const [standard, more, less] = [await cost(query), await cost(query, { n: 9 }), await cost(query, { with: false })];
    expect(more - standard).toBe(2);
    expect(standard - less).toBe(10 + 1 + 1 + 2);
  });

  it('is told in every answer, right or wrong, and in a header', async () => {
    for (const query of [inSubject('name'), '{', '{ nothing }', 'query A { __typename } query B { __typename }']) {
      const response = await post(query);
      const { requested, limit } = costIn(await answerOf(response.clone()));
      expect(limit).toBe(limitsOfRole('ANONYMOUS', '2026-11-21').pointsPerQuestion);
      expect(response.headers.get('credit-cost')).toBe(`${requested};limit=${limit}`);
      expect(response.headers.get('ratelimit-limit')).toBeNull();
    }
  });

  it('is limited by role, before any department is asked', async () => {
    const nested = inSubject(
      'tax { creditRatings(first: 100) { nodes { subject { tax { creditRatings(first: 80) { nodes { id subject { id } } } } } } } }',
    );
    const refused = await city.ask(nested);
    expect(refused.status).toBe(400);
    const { requested } = costIn(refused);
    expect(requested).toBeGreaterThan(15_000);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'QUESTION_TOO_LARGE', requested, limit: 15_000 } }]);
    expect(city.statements).toEqual([]);
    const analyst = await city.another({
      identify: async () => ({ ...ANONYMOUS, role: 'ANALYST', client: 'analyst' }),
    });
    expect((await analyst(nested)).status).toBe(200);
  });

  it('limits how often a question may turn to departments', async () => {
    const many = Array.from({ length: 49 }, (_, index) => `a${index}: subject(identifier: "${CODE}") { ...F }`);
    const slices = 'tax { __typename } market { __typename } courts { __typename }';
    const refused = await city.ask(`{ ${many.join(' ')} } fragment F on Subject { ${slices} }`);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'QUESTION_TOO_LARGE', limit: 100 } }]);
    expect(city.statements).toEqual([]);
  });
});

describe('A dry run', () => {
  const query = inSubject(
    'name tax { creditRatings { totalCount nodes { score } } } market { licences { totalCount } } viewerless: id',
  ).replace(' { score }', ' { year }');
  const dry = { 'credit-dry-run': 'true' };

  it('tells cost and departments without asking any', async () => {
    const answer = await city.ask(query, {}, dry);
    expect({ status: answer.status, data: answer.data, errors: answer.errors }).toEqual({
      status: 200,
      data: null,
      errors: [],
    });
    const { cost: told, dryRun } = JSON.parse(answer.text).extensions;
    expect(city.statements).toEqual([]);
    expect(dryRun).toEqual({
      objects: 1 + 1 + 1 + 10 + 1 + 1,
      departments: [
        { department: 'credit', turns: 1 },
        { department: 'market', turns: 1 },
        { department: 'tax', turns: 1 },
      ],
      withheld: [],
    });
    expect(told).toEqual(costIn(await city.ask(query)));
  });

  it('tells that a question would be refused, instead of refusing it', async () => {
    const answer = await city.ask(
      '{ subjects(first: 100) { nodes { tax { creditRatings(first: 100) { nodes { marks id item { code } provider { name } } } } } } }',
      {},
      dry,
    );
    const { requested, limit } = costIn(answer);
    expect({ status: answer.status, errors: answer.errors }).toEqual({ status: 200, errors: [] });
    expect(requested).toBeGreaterThan(limit);
  });

  it('tells which fields will be withheld from this caller, and why', async () => {
    const ask = await city.another({ identify: async () => ({ ...ANONYMOUS, role: 'BANK', client: 'bank' }) });
    const asked = inSubject('tax { creditRatings { nodes { year score } } payments { totalCount } } name');
    const withheld = async (headers: Record<string, string>) =>
      JSON.parse((await ask(asked, {}, { ...dry, ...headers })).text).extensions.dryRun.withheld.map(
        ({ field, path, code }: { field: string; path: readonly string[]; code: string }) => [
          field,
          path.join('.'),
          code,
        ],
      );
    const [score, payments] = ['subject.tax.creditRatings.nodes.score', 'subject.tax.payments'];
    expect(await withheld({})).toEqual([
      ['TaxCreditRating.score', score, 'FORBIDDEN'],
      ['TaxSlice.payments', payments, 'FORBIDDEN'],
    ]);
    expect(await withheld({ 'credit-purpose': 'PRE_LOAN_REVIEW' })).toEqual([
      ['TaxCreditRating.score', score, 'AUTHORIZATION_REQUIRED'],
      ['TaxSlice.payments', payments, 'AUTHORIZATION_REQUIRED'],
    ]);
    // What it told is what happens.
    const { errors } = await ask(asked);
    expect(
      errors.map((error) => [error.path?.join('.').replace(/nodes\.\d+/u, 'nodes'), error.extensions.code]),
    ).toContainEqual([payments, 'FORBIDDEN']);
  });

  it('finds what is wrong with a question like any other', async () => {
    expect((await city.ask('{ nothing }', {}, dry)).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    const wrong = await city.ask('query($n: Int!) { subjects(first: $n) { totalCount } }', { n: 'x' }, dry);
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('is asked for by POST, with true', async () => {
    const odd = await city.ask(query, {}, { 'credit-dry-run': 'yes' });
    expect({ status: odd.status, errors: odd.errors }).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
    const got = await fetch(`${city.url}?query=%7B__typename%7D`, {
      headers: { ...dry, 'apollo-require-preflight': '1' },
    });
    expect(got.status).toBe(400);
    expect((await city.ask(query, {}, { 'credit-dry-run': 'false' })).data).not.toBeNull();
  });
});

describe('The time for a whole answer', () => {
  it('ends with what is there by then: null with TIME_BUDGET_EXCEEDED where nothing came', async () => {
    const ask = await city.another({ limits: { milliseconds: 300 } });
    const answer = await whileLocked(city.database, 'tax.tax_credit_ratings', () =>
      ask(inSubject('name tax { creditRatings { totalCount } }')),
    );
    expect(answer.status).toBe(200);
    expect(answer.data?.subject?.tax).toBeNull();
    expect(answer.errors).toMatchObject([
      { path: ['subject', 'tax'], extensions: { code: 'TIME_BUDGET_EXCEEDED', department: 'tax', limit: 300 } },
    ]);
  });
});
