import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openAside } from '../../gateway/aside/aside.ts';
import type { SecondProcess } from '../../gateway/aside/second-process.ts';
import { openTurns } from '../../gateway/turns/index.ts';
import { createLog } from '../../platform/log.ts';
import { loneGateway } from './limits.ts';

// A large answer of the second process, and callers who do not read it: in its place stands a server that answers at once.

const LARGE = JSON.stringify({ data: 'x'.repeat(8_000_000) });
const answering = createServer((request, response) => request.resume().on('end', () => response.end(LARGE)));
await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  answering.closeAllConnections();
  answering.close();
});
const { port } = answering.address() as AddressInfo;
const second: SecondProcess = {
  ready: Promise.resolve(),
  open: { port, key: 'k', pid: undefined },
  figures: async () => undefined,
  stop: async () => undefined,
};

it('Callers who do not read their answers keep no turn of the second process', async () => {
  const aside = openAside(second, createLog('silent'));
  const gateway = await loneGateway({ aside, limits: { turns: openTurns() } });
  const long = { query: `{ __schema { types { name } } } # ${'x'.repeat(9_000)}` };
  const body = JSON.stringify(long);
  const head = `POST /graphql HTTP/1.1\r\nhost: slow\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const slow = Array.from({ length: 4 }, () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').on('error', () => undefined);
    socket.pause().write(head + body);
    return socket;
  });
  afterAll(() => {
    for (const socket of slow) socket.destroy();
  });
  await pause(500);
  expect(await gateway.post(long, {}, '127.0.3.1')).toMatchObject({ status: 200 });
});
