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
  /** Whether somebody finds what another has kept, sooner or later. */
  const finds = async (keeper: Keeping, finder: Keeping, number: number): Promise<void> => {
    for (let times = 0; times < 200; times += 1) {
      const before = finder.outcomes.shared ?? 0;
      await keeper.post(asked(number), {}, { 'cache-control': 'no-cache' });
      await finder.post(asked(number));
      if ((finder.outcomes.shared ?? 0) > before) return;
      // Asked of the finder before the keeper's was there: it has its own now.
      await rate(number, 1990 + (times % 30));
      await beTold();
    }
    throw new Error('nothing is ever shared');
  };

  it('find what another has kept, and tell it alike', async () => {
    await rate(1, 2024);
    await finds(one, other, 1);
    expect((await other.kept(asked(1))).text).toBe((await one.kept(asked(1))).text);
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
    await finds(one, other, 3);
    const keys = (await admin.keys('*')).filter((key) => !key.endsWith(':changes'));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain(codeOf(3));
    for (const key of keys) {
      const text = String(await admin.get(key));
      await admin.set(key, text.replaceAll('"year', '"YEAR'));
    }
    const third = await gateway();
    for (let times = 0; times < 10; times += 1) expect((await third.post(asked(3))).text).toContain('"year":2024');
    expect(third.outcomes.shared ?? 0).toBe(0);
  });

  it.each([
    ['is emptied', () => admin.flushAll()],
    ['loses what had changed', async () => admin.del((await admin.keys('*:changes')) as string[])],
    [
      'is started again',
      async () => {
        await server.kill();
        await server.start();
      },
    ],
  ])('are right when the server %s, and share again', async (_what, befall) => {
    await rate(4, 2010);
    await finds(one, other, 4);
    const subject = asked(4);
    await befall();
    await rate(4, 2025);
    await beTold();
    for (const keeper of [one, other]) {
      const { status, text } = await keeper.post(subject);
      expect([status, text.includes('"year":2025'), text.includes('errors')]).toEqual([200, true, false]);
    }
    await finds(one, other, 4);
  });

  it('answer as without it while it is gone or hangs, and miss no change by that', async () => {
    await rate(5, 2010);
    await finds(one, other, 5);
    for (const [gone, back] of [
      [() => server.kill(), () => server.start()],
      [async () => server.signal('SIGSTOP'), async () => server.signal('SIGCONT')],
    ] as const) {
      await gone();
      await rate(5, 2024);
      await beTold();
      for (const keeper of [one, other]) {
        const { status, text } = await keeper.post(asked(5));
        expect([status, text.includes('"year":2024'), text.includes('errors')]).toEqual([200, true, false]);
      }
      // What another had shared before must not come back with the server.
      await rate(5, 2025);
      await back();
      await beTold();
      for (const keeper of [one, other]) expect((await keeper.post(asked(5))).text).toContain('"year":2025');
      await finds(other, one, 5);
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
