import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { type FairQueue, type FairQueueOptions, fairQueue } from '../../gateway/turns/fair-queue.ts';
import { NO_TURNS } from '../../gateway/turns/index.ts';
import { oneByOne } from '../../gateway/turns/one-by-one.ts';
import { refusalPace } from '../../gateway/turns/refusal-pace.ts';
import { unauthenticated } from '../../platform/errors.ts';
import { prometheusFigures } from '../../platform/observing/prometheus.ts';
import { loneGateway } from './limits.ts';

const LONG = 3_600_000;
const stays = new AbortController().signal;

function queue(options: Partial<FairQueueOptions> = {}): FairQueue {
  return fairQueue({ atOnce: 1, waitingEach: 100, waitingInAll: 1_000, patienceMs: LONG, ...options });
}

/** Everybody enters in this order; tells in which order they begin, each ending before the next begins. */
async function orderOf(line: FairQueue, payers: readonly string[]): Promise<string> {
  const begun: string[] = [];
  const first = await line.enter('nobody', stays);
  const all = payers.map(async (payer) => {
    const leave = await line.enter(payer, stays);
    begun.push(payer);
    leave();
  });
  first();
  await Promise.all(all);
  return begun.join('');
}

const settledSoon = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

describe('Questions of several callers', () => {
  it('are answered in turn: whoever sends many waits for its own, and nobody else does', async () => {
    expect(await orderOf(queue(), [...'AAAAABCBC'])).toBe('ABCABCAAA');
  });

  it('are answered at once up to a number, then first those of who has the fewest in work', async () => {
    const line = queue({ atOnce: 3 });
    const [ofA, _alsoOfA, ofB] = [
      await line.enter('A', stays),
      await line.enter('A', stays),
      await line.enter('B', stays),
    ];
    const begun: string[] = [];
    const next = (payer: string) => line.enter(payer, stays).then(() => begun.push(payer));
    void next('A');
    void next('B');
    expect(await settledSoon(next('C'))).toBe(false);
    ofB(); // B has none in work now, nor has C; A has two
    await new Promise(setImmediate);
    expect(begun).toEqual(['B']);
    ofA();
    await new Promise(setImmediate);
    expect(begun).toEqual(['B', 'C']);
  });

  it('never take all places, where one caller may have a part of them and some are kept', async () => {
    const here = new AbortController().signal;
    const line = queue({ atOnce: 4, atOnceEach: 2, kept: 1 });
    const ofA = [await line.enter('A', here), await line.enter('A', here)];
    expect(await settledSoon(line.enter('A', here))).toBe(false);
    expect(await settledSoon(line.enter('B', here))).toBe(true);
    const ofC = line.enter('C', here);
    expect(await settledSoon(ofC)).toBe(false); // the fourth is kept
    expect(await settledSoon(line.enter('D', here, true))).toBe(true);
    ofA[0]?.();
    expect(await settledSoon(ofC)).toBe(true);
  });

  it('begin one in each turn of the event loop while a bank asks, and as many as there are places where none does', async () => {
    let clock = 0;
    const line = queue({ atOnce: 5, kept: 1, beginsApart: true, now: () => clock });
    const begun: string[] = [];
    const next = async (payer: string) => {
      const leave = await line.enter(payer, stays);
      begun.push(payer);
      return leave;
    };
    const ofBank = await line.enter('bank', stays, true);
    const together = ['A', 'B', 'C'].map(next);
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).toEqual(['A']); // the bank's is still in work
    await new Promise(setImmediate);
    expect(begun).toEqual(['A', 'B']);
    for (const leave of await Promise.all(together)) leave();
    expect(begun).toEqual(['A', 'B', 'C']);
    ofBank();
    await new Promise(setImmediate);
    begun.length = 0;
    const soonAfter = ['A', 'B'].map(next);
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).toEqual(['A']); // it may ask again
    for (const leave of await Promise.all(soonAfter)) leave();
    await new Promise(setImmediate);
    clock = 1_001;
    begun.length = 0;
    const alone = ['A', 'B', 'C'].map(next);
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).toEqual(['A', 'B', 'C']);
    for (const leave of await Promise.all(alone)) leave();
  });

  it('end their turn once, however often that is said', async () => {
    const line = queue();
    const leave = await line.enter('A', stays);
    leave();
    leave();
    await line.enter('A', stays);
    expect(await settledSoon(line.enter('B', stays))).toBe(false);
  });

  it('wait in lines of bounded length: 429 for whose own is full, 503 where all are, each with when to come again', async () => {
    const line = queue({ waitingEach: 2, waitingInAll: 3 });
    await line.enter('A', stays);
    const waiting = ['A', 'A', 'B'].map((payer) => line.enter(payer, stays));
    await expect(line.enter('A', stays)).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
    });
    await expect(line.enter('C', stays)).rejects.toMatchObject({
      extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 1 },
    });
    expect(await Promise.all(waiting.map(settledSoon))).toEqual([false, false, false]);
  });

  it('wait no longer than a time', async () => {
    const line = queue({ patienceMs: 1 });
    await line.enter('A', stays);
    await expect(line.enter('B', stays)).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } });
  });

  it('are refused at once where their turn would not come in time, as turns have gone of late; who has none waiting is not', async () => {
    let milliseconds = 0;
    const line = queue({ now: () => milliseconds });
    let leave = await line.enter('A', stays);
    const waiting = Array.from({ length: 70 }, () => line.enter('A', stays));
    for (const next of waiting.slice(0, 64)) {
      milliseconds += LONG / 10; // ten turns in the time that anybody waits
      leave();
      leave = await next;
    }
    const more = Array.from({ length: 4 }, () => line.enter('A', stays)); // six wait already
    await expect(line.enter('A', stays)).rejects.toMatchObject({
      extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 1 },
    });
    const ofB = line.enter('B', stays);
    expect(await Promise.all([...more, ofB].map(settledSoon))).toEqual(Array(5).fill(false));
  });

  it('are let in line after a quiet time, however slow that makes the turns before it look', async () => {
    let milliseconds = 0;
    const line = queue({ now: () => milliseconds });
    let leave = await line.enter('A', stays);
    for (const next of Array.from({ length: 70 }, () => line.enter('A', stays))) {
      leave();
      leave = await next;
    }
    leave();
    milliseconds += 100 * LONG;
    leave = await line.enter('A', stays);
    const ofB = line.enter('B', stays);
    expect(() => line.assertRoom('C')).not.toThrow();
    expect(await settledSoon(ofB)).toBe(false);
    leave();
    (await ofB)();
    milliseconds += 100 * LONG; // nobody waits again
    leave = await line.enter('A', stays);
    expect(() => line.assertRoom('B')).not.toThrow();
  });

  it('give up their place when their caller leaves', async () => {
    const line = queue({ waitingInAll: 1 });
    const leave = await line.enter('A', stays);
    const caller = new AbortController();
    const gone = line.enter('B', caller.signal);
    caller.abort();
    await expect(gone).rejects.toThrow();
    await expect(line.enter('C', AbortSignal.abort())).rejects.toThrow();
    const next = line.enter('D', stays);
    leave();
    expect(await settledSoon(next)).toBe(true);
  });
});

describe('Refusals', () => {
  it('slow whoever is refused beyond a number, and whose questions are answered never', async () => {
    const pace = refusalPace({ perSecond: 1e-6, atOnce: 3, waiting: 2 });
    for (let asked = 0; asked < 100; asked += 1) (await pace.enter('right', stays))(false);
    for (let asked = 0; asked < 3; asked += 1) (await pace.enter('wrong', stays))(true);
    const waiting = [pace.enter('wrong', stays), pace.enter('wrong', stays)];
    expect(await Promise.all(waiting.map(settledSoon))).toEqual([false, false]);
    await expect(pace.enter('wrong', stays)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
    expect(await settledSoon(pace.enter('right', stays))).toBe(true);
  });

  it('slow one for so long only as they are more than a number a second, each waiting question in its turn', async () => {
    const pace = refusalPace({ perSecond: 200, atOnce: 1, waiting: 10 });
    (await pace.enter('A', stays))(true);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (number) => {
        const told = await pace.enter('A', stays);
        order.push(number);
        told(number === 2); // whether the one before was refused or not, the next one's turn comes
      }),
    );
    expect(order).toEqual([1, 2, 3]);
  });

  it('let nobody wait who has left', async () => {
    const pace = refusalPace({ perSecond: 1e-6, atOnce: 1, waiting: 1 });
    (await pace.enter('A', stays))(true);
    const caller = new AbortController();
    const gone = pace.enter('A', caller.signal);
    caller.abort();
    await expect(gone).rejects.toThrow();
    expect(await settledSoon(pace.enter('A', stays).catch(() => 'refused at once'))).toBe(false);
  });
});

describe('A gateway', async () => {
  const pace = refusalPace({ perSecond: 1e-6, atOnce: 3, waiting: 5 });
  const gateway = await loneGateway({ limits: { turns: { ...NO_TURNS, pace } } });
  const RIGHT = { query: '{ __typename }' };
  const ACCEPT = { accept: 'application/json' };

  it.each([
    ['127.0.1.1', 'no document', { query: '{' }, {}, 400],
    ['127.0.1.2', 'arrays', '[]', {}, 400],
    ['127.0.1.3', 'unknown hashes', { extensions: { persistedQuery: { sha256Hash: 'a'.repeat(64) } } }, {}, 400],
    ['127.0.1.4', 'wrong questions, answered 200 as asked for', { query: '{ nothing }' }, ACCEPT, 200],
    ['127.0.1.5', 'documents that are too large', { query: `{ ${'__typename '.repeat(100)} }` }, ACCEPT, 200],
  ])('keeps %s, who sends %s, waiting after some, and nobody else', async (from, _what, wrong, headers, status) => {
    for (let asked = 0; asked < 10; asked += 1) expect((await gateway.post(RIGHT, {}, from)).status).toBe(200);
    for (let asked = 0; asked < 3; asked += 1) expect((await gateway.post(wrong, headers, from)).status).toBe(status);
    const waiting = posted(gateway.url, from, JSON.stringify(RIGHT));
    let isAnswered = false;
    waiting.once('response', () => {
      isAnswered = true;
    });
    for (let asked = 0; asked < 5; asked += 1) expect((await gateway.post(RIGHT, {}, '127.0.1.9')).status).toBe(200);
    expect(isAnswered).toBe(false);
    waiting.destroy();
  });

  it('lets whose credential holds wait for nobody whose does not, though they come from one address', async () => {
    const bank: Caller = { ...ANONYMOUS, role: 'BANK', client: 'river-bank' };
    const identify = async ({ headers }: IncomingMessage): Promise<Caller> => {
      if (headers.authorization === 'Bearer good') return bank;
      throw unauthenticated('凭证无效。');
    };
    const shared = await loneGateway({ identify, limits: { turns: { ...NO_TURNS, pace } } });
    const from = '127.0.1.40';
    for (let asked = 0; asked < 3; asked += 1)
      expect((await shared.post(RIGHT, { authorization: 'Bearer bad' }, from)).status).toBe(401);
    const waiting = posted(shared.url, from, JSON.stringify(RIGHT));
    for (let asked = 0; asked < 5; asked += 1)
      expect((await shared.post(RIGHT, { authorization: 'Bearer good' }, from)).status).toBe(200);
    waiting.destroy();
  });

  it('refuses a body that says it is too large without reading any of it', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port), localAddress: '127.0.1.20' });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n`,
    );
    const [answer] = await once(socket.setEncoding('utf8'), 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close/isu);
    expect(answer).toContain('QUESTION_TOO_LARGE');
    await once(socket, 'end');
    socket.destroy();
  });

  it('keeps who is behind in one line from nobody in another', async () => {
    const line = queue();
    let arrived = 0;
    const questions: FairQueue = {
      ...line,
      enter: (payer, signal) => {
        arrived += 1;
        return line.enter(payer, signal);
      },
    };
    const busy = await loneGateway({ limits: { turns: { ...NO_TURNS, questions } } });
    const leave = await line.enter('somebody', stays);
    const order: string[] = [];
    const ask = (from: string) => busy.post(RIGHT, {}, from).then(() => order.push(from));
    const all = [1, 2, 3, 4].map(() => ask('127.0.1.31'));
    await vi.waitUntil(() => arrived === 4);
    all.push(ask('127.0.1.32'));
    await vi.waitUntil(() => arrived === 5);
    leave();
    await Promise.all(all);
    expect(order.indexOf('127.0.1.32')).toBeLessThanOrEqual(1);
  });

  it('answers a bank while strangers have all places that they may have, and sends away at once whom it has no room for', async () => {
    const questions = fairQueue({ atOnce: 2, kept: 1, waitingEach: 1, waitingInAll: 1, patienceMs: LONG });
    const bank: Caller = { ...ANONYMOUS, role: 'BANK', client: 'river-bank' };
    const identified: string[] = [];
    const busy = await loneGateway({
      // With figures, which see turns pass.
      observing: { figures: prometheusFigures('gateway') },
      limits: { turns: { ...NO_TURNS, questions } },
      identify: async ({ headers }) => {
        identified.push(headers.authorization ?? 'nobody');
        return headers.authorization === 'bank' ? bank : ANONYMOUS;
      },
    });
    const leave = await questions.enter('stranger', stays);
    const waiting = busy.post(RIGHT);
    await vi.waitUntil(() => identified.length === 1);
    expect(await busy.post(RIGHT, { authorization: 'bank' })).toMatchObject({ status: 200 });
    const sentAway = await busy.post(RIGHT, {}, '127.0.1.33');
    expect(sentAway).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE', headers: { 'retry-after': '1' } });
    expect(identified).toEqual(['nobody', 'bank']);
    leave();
    expect(await waiting).toMatchObject({ status: 200 });
  });
});

describe('Those for whom there is no room', () => {
  it('are told so in the order in which they came, one in each turn of the event loop', async () => {
    const told: string[] = [];
    const sendAway = oneByOne();
    const all = [...'ABC'].map((payer) => sendAway().then(() => told.push(payer)));
    const seen: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise(setImmediate);
      seen.push(told.join(''));
    }
    expect(seen).toEqual(['A', 'AB', 'ABC']);
    await Promise.all(all);
    await sendAway(); // and who comes later is told as well
  });
});

function posted(url: string, localAddress: string, body: string): ClientRequest {
  const headers = { 'content-type': 'application/json' };
  const sent = request(url, { method: 'POST', localAddress, headers, agent: false });
  sent.on('error', () => undefined);
  sent.end(body);
  return sent;
}
