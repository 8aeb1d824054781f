import { describe, expect, it } from 'vitest';
import type { FairQueueOptions } from '../../gateway/turns/fair-queue.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { holding, ratings, said, taxElsewhere, WHOLE, WITHOUT_TAX } from './tax-elsewhere.ts';

const callers = {
  bank: callerAs('BANK', 'river-bank'),
  other: callerAs('PORTAL', 'other-portal'),
};
const { tax, honest, gatewayBefore } = await taxElsewhere();
const gatewayWith = (places: Partial<FairQueueOptions>) =>
  gatewayBefore({
    identify: calledBy(callers),
    budgets: { places: { atOnce: 2, waitingEach: 100, waitingInAll: 100, patienceMs: 3_600_000, ...places } },
  });

describe('The places at a department', () => {
  it('are as many as there are: who finds none waits until one is given back', async () => {
    const { ask } = await gatewayWith({});
    const waiting = holding(honest);
    tax.do(waiting.fault);
    const asking = ['a', 'b', 'c', 'd'].map((name) => ask(ratings(name)));
    const others = ask(`{ subjects(search: "云泽缺席") { totalCount } }`);
    expect((await others).data.subjects.totalCount).toBe(1);
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(2);
    tax.do(honest);
    waiting.letGo();
    for (const answer of await Promise.all(asking)) expect(answer.errors).toEqual([]);
  });

  it('are not waited for for long: the department is told as silent, to be asked again soon', async () => {
    const { ask, stateOf } = await gatewayWith({ patienceMs: 50 });
    const waiting = holding(honest);
    tax.do(waiting.fault);
    const served = ['a', 'b'].map((name) => ask(ratings(name)));
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(2);
    const sentAway = await ask(ratings('c'));
    expect(sentAway.data).toEqual(WITHOUT_TAX);
    expect(sentAway.errors).toMatchObject([
      { path: ['subject', 'tax'], extensions: { code: 'SOURCE_UNAVAILABLE', department: 'tax', retryAfter: 1 } },
    ]);
    expect(stateOf('tax')?.state).toBe('CLOSED');
    waiting.letGo();
    for (const answer of await Promise.all(served)) expect(answer.errors).toEqual([]);
  });

  it('are not all one caller’s', async () => {
    const { ask } = await gatewayWith({ atOnceEach: 1 });
    const waiting = holding(honest);
    tax.do(waiting.fault);
    const first = ['a', 'b', 'c'].map((name) => ask(ratings(name)));
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(1);
    const other = ask(ratings('d'), { 'test-as': 'other' });
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(2);
    waiting.letGo();
    for (const answer of await Promise.all([...first, other])) expect(answer.errors).toEqual([]);
  });

  it('are eight for one caller where nothing else is said, and others find theirs', async () => {
    const { ask } = await gatewayBefore({ identify: calledBy(callers) });
    const waiting = holding(honest);
    tax.do(waiting.fault);
    const first = [...'abcdefghij'].map((name) => ask(ratings(name)).catch(() => undefined));
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(8);
    const other = ask(ratings('k'), { 'test-as': 'other' });
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(9);
    tax.do(honest);
    waiting.letGo();
    expect((await other).errors).toEqual([]);
    await Promise.all(first);
  });

  it('are kept for banks in part', async () => {
    const { ask } = await gatewayWith({ kept: 1 });
    const waiting = holding(honest);
    tax.do(waiting.fault);
    const first = [ask(ratings('a')), ask(ratings('b'), { 'test-as': 'other' })];
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(1);
    const bank = ask(ratings(), { 'test-as': 'bank' });
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(2);
    waiting.letGo();
    expect(said(await bank)).toEqual({ data: WHOLE, errors: [] });
    for (const answer of await Promise.all(first)) expect(answer.errors).toEqual([]);
  });
});
