import { setTimeout as pause } from 'node:timers/promises';
import { Supergraph } from '@apollo/federation-internals';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { threadPlanner } from '../../gateway/executor/planner.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { createLog } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { answerOf, testCity, testExecutor } from '../support/city.ts';

// A running gateway answers by another supergraph from one question to the next.

const city = await testCity();
const CODE = codeOf(1);
await city.take('credit.subject', subjectsFile([['云泽甲木机械有限公司', CODE]]));

const whole = committedSupergraph();
const without = whole.replace(/\n {2}"""[^"]*"""\n {2}formerNames: [^\n]*\n/u, '\n');

let isHeld = false;
const held: (() => void)[] = [];
/** The tax department answers when it is let. */
const tax = city.city.transports.get('tax') as Transport;
const slow: Transport = {
  ...tax,
  async ask(question, viewer, signal) {
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
    return tax.ask(question, viewer, signal);
  },
};
const log = createLog('silent');
/** Who had something planned. */
const planned: string[] = [];
/** The pieces in which a supergraph was opened, and in which turn of this thread each began. */
const pieces: { readonly piece: string; readonly turn: number }[] = [];
let turn = 0;
const gateway = await createGateway({
  supergraphSdl: whole,
  transports: new Map([...city.city.transports, ['tax', slow]]),
  executor: testExecutor,
  planner(sdl) {
    const planner = threadPlanner(sdl, log, testExecutor);
    const plan: typeof planner.plan = (asked, caller) => {
      planned.push(caller);
      return planner.plan(asked, caller);
    };
    return { ...planner, plan };
  },
  onPiece(piece) {
    pieces.push({ piece, turn });
    setImmediate(() => {
      turn += 1;
    });
  },
  log,
  deadlineMs: 20_000,
  limits: { milliseconds: 20_000 },
});
const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
afterAll(async () => {
  await listening.close(1_000);
  await gateway.stop();
});

const ask = async (query: string) =>
  answerOf(
    await fetch(`http://127.0.0.1:${listening.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }),
  );
const FORMER = `{ subject(identifier: "${CODE}") { name formerNames { name } } }`;
const TAX = `{ subject(identifier: "${CODE}") { name tax { arrears { totalCount } } } }`;

pieces.length = 0;
const built = vi.spyOn(Supergraph, 'build');
afterAll(() => built.mockRestore());

describe('A supergraph that takes the place of another while the gateway runs', () => {
  it('is what the next question is asked of, and taken back the same way', async () => {
    expect(without).not.toBe(whole);
    expect((await ask(FORMER)).errors).toEqual([]);
    await gateway.replace(without);
    expect((await ask(FORMER)).errors[0]?.message).toContain('formerNames');
    expect((await ask(TAX)).errors).toEqual([]);
    await gateway.replace(whole);
    planned.length = 0;
    expect((await ask(TAX)).errors).toEqual([]);
    expect(planned).toEqual([]); // it was planned again before anybody asked
    expect((await ask(FORMER)).errors).toEqual([]);
    expect(planned).toHaveLength(1);
  });

  it('fails no question that is asked meanwhile, and one that was taken before is finished by the one before', async () => {
    isHeld = true;
    // Under a name of its own: the same question would be asked together with it.
    const taken = ask(TAX.replace('tax {', 'held: tax {'));
    while (held.length === 0) await pause(5);
    isHeld = false;
    let isOver = false;
    const asking = (async () => {
      const answers = [];
      while (!isOver) answers.push(await ask(TAX));
      return answers;
    })();
    await gateway.replace(without);
    await gateway.replace(whole);
    isOver = true;
    const answers = await asking;
    for (const { status, errors } of answers) expect([status, errors]).toEqual([200, []]);
    expect(answers.length).toBeGreaterThan(1);
    for (const letGo of held.splice(0)) letGo();
    expect(await taken).toMatchObject({
      status: 200,
      errors: [],
      data: { subject: { held: { arrears: { totalCount: 0 } } } },
    });
  });

  it('was opened piece by piece, each in a turn of its own, and built and planned in another thread', () => {
    expect(built).not.toHaveBeenCalled();
    expect(new Set(pieces.map(({ piece }) => piece))).toEqual(
      new Set(['document', 'schema', 'marks', 'api', 'departments', 'executor', 'limits', 'audience', 'plan']),
    );
    const turns = pieces.map((one) => one.turn);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it.each([
    ['is no supergraph', 'type Query { nothing: Int }'],
    ['cannot be read', '{'],
    ['names a department that is not configured', whole.replace('name: "tax"', 'name: "nobody"')],
  ])('is refused where it %s: the one before serves on', async (_what, broken) => {
    await expect(gateway.replace(broken)).rejects.toThrow();
    expect((await ask(FORMER)).errors).toEqual([]);
    expect((await ask(TAX)).errors).toEqual([]);
  });
});
