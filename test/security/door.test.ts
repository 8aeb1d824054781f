import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Door, type DoorOptions, doorOf } from '../../gateway/turns/door.ts';
import { Refusal } from '../../platform/errors.ts';
import { type Listening, listen, readBody, sendRefusal } from '../../platform/http.ts';

// Strangers' connections wait unread while a bank asks and enough of their questions are in work.

const LONG = 3_600_000;
const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** A server behind a door, whose answers (what was sent, again) are held back until they are asked for. */
async function stage(options: Partial<DoorOptions> = {}) {
  const door: Door = doorOf({
    ...{
      isWatched: () => true,
      passes: () => false,
      networkOf: ({ remoteAddress = '' }) => remoteAddress,
      atOnce: 2,
      waiting: 100,
      patienceMs: LONG,
    },
    ...options,
  });
  const inWork: { readonly told: string; readonly answer: () => void }[] = [];
  const handler = async (...[request, response]: Parameters<Parameters<typeof listen>[0]>): Promise<void> => {
    door.enter(request, response);
    const body = (await readBody(request)).toString();
    const told = `${request.url} ${request.headers.authorization ?? 'stranger'} ${body}`;
    await new Promise<void>((answer) => inWork.push({ told, answer }));
    response.end(told);
  };
  const refuse = (error: unknown, response: ServerResponse): void => {
    if (error instanceof Refusal) sendRefusal(response, error);
  };
  const listening: Listening = await listen(handler, { host: '127.0.0.1', port: 0 }, refuse, door.admit);
  const close = () => {
    door.open();
    return listening.close(1_000);
  };
  ended.push(close);
  const open = (localAddress = '127.0.0.1'): { readonly socket: Socket; readonly text: () => string } => {
    const socket = connect({ port: listening.port, host: '127.0.0.1', localAddress }).setNoDelay();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => undefined);
    ended.push(() => socket.destroy());
    return { socket, text: () => text };
  };
  const ask = (body: string, path = '/graphql', headers = '', from = '127.0.0.1') => {
    const one = open(from);
    one.socket.write(requestOf(body, path, headers));
    return one;
  };
  const told = (): readonly string[] => inWork.map((one) => one.told);
  const answerAll = (): void => {
    for (const { answer } of inWork.splice(0)) answer();
  };
  return { ask, open, told, answerAll, close };
}

function requestOf(body: string, path = '/graphql', headers = ''): string {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return `${body === '' ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nhost: door\r\n${headers}${length}\r\n\r\n${body}`;
}

/** All that was sent has come. */
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

describe('While a bank asks, connections of strangers', () => {
  it('wait beyond a number of questions in work, and are taken in the order in which they came as these are answered', async () => {
    const { ask, told, answerAll } = await stage();
    const all: ReturnType<typeof ask>[] = [];
    for (const body of ['a', 'b', 'c', 'd', 'e']) {
      all.push(ask(body));
      await soon();
    }
    expect(told()).toEqual(['/graphql stranger a', '/graphql stranger b']);
    answerAll();
    await vi.waitUntil(() => told().length === 2);
    expect(told()).toEqual(['/graphql stranger c', '/graphql stranger d']);
    answerAll();
    await vi.waitUntil(() => told().length === 1);
    answerAll();
    await vi.waitUntil(() => all.every(({ text }) => text().startsWith('HTTP/1.1 200')));
    // The connection of who waited goes on as any other.
    const [last] = all.slice(-1);
    last?.socket.write(requestOf('f'));
    await vi.waitUntil(() => told().length === 1);
    expect(told()).toEqual(['/graphql stranger f']);
    answerAll();
  });

  it('are passed by who brings a credential, who asks how we are, and who comes by the proxy', async () => {
    let isProxy = false;
    const { ask, told, answerAll } = await stage({ atOnce: 1, passes: () => isProxy });
    ask('a');
    await vi.waitUntil(() => told().length === 1);
    ask('b');
    await soon();
    ask('bank', '/graphql', 'Authorization: Bearer bank\r\n');
    ask('', '/health/live');
    await vi.waitUntil(() => told().length === 3);
    isProxy = true;
    ask('c');
    await vi.waitUntil(() => told().length === 4);
    expect([...told()].sort()).toEqual(
      ['/graphql Bearer bank bank', '/graphql stranger a', '/graphql stranger c', '/health/live stranger '].sort(),
    );
    answerAll();
    await vi.waitUntil(() => told().length === 1);
    expect(told()).toEqual(['/graphql stranger b']);
    answerAll();
  });

  it('are all taken where no bank asks', async () => {
    const { ask, told, answerAll } = await stage({ isWatched: () => false });
    for (const body of ['a', 'b', 'c', 'd', 'e']) ask(body);
    await vi.waitUntil(() => told().length === 5);
    answerAll();
  });

  it('are told 503 with when to come again, and ended, where they waited too long or too many wait', async () => {
    const { ask, told, answerAll } = await stage({ atOnce: 1, waiting: 1, patienceMs: 300 });
    ask('a');
    await vi.waitUntil(() => told().length === 1);
    const patient = ask('b');
    await soon();
    const surplus = ask('c');
    await once(surplus.socket, 'end');
    expect(patient.text()).toBe('');
    await once(patient.socket, 'end');
    for (const { text } of [patient, surplus]) {
      expect(text()).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1\r\n.*connection: close\r\n.*SERVICE_UNAVAILABLE/isu);
    }
    answerAll();
  });

  it('are ended where they say nothing for too long, and forgotten where they leave', async () => {
    const { ask, open, told, answerAll } = await stage({ atOnce: 1, waiting: 1, patienceMs: 400 });
    ask('a');
    await vi.waitUntil(() => told().length === 1);
    const silent = open();
    const left = ask('b');
    await soon();
    left.socket.resetAndDestroy();
    await soon();
    const next = ask('c');
    await soon();
    expect(next.text()).toBe(''); // there was room for it in the line
    answerAll();
    await vi.waitUntil(() => told().length === 1);
    expect(told()).toEqual(['/graphql stranger c']);
    answerAll();
    await once(silent.socket, 'close');
    expect(silent.text()).toBe('');
  });

  it('are let in when the server stops, and answered', async () => {
    const { ask, told, answerAll, close } = await stage({ atOnce: 1 });
    const all = [ask('a'), ask('b'), ask('c')];
    await vi.waitUntil(() => told().length === 1);
    await soon();
    const closed = close();
    await vi.waitUntil(() => told().length === 3);
    answerAll();
    await closed;
    await vi.waitUntil(() => all.every(({ text }) => text().startsWith('HTTP/1.1 200')));
  });

  it('keep a server that stops from nothing where they say nothing', async () => {
    const { ask, open, told, answerAll, close } = await stage({ atOnce: 1 });
    ask('a');
    await vi.waitUntil(() => told().length === 1);
    const silent = open();
    await soon();
    const closed = close();
    answerAll();
    await closed;
    silent.socket.write('GET');
    await once(silent.socket, 'close');
  });

  it('are not kept out by who sends slowly, nor by who sent questions ahead and left', async () => {
    const { ask, open, told, answerAll } = await stage({ atOnce: 2 });
    const ahead = open();
    ahead.socket.write(requestOf('x') + requestOf('y') + requestOf('z'));
    await vi.waitUntil(() => told().length === 3);
    ahead.socket.resetAndDestroy();
    await soon();
    answerAll();
    for (let number = 0; number < 2; number += 1) open().socket.write(requestOf('long').slice(0, -1));
    await soon();
    ask('b');
    await vi.waitUntil(() => told().length === 1);
    expect(told()).toEqual(['/graphql stranger b']);
    answerAll();
  });

  it('are passed by whose credential comes after its first bytes, and nobody in whose body one stands', async () => {
    const { ask, open, told, answerAll } = await stage({ atOnce: 1, patienceMs: 2_000 });
    ask('a');
    await vi.waitUntil(() => told().length === 1);
    ask('\r\nauthorization: none');
    const { socket } = open();
    const sent = requestOf('bank', '/graphql', 'Authorization: Bearer bank\r\n');
    socket.write(sent.slice(0, 10));
    await soon();
    socket.write(sent.slice(10));
    await vi.waitUntil(() => told().length === 2);
    expect(told()).toEqual(['/graphql stranger a', '/graphql Bearer bank bank']);
    answerAll();
    await vi.waitUntil(() => told().length === 1);
    answerAll();
  });

  it('are taken one of each network in turn: whoever opens many waits for its own', async () => {
    const { ask, told, answerAll } = await stage({ atOnce: 1 });
    ask('first');
    await vi.waitUntil(() => told().length === 1);
    for (const body of ['a', 'b', 'c']) ask(body);
    await soon();
    ask('other', '/graphql', '', '127.0.1.9');
    await soon();
    const order: string[] = [];
    for (let number = 0; number < 4; number += 1) {
      answerAll();
      await vi.waitUntil(() => told().length === 1);
      order.push(...told());
    }
    answerAll();
    expect(order.indexOf('/graphql stranger other')).toBeLessThanOrEqual(1);
  });

  it.each([1, 17, 70, 5_000, 60_000])('are read whole, however they came: in pieces of %d bytes', async (size) => {
    const { ask, open, told, answerAll } = await stage({ atOnce: 1 });
    ask('a');
    await vi.waitUntil(() => told().length === 1);
    const body = Array.from({ length: size < 100 ? 20 : 9_000 }, (_, number) => number % 10_000).join(' ');
    const sent = Buffer.from(requestOf(body));
    const { socket, text } = open();
    for (let at = 0; at < sent.length; at += size) {
      socket.write(sent.subarray(at, at + size));
      if (at < 5 * size) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await soon();
    expect(told().length).toBe(1);
    answerAll();
    await vi.waitUntil(() => told().length === 1);
    answerAll();
    await vi.waitUntil(() => text().endsWith(body));
    expect(!socket.destroyed).toBe(true);
  });
});
