import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createSigner } from 'fast-jwt';
import type { FormattedExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../platform/errors.ts';
import { type Department, viewerKeyOf } from '../../platform/subgraph/department.ts';
import { VIEWER_HEADER } from '../../platform/subgraph/listen.ts';
import { viewerHander } from '../../platform/viewer/handed.ts';
import { type Question, viewerSigner } from '../../platform/viewer/token.ts';
import { anonymousViewer, type Viewer } from '../../platform/viewer/viewer.ts';
import { type Answer, answerOf, departmentProcess, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { OFFICIAL, ownerOf, viewerAs } from '../support/viewers.ts';
import { madeUpCode } from './submitted.ts';

const city = await testCity();
const CODE = madeUpCode('MA0G1AAA');
const NAME = '云泽守门有限公司';
await city.take('credit.subject', `机构名称,统一社会信用代码\n${NAME},${CODE}\n`);
await city.take(
  'tax.credit-rating',
  `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位,信用分
${NAME},${CODE},2024,A,云泽市税务局,95.5
${NAME},${CODE},2025,B,云泽市税务局,85
`,
);

const folder = await mkdtemp(join(tmpdir(), 'credit-graph-guard-'));
const started = await departmentProcess('tax', {
  DATABASE_URL: city.database.url,
  DATA_DIR: folder,
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  LOG_LEVEL: 'silent',
});
afterAll(async () => {
  started.child.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const VIEWER: Viewer = anonymousViewer({ today: '2026-11-21', known: null, requestId: 'guard-test' });
const QUESTION: Question = {
  query: `query Q($representations: [_Any!]!) { _entities(representations: $representations) { ... on Subject {
    tax { creditRatings { totalCount nodes { year grade { code } score } } } } } }`,
  operationName: 'Q',
  variables: { representations: [{ __typename: 'Subject', id: CODE }] },
};
const key = viewerKeyOf(TEST_SECRET, 'tax');
const sign = viewerSigner('tax', key);

/** The two ways to a department: over HTTP to a process of its own, and in this process. */
interface Way {
  readonly name: string;
  ask(question: Question, token: string | undefined): Promise<{ readonly code: unknown; readonly data: unknown }>;
}

const overHttp = (question: unknown, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> =>
  fetch(started.url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: JSON.stringify(question) } : {}),
  }).then(answerOf);

let near: Department;
beforeAll(() => {
  const found = city.city.near.get('tax');
  if (!found) throw new Error('the tax department is not here');
  near = found;
});

const WAYS: readonly Way[] = [
  {
    name: 'over HTTP',
    async ask(question, token) {
      const { status, contentType, data, errors } = await overHttp(
        question,
        token === undefined ? {} : { [VIEWER_HEADER]: token },
      );
      if (errors[0]?.extensions.code === 'UNAUTHENTICATED')
        expect({ status, contentType }).toEqual({ status: 401, contentType: 'application/json; charset=utf-8' });
      return { code: errors[0]?.extensions.code, data };
    },
  },
  {
    name: 'in process',
    async ask(question, token) {
      try {
        const { data, errors } = await near.ask(question, token);
        return { code: errors?.[0]?.extensions?.code, data };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { code: error.extensions.code, data: null };
      }
    },
  },
];

/** Claims as the gateway signs them, to be signed otherwise. */
function claims(): Record<string, unknown> {
  return JSON.parse(Buffer.from(sign(VIEWER, QUESTION).split('.')[1] ?? '', 'base64url').toString('utf8'));
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const resigned = (changed: Record<string, unknown>, header: object = { alg: 'HS256', typ: 'JWT' }): string => {
  const body = `${base64url(header)}.${base64url({ ...claims(), ...changed })}`;
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
};
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const BAD_TOKENS: Readonly<Record<string, () => string | undefined>> = {
  'that is missing': () => undefined,
  'that is empty': () => '',
  'that is no token': () => 'let me in',
  'of three dots': () => '...',
  'of which a part is missing': () => sign(VIEWER, QUESTION).split('.').slice(0, 2).join('.'),
  'of which the signature is empty': () => `${sign(VIEWER, QUESTION).split('.').slice(0, 2).join('.')}.`,
  'signed with another key': () => viewerSigner('tax', Buffer.alloc(32, 7))(VIEWER, QUESTION),
  'signed with another department’s key': () =>
    viewerSigner('tax', viewerKeyOf(TEST_SECRET, 'market'))(VIEWER, QUESTION),
  'made for another department': () => viewerSigner('market', key)(VIEWER, QUESTION),
  'made for another department, with its key': () =>
    viewerSigner('market', viewerKeyOf(TEST_SECRET, 'market'))(VIEWER, QUESTION),
  'without a signature (alg none)': () => `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims())}.`,
  'that says alg none and is signed': () => resigned({}, { alg: 'none', typ: 'JWT' }),
  'that says NONE and is signed': () => resigned({}, { alg: 'NONE' }),
  'that names no algorithm': () => resigned({}, { typ: 'JWT' }),
  'signed with RS256': () =>
    createSigner({ key: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), algorithm: 'RS256' })(
      claims(),
    ),
  'signed with HS512 and the right key': () => createSigner({ key, algorithm: 'HS512' })(claims()),
  'signed with a public key as the secret': () => {
    const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims())}`;
    return `${body}.${createHmac('sha256', publicPem).update(body).digest('base64url')}`;
  },
  'that brings its own key': () =>
    resigned(
      {},
      {
        alg: 'RS256',
        jwk: createPrivateKey(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }),
      },
    ),
  'with a critical extension nobody knows': () => resigned({}, { alg: 'HS256', crit: ['x'], x: 1 }),
  'that has expired': () => resigned({ iat: inSeconds(-120), exp: inSeconds(-60) }),
  'that is old, whatever end it gives itself': () => resigned({ iat: inSeconds(-120), exp: inSeconds(600) }),
  'that lives for ever': () => resigned({ iat: undefined, exp: undefined }),
  'without an end': () => resigned({ exp: undefined }),
  'without a beginning': () => resigned({ iat: undefined }),
  'from the future': () => resigned({ nbf: inSeconds(600) }),
  'of another issuer': () => resigned({ iss: 'market' }),
  'without an issuer': () => resigned({ iss: undefined }),
  'without an audience': () => resigned({ aud: undefined }),
  'for everybody': () => resigned({ aud: '*' }),
  'with a role of nobody': () => resigned({ role: 'ADMIN' }),
  'without a role': () => resigned({ role: undefined }),
  'that leaves out whose file is its own': () => resigned({ ownSubject: undefined }),
  'with a day that does not exist': () => resigned({ today: '2026-02-30' }),
  'with an instant that does not exist': () => resigned({ known: 'yesterday' }),
  'without a question': () => resigned({ question: undefined }),
};

/** Questions that the token of QUESTION must not open. */
const OTHER_QUESTIONS: Readonly<Record<string, Question>> = {
  'with a blank more': { ...QUESTION, query: `${QUESTION.query} ` },
  'of another text': { ...QUESTION, query: QUESTION.query.replace('arrears', 'creditRatings').replace('year', 'id') },
  'with other variables': { ...QUESTION, variables: { representations: [{ __typename: 'Subject', id: 'other' }] } },
  'with one variable more': { ...QUESTION, variables: { ...QUESTION.variables, more: 1 } },
  'without variables': { ...QUESTION, variables: {} },
  'of another operation': { ...QUESTION, operationName: 'R' },
  'without its operation’s name': { query: QUESTION.query, variables: QUESTION.variables },
  'about the schema': { query: '{ _service { sdl } }' },
};

describe.each(WAYS)('A department asked $name', ({ ask }) => {
  it('answers the gateway', async () => {
    const { code, data } = await ask(QUESTION, sign(VIEWER, QUESTION));
    expect(code).not.toBe('UNAUTHENTICATED');
    expect(data).toMatchObject({ _entities: [{ tax: { creditRatings: { totalCount: 1 } } }] });
  });

  it.each(Object.entries(BAD_TOKENS))('refuses a token %s', async (_name, token) => {
    expect(await ask(QUESTION, token())).toEqual({ code: 'UNAUTHENTICATED', data: null });
  });

  it('refuses every token of which one character is another', async () => {
    const token = sign(VIEWER, QUESTION);
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom(...'abcXYZ0189-_.'), async (at, character) => {
        fc.pre(token.charAt(at) !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(await ask(QUESTION, changed)).toEqual({ code: 'UNAUTHENTICATED', data: null });
      }),
      { numRuns: 40 },
    );
  });

  it.each(Object.entries(OTHER_QUESTIONS))(
    'refuses a question %s than the token was signed for',
    async (_name, other) => {
      expect(await ask(other, sign(VIEWER, QUESTION))).toEqual({ code: 'UNAUTHENTICATED', data: null });
    },
  );

  it('does not let text move between query, operation name and variables', async () => {
    const signed: Question = { query: `${QUESTION.query}\0Q`, variables: QUESTION.variables };
    const moved: Question = { ...QUESTION, operationName: 'Q\0' };
    expect(await ask(moved, sign(VIEWER, signed))).toEqual({ code: 'UNAUTHENTICATED', data: null });
  });

  it('does not tell its schema to whoever comes without a token', async () => {
    for (const query of ['{ _service { sdl } }', '{ __schema { types { name } } }', '{ __typename }']) {
      expect(await ask({ query }, undefined)).toEqual({ code: 'UNAUTHENTICATED', data: null });
    }
  });

  it('shows by default what everybody may see: no B rating, not even in the count, and no score', async () => {
    const { data, errors } = await whole(ask, VIEWER);
    expect(data).toEqual({ totalCount: 1, nodes: [{ year: 2024, grade: { code: 'A' }, score: null }] });
    expect(errors).toBe('AUTHORIZATION_REQUIRED');
  });

  it.each([
    ['its own subject', ownerOf(CODE)],
    ['an official with a purpose', OFFICIAL],
    ['an auditor with a purpose', viewerAs({ role: 'AUDITOR', purpose: 'AUDIT_INSPECTION' })],
  ])('honours who the token says is asking: %s sees the B rating and the scores', async (_who, viewer) => {
    const { data, errors } = await whole(ask, viewer);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      totalCount: 2,
      nodes: [
        { year: 2025, grade: { code: 'B' }, score: '85.00' },
        { year: 2024, grade: { code: 'A' }, score: '95.50' },
      ],
    });
  });

  it.each([
    ['the owner of another file', ownerOf('91990103MA2N7K1R10'), 'FORBIDDEN'],
    ['a subject without real name', viewerAs({ role: 'SUBJECT' }), 'FORBIDDEN'],
    ['an official who does not say what for', { ...OFFICIAL, purpose: null }, 'FORBIDDEN'],
    ['a bank without purpose', viewerAs({ role: 'BANK' }), 'FORBIDDEN'],
    ['a bank without a grant', viewerAs({ role: 'BANK', purpose: 'PRE_LOAN_REVIEW' }), 'AUTHORIZATION_REQUIRED'],
  ])('shows no more than the public sees to %s', async (_who, viewer, code) => {
    const { data, errors } = await whole(ask, viewer);
    expect(data).toEqual({ totalCount: 1, nodes: [{ year: 2024, grade: { code: 'A' }, score: null }] });
    expect(errors).toBe(code);
  });
});

async function whole(ask: Way['ask'], viewer: Viewer): Promise<{ readonly data: unknown; readonly errors: unknown }> {
  // Over HTTP an answer with errors in it is still status 200, so it is read as it is.
  const token = sign(viewer, QUESTION);
  const answer: Pick<FormattedExecutionResult, 'data' | 'errors'> =
    ask === WAYS[0]?.ask ? await overHttp(QUESTION, { [VIEWER_HEADER]: token }) : await near.ask(QUESTION, token);
  const slices = answer.data?._entities as { readonly tax: { readonly creditRatings: unknown } }[] | undefined;
  return { data: slices?.[0]?.tax.creditRatings, errors: answer.errors?.[0]?.extensions?.code };
}

describe('A viewer that is handed over within the process', () => {
  const hand = viewerHander('tax', key);

  it('is answered with the question that it came with', async () => {
    const { data } = await near.ask(QUESTION, hand(VIEWER, QUESTION));
    expect(data).toEqual((await near.ask(QUESTION, sign(VIEWER, QUESTION))).data);
    expect(data).toBeTruthy();
  });

  it.each([
    ['with another question', () => hand(VIEWER, { ...QUESTION })],
    ['to another department', () => viewerHander('market', key)(VIEWER, QUESTION)],
    ['under another key', () => viewerHander('tax', Buffer.alloc(32, 7))(VIEWER, QUESTION)],
  ])('is refused %s', async (_what, handed) => {
    await expect(near.ask(QUESTION, handed())).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  it('is what it was, whatever becomes of the viewer that was handed', async () => {
    const viewer = { ...VIEWER };
    const handed = hand(viewer, QUESTION);
    Object.assign(viewer, { role: 'CREDIT_OFFICE', purpose: 'SUPERVISION' });
    expect(handed.openedBy('tax', key, QUESTION)).toMatchObject({ role: VIEWER.role, purpose: VIEWER.purpose });
  });
});

describe('A department’s own address', () => {
  it('refuses GET, other methods and other paths with JSON, token or not', async () => {
    const headers = { [VIEWER_HEADER]: sign(VIEWER, QUESTION) };
    const search = `?query=${encodeURIComponent('{ _service { sdl } }')}`;
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      for (const path of ['', search]) {
        const { status, contentType, text } = await answerOf(await fetch(started.url + path, { method, headers }));
        expect({ method, status, contentType }).toEqual({
          method,
          status: 401,
          contentType: 'application/json; charset=utf-8',
        });
        expect(text).not.toMatch(/type |Subject/u);
      }
    }
    for (const path of ['/', '/graphql/', '/sandbox', '/.well-known/apollo/server-health', '//graphql']) {
      const { status, errors } = await answerOf(
        await fetch(new URL(started.url).origin + path, { method: 'POST', headers }),
      );
      expect({ path, status, code: errors[0]?.extensions.code }).toEqual({
        path,
        status: 401,
        code: 'UNAUTHENTICATED',
      });
    }
  });

  it('refuses before it looks at what was sent', async () => {
    for (const body of ['', 'not json', '[]', 'null', 'x'.repeat(2 * 1024 * 1024)]) {
      const response = await fetch(started.url, { method: 'POST', body }).catch(() => undefined);
      // A body that is still on its way when the refusal is out may end in a closed connection.
      if (response) expect(response.status).toBe(401);
    }
  });

  it('answers 400 to a signed question that is none, and 413 to one that is too large', async () => {
    const headers = { 'content-type': 'application/json', [VIEWER_HEADER]: sign(VIEWER, QUESTION) };
    for (const [body, expected] of [
      ['not json', 400],
      ['[]', 400],
      ['{"query": 5}', 400],
      [JSON.stringify({ query: 'x'.repeat(2 * 1024 * 1024) }), 413],
    ] as const) {
      const response = await fetch(started.url, { method: 'POST', headers, body }).catch(() => undefined);
      if (response) expect(response.status).toBe(expected);
    }
  });

  it('takes one token only', async () => {
    const token = sign(VIEWER, QUESTION);
    const headers = new Headers({ 'content-type': 'application/json' });
    headers.append(VIEWER_HEADER, token);
    headers.append(VIEWER_HEADER, token);
    const { status } = await answerOf(
      await fetch(started.url, { method: 'POST', headers, body: JSON.stringify(QUESTION) }),
    );
    expect(status).toBe(401);
  });

  it('tells whoever watches it that it is alive, and nothing else', async () => {
    const { status, text } = await answerOf(await fetch(new URL('/health/live', started.url)));
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 200, body: { department: 'tax', isAlive: true } });
  });

  it('is not what a caller of the gateway can reach: a viewer of one’s own making is not passed on', async () => {
    const token = sign(OFFICIAL, QUESTION);
    const { data, errors } = await city.ask(
      'query Q($code: String!) { subject(identifier: $code) { tax { creditRatings { totalCount } } } }',
      { code: CODE },
      { [VIEWER_HEADER]: token },
    );
    expect({ data, errors }).toEqual({ data: { subject: { tax: { creditRatings: { totalCount: 1 } } } }, errors: [] });
  });
});
