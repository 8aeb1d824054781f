import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { openAside } from '../../gateway/aside/aside.ts';
import { secondProcess } from '../../gateway/aside/second-process.ts';
import { openAnswerCache } from '../../gateway/cache/index.ts';
import { createAllowances } from '../../gateway/limits/allowances.ts';
import { insuredStore } from '../../gateway/limits/insured-store.ts';
import { postgresStore } from '../../gateway/limits/postgres-store.ts';
import { trustedDocuments } from '../../gateway/limits/trusted-documents.ts';
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
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-aside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const second = secondProcess({ file: program('aside'), execArgv: [] }, log, {
  ...process.env,
  DATABASE_URL: city.database.url,
  DATA_DIR: folder,
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  LOG_LEVEL: 'silent',
  DEPARTMENT_DEADLINE_MS: '30000', // as departments of tests have here
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

let longs = 0;
/** Each is another text: one that is asked again and again becomes familiar. */
const long = (selection = 'year grade { code label }'): string =>
  `query Long($code: String! = "${CODE}") { subject(identifier: $code) { name tax { creditRatings { nodes { ${selection} } } } } } ${'# long '.repeat(300)} ${longs++}`;
const times = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join(' ');
/** A short document that is wide once its fragments are written out: nine times thirty fields. */
const wide = (): string =>
  `{ ${times(9, (index) => `a${index}: subject(identifier: "${CODE}") { ...F }`)} } fragment F on Subject { ${times(30, (index) => `b${index}: name`)} } # ${longs++}`;
/** One that says the same thirty times over: each has to be compared with each. */
const repeated = (): string => `{ subject(identifier: "${CODE}") { ${'name '.repeat(30)} } } # ${longs++}`;
const SMALL = `{ subject(identifier: "${CODE}") { name } }`;
const DEAR = `{ subjects(search: "云泽", first: 100) { nodes { name tax { creditRatings(first: 20) { nodes { year } } } } } }`;

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

// A crowded machine may need longer for the first answer than an answer may take.
await isOpen();
await vi.waitUntil(async () => !(await post(both, { query: long() })).body.errors, { timeout: 60_000 });

describe('A long or dear question', () => {
  const bank: Caller = { ...ANONYMOUS, role: 'BANK', client: '云泽银行' };
  it.each([
    ['a long document', ANONYMOUS, { query: long() }, {}, 200],
    ['a long document of a bank, for a purpose', bank, { query: long() }, { 'credit-purpose': 'PRE_LOAN_REVIEW' }, 200],
    ['a wide document', ANONYMOUS, { query: wide() }, {}, 200],
    ['a document that repeats itself', bank, { query: repeated() }, {}, 200],
    ['a dear question', ANONYMOUS, { query: DEAR }, {}, 200],
    ['a question about the schema', bank, { query: '{ __schema { types { name } } }' }, {}, 200],
    ['a request with much beside its document', ANONYMOUS, { query: SMALL, more: 'x'.repeat(9_000) }, {}, 200],
    ['a long document with mistakes', ANONYMOUS, { query: long('nothing') }, {}, 400],
    [
      'a long document with a hundred mistakes',
      ANONYMOUS,
      { query: `{ ${'nothing '.repeat(60)} } ${long()}` },
      {},
      400,
    ],
    ['a long document that is none', ANONYMOUS, { query: `{ ${long()}` }, { accept: 'application/json' }, 200],
    ['what is too large', ANONYMOUS, { query: `{ ${'__typename '.repeat(1_400)} }` }, {}, 400],
    ['a long dry run', ANONYMOUS, { query: long() }, { 'credit-dry-run': 'true' }, 200],
    ['a long document of a time', ANONYMOUS, { query: long() }, { 'credit-as-of': '2026-01-01T00:00:00+08:00' }, 200],
  ])('(%s) is answered by the second process as the first would', async (_what, as, body, headers, status) => {
    caller = as;
    const first = await post(here, body, headers);
    expect(first.status, first.text).toBe(status);
    city.statements.length = 0;
    const other = await post(both, body, headers);
    expect(city.statements).toEqual([]);
    expect(comparable(other)).toEqual(comparable(first));
  });

  it('by GET is answered there, too', async () => {
    const query = encodeURIComponent(long());
    const answers = await Promise.all(
      [here, both].map(async (url) => {
        const headers = { 'apollo-require-preflight': '1' };
        return (await fetch(`${url}?query=${query}`, { headers })).text();
      }),
    );
    expect(answers[0]).toContain('云泽晨光');
    expect(answers[1]).toBe(answers[0]);
  });

  it.each([
    ['long', long()],
    ['wide', wide()],
  ])(
    '(%s) is answered by the first process once it is familiar: asked again and again, and not dear',
    async (what, query) => {
      caller = { ...ANONYMOUS, client: what }; // with points of its own
      const dear = `${DEAR} ${'# long '.repeat(300)}`;
      const answeredHere = async (asked: string): Promise<boolean> => {
        city.statements.length = 0;
        expect((await post(both, { query: asked })).status).toBe(200);
        return city.statements.length > 0;
      };
      expect(await answeredHere(query)).toBe(false);
      await vi.waitUntil(() => answeredHere(query), { timeout: 60_000, interval: 100 });
      expect(await answeredHere(query)).toBe(true);
      for (let asked = 0; asked < 8; asked += 1) expect(await answeredHere(dear)).toBe(false);
    },
  );

  it.each([true, false])(
    'is answered by the first process where it is asked by its hash (with a cache: %s)',
    async (isKept) => {
      const text = long();
      const hash = createHash('sha256').update(text).digest('hex');
      const manifests = mkdtempSync(join(folder, 'trusted-'));
      writeFileSync(join(manifests, 'portal.json'), JSON.stringify({ [hash]: text }));
      const cache = isKept ? openAnswerCache({ transports: city.city.transports, log, bytes: 1024 * 1024 }) : undefined;
      const limits = { ...counting, trusted: trustedDocuments(manifests) };
      const gateway = await city.gateway({ ...shared, limits, aside, cache });
      caller = { ...ANONYMOUS, role: 'PORTAL', client: 'portal' };
      const answeredHere = async (body: object): Promise<boolean> => {
        city.statements.length = 0;
        const { status, body: answer } = await post(gateway, body, { 'cache-control': 'no-cache' });
        expect([status, answer.data?.subject?.name]).toEqual([200, '云泽晨光机械有限公司']);
        return city.statements.some((statement) => statement.includes('credit.Query.subject'));
      };
      try {
        expect(await answeredHere({ documentId: hash })).toBe(true);
        expect(await answeredHere({ query: text })).toBe(false);
      } finally {
        await cache?.stop();
      }
    },
  );

  it.runIf(process.platform === 'linux')('is answered by a process all of whose threads give way', async () => {
    const { pid } = await isOpen();
    const own = getPriority();
    for (const thread of readdirSync(`/proc/${pid}/task`))
      expect(getPriority(Number(thread))).toBeGreaterThanOrEqual(Math.min(19, own + 10));
  });

  it('is asked of the second process by the first alone', async () => {
    const { port, key } = await isOpen();
    const query = { query: SMALL };
    for (const headers of [{}, { 'credit-graph-key': 'x'.repeat(key.length) }, { 'credit-graph-caller': 'e30' }]) {
      const refused = await post(`http://127.0.0.1:${port}/graphql`, query, headers as Record<string, string>);
      expect(refused).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
      expect(refused.body.data).toBeUndefined();
    }
    // Nor does a caller of the first become somebody by saying so.
    const claimed = Buffer.from(JSON.stringify({ ...ANONYMOUS, role: 'AUDITOR' })).toString('base64url');
    const answer = await post(
      both,
      { query: `{ viewer { role } } ${'# long '.repeat(300)}` },
      {
        'credit-graph-caller': claimed,
        'credit-graph-key': key,
      },
    );
    expect(answer.body.data).toEqual({ viewer: { role: 'ANONYMOUS' } });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('credit-graph'))).toEqual([]);
  });

  it('has an answer when that process is killed, and another process soon', async () => {
    const { pid } = await isOpen();
    const meanwhile = post(both, { query: long() });
    process.kill(Number(pid), 'SIGKILL');
    const answer = await meanwhile;
    if (answer.status !== 200)
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'retry-after': '2' },
        body: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
      });
    await vi.waitUntil(() => second.open?.pid !== pid, { timeout: 60_000 });
    if (!second.open) expect((await post(both, { query: long() })).body.data.subject.name).toContain('云泽晨光');
    await isOpen();
    expect(second.open?.pid).not.toBe(pid);
  });

  it('of a caller who has left keeps nobody waiting', async () => {
    const gone = new AbortController();
    const body = JSON.stringify({ query: DEAR });
    const headers = { 'content-type': 'application/json' };
    const left = Array.from({ length: 10 }, () =>
      fetch(both, { method: 'POST', headers, body, signal: gone.signal }).catch(() => 'left'),
    );
    gone.abort();
    expect(await Promise.all(left)).toEqual(left.map(() => 'left'));
    expect((await post(both, { query: long() })).status).toBe(200);
  });

  it('is charged once, to whom it was charged before', async () => {
    caller = { ...bank, client: 'charged once' };
    const answers = [long(), DEAR, `{ ${long()}`, SMALL].map(async (query) => post(both, { query }));
    const points = (await Promise.all(answers)).reduce((sum, { body }) => sum + body.extensions.cost.requested, 0);
    await second.stop(); // which gives back what it holds
    await allowances.stop();
    const [row] = await sql<{ used: string }[]>`select used from gateway.allowances where key = 'client:charged once'`;
    expect(Number(row?.used)).toBe(points);
  });
});
