import { describe, expect, it } from 'vitest';
import { httpAnswer, type Received } from '../support/faulty-department.ts';
import { CODE, isLook, ratings, SILENT, said, taxElsewhere, WHOLE, WITHOUT_TAX } from './tax-elsewhere.ts';

const { tax, honest, withoutDatabase, gatewayBefore } = await taxElsewhere();
const garbage = (socket: { write(bytes: Buffer): unknown }): void => void socket.write(httpAnswer('no JSON'));
const times = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `ask${index}`);
const NEVER = 3_600_000;

describe('The breaker of a department', () => {
  it('opens after five silences in a row: nothing reaches the department any more, and its slice is told as silent', async () => {
    const { ask, stateOf } = await gatewayBefore({ budgets: { breaker: { silences: 5, pauseMs: NEVER } } });
    expect(stateOf('tax')).toMatchObject({ state: 'CLOSED', lastAnsweredAt: null });
    tax.do(garbage);
    tax.received.length = 0;
    for (const name of times(4))
      expect(said(await ask(ratings(name)))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect([tax.received.length, stateOf('tax')?.state]).toEqual([4, 'CLOSED']);
    for (const name of times(11))
      expect(said(await ask(ratings(name)))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect([tax.received.length, stateOf('tax')?.state, stateOf('market')?.state]).toEqual([5, 'OPEN', 'CLOSED']);
    expect(stateOf('nobody')).toBeUndefined();
  });

  it('starts counting anew with each answer', async () => {
    const { ask, stateOf } = await gatewayBefore({ budgets: { breaker: { silences: 2, pauseMs: NEVER } } });
    for (const fault of [garbage, honest, garbage, honest, garbage]) {
      tax.do(fault);
      await ask(ratings());
    }
    expect(stateOf('tax')?.state).toBe('CLOSED');
    expect(stateOf('tax')?.lastAnsweredAt).toBeInstanceOf(Date);
    await ask(ratings());
    expect(stateOf('tax')?.state).toBe('OPEN');
  });

  it('opens for a department that hangs, that refuses, whose database is silent', async () => {
    const breaker = { silences: 2, pauseMs: NEVER };
    const hanging = await gatewayBefore({ deadlineMs: 700, budgets: { breaker } });
    tax.do(() => undefined);
    await Promise.all(times(2).map((name) => hanging.ask(ratings(name))));
    expect(hanging.stateOf('tax')?.state).toBe('OPEN');
    const refused = await gatewayBefore({ budgets: { breaker } });
    await tax.refuse();
    for (const name of times(2)) await refused.ask(ratings(name));
    await tax.admit();
    expect(refused.stateOf('tax')?.state).toBe('OPEN');
    const empty = await gatewayBefore({ budgets: { breaker } });
    tax.do(withoutDatabase);
    for (const name of times(2)) await empty.ask(ratings(name));
    expect(empty.stateOf('tax')?.state).toBe('OPEN');
  });

  it('says nothing of callers who leave, of their mistakes, nor of answers whose whole time is over', async () => {
    const breaker = { silences: 1, pauseMs: NEVER };
    const { ask, stateOf } = await gatewayBefore({ budgets: { breaker } });
    tax.do(() => undefined);
    tax.received.length = 0;
    const leaving = new AbortController();
    const left = Promise.allSettled(times(3).map((name) => ask(ratings(name), {}, leaving.signal)));
    await expect.poll(() => tax.received.length, { timeout: 20_000 }).toBe(3);
    leaving.abort();
    await left;
    await expect.poll(() => tax.asking.size, { timeout: 20_000 }).toBe(0);
    expect(stateOf('tax')?.state).toBe('CLOSED');

    tax.do(honest);
    const wrong = await ask(`{ subject(identifier: "${CODE}") { tax { creditRatings(first: 500) { totalCount } } } }`);
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(stateOf('tax')?.state).toBe('CLOSED');

    const hurried = await gatewayBefore({ limits: { milliseconds: 1_500 }, budgets: { breaker } });
    tax.do(() => undefined);
    const [late] = (await hurried.ask(ratings())).errors;
    expect(late?.extensions.code).toBe('TIME_BUDGET_EXCEEDED');
    expect(hurried.stateOf('tax')?.state).toBe('CLOSED');
  });

  it('stays closed where only some questions are late and others are answered meanwhile', async () => {
    const breaker = { silences: 1, pauseMs: NEVER };
    const { ask, stateOf } = await gatewayBefore({ deadlineMs: 2_500, budgets: { breaker } });
    tax.received.length = 0;
    tax.do((socket, received) => (received.question.query.includes('dear') ? undefined : honest(socket, received)));
    const dear = Promise.all(times(3).map((name) => ask(ratings(`dear${name}`))));
    await expect.poll(() => tax.received.length, { timeout: 20_000 }).toBe(3);
    expect((await ask(ratings('quick'))).errors).toEqual([]);
    for (const answer of await dear) expect(said(answer)).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect(stateOf('tax')?.state).toBe('CLOSED');
  });

  it('looks once after each pause, while callers are answered without the department, and closes by itself when it is back', async () => {
    const { ask, stateOf } = await gatewayBefore({ budgets: { breaker: { silences: 2, pauseMs: 30 } } });
    const looks: Received[] = [];
    let looking = 0;
    let most = 0;
    tax.do((socket, received) => {
      if (!isLook(received)) return garbage(socket);
      looks.push(received);
      looking += 1;
      most = Math.max(most, looking);
      socket.once('close', () => {
        looking -= 1;
      });
      if (looks.length === 1) return void socket.end(httpAnswer('no JSON'));
      // The second one is left without an answer until it is given up.
    });
    for (const name of times(2)) await ask(ratings(name));
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBeGreaterThan(1);
    tax.received.length = 0;
    for (const name of times(10))
      expect(said(await ask(ratings(name)))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect(tax.received.filter((one) => !isLook(one))).toEqual([]);
    expect(most).toBe(1);
    expect(['OPEN', 'HALF_OPEN']).toContain(stateOf('tax')?.state);

    tax.do(honest); // and nobody asks anything
    await expect.poll(() => stateOf('tax')?.state, { timeout: 20_000 }).toBe('CLOSED');
    expect(said(await ask(ratings()))).toEqual({ data: WHOLE, errors: [] });
  });

  it('looks at the department’s tables, not only at its process', async () => {
    const { ask, stateOf } = await gatewayBefore({ budgets: { breaker: { silences: 1, pauseMs: 30 } } });
    const looks: Received[] = [];
    tax.do((socket, received) => {
      if (isLook(received)) looks.push(received);
      garbage(socket);
    });
    await ask(ratings());
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(looks[0]?.question.variables?.items).toEqual(
      expect.arrayContaining(['tax.credit-rating', 'tax.arrears', 'tax.penalty']),
    );
    tax.do(honest);
    await expect.poll(() => stateOf('tax')?.state, { timeout: 20_000 }).toBe('CLOSED');
  });
});
