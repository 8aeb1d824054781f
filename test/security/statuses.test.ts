import { describe, expect, it } from 'vitest';
import { codeOf } from '../graph/files.ts';
import { loneGateway } from './limits.ts';

// Statuses by media type; that graphql-http's audits are content is told in http-audits.test.ts.

const MODERN = { accept: 'application/graphql-response+json' };
const LEGACY = { accept: 'application/json' };
const BROWSER = { accept: '*/*' };
const audited = await loneGateway({});
const draft = await loneGateway({ statusEdition: 'draft' });

const PARTIAL = { query: `{ __typename subject(identifier: "${codeOf(1)}") { id name } }` };
const WRONG = [
  { query: '{ nothing }' },
  { query: 'query($n: Int!) { subjects(first: $n) { totalCount } }', variables: { n: 'x' } },
  { query: 'query A { __typename } query B { __typename }' },
  { query: `{ subject(identifier: "1") { ${'a'.repeat(20)} } }` },
];

describe('The status of an answer', () => {
  it.each([
    ['audited', audited, MODERN, 200, 400, 400],
    ['audited', audited, LEGACY, 200, 200, 200],
    ['audited', audited, BROWSER, 200, 400, 400],
    ['draft', draft, MODERN, 294, 422, 400],
    ['draft', draft, LEGACY, 200, 200, 200],
    ['draft', draft, BROWSER, 200, 400, 400],
  ] as const)('%s, %o', async (_edition, gateway, accept, partial, wrong, unparsable) => {
    const answer = await gateway.post(PARTIAL, accept);
    expect(answer.body.errors.length).toBeGreaterThan(0);
    expect(answer.body.data.__typename).toBe('Query');
    expect(answer.status).toBe(partial);
    for (const question of WRONG) expect((await gateway.post(question, accept)).status, question.query).toBe(wrong);
    expect((await gateway.post({ query: '{' }, accept)).status).toBe(unparsable);
    expect((await gateway.post('{', accept)).status).toBe(400);
    expect((await gateway.post('[]', accept)).status).toBe(400);
  });

  it('comes with the media type that was asked for, also of what is refused before it is validated', async () => {
    const large = { query: `{ ${'__typename '.repeat(200)} }` };
    for (const [accept, type] of [
      [MODERN, 'application/graphql-response+json'],
      [LEGACY, 'application/json'],
      [BROWSER, 'application/json'],
    ] as const) {
      const { headers, code } = await audited.post(large, accept);
      expect({ type: headers['content-type'], code }).toEqual({
        type: `${type}; charset=utf-8`,
        code: 'QUESTION_TOO_LARGE',
      });
    }
  });

  it('is 4xx for a mutation by GET, whatever is accepted', async () => {
    for (const accept of [MODERN, LEGACY, BROWSER]) {
      const { status } = await audited.get(`?query=${encodeURIComponent('mutation { a }')}`, accept);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});
