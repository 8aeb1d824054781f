import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { openAside } from '../../gateway/aside/aside.ts';
import { secondProcess } from '../../gateway/aside/second-process.ts';
import { createAllowances } from '../../gateway/limits/allowances.ts';
import { insuredStore } from '../../gateway/limits/insured-store.ts';
import { postgresStore } from '../../gateway/limits/postgres-store.ts';
import { createLog } from '../../platform/log.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { program } from '../support/programs.ts';

// Long and dear questions are answered by a second process. The statements that are counted here are the first one's: where
// there are none and the answer has data, the second has answered.

const log = createLog('silent');
const city = await testCity();
const CODE = codeOf(1);
await city.take('credit.subject', subjectsFile([['云泽晨光机械有限公司', CODE]]));
await city.take('tax.credit-rating', csv(RATINGS, ['云泽晨光机械有限公司', CODE, 2024, 'A', '云泽市税务局']));
const second = secondProcess(program('aside'), log, {
  ...process.env,
  DATABASE_URL: city.database.url,
  DATA_DIR: '/tmp/credit-graph-aside',
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  LOG_LEVEL: 'silent',
});
const aside = openAside(second, log);
afterAll(() => aside.stop());
const isOpen = () => vi.waitUntil(() => second.open, { timeout: 60_000, interval: 50 });

const sql = city.city.database.session('gateway', 'limits', { timeoutMs: 5_000, max: 1 });
const allowances = createAllowances(insuredStore(postgresStore(sql), log, 60_000));
let caller: Caller = ANONYMOUS;
const shared = { identify: async () => caller, now: () => new Date() };
const counting = { milliseconds: 30_000, allowances, secret: TEST_SECRET };
const here = await city.gateway({ ...shared, limits: counting });
const both = await city.gateway({ ...shared, limits: counting, aside });

const LONG = `query Long($code: String! = "${CODE}") { subject(identifier: $code) { name tax { creditRatings { nodes { year grade { code label } } } } } } ${'# long '.repeat(300)}`;
const SMALL = `{ subject(identifier: "${CODE}") { name } }`;
const DEAR = `{ subjects(identifiers: ["${CODE}"], first: 100) { nodes { name tax { creditRatings(first: 100) { nodes { year } } } } } }`;

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text, body: JSON.parse(text) };
}

/** What differs between any two answers. */
const NOT_COMPARED = ['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset', 'connection', 'keep-alive'];

function comparable({ status, headers, text }: Awaited<ReturnType<typeof post>>) {
  const told = Object.entries(headers).filter(([name]) => !NOT_COMPARED.includes(name));
  return { status, headers: Object.fromEntries(told), text: text.replaceAll(/"reference":"[^"]*"/gu, '') };
}

beforeEach(async () => {
  caller = ANONYMOUS;
  await isOpen();
});

describe('A long or dear question', () => {
  const bank: Caller = { ...ANONYMOUS, role: 'BANK', client: '云泽银行' };
  it.each([
    ['a long document', ANONYMOUS, { query: LONG }, {}],
    ['a long document of a bank, for a purpose', bank, { query: LONG }, { 'credit-purpose': 'PRE_LOAN' }],
    ['a dear question', ANONYMOUS, { query: DEAR }, {}],
    ['a question about the schema', bank, { query: '{ __schema { types { name } } }' }, {}],
    ['a request with much beside its document', ANONYMOUS, { query: SMALL, more: 'x'.repeat(9_000) }, {}],
    ['a long document with mistakes', ANONYMOUS, { query: LONG.replace('year', 'nothing') }, {}],
    ['a long document with a hundred mistakes', ANONYMOUS, { query: `{ ${'nothing '.repeat(60)} } ${LONG}` }, {}],
    ['a long document that is none', ANONYMOUS, { query: `{ ${LONG}` }, { accept: 'application/json' }],
    ['what is too large', ANONYMOUS, { query: `{ ${'__typename '.repeat(1_400)} }` }, {}],
    ['a long dry run', ANONYMOUS, { query: LONG }, { 'credit-dry-run': 'true' }],
    ['a long document of a time', ANONYMOUS, { query: LONG }, { 'credit-as-of': '2026-01-01T00:00:00+08:00' }],
  ])('(%s) is answered by the second process as the first would', async (_what, as, body, headers) => {
    caller = as;
    const first = await post(here, body, headers);
    city.statements.length = 0;
    const other = await post(both, body, headers);
    expect(city.statements).toEqual([]);
    expect(comparable(other)).toEqual(comparable(first));
  });

  it('by GET is answered there, too', async () => {
    const answers = await Promise.all(
      [here, both].map(async (url) => {
        const headers = { 'apollo-require-preflight': '1' };
        return (await fetch(`${url}?query=${encodeURIComponent(LONG)}`, { headers })).text();
      }),
    );
    expect(answers[0]).toContain('云泽晨光');
    expect(answers[1]).toBe(answers[0]);
  });

  it('is charged once, to whom it was charged before', async () => {
    caller = { ...bank, client: 'charged once' };
    const answers = [LONG, DEAR, `{ ${LONG}`, SMALL].map(async (query) => post(both, { query }));
    const points = (await Promise.all(answers)).reduce((sum, { body }) => sum + body.extensions.cost.requested, 0);
    await second.stop(); // which gives back what it holds
    await allowances.stop();
    const [row] = await sql<{ used: string }[]>`select used from gateway.allowances where key = 'client:charged once'`;
    expect(Number(row?.used)).toBe(points);
  });
});
