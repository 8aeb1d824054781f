import { describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { networkReader } from '../../gateway/limits/address.ts';
import { createAllowances } from '../../gateway/limits/allowances.ts';
import { insuredStore } from '../../gateway/limits/insured-store.ts';
import { type Limits, limitsOfRole, registeredLimits } from '../../gateway/limits/limits.ts';
import { postgresStore } from '../../gateway/limits/postgres-store.ts';
import { readConfig } from '../../platform/config.ts';
import { unauthenticated } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { CALLER_ROLES } from '../../platform/viewer/viewer.ts';
import { gatewayDatabase } from './identity.ts';
import { loneGateway } from './limits.ts';

// What clients are told of rate and quota, on real HTTP and PostgreSQL. `{ __typename }` costs what every question does: 10.

const { another, database } = await gatewayDatabase();
const log = createLog('silent');
const secret = Buffer.alloc(32, 7);
const QUESTION = { query: '{ __typename }' };
const WIDE: Limits = {
  ...limitsOfRole('ANONYMOUS', '2026-11-21'),
  pointsPerQuestion: 100,
  pointsAtOnce: 100_000,
  pointsPerSecond: 100_000,
};

/** The client that a request names in a header: who it really is, is tested elsewhere. */
const identify: (request: { headers: Record<string, unknown> }) => Promise<Caller> = async ({ headers }) => {
  if (headers.authorization === 'Bearer wrong') throw unauthenticated('凭证无效。');
  const client = headers['x-client'];
  return typeof client === 'string' ? { ...ANONYMOUS, role: 'BANK', client } : ANONYMOUS;
};

function gateway(limits: Partial<Limits>, more: { readonly trustedProxies?: readonly string[] } = {}) {
  const allowances = createAllowances(insuredStore(postgresStore(another()), log, 60_000));
  return loneGateway({ identify, limits: { allowances, secret, limitsOf: () => ({ ...WIDE, ...limits }), ...more } });
}

/** One gateway for clients whose name says their quota. */
const shared = await (async () => {
  const allowances = createAllowances(insuredStore(postgresStore(another()), log, 60_000));
  const limitsOf = ({ client }: Caller): Limits => ({ ...WIDE, pointsPerDay: Number(client?.split(' ')[0] ?? 1_000) });
  return loneGateway({ identify, limits: { allowances, secret, limitsOf } });
})();

describe('Rate and quota', () => {
  it('are told with each answer', async () => {
    const { status, headers, body } = await shared.post(QUESTION, { 'x-client': '1000 told' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'credit-cost': '10;limit=100',
      'ratelimit-limit': '1000',
      'ratelimit-remaining': '990',
      'ratelimit-policy': '100000;w=1, 1000;w=86400',
    });
    expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
    expect(headers['retry-after']).toBeUndefined();
    expect(body.extensions.cost).toEqual({ requested: 10, limit: 100 });
  });

  it('refuse with 429, what to do and when, and do not charge that', async () => {
    const from = { 'x-client': '20 quota' };
    for (let asked = 0; asked < 2; asked += 1) await shared.post(QUESTION, from);
    const refused = await shared.post(QUESTION, from);
    expect(refused).toMatchObject({ status: 429, code: 'QUOTA_EXCEEDED' });
    expect(refused.headers['retry-after']).toBe(String(refused.body.errors[0].extensions.retryAfter));
    expect(refused.headers['ratelimit-remaining']).toBe('0');
    expect(refused.body.errors[0].message).toContain('额度');

    const fast = await gateway({ pointsAtOnce: 100, pointsPerSecond: 0.001, pointsPerDay: 1_000_000 });
    const answers = await Promise.all(Array.from({ length: 15 }, () => fast.post(QUESTION, { 'x-client': 'fast' })));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBe(5);
    for (const { code, headers, body } of limited) {
      expect(code).toBe('RATE_LIMITED');
      expect(Number(headers['retry-after'])).toBe(body.errors[0].extensions.retryAfter);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  it.each([
    ['a mistake of syntax', '{"query":"{"}', 400, {}],
    ['an unknown field', '{"query":"{ nothing }"}', 400, {}],
    [
      'a wrong variable',
      '{"query":"query($i: Int!) { subjects(first: $i) { totalCount } }","variables":{"i":"x"}}',
      400,
      {},
    ],
    ['broken JSON', '{', 400, {}],
    ['an array of questions', '[{"query":"{ __typename }"}]', 400, {}],
    ['a question that costs too much', '{"query":"{ subjects(first: 100) { nodes { id } } }"}', 400, {}],
    ['an unknown hash', `{"documentId":"sha256:${'0'.repeat(64)}"}`, 400, {}],
    ['too many bytes', ' '.repeat(70_000), 413, {}],
    ['a dry run', '{"query":"{ subjects(first: 100) { nodes { id } } }"}', 200, { 'credit-dry-run': 'true' }],
  ])('are charged for what is refused: %s', async (what, body, expected, headers) => {
    const { post } = shared;
    const from = { 'x-client': `30 ${what}`, ...headers };
    for (let asked = 0; asked < 3; asked += 1)
      expect((await post(body, from).catch(() => ({ status: 413 }))).status).toBe(expected);
    expect(await post(QUESTION, from)).toMatchObject({ status: 429, code: 'QUOTA_EXCEEDED' });
  });

  it('count a stranger by address, whatever it says it was forwarded for', async () => {
    const { post } = await gateway({ pointsPerDay: 20 });
    for (const forwarded of ['10.1.1.1', '10.1.1.2'])
      await post(QUESTION, { 'x-forwarded-for': forwarded }, '127.0.0.2');
    expect((await post(QUESTION, { 'x-forwarded-for': '10.1.1.3' }, '127.0.0.2')).status).toBe(429);
    expect((await post(QUESTION, {}, '127.0.0.3')).status).toBe(200);
    const keys = await database.admin<{ key: string }[]>`select key from gateway.allowances where key like 'network:%'`;
    expect(keys.length).toBeGreaterThan(0);
    expect(JSON.stringify(keys)).not.toContain('127.0.0');
  });

  it('believe the operator’s own proxy, and what it says last', async () => {
    const { post } = await gateway({ pointsPerDay: 20 }, { trustedProxies: ['127.0.0.0/8'] });
    const from = (forwarded: string) => post(QUESTION, { 'x-forwarded-for': forwarded });
    for (const made of ['1.1.1.1', '2.2.2.2']) await from(`${made}, 192.0.2.7`);
    expect((await from('3.3.3.3, 192.0.2.7')).status).toBe(429);
    expect((await from('192.0.2.7, 192.0.2.8')).status).toBe(200);
    for (const host of ['1', '2']) await from(`2001:db8:1:2::${host}`);
    expect((await from('2001:db8:1:2:ffff::9')).status).toBe(429);
    expect((await from('2001:db8:1:3::1')).status).toBe(200);
  });

  it('charge a credential that does not hold to where it came from', async () => {
    const { post } = await gateway({ pointsPerDay: 20 });
    const wrong = { authorization: 'Bearer wrong' };
    for (let asked = 0; asked < 2; asked += 1) expect((await post(QUESTION, wrong, '127.0.0.9')).status).toBe(401);
    expect(await post(QUESTION, wrong, '127.0.0.9')).toMatchObject({ status: 429, code: 'QUOTA_EXCEEDED' });
    expect((await post(QUESTION, {}, '127.0.0.9')).status).toBe(429);
  });

  it('hold against parallel bursts on two instances, by text and by hash, right and wrong', async () => {
    const two = [await gateway({ pointsPerDay: 1_000 }), await gateway({ pointsPerDay: 1_000 })];
    const bodies = [
      '{"query":"{ __typename }"}',
      '{"query":"{ a: __typename b: __typename }"}',
      '{"query":"{ nothing }"}',
      '{',
    ];
    const answers = await Promise.all(
      Array.from({ length: 240 }, (_, index) => two[index % 2]?.post(bodies[index % 4], { 'x-client': 'two' })),
    );
    const counted = answers.filter((answer) => answer?.status !== 429).length;
    expect(counted).toBeLessThanOrEqual(100);
    expect(counted).toBeGreaterThan(95);
    expect(answers.every((answer) => answer && answer.status < 500)).toBe(true);
  });
});

describe('Limits by role', () => {
  it('give way to the quota that a client is registered with', () => {
    const bank: Caller = { ...ANONYMOUS, role: 'BANK', client: 'bank' };
    const role = limitsOfRole('BANK', '2026-11-21');
    expect(registeredLimits(bank, '2026-11-21')).toEqual(role);
    expect(registeredLimits({ ...bank, quota: 70_000 }, '2026-11-21')).toEqual({ ...role, pointsPerDay: 70_000 });
  });

  it('are there for every role, and a question that may be asked fits into the bucket and the day', () => {
    for (const role of CALLER_ROLES) {
      const limits = limitsOfRole(role, '2026-11-21');
      expect(limits.pointsAtOnce).toBeGreaterThanOrEqual(limits.pointsPerQuestion);
      expect(limits.pointsPerDay).toBeGreaterThanOrEqual(limits.pointsAtOnce);
    }
  });
});

it('Nobody is believed about whom they speak for where the operator names no proxy', () => {
  const { trustedProxies } = readConfig({}, []).access;
  const sent = { socket: { remoteAddress: '10.1.2.3' }, headers: { 'x-forwarded-for': '198.51.100.7' } };
  expect(networkReader(trustedProxies)(sent as never)).toBe('10.1.2.3');
  expect(networkReader(['10.1.0.0/16'])(sent as never)).toBe('198.51.100.7');
});
