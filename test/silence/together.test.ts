import { type Logger, pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { calledBy, callerAs } from '../support/callers.ts';
import { type Asked, CODE, holding, ratings, said, taxElsewhere, WHOLE, WITHOUT_TAX } from './tax-elsewhere.ts';

/** Where too much is asked of a department, it is told as silent, to be asked again soon. */
const BUSY = { code: 'SOURCE_UNAVAILABLE', department: 'tax', retryAfter: 1 };

const callers = {
  portal: callerAs('PORTAL', 'portal'),
  other: callerAs('PORTAL', 'other-portal'),
  analyst: callerAs('ANALYST', 'analyst'),
  office: callerAs('DEPARTMENT OTHER+PURPOSE', 'market-office', { department: 'tax', subject: '' }),
  bureau: callerAs('DEPARTMENT OTHER+PURPOSE', 'market-bureau', { department: 'tax', subject: '' }),
};
const { city, tax, honest, gatewayBefore } = await taxElsewhere({ audit: {} });

/** Log lines, of which those about questions that were asked together are waited for. */
const told: { readonly msg: string; readonly department?: string; readonly requestId?: string }[] = [];
const log: Logger = pino({ level: 'debug' }, { write: (line: string) => void told.push(JSON.parse(line)) });
const together = () =>
  told.filter(({ msg, department }) => msg === 'asked together with another' && department === 'tax');
const { ask } = await gatewayBefore({ identify: calledBy(callers), log, now: () => new Date() });

/** Asks all this while the department holds its answers back until so many requests and companions have come. */
async function atOnce(
  asks: readonly Readonly<Record<string, string>>[],
  { requests, companions }: { readonly requests: number; readonly companions: number },
): Promise<readonly Asked[]> {
  const waiting = holding(honest);
  tax.do(waiting.fault);
  tax.received.length = 0;
  told.length = 0;
  const answering = Promise.all(asks.map((headers) => ask(ratings(), headers)));
  await expect
    .poll(() => [waiting.held.length, together().length], { timeout: 20_000 })
    .toEqual([requests, companions]);
  waiting.letGo();
  const answers = await answering;
  expect(tax.received.length).toBe(requests);
  return answers;
}

describe('The same question at once', () => {
  it('is asked of a department once, and everybody has the whole answer', async () => {
    const answers = await atOnce(
      Array.from({ length: 5 }, () => ({})),
      { requests: 1, companions: 4 },
    );
    for (const answer of answers) expect(said(answer)).toEqual({ data: WHOLE, errors: [] });
    expect(said(await ask(ratings()))).toEqual({ data: WHOLE, errors: [] });
    expect(tax.received.length).toBe(2);
  });

  it('is told in the log under each request’s own id', async () => {
    await atOnce([{ 'x-request-id': 'together-1' }, { 'x-request-id': 'together-2' }], { requests: 1, companions: 1 });
    expect(['together-1', 'together-2']).toContain(together()[0]?.requestId);
  });

  it('is asked apart for who sees something else, and for another instant’s knowledge', async () => {
    await atOnce([{ 'test-as': 'portal' }, { 'test-as': 'other' }], { requests: 1, companions: 1 });
    const known = { 'credit-as-of': new Date().toISOString() };
    await atOnce([{}, { 'test-as': 'analyst' }, { 'test-as': 'portal' }, known], { requests: 4, companions: 0 });
  });

  it('is shared by nobody who may see more than the public, but with itself, and each leaves its own trace', async () => {
    const as = (name: string, id: string) => ({
      'test-as': name,
      'credit-purpose': 'SUPERVISION',
      'x-request-id': `trace-${id}`,
    });
    const answers = await atOnce([as('office', 'one'), as('office', 'two'), as('bureau', 'three')], {
      requests: 2,
      companions: 1,
    });
    for (const answer of answers) expect(said(answer)).toEqual({ data: WHOLE, errors: [] });
    const lines = await city.database.admin<{ request: string; looks: unknown }[]>`
      select body ->> 'request' as request, body -> 'looks' as looks from audit.lines
      where body ->> 'kind' = 'OUTCOME' and body ->> 'request' like 'trace-%'`;
    expect(lines.map(({ request }) => request).sort()).toEqual(['trace-one', 'trace-three', 'trace-two']);
    for (const { looks } of lines)
      expect(looks).toEqual([{ subjects: [CODE], items: expect.arrayContaining(['tax.credit-rating']) }]);
  });

  it('is asked again by who waited for it where it found no place: in a turn of its own', async () => {
    const places = { atOnce: 8, atOnceEach: 1, waitingEach: 8, waitingInAll: 8, patienceMs: 2_000 };
    const few = await gatewayBefore({ identify: calledBy(callers), log, budgets: { places } });
    const waiting = holding(honest);
    tax.do(waiting.fault);
    tax.received.length = 0;
    told.length = 0;
    // The portal has its one place taken, and its next question waits for it in vain.
    const before = few.ask(ratings('before'), { 'test-as': 'portal' });
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(1);
    tax.do(honest);
    const placeless = few.ask(ratings(), { 'test-as': 'portal' });
    const companion = few.ask(ratings(), { 'test-as': 'other' });
    expect((await placeless).data).toEqual(WITHOUT_TAX);
    expect((await placeless).errors).toMatchObject([{ path: ['subject', 'tax'], extensions: BUSY }]);
    expect(said(await companion)).toEqual({ data: WHOLE, errors: [] });
    expect(together().length).toBe(1);
    expect(tax.received.length).toBe(2);
    waiting.letGo();
    expect((await before).errors).toEqual([]);
  });

  it('goes on while one waits for it, and is given up when all have left', async () => {
    const waiting = holding(honest);
    tax.do(waiting.fault);
    told.length = 0;
    const [one, other] = [new AbortController(), new AbortController()];
    const first = ask(ratings(), {}, one.signal).catch(() => 'left');
    const second = ask(ratings(), {}, other.signal);
    await expect.poll(() => [waiting.held.length, together().length], { timeout: 20_000 }).toEqual([1, 1]);
    one.abort();
    expect(await first).toBe('left');
    waiting.letGo();
    expect(said(await second)).toEqual({ data: WHOLE, errors: [] });

    tax.do(() => undefined);
    tax.received.length = 0;
    const leaving = new AbortController();
    const all = Promise.allSettled([1, 2, 3].map(() => ask(ratings(), {}, leaving.signal)));
    await expect.poll(() => tax.received.length, { timeout: 20_000 }).toBe(1);
    leaving.abort();
    await all;
    await expect.poll(() => tax.asking.size, { timeout: 20_000 }).toBe(0);
  });
});
