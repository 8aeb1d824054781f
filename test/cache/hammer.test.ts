import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { csv, penalty } from '../departments/made-up.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { testCity } from '../support/city.ts';
import { beTold, FRESH_MS, keeping } from './keeping.ts';

// Correct, then read: under load nobody who asks later than the answer may be old is told what stood before.

const city = await testCity();
const CODE = madeUpCode('MA8HMR01');
const fine = (thousands: number) =>
  city.take('market.penalty', csv([penalty('云泽锤炼有限公司', CODE, { '罚款金额(万元)': String(thousands / 10) })]));
const QUESTION = `query ($code: String!) { subject(identifier: $code) { id market { penalties { nodes { fine { amount } } } } } }`;
const amountIn = (text: string): number =>
  Number(JSON.parse(text).data.subject.market.penalties.nodes[0].fine.amount) / 1_000;

/** The market department, whose answers to callers are held back where it is told to. */
let holding: Promise<void> | undefined;
const market = city.city.transports.get('market') as Transport;
const slow: Transport = {
  ...market,
  async ask(question, viewer, signal) {
    const answer = await market.ask(question, viewer, signal);
    if (viewer.role !== 'INSTALLATION') await holding;
    return answer;
  },
};
const transports = new Map([...city.city.transports, ['market', slow] as const]);
const { kept, post } = await keeping(city, { cache: { transports }, gateway: { transports } });

const CORRECTIONS = Number(process.env.CORRECTIONS ?? 4);
const READERS = 2;

describe('A correction', () => {
  it('is never missed by who asks after it was told, however many ask', {
    timeout: 60_000 + CORRECTIONS * 10_000,
  }, async () => {
    await fine(1);
    await kept(QUESTION, { code: CODE });
    /** When each amount had been stored. */
    const stored: { readonly amount: number; readonly at: number }[] = [{ amount: 1, at: performance.now() }];
    const wrong: unknown[] = [];
    const seen = { kept: 0, asked: 0 };
    let isOver = false;
    const read = async (): Promise<void> => {
      while (!isOver) {
        const began = performance.now();
        const { text, wasKept } = await post(QUESTION, { code: CODE });
        seen[wasKept ? 'kept' : 'asked'] += 1;
        const amount = amountIn(text);
        const least = Math.max(...stored.filter(({ at }) => at <= began - FRESH_MS).map((one) => one.amount), 0);
        if (amount < least) wrong.push({ amount, least });
        await pause(1);
      }
    };
    const readers = Array.from({ length: READERS }, read);
    for (let amount = 2; amount < CORRECTIONS + 2; amount += 1) {
      await fine(amount);
      stored.push({ amount, at: performance.now() });
      await pause(FRESH_MS * 1.2);
    }
    isOver = true;
    await Promise.all(readers);
    expect(wrong).toEqual([]);
    expect(seen.kept).toBeGreaterThan(0);
    expect(seen.asked).toBeGreaterThanOrEqual(CORRECTIONS);
    expect(amountIn((await post(QUESTION, { code: CODE })).text)).toBe(CORRECTIONS + 1);
  });

  it('that is stored and told while an answer is on its way keeps that answer from being kept', async () => {
    await fine(100);
    await beTold();
    await kept(QUESTION, { code: CODE });
    let letGo = (): void => undefined;
    holding = new Promise((resolve) => {
      letGo = resolve;
    });
    // Asked anew: what was kept is not what it wants.
    const onItsWay = post(QUESTION, { code: CODE }, { 'cache-control': 'no-cache' });
    await pause(FRESH_MS);
    await fine(200);
    await beTold();
    letGo();
    holding = undefined;
    expect(amountIn((await onItsWay).text)).toBe(100);
    for (let times = 0; times < 5; times += 1) expect(amountIn((await post(QUESTION, { code: CODE })).text)).toBe(200);
  });

  it('keeps the answer of who was told together with an earlier one from being kept', async () => {
    await fine(300);
    await beTold();
    let letGo = (): void => undefined;
    holding = new Promise((resolve) => {
      letGo = resolve;
    });
    const fresh = { 'cache-control': 'no-cache' };
    const first = post(QUESTION, { code: CODE }, fresh);
    await pause(FRESH_MS);
    await fine(400);
    await beTold();
    // The same question of the department is out already: it waits for that.
    const joined = post(QUESTION, { code: CODE }, fresh);
    await pause(FRESH_MS);
    letGo();
    holding = undefined;
    expect([amountIn((await first).text), amountIn((await joined).text)]).toEqual([300, 300]);
    expect(amountIn((await post(QUESTION, { code: CODE })).text)).toBe(400);
  });
});
