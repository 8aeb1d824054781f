import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { answerOf, testCity } from '../support/city.ts';
import { codeOf, csv, RATINGS, subjectsFile } from './files.ts';

const city = await testCity();
const CODE = codeOf(1);
await city.take('credit.subject', subjectsFile([['云泽晨光机械有限公司', CODE]]));
await city.take('tax.credit-rating', csv(RATINGS, ['云泽晨光机械有限公司', CODE, 2024, 'A', '云泽市税务局']));

const JSON_TYPE = { 'content-type': 'application/json' };
const origin = new URL(city.url).origin;

async function post(body: string | Buffer, headers: Record<string, string> = JSON_TYPE) {
  return answerOf(await fetch(city.url, { method: 'POST', headers, body }));
}
async function get(search: string, headers: Record<string, string> = { 'apollo-require-preflight': '1' }) {
  return answerOf(await fetch(`${city.url}${search}`, { headers }));
}
/** Exactly this target and method on the wire: fetch would tidy it up. */
function raw(target: string, method = 'GET'): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(city.url);
    const asked = request({ hostname, port, path: target, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    });
    asked.on('error', reject).end();
  });
}
const codeIn = ({ errors }: { errors: readonly { extensions: Record<string, unknown> }[] }) =>
  errors[0]?.extensions.code;

describe('A question', () => {
  const query = `{ subject(identifier: "${CODE}") { id } }`;
  const answer = { subject: { id: CODE } };

  it('is taken by POST, with variables and a name', async () => {
    const document = 'query One($i: String!) { subject(identifier: $i) { id } } query Two { __typename }';
    const body = (operationName: string) => JSON.stringify({ query: document, variables: { i: CODE }, operationName });
    expect(await post(body('One'))).toMatchObject({
      status: 200,
      contentType: 'application/json; charset=utf-8',
      data: answer,
    });
    expect((await post(body('Two'))).data).toEqual({ __typename: 'Query' });
  });

  it('is taken by GET from who can set a header, and not from a page elsewhere', async () => {
    expect(await get(`?query=${encodeURIComponent(query)}`)).toMatchObject({ status: 200, data: answer });
    const withVariables = `?query=${encodeURIComponent('query($i: String!) { subject(identifier: $i) { id } }')}&variables=${encodeURIComponent(JSON.stringify({ i: CODE }))}`;
    expect(await get(withVariables)).toMatchObject({ status: 200, data: answer });
    const forged = await get(`?query=${encodeURIComponent(query)}`, {});
    expect({ status: forged.status, code: codeIn(forged) }).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(forged.errors[0]?.message).toContain('跨站请求伪造');
  });

  it('is answered in the type that was asked for, and never kept by caches', async () => {
    const modern = 'application/graphql-response+json';
    const response = await fetch(city.url, {
      method: 'POST',
      headers: { ...JSON_TYPE, accept: modern },
      body: JSON.stringify({ query }),
    });
    expect(response.headers.get('content-type')).toBe(`${modern}; charset=utf-8`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await post(JSON.stringify({ query }), { ...JSON_TYPE, accept: 'image/png' })).status).toBe(406);
  });

  it('ignores what it does not know beside query, variables and operationName', async () => {
    expect((await post(JSON.stringify({ query, more: [1], id: null }))).data).toEqual(answer);
  });
});

describe('What is no question', () => {
  it.each([
    ['broken JSON', '{"query": "{'],
    ['nothing', ''],
    ['an array', '[{"query":"{ __typename }"}]'],
    ['a text', '"{ __typename }"'],
    ['a number', '5'],
    ['null', 'null'],
    ['an object without a query', '{}'],
    ['an empty query', '{"query":""}'],
    ['a query that is a number', '{"query":5}'],
    ['variables that are text', '{"query":"{ __typename }","variables":"{}"}'],
    ['variables that are a list', '{"query":"{ __typename }","variables":[1]}'],
    ['a name that is none', '{"query":"{ __typename }","operationName":["x"]}'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])('is refused with 400 and why: %s', async (_what, body) => {
    const answered = await post(body);
    expect({ status: answered.status, code: codeIn(answered) }).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(answered.errors[0]?.message).toMatch(/\p{Script=Han}/u);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'is refused in the content type %j',
    async (type) => {
      const answered = await post(Buffer.from('{"query":"{ __typename }"}'), type ? { 'content-type': type } : {});
      expect({ status: answered.status, code: codeIn(answered) }).toEqual({ status: 400, code: 'BAD_REQUEST' });
    },
  );

  it('is refused when it is packed', async () => {
    expect((await post('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it.each([
    ['query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE', 'operationName'],
    [
      'fragment F on Query { __typename } query A { ...F } query B { ...F }',
      'OPERATION_RESOLUTION_FAILURE',
      'operationName',
    ],
    ['mutation { x }', 'BAD_USER_INPUT', 'mutation'],
    ['subscription { x }', 'BAD_USER_INPUT', 'subscription'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'nothing'],
    ['{ subject }', 'GRAPHQL_VALIDATION_FAILED', 'identifier'],
    ['{', 'GRAPHQL_PARSE_FAILED', '语法错误'],
  ])('is told what is wrong: %s', async (query, code, said) => {
    const answered = await post(JSON.stringify({ query }));
    expect({ status: answered.status, code: codeIn(answered) }).toEqual({ status: 400, code });
    expect(answered.errors.map(({ message }) => message).join()).toContain(said);
  });

  it('is told that no operation has the name asked for', async () => {
    const answered = await post(JSON.stringify({ query: 'query A { __typename }', operationName: 'B' }));
    expect({ status: answered.status, code: codeIn(answered) }).toEqual({
      status: 400,
      code: 'OPERATION_RESOLUTION_FAILURE',
    });
  });
});

describe('Elsewhere', () => {
  it.each([
    '/nothing',
    '/graphql/',
    '/GRAPHQL',
    '//',
    '//x:99999999/',
    '/%',
    '/graphql%00',
    '/..%2f..%2fetc/passwd',
    'http://x:9999999/y',
  ])('is nothing, in JSON: %s', async (target) => {
    const { status, type, text } = await raw(target);
    expect({ status, type }).toEqual({ status: 404, type: 'application/json; charset=utf-8' });
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('is no %s', async (method) => {
    const { status, type } = await raw('/graphql', method);
    expect({ status, type }).toEqual({ status: 405, type: 'application/json; charset=utf-8' });
  });

  it('is a sign of life', async () => {
    expect(await raw('/health/live')).toMatchObject({ status: 200, text: '{"isAlive":true}' });
  });
});

describe('The request id', () => {
  const ask = async (given?: string) =>
    (
      await fetch(`${origin}/health/live`, { headers: given === undefined ? {} : { 'x-request-id': given } })
    ).headers.get('x-request-id');

  it('is the caller’s own where it is a sensible one', async () => {
    expect(await ask('bank-7_2026-11-21')).toBe('bank-7_2026-11-21');
    expect((await city.ask('{ __typename }', {}, { 'x-request-id': 'question-1' })).requestId).toBe('question-1');
    expect((await post('{', { ...JSON_TYPE, 'x-request-id': 'question-2' })).requestId).toBe('question-2');
  });

  it.each([undefined, '', 'short', 'x'.repeat(65), 'a b c d e f', '<script>alert(1)</script>', '110101194912310021'])(
    'is made where there is none or a strange one: %s',
    async (given) => {
      expect(await ask(given)).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
    },
  );
});
