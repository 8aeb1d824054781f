import { createClient } from '@redis/client';
import { afterAll, describe, expect, it } from 'vitest';
import { csv, rating, registered } from '../departments/made-up.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { hasRedis, redisServer } from '../support/redis-server.ts';
import { beTold, type Keeping, keeping } from './keeping.ts';

// Gateways that share their kept answers by a Redis or Valkey server, and what becomes of that when it fails.

const city = await testCity();
const reason = hasRedis ? '' : ' (skipped: no redis-server is installed)';

/** A server, two gateways that share by it, and whoever administers it. */
async function openShared() {
  const server = await redisServer();
  const shared = { url: server.url, secret: TEST_SECRET };
  const admin = createClient({ url: server.url });
  admin.on('error', () => undefined);
  await admin.connect();
  afterAll(() => admin.destroy());
  const gateway = () => keeping(city, { cache: { shared } });
  return { server, admin, gateway, one: await gateway(), other: await gateway() };
}
type World = Awaited<ReturnType<typeof openShared>>;
const world = hasRedis ? await openShared() : ({} as World);

describe.skipIf(!hasRedis)(`Gateways that share kept answers${reason}`, () => {
  const { server, admin, gateway, one, other } = world;
  const codeOf = (number: number): string => madeUpCode(`MA8CAC${String(number).padStart(2, '0')}`);
  const rate = (number: number, year: number) =>
    city.take('tax.credit-rating', csv([rating('云泽共用有限公司', codeOf(number), { 评价年度: String(year) })]));
  const asked = (number: number): string =>
    `{ subject(identifier: "${codeOf(number)}") { id tax { creditRatings { nodes { year } } } } }`;
  let asks = 0;
  /** A question that one was told, and the other then found. */
  const found = async (keeper: Keeping, finder: Keeping, number: number): Promise<string> => {
    for (let times = 0; times < 300; times += 1) {
      asks += 1;
      const query = `${asked(number)} # ${asks}`;
      const before = finder.outcomes.shared ?? 0;
      await keeper.post(query);
      await finder.post(query);
      if ((finder.outcomes.shared ?? 0) > before) return query;
    }
    throw new Error('nothing is ever shared');
  };

  it('find what another has kept, and tell it alike', async () => {
    await rate(1, 2024);
    const query = await found(one, other, 1);
    expect((await other.kept(query)).text).toBe((await one.kept(query)).text);
  });

  it('tell nothing of before once it changed, whoever had kept it', async () => {
    await rate(2, 2022);
    for (let year = 2023; year < 2026; year += 1) {
      await Promise.all([one.kept(asked(2)), other.kept(asked(2))]);
      await rate(2, year);
      await beTold();
      for (const keeper of [one, other, one, other])
        expect((await keeper.post(asked(2))).text).toContain(`"year":${year}`);
    }
  });

  it('find nothing that was put there by whoever has not the installation’s secret', async () => {
    await rate(3, 2024);
    const query = await found(one, other, 3);
    const keys = (await admin.keys('*')).filter((key) => !key.endsWith(':changes'));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain(codeOf(3));
    for (const key of keys) {
      const text = String(await admin.get(key));
      await admin.set(key, text.replaceAll('"year', '"YEAR'));
    }
    const third = await gateway();
    for (let times = 0; times < 10; times += 1) expect((await third.post(query)).text).toContain('"year":2024');
    expect(third.outcomes.shared ?? 0).toBe(0);
  });

  it.each([
    ['is emptied', 41, () => admin.flushAll()],
    ['loses what had changed', 42, async () => admin.del((await admin.keys('*:changes')) as string[])],
    [
      'is started again',
      43,
      async () => {
        await server.kill();
        await server.start();
      },
    ],
  ])('are right when the server %s, and share again', async (_what, number, befall) => {
    await rate(number, 2010);
    const query = await found(one, other, number);
    await befall();
    await rate(number, 2025);
    await beTold();
    for (const keeper of [one, other]) {
      const { status, text } = await keeper.post(query);
      expect([status, text.includes('"year":2025'), text.includes('errors')]).toEqual([200, true, false]);
    }
    await found(one, other, number);
  });

  it('answer as without it while it is gone or hangs, and miss no change by that', async () => {
    for (const [gone, back, number] of [
      [() => server.kill(), () => server.start(), 51],
      [async () => server.signal('SIGSTOP'), async () => server.signal('SIGCONT'), 52],
    ] as const) {
      await rate(number, 2010);
      const query = await found(one, other, number);
      await gone();
      await rate(number, 2024);
      await beTold();
      for (const keeper of [one, other]) {
        const { status, text } = await keeper.post(query);
        expect([status, text.includes('"year":2024'), text.includes('errors')]).toEqual([200, true, false]);
      }
      // What another had shared before must not come back with the server.
      await rate(number, 2025);
      await back();
      await beTold();
      for (const keeper of [one, other]) expect((await keeper.post(query)).text).toContain('"year":2025');
      await found(other, one, number);
    }
  });
});

describe('A gateway whose server for kept answers is nowhere', () => {
  it('keeps its own and answers everything', async () => {
    const nowhere = await keeping(city, { cache: { shared: { url: 'redis://127.0.0.1:1', secret: TEST_SECRET } } });
    const CODE = madeUpCode('MA8CAC90');
    await city.take('credit.subject', csv([registered('云泽独用有限公司', { 统一社会信用代码: CODE })]));
    expect((await nowhere.kept(`{ subject(identifier: "${CODE}") { id name } }`)).text).toContain('云泽独用有限公司');
  });
});
