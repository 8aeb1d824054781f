import { describe, expect, it } from 'vitest';
import { examplesAt } from '../../demonstration/index.ts';
import { dishonestDebtor } from '../../demonstration/story.ts';
import { EXECUTORS } from '../../gateway/executor/executor.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { type Answer, TODAY, testCity } from '../support/city.ts';

// Both executors before the same departments: whichever joins their answers, callers are told the same.

const city = await testCity({ demonstration: true });
await city.followed();
const silent: Transport = {
  department: 'tax',
  title: '税务部门',
  isNear: true,
  ask: async () => {
    throw new Error('silent');
  },
  close: async () => {},
};
const askAll = await Promise.all(EXECUTORS.map((executor) => city.another({ executor })));
const askPartly = await Promise.all(
  EXECUTORS.map((executor) =>
    city.another({ executor, transports: new Map([...city.city.transports, ['tax', silent]]) }),
  ),
);
const { creditCode: code } = dishonestDebtor;

const text = (answer: Answer | undefined) => JSON.stringify(answer?.data).replaceAll(/"asOf":"[^"]*"/gu, '"asOf"');

async function alike(ask: typeof askAll, query: string, variables: Record<string, unknown> = {}) {
  const [one, ...others] = await Promise.all(ask.map((asking) => asking(query, variables)));
  const sorted = (answer: Answer | undefined) =>
    answer?.errors
      .map(({ extensions: { reference: _own, ...extensions }, ...error }) => JSON.stringify({ ...error, extensions }))
      .sort();
  for (const other of others) {
    expect(sorted(other)).toEqual(sorted(one));
    // In the order of the question, too; until when the index reached is the moment's.
    expect(text(other)).toEqual(text(one));
  }
  return one;
}

describe('Both executors', () => {
  it.each(examplesAt(TODAY.toISOString()).map(({ title, query, variables }) => ({ title, query, variables })))(
    'answer the example $title alike',
    async ({ query, variables }) => {
      const answer = await alike(askAll, query, variables);
      expect(answer?.errors).toEqual([]);
    },
  );

  const TAX = 'tax { creditRatings { totalCount nodes { year grade { code } } } arrears { totalCount } }';
  it.each([
    ['a profile', `{ subject(identifier: "${code}") { id name ${TAX} courts { judgments { totalCount } } } }`],
    [
      'many subjects',
      `{ subjects(search: "云泽", first: 5) { nodes { id ${TAX} market { penalties { totalCount } } } } }`,
    ],
    [
      'two names of one subject',
      `{ one: subject(identifier: "${code}") { ${TAX} } other: subject(identifier: "${code}") { name ${TAX} } }`,
    ],
    ['two names of one slice', `{ subject(identifier: "${code}") { a: ${TAX} b: ${TAX} } }`],
    ['records with their subjects', `{ records(first: 5) { nodes { id subject { name ${TAX} } } } }`],
  ])('put the same error at the same places of %s where a department is silent', async (_what, query) => {
    const answer = await alike(askPartly, query);
    expect(answer?.errors.length).toBeGreaterThan(0);
    for (const { extensions } of answer?.errors ?? []) expect(extensions.code).toBe('SOURCE_UNAVAILABLE');
  });

  it('leave out what @skip and @include leave out, in fragments, and take defaults of variables', async () => {
    const query = `query ($code: String!, $with: Boolean = false, $first: Int = 2) {
      subject(identifier: $code) { ...Of market @include(if: $with) { penalties { totalCount } } kind @skip(if: $with) }
    }
    fragment Of on Subject { name tax { ... on TaxSlice { creditRatings(first: $first) { nodes { year } } } } }`;
    const without = await alike(askAll, query, { code });
    expect(Object.keys(without?.data.subject)).toEqual(['name', 'tax', 'kind']);
    const including = await alike(askAll, query, { code, with: true, first: 1 });
    expect(Object.keys(including?.data.subject)).toEqual(['name', 'tax', 'market']);
  });

  it.each([
    ['a field', 'query Q { catalogue @skip(if: true) { provider { ...Of } } } fragment Of on Organization { name }'],
    ['each of several', '{ __typename @skip(if: true) catalogue @include(if: false) { code } }'],
    ['a fragment', '{ ...Of @skip(if: true) } fragment Of on Query { catalogue { code } }'],
    [
      'what fragments have',
      '{ ... on Query { ...Of @include(if: false) } } fragment Of on Query { catalogue { code } }',
    ],
  ])('answer nothing where a question leaves out all that it asks for, as written: %s', async (_what, query) => {
    expect(await alike(askAll, query)).toMatchObject({ status: 200, data: {}, errors: [] });
    const type = await alike(askAll, query.replace('{', '{ kept: __typename '));
    expect(type).toMatchObject({ status: 200, data: { kept: 'Query' }, errors: [] });
    const one = await alike(
      askAll,
      query.replace('{', `{ subject(identifier: "${code}") { tax @skip(if: true) { __typename } } `),
    );
    expect(one?.data.subject).toEqual({});
  });

  it('answer or refuse a question of fragments within fragments, and neither fails', async () => {
    const deep = `{ ${'... { '.repeat(100)} subject(identifier: "${code}") { name } ${'} '.repeat(100)} }`;
    for (const ask of askAll) expect((await ask(deep)).status).toBeLessThan(500);
  });

  const SLICE =
    'market { ... @include(if: $b) { ... @skip(if: true) { penalties { totalCount } } totalCount: __typename @skip(if: $b) } }';
  it.each([
    ['one within another', '... @include(if: $b) { ... @skip(if: true) { tax { arrears { totalCount } } } }', {}],
    ['all of a slice', SLICE, { market: {} }],
    [
      'all of a slice but its type',
      `t: ${SLICE.replace('market {', 'market { __typename ')}`,
      { t: { __typename: 'MarketSlice' } },
    ],
  ])('plan what @skip and @include leave out of %s', async (_what, selection, expected) => {
    const query = `query ($b: Boolean!) { subject(identifier: "${code}") { ${selection} } }`;
    for (const b of [true, false]) {
      const answer = await alike(askAll, query, { b });
      expect(answer).toMatchObject({ status: 200, errors: [] });
      if (b) expect(answer?.data.subject).toEqual(expected);
    }
  });

  it.each([
    ['a key', `subject(identifier: "${code}") { id: name ${TAX} }`],
    ['a type', `subject(identifier: "${code}") { __typename: name ${TAX} }`],
    ['a type of what the gateway answers', 'viewer { __typename: role }'],
    ['a key of the catalogue', 'catalogue { code: title }'],
  ])('refuse another field under the name of %s', async (_what, selection) => {
    const answer = await alike(askAll, `{ ${selection} }`);
    expect(answer).toMatchObject({ status: 400, data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it.each([
    [
      'described',
      '"""What is collected""" query Q("unused" $a: String) { subjects(search: "云泽", after: $a) { totalCount } ...F } "x" fragment F on Query { catalogue { code } }',
    ],
    [
      'with an id beyond 64 bits',
      '{ record(id: 12345678901234567890) { id } records(filter: { ids: [12345678901234567890] }) { totalCount } }',
    ],
    ['with an amount beyond 64 bits', '{ records(filter: { amount: { from: 9223372036854775808 } }) { totalCount } }'],
    ['with an amount beyond a double', '{ records(filter: { amount: { from: 10000000000000000.5 } }) { totalCount } }'],
  ])('answer a question %s', async (_what, query) => {
    expect(await alike(askAll, query)).toMatchObject({ status: 200, errors: [] });
  });

  it('refuse the variables of plans, which leave no department silent for others', async () => {
    for (const name of ['representations', '__batch_reps_0']) {
      const query = `query ($code: String!, $${name}: Int) {
        subject(identifier: $code) { tax { creditRatings(first: $${name}) { totalCount } } } }`;
      for (let times = 0; times < 6; times += 1) expect((await alike(askAll, query, { code }))?.status).toBe(400);
    }
    const answer = await alike(askAll, `{ subject(identifier: "${code}") { ${TAX} } }`);
    expect(answer?.errors).toEqual([]);
  });

  it.each(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'])(
    'rest no department that does not understand what it is asked (%s): it is there',
    async (code_) => {
      let asked = 0;
      const puzzled: Transport = {
        ...silent,
        ask: async () => {
          asked += 1;
          return { errors: [{ message: 'what?', extensions: { code: code_ } }] };
        },
      };
      const ask = await city.another({ transports: new Map([...city.city.transports, ['tax', puzzled]]) });
      for (let number = 0; number < 10; number += 1) {
        const { data, errors } = await ask(`{ subject(identifier: "${code}") { name ${TAX} } }`);
        expect([data.subject.tax, errors[0]?.extensions.code]).toEqual([null, 'SOURCE_UNAVAILABLE']);
      }
      expect(asked).toBe(10);
    },
  );
});
