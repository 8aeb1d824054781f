import { afterAll, describe, expect, it, vi } from 'vitest';
import type { AllowanceStore } from '../../gateway/limits/allowance-store.ts';
import { type Allowances, createAllowances } from '../../gateway/limits/allowances.ts';
import { insuredStore } from '../../gateway/limits/insured-store.ts';
import { forgetPastDays, postgresStore } from '../../gateway/limits/postgres-store.ts';
import { createLog } from '../../platform/log.ts';
import { gatewayDatabase } from './identity.ts';

// Points of clients, counted by several instances of the gateway over one PostgreSQL.

const { database, sql, another } = await gatewayDatabase();
const log = createLog('silent');
const open: Allowances[] = [];
afterAll(async () => {
  for (const one of open) await one.stop();
});

function instance(options: { store?: AllowanceStore; pauseMs?: number; mostHeld?: number } = {}): Allowances {
  const { store = postgresStore(another()), pauseMs = 60_000, ...own } = options;
  const made = createAllowances(insuredStore(store, log, 60_000), { pauseMs, ...own });
  open.push(made);
  return made;
}

/** A store, and how often it was asked. */
function counted(): AllowanceStore & { takes: number } {
  const store = postgresStore(another());
  const made = {
    takes: 0,
    take: (wanted: Parameters<AllowanceStore['take']>[0]) => {
      made.takes += 1;
      return store.take(wanted);
    },
    giveBack: store.giveBack,
  };
  return made;
}

const usedBy = async (key: string): Promise<number> => {
  const [row] = await database.admin<{ used: string }[]>`select used from gateway.allowances where key = ${key}`;
  return Number(row?.used);
};
const WIDE = { pointsAtOnce: 1_000_000, pointsPerSecond: 1_000_000, pointsPerDay: 1_000_000 };

async function served(charges: readonly Promise<{ isAllowed: boolean }>[], points: readonly number[]): Promise<number> {
  const charged = await Promise.all(charges);
  return charged.reduce((sum, { isAllowed }, index) => sum + (isAllowed ? (points[index] ?? 0) : 0), 0);
}

describe('A day’s quota', () => {
  it('is never exceeded by parallel bursts on three instances, and what is not used is given back to the point', async () => {
    const instances = [instance(), instance(), instance()];
    const points = Array.from({ length: 600 }, (_, index) => 1 + ((index * 7) % 40));
    const quota = { ...WIDE, pointsPerDay: 5_000 };
    const charges = points.map((count, index) => instances[index % 3]?.charge('burst', count, quota));
    const sum = await served(charges as Promise<{ isAllowed: boolean }>[], points);
    expect(points.reduce((all, count) => all + count)).toBeGreaterThan(10_000);
    expect(sum).toBeLessThanOrEqual(5_000);
    // At most a block of each instance is left over.
    expect(sum).toBeGreaterThan(5_000 - 3 * 50 - 40);
    for (const one of instances) await one.stop();
    expect(await usedBy('burst')).toBe(sum);
  });

  it('is refused with the time until it begins anew, and small questions are answered to the last point', async () => {
    const one = instance();
    const quota = { ...WIDE, pointsPerDay: 100 };
    expect(await one.charge('small', 90, quota)).toMatchObject({ isAllowed: true, limit: 100, remaining: 10 });
    const refused = await one.charge('small', 11, quota);
    expect(refused).toMatchObject({ isAllowed: false, refusal: { by: 'QUOTA' }, remaining: 10 });
    expect(refused.refusal?.retryAfter).toBeGreaterThan(0);
    expect(refused.refusal?.retryAfter).toBeLessThanOrEqual(86_400);
    expect(await one.charge('small', 10, quota)).toMatchObject({ isAllowed: true, remaining: 0 });
  });

  it('begins anew with the day in Shanghai, and no earlier for a clock that is set forward or back', async () => {
    const quota = { ...WIDE, pointsPerDay: 100 };
    const used = instance();
    await used.charge('clock', 100, quota);
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const days of [-2, 2, 400]) {
      vi.setSystemTime(Date.now() + days * 86_400_000);
      expect(await instance().charge('clock', 10, quota), `${days} days`).toMatchObject({ isAllowed: false });
    }
    vi.useRealTimers();
    const move = (days: number) =>
      database.admin`update gateway.allowances set day = (clock_timestamp() at time zone 'Asia/Shanghai')::date + ${days}::int where key = 'clock'`;
    await move(1); // the database's own clock was ahead, and is set back
    expect(await instance().charge('clock', 10, quota)).toMatchObject({ isAllowed: false });
    await move(-1);
    expect(await instance().charge('clock', 10, quota)).toMatchObject({ isAllowed: true, remaining: 90 });
  });

  it('is charged once for all instances of a client, whatever it asks', async () => {
    const quota = { ...WIDE, pointsPerDay: 1_000 };
    const instances = [instance(), instance()];
    const charges = Array.from({ length: 100 }, (_, index) =>
      (instances[index % 2] as Allowances).charge(`key-${index % 2}`, 10, quota),
    );
    expect(await served(charges, Array(100).fill(10))).toBe(1_000);
    for (const one of instances) await one.stop();
    expect([await usedBy('key-0'), await usedBy('key-1')]).toEqual([500, 500]);
  });
});

describe('The bucket', () => {
  const bucket = { pointsAtOnce: 100, pointsPerSecond: 0.001, pointsPerDay: 1_000_000 };

  it('allows what is in it, whichever instance is asked, and says when there is enough again', async () => {
    const instances = [instance(), instance()];
    const charges = Array.from({ length: 30 }, (_, index) =>
      (instances[index % 2] as Allowances).charge('bucket', 10, bucket),
    );
    expect(await served(charges, Array(30).fill(10))).toBeLessThanOrEqual(100);
    const refused = await (instances[0] as Allowances).charge('bucket', 30, bucket);
    expect(refused).toMatchObject({ isAllowed: false, limit: 100, refusal: { by: 'RATE' } });
    expect(refused.refusal?.retryAfter).toBeGreaterThan(1_000);
  });

  it('fills with time and never above its measure', async () => {
    await instance().charge('filling', 100, bucket);
    await database.admin`update gateway.allowances set level_at = level_at - interval '30000 seconds' where key = 'filling'`;
    expect(await instance().charge('filling', 31, bucket)).toMatchObject({ isAllowed: false });
    expect(await instance().charge('filling', 30, bucket)).toMatchObject({ isAllowed: true });
    await database.admin`update gateway.allowances set level_at = level_at - interval '9000000 seconds' where key = 'filling'`;
    expect(await instance().charge('filling', 101, bucket)).toMatchObject({ isAllowed: false });
    expect(await instance().charge('filling', 100, bucket)).toMatchObject({ isAllowed: true });
  });

  it('does not fill when the database’s clock is set back', async () => {
    await instance().charge('back', 100, bucket);
    await database.admin`update gateway.allowances set level_at = level_at + interval '2 hours' where key = 'back'`;
    expect(await instance().charge('back', 10, bucket)).toMatchObject({ isAllowed: false });
  });
});

describe('Counting', () => {
  it('asks the store once for many questions of a client', async () => {
    const store = counted();
    const one = instance({ store });
    for (let index = 0; index < 500; index += 1) await one.charge('busy', 10, WIDE);
    expect(store.takes).toBe(1);
  });

  it('asks the store once for many strangers who come together, and not for each question that it refused', async () => {
    const store = counted();
    const one = instance({ store });
    await Promise.all(Array.from({ length: 400 }, (_, index) => one.charge(`stranger-${index}`, 10, WIDE)));
    expect(store.takes).toBeLessThanOrEqual(2);
    const quota = { ...WIDE, pointsPerDay: 10 };
    const before = store.takes;
    for (let index = 0; index < 50; index += 1) await one.charge('refused', 20, quota);
    expect(store.takes - before).toBeLessThan(50);
  });

  it('holds points of so many clients and no more', async () => {
    const one = instance({ mostHeld: 50 });
    for (let from = 0; from < 500; from += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => one.charge(`crowd-${from + index}`, 10, WIDE)));
    expect(one.held).toBe(50);
  });

  it('gives back what a pausing client does not use', async () => {
    const one = instance({ pauseMs: 40 });
    await one.charge('pausing', 10, WIDE);
    await vi.waitUntil(async () => (await usedBy('pausing')) === 10, { timeout: 20_000, interval: 20 });
    expect(one.held).toBe(0);
  });

  it('gives a client back what failed by our fault', async () => {
    const one = instance();
    const quota = { ...WIDE, pointsPerDay: 100 };
    await one.charge('refunded', 100, quota);
    one.refund('refunded', 100);
    expect(await one.charge('refunded', 100, quota)).toMatchObject({ isAllowed: true });
  });

  it('goes on by each instance alone while the database is silent: rate, and a tenth of the quota', async () => {
    const gone: AllowanceStore = {
      take: () => Promise.reject(new Error('gone')),
      giveBack: () => Promise.reject(new Error('gone')),
    };
    const one = instance({ store: gone });
    const quota = { ...WIDE, pointsPerDay: 1_000 };
    const charges = Array.from({ length: 50 }, () => one.charge('alone', 10, quota));
    expect(await served(charges, Array(50).fill(10))).toBe(100);
  });

  it('forgets what was used on days long past', async () => {
    await instance().charge('today', 10, WIDE);
    await instance().charge('long ago', 10, WIDE);
    await database.admin`update gateway.allowances set day = day - 3 where key = 'long ago'`;
    await forgetPastDays(sql);
    const keys = await database.admin<
      { key: string }[]
    >`select key from gateway.allowances where key in ('today', 'long ago')`;
    expect(keys.map(({ key }) => key)).toEqual(['today']);
  });
});
