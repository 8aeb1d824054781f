import { describe, expect, it } from 'vitest';
import { type Fault, httpAnswer } from '../support/faulty-department.ts';
import { holding, ratings, SILENT, said, taxElsewhere, WHOLE, WITHOUT_TAX } from './tax-elsewhere.ts';

const { tax, honest, withoutDatabase, gatewayBefore } = await taxElsewhere();
const breaker = { silences: 1_000, pauseMs: 3_600_000 };
const { ask } = await gatewayBefore({ budgets: { breaker } });

/** Does this to so many requests, and is honest then. */
function first(count: number, fault: Fault): Fault {
  let left = count;
  return (socket, received) => {
    left -= 1;
    return left < 0 ? honest(socket, received) : fault(socket, received);
  };
}
const reset: Fault = (socket) => void socket.resetAndDestroy();
const garbage: Fault = (socket) => void socket.write(httpAnswer('no JSON'));

async function asked(fault: Fault) {
  tax.do(fault);
  tax.received.length = 0;
  const answer = said(await ask(ratings()));
  return { ...answer, requests: tax.received.length };
}

describe('What a department did not begin to answer', () => {
  it.each([
    ['is reset', reset],
    ['ends on a connection that was kept alive', (socket) => void socket.destroy()],
  ] as [string, Fault][])('is asked once more where the connection %s', async (_how, fault) => {
    expect(await asked(honest)).toEqual({ data: WHOLE, errors: [], requests: 1 });
    expect(await asked(first(1, fault))).toEqual({ data: WHOLE, errors: [], requests: 2 });
  });

  it('is not asked a third time', async () => {
    expect(await asked(first(2, reset))).toEqual({ data: WITHOUT_TAX, errors: [SILENT], requests: 2 });
  });

  it('is asked once more where its database gave nothing', async () => {
    expect(await asked(first(1, withoutDatabase))).toEqual({ data: WHOLE, errors: [], requests: 2 });
  });

  it('is not asked again where it began to answer, answered wrongly or is late', async () => {
    const half: Fault = (socket) =>
      void socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"data":');
    for (const fault of [half, garbage])
      expect(await asked(first(1, fault))).toEqual({ data: WITHOUT_TAX, errors: [SILENT], requests: 1 });
    const hurried = await gatewayBefore({ deadlineMs: 700, budgets: { breaker } });
    tax.do(() => undefined);
    tax.received.length = 0;
    await hurried.ask(ratings());
    expect(tax.received.length).toBe(1);
  });

  it('is not asked again once the breaker is open', async () => {
    const once = await gatewayBefore({ budgets: { breaker: { silences: 1, pauseMs: 3_600_000 } } });
    const late = holding(reset);
    tax.do((socket, received) =>
      received.question.query.includes('late') ? late.fault(socket, received) : garbage(socket, received),
    );
    tax.received.length = 0;
    const answering = once.ask(ratings('late'));
    await expect.poll(() => late.held.length, { timeout: 20_000 }).toBe(1);
    await once.ask(ratings('early'));
    expect(once.stateOf('tax')?.state).toBe('OPEN');
    late.letGo();
    expect(said(await answering)).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect(tax.received.length).toBe(2);
  });
});
