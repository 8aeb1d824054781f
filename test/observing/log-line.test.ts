import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { idNumber, personDebtor, personPenalty, csv as sheet } from '../departments/made-up.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { testCity } from '../support/city.ts';
import { whileLocked } from '../support/database.ts';

// Everything that gateway and departments write, at the level of debugging, while all kinds of questions are asked.

const written: string[] = [];
const log = createLog('debug', { write: (line: string) => void written.push(line) });

const [NAME, CODE] = ['云泽藏锋机械有限公司', codeOf(1)];
const PERSON = idNumber('19800229', '001');
/** Headers take Latin letters only. */
const NAME_ENCODED = encodeURIComponent(NAME);
const callers = {
  tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }),
  bank: callerAs('BANK', 'river-bank'),
  company: callerAs('SUBJECT OWN', 'citizens-app', { department: '', subject: CODE }),
};
const city = await testCity({ audit: {}, log, gateway: { identify: calledBy(callers) } });
const hurried = await city.another({ identify: calledBy(callers), deadlineMs: 300 });

type Line = Readonly<Record<string, unknown>>;
const lines = (): readonly Line[] => written.map((line) => JSON.parse(line) as Line);
/** The line of a question, once its connection has taken the answer. */
async function lineOf(requestId: string): Promise<Line> {
  const found = () => lines().filter((line) => line.msg === 'question' && line.requestId === requestId);
  await vi.waitUntil(() => found().length > 0, { timeout: 30_000 });
  expect(found()).toHaveLength(1);
  return found()[0] ?? {};
}

let asked = 0;
const id = (): string => {
  asked += 1;
  return `question-${asked}`;
};

const PROFILE = `query Profile($identifier: String!) {
  subject(identifier: $identifier) { name market { penalties { totalCount } } tax { creditRatings { nodes { year } } } } }`;

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
  await city.take('tax.credit-rating', csv(RATINGS, [NAME, CODE, 2025, 'A', '云泽市税务局']));
  await city.take('courts.dishonest-debtor', sheet([personDebtor('钱藏锋', PERSON)]));
  await city.take('market.penalty', sheet([personPenalty('钱藏锋', PERSON)]));
  await city.followed();
  written.length = 0;
});

describe('The line of a question', () => {
  it('tells who asked which operation of which departments, how long they took, what it cost and how it ended', async () => {
    const request = id();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await city.ask(PROFILE, { identifier: CODE }, { 'x-request-id': request, traceparent });
    const line = await lineOf(request);
    expect(line).toEqual({
      level: 30,
      time: expect.any(String),
      msg: 'question',
      requestId: request,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      kind: 'query',
      operation: 'Profile',
      operationHash: expect.stringMatching(/^[\da-f]{16}$/u),
      client: 'anonymous',
      role: 'ANONYMOUS',
      departments: Object.fromEntries(
        ['credit', 'market', 'tax'].map((name) => [name, { asks: 1, ms: expect.any(Number), outcome: 'answered' }]),
      ),
      ms: expect.any(Number),
      cost: expect.any(Number),
      status: 200,
      outcome: 'answered',
      codes: {},
    });
    const again = id();
    await city.ask(PROFILE, { identifier: codeOf(2) }, { 'x-request-id': again, 'test-as': 'bank' });
    expect(await lineOf(again)).toMatchObject({
      client: 'river-bank',
      role: 'BANK',
      operationHash: line.operationHash,
    });
  });

  it.each([
    ['that is wrong', '{ nothing }', {}, { outcome: 'refused', codes: { GRAPHQL_VALIDATION_FAILED: 1 } }],
    ['that is no GraphQL', '{', {}, { outcome: 'refused', codes: { GRAPHQL_PARSE_FAILED: 1 } }],
    ['that is too long', `{ ${'__typename '.repeat(2_000)} }`, {}, { outcome: 'refused' }],
    [
      'for no instant',
      '{ viewer { role } }',
      { 'credit-as-of': 'yesterday' },
      { outcome: 'refused', codes: { BAD_USER_INPUT: 1 } },
    ],
    [
      'that is part refused',
      `{ subject(identifier: "${CODE}") { name tax { payments { totalCount } } } }`,
      { 'test-as': 'bank' },
      { outcome: 'partial' },
    ],
    [
      'that is a dry run',
      PROFILE.replace('($identifier: String!)', '').replace('$identifier', `"${CODE}"`),
      { 'credit-dry-run': 'true' },
      { outcome: 'answered', departments: {} },
    ],
    [
      'that changes something',
      'mutation End { endDelegation(id: "none", idempotencyKey: "k") { id } }',
      { 'test-as': 'bank' },
      { kind: 'mutation' },
    ],
  ])('%s is there once, too', async (_what, query, headers, expected) => {
    const request = id();
    await city.ask(query, {}, { 'x-request-id': request, ...(headers as Record<string, string>) });
    expect(await lineOf(request)).toMatchObject(expected);
  });

  it('says of departments that gave no answer that they were silent', async () => {
    const request = id();
    await whileLocked(city.database, 'credit.subjects', () =>
      hurried(PROFILE, { identifier: CODE }, { 'x-request-id': request }),
    );
    const { departments, outcome } = await lineOf(request);
    expect(departments).toMatchObject({ credit: { asks: 1, outcome: 'silent' } });
    expect(outcome).toBe('partial');
  });

  it('is there where nothing of the request could be read', async () => {
    const [one, other] = [id(), id()];
    await fetch(city.url, {
      method: 'POST',
      headers: { 'x-request-id': one, 'content-type': 'text/plain' },
      body: NAME,
    });
    await fetch(city.url, {
      method: 'POST',
      headers: { 'x-request-id': other, 'content-type': 'application/json' },
      body: `${NAME}[`,
    });
    expect(await lineOf(one)).toMatchObject({ outcome: 'refused', status: 400, codes: { BAD_REQUEST: 1 } });
    expect(await lineOf(other)).toMatchObject({ outcome: 'refused', status: 400, codes: { BAD_REQUEST: 1 } });
  });

  it('is not written of health, keys and pages', async () => {
    const before = lines().length;
    for (const path of ['/health/live', '/.well-known/jwks.json', '/nothing']) await fetch(new URL(path, city.url));
    await lineOf(
      await city.ask('{ viewer { role } }', {}, { 'x-request-id': id() }).then(({ requestId }) => requestId ?? ''),
    );
    expect(
      lines()
        .slice(before)
        .map(({ msg }) => msg),
    ).toEqual(['question']);
  });

  it('takes no name of an operation that may hold a number, and no trace that is none', async () => {
    const request = id();
    await city.ask(
      `query Q${PERSON} { viewer { role } }`,
      {},
      { 'x-request-id': request, traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` },
    );
    const line = await lineOf(request);
    expect(line).not.toHaveProperty('operation');
    expect(line).not.toHaveProperty('traceId');
  });

  it('and no other line, at whatever level, holds a name, a number, a variable or a document', async () => {
    const official = { 'test-as': 'tax', 'credit-purpose': 'SUPERVISION' };
    const search =
      'query Search($for: String!) { subjects(search: $for) { nodes { id name } } records(first: 50) { nodes { id title subject { name } } } }';
    for (const headers of [{}, official])
      for (const text of [NAME, '钱藏锋', PERSON, CODE]) {
        await city.ask(search, { for: text }, headers);
        await city.ask(PROFILE, { identifier: text }, headers);
        await city.ask(`{ subject(identifier: "${text}") { nme } }`, {}, headers);
        await city.ask(PROFILE, { identifier: { wrong: text } }, headers);
        await hurried(PROFILE, { identifier: text }, headers);
        await fetch(`${city.url}?query=${encodeURIComponent(`{ subject(identifier: "${text}") { name } }`)}`, {
          headers: { 'apollo-require-preflight': '1' },
        });
        await fetch(city.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: `{"query": "${text}`,
        });
      }
    // A person's number, as a variable, as it must not be given, and where none is wanted.
    const delegate = (number: string): string =>
      `mutation Delegate($number: String) { delegateDecisions(idNumber: ${number}, until: "2027-01-01", idempotencyKey: "${id()}-key-of-mine") { id } }`;
    const company = { 'test-as': 'company' };
    const { data } = await city.ask(delegate('$number').replace('String)', 'String!)'), { number: PERSON }, company);
    expect(data.delegateDecisions.id).toEqual(expect.any(String));
    await city.ask(delegate(`"${PERSON}"`), {}, company);
    await city.ask(PROFILE, { identifier: CODE }, { ...company, 'credit-authorization': PERSON });
    await city.ask(PROFILE, { identifier: CODE }, { 'x-request-id': PERSON, 'credit-as-of': NAME_ENCODED });
    const last = id();
    await city.ask('{ viewer { role } }', {}, { 'x-request-id': last });
    await lineOf(last);
    const text = written.join('');
    expect(lines().length).toBeGreaterThan(60);
    for (const secret of [
      NAME,
      NAME_ENCODED,
      'key-of-mine',
      '藏锋',
      PERSON,
      PERSON.slice(0, 17),
      CODE,
      'identifier:',
      'SELECT',
      'select ',
    ])
      expect(text).not.toContain(secret);
  });
});
