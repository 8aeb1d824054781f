import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openAnswerCache } from '../../gateway/cache/index.ts';
import { createAllowances } from '../../gateway/limits/allowances.ts';
import { insuredStore } from '../../gateway/limits/insured-store.ts';
import { limitsOfRole } from '../../gateway/limits/limits.ts';
import { memoryStore } from '../../gateway/limits/memory-store.ts';
import { trustedDocuments } from '../../gateway/limits/trusted-documents.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { createLog } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { csv, rating, registered } from '../departments/made-up.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { answerOf, TODAY, testCity } from '../support/city.ts';
import { beTold, keeping } from './keeping.ts';

// What a gateway tells again that it told before, how it is told, and what is asked anew.

const log = createLog('silent');
const city = await testCity();
const CODE = madeUpCode('MA8TLD01');
const NAME = '云泽复述有限公司';
await city.take('credit.subject', csv([registered(NAME, { 统一社会信用代码: CODE })]));
await city.take('tax.credit-rating', csv([rating(NAME, CODE, { 评价年度: '2024' })]));
await city.followed();

const QUESTION =
  'query Ratings($code: String!) { subject(identifier: $code) { id name tax { creditRatings { nodes { year } } } } }';
const HASH = createHash('sha256').update(QUESTION).digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-cache-'));
writeFileSync(join(folder, 'anonymous.json'), JSON.stringify({ [HASH]: QUESTION }));
afterAll(() => rmSync(folder, { recursive: true }));

/** The tax department, as long as it is let. */
let isTaxThere = true;
const tax = city.city.transports.get('tax') as Transport;
const fickle: Transport = {
  ...tax,
  ask: (...asked) => (isTaxThere ? tax.ask(...asked) : Promise.reject(new Error('nobody is there'))),
};
const transports = new Map([...city.city.transports, ['tax', fickle] as const]);
const identify = calledBy({
  portal: callerAs('PORTAL', 'portal'),
  bank: callerAs('BANK', 'bank'),
  analyst: callerAs('ANALYST', 'analyst'),
});
let points = 100_000;
const allowances = createAllowances(insuredStore(memoryStore(), log));
afterAll(() => allowances.stop());
const limits = {
  allowances,
  trusted: trustedDocuments(folder),
  limitsOf: () => ({
    ...limitsOfRole('ANONYMOUS', '2026-11-21'),
    milliseconds: 30_000,
    pointsAtOnce: 1e8,
    pointsPerDay: points,
  }),
};
const { kept, post, get, outcomes } = await keeping(city, {
  cache: { transports },
  gateway: { transports, identify, limits },
});
const plain = await city.gateway({ transports, limits, identify });

/** What differs from one request to the next. */
const OF_ITS_OWN = ['x-request-id', 'date', 'ratelimit-remaining', 'ratelimit-reset'];
/** What tells a client that it may keep the answer. */
const OF_KEEPING = ['cache-control', 'etag', 'vary'];
const without = (headers: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

describe('An answer that was given before', () => {
  it('is told again without a statement, alike to the byte, and under the same headers', async () => {
    let again = await kept(QUESTION, { code: CODE });
    const body = JSON.stringify({ query: QUESTION, variables: { code: CODE } });
    const first = await fetch(plain, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(again.text).toBe(await first.text());
    expect(without(again.headers, [...OF_ITS_OWN, ...OF_KEEPING])).toEqual(
      without(Object.fromEntries(first.headers), [...OF_ITS_OWN, ...OF_KEEPING]),
    );
    do {
      city.statements.length = 0;
      again = await post(QUESTION, { code: CODE });
    } while (!again.wasKept);
    expect(city.statements).toEqual([]);
  });

  it('is charged as if it were asked anew, and refused who has nothing left', async () => {
    let [one, next] = [await kept(QUESTION, { code: CODE }), await post(QUESTION, { code: CODE })];
    while (!one.wasKept || !next.wasKept) [one, next] = [next, await post(QUESTION, { code: CODE })];
    const cost = Number.parseInt(next.headers['credit-cost'] ?? '', 10);
    expect([next.wasKept, cost]).toEqual([true, JSON.parse(next.text).extensions.cost.requested]);
    expect(Number(one.headers['ratelimit-remaining']) - Number(next.headers['ratelimit-remaining'])).toBe(cost);
    const used = points - Number(next.headers['ratelimit-remaining']);
    points = used + cost;
    // What its gateway had taken for it before is served still.
    for (let asked = 0; asked < 200; asked += 1) {
      const { status, text } = await post(QUESTION, { code: CODE });
      if (status === 429) {
        expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'QUOTA_EXCEEDED' } }] });
        points = 1_000_000;
        return;
      }
    }
    throw new Error('it is never refused');
  });

  it('has the caller’s own request id', async () => {
    const { headers } = await kept(QUESTION, { code: CODE }, { 'x-request-id': 'its-own-request' });
    expect(headers['x-request-id']).toBe('its-own-request');
  });

  it.each([
    ['other variables', QUESTION, { code: CODE, more: 1 }, {}],
    ['another document', `${QUESTION} `, { code: CODE }, {}],
    ['another media type', QUESTION, { code: CODE }, { accept: 'application/graphql-response+json' }],
    ['a portal', QUESTION, { code: CODE }, { 'test-as': 'portal' }],
    ['who wants it fresh', QUESTION, { code: CODE }, { 'cache-control': 'No-Cache' }],
    ['who wants none that has an age', QUESTION, { code: CODE }, { 'cache-control': 'max-age=0' }],
    ['who wants nothing kept', QUESTION, { code: CODE }, { 'cache-control': 'no-store' }],
    ['who asks for an earlier knowledge', QUESTION, { code: CODE }, { 'credit-as-of': TODAY.toISOString() }],
    ['a dry run', QUESTION, { code: CODE }, { 'credit-dry-run': 'true' }],
    ['a bank', QUESTION, { code: CODE }, { 'test-as': 'bank' }],
    ['an analyst', QUESTION, { code: CODE }, { 'test-as': 'analyst' }],
  ])('is not told to %s', async (_whom, query, variables, headers) => {
    await kept(QUESTION, { code: CODE });
    expect((await post(query, variables, headers)).wasKept).toBe(false);
  });
});

describe('An answer is never kept', () => {
  it.each([
    ['of who is no visitor or portal', QUESTION, { 'test-as': 'bank' }],
    ['as of an instant', QUESTION.replace('{ subject', `@asOf(known: "${TODAY.toISOString()}") { subject`), {}],
    ['about the caller', '{ viewer { role } }', {}],
    ['about the schema', '{ __schema { queryType { name } } }', {}],
    ['that has an error', '{ subject(identifier: "1") { id } }', {}],
    ['that is refused', '{ subject { id } }', {}],
  ])('%s', async (_which, query, headers) => {
    await kept(QUESTION, { code: CODE });
    for (let times = 0; times < 3; times += 1) {
      expect((await post(query, { code: CODE }, headers)).wasKept).toBe(false);
    }
  });

  it('with a department silent in it; nor is one told that rests on a department whose changes are not known', async () => {
    await kept(QUESTION, { code: CODE });
    const elsewhere = '{ subject(identifier: "%") { id name } }'.replace('%', CODE);
    await kept(elsewhere);
    isTaxThere = false;
    await beTold();
    for (let times = 0; times < 3; times += 1) {
      const silent = await post(QUESTION, { code: CODE });
      expect(JSON.parse(silent.text)).toMatchObject({
        data: { subject: { tax: null } },
        extensions: { isComplete: false },
      });
      expect(silent.headers['cache-control']).toBe('no-store');
    }
    const { miss } = outcomes;
    await kept(elsewhere);
    expect(outcomes.miss).toBe(miss);
    isTaxThere = true;
    expect(JSON.parse((await kept(QUESTION, { code: CODE })).text).errors).toBeUndefined();
  });
});

describe('A client of its own memory', () => {
  const parameters = { documentId: `sha256:${HASH}`, variables: JSON.stringify({ code: CODE }) };

  it('may ask by GET whether what it has still holds', async () => {
    let first = await get(parameters);
    for (let times = 0; first.headers.etag === undefined && times < 100; times += 1) {
      await beTold();
      first = await get(parameters);
    }
    expect(first.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: expect.stringContaining('Authorization'),
    });
    const etag = first.headers.etag ?? '';
    const still = await get(parameters, { 'if-none-match': `"another", W/${etag}` });
    expect(still).toMatchObject({
      status: 304,
      text: '',
      headers: { etag, 'credit-cost': first.headers['credit-cost'] },
    });
    await city.take('tax.credit-rating', csv([rating(NAME, CODE, { 评价年度: '2025' })]));
    await beTold();
    const changed = await get(parameters, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.text).toContain('"year":2025');
  });

  it('is told it whole by POST, for which there is no such answer', async () => {
    const { headers } = await kept(QUESTION, { code: CODE });
    const again = await kept(QUESTION, { code: CODE }, { 'if-none-match': headers.etag ?? '' });
    expect(again.status).toBe(200);
  });

  it('is refused by GET what a page elsewhere could have sent', async () => {
    await get(parameters);
    const bare = await get(parameters, { 'apollo-require-preflight': '' });
    expect([bare.status, bare.wasKept]).toEqual([400, false]);
  });
});

describe('The day, and the supergraph', () => {
  it('of an answer are its own: at midnight in Shanghai it is asked anew', async () => {
    await kept(QUESTION, { code: CODE });
    city.setNow(new Date('2026-11-21T15:59:59Z'));
    await kept(QUESTION, { code: CODE });
    city.setNow(new Date('2026-11-21T16:00:00Z'));
    expect((await post(QUESTION, { code: CODE })).wasKept).toBe(false);
    city.setNow(TODAY);
  });

  it('once replaced answers for itself, whatever the one before was asked', async () => {
    const whole = committedSupergraph();
    const less = whole.replace(/\n {2}"""[^"]*"""\n {2}formerNames: [^\n]*\n/u, '\n');
    const cache = openAnswerCache({ transports: city.city.transports, log, bytes: 1024 * 1024 });
    const gateway = await createGateway({
      supergraphSdl: whole,
      transports: city.city.transports,
      log,
      cache,
      deadlineMs: 30_000,
    });
    const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
    afterAll(async () => {
      await listening.close(1_000);
      await gateway.stop();
      await cache.stop();
    });
    const former = async () =>
      answerOf(
        await fetch(`http://127.0.0.1:${listening.port}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: `{ subject(identifier: "${CODE}") { id formerNames { name } } }` }),
        }),
      );
    for (let times = 0; times < 2; times += 1) {
      expect((await former()).errors).toEqual([]);
      await beTold();
    }
    await gateway.replace(less);
    expect((await former()).errors[0]?.message).toContain('formerNames');
    await gateway.replace(whole);
    expect((await former()).errors).toEqual([]);
  });
});
