import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { afterAll, expect, it, vi } from 'vitest';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { listen, sendJson } from '../../platform/http.ts';
import { createLog } from '../../platform/log.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';

const city = await testCity();
const CODE = codeOf(1);
await city.take('credit.subject', subjectsFile([['云泽甲木机械有限公司', CODE]]));
const body = JSON.stringify({ query: `{ subject(identifier: "${CODE}") { name tax { arrears { totalCount } } } }` });

/** A gateway behind a balancer that sends it questions, over connections that it keeps, while it says that it is ready. */
async function balanced() {
  const options = {
    supergraphSdl: committedSupergraph(),
    transports: city.city.transports,
    log: createLog('silent'),
    deadlineMs: 20_000,
  };
  const gateway = await createGateway(options);
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
  const pool = new Pool(`http://127.0.0.1:${listening.port}`, { connections: 4 });
  const isReady = async (): Promise<boolean> => {
    const answer = await pool.request({ path: '/health/ready', method: 'GET' });
    await answer.body.dump();
    return answer.statusCode === 200;
  };
  const one = { pool, isUp: await isReady(), inHand: 0 };
  const watching = setInterval(
    () =>
      void isReady().then(
        (is) => (one.isUp &&= is),
        () => (one.isUp = false),
      ),
    20,
  );
  const stop = async () => {
    clearInterval(watching);
    await Promise.all([listening.close(5_000), pool.close()]);
    await gateway.stop();
  };
  return Object.assign(one, {
    async leave() {
      gateway.drain();
      while (one.isUp || one.inHand > 0) await pause(10);
      await stop();
    },
    stop,
  });
}

it('Gateways that leave and come one after the other behind a balancer fail no question', async () => {
  const serving = [await balanced(), await balanced()];
  afterAll(() => Promise.all(serving.map(({ stop }) => stop())));
  let isOver = false;
  const asked = { answered: 0, failed: [] as unknown[] };
  const asking = Array.from({ length: 8 }, async (_, at) => {
    for (let turn = at; !isOver; turn += 1) {
      const up = serving.filter(({ isUp }) => isUp);
      const chosen = up[turn % up.length];
      if (!chosen) throw new Error('no gateway is ready');
      chosen.inHand += 1;
      try {
        const headers = { 'content-type': 'application/json' };
        const answer = await chosen.pool.request({ path: '/graphql', method: 'POST', headers, body });
        const text = await answer.body.text();
        if (answer.statusCode !== 200 || text.includes('"errors"')) asked.failed.push(text);
        else asked.answered += 1;
      } catch (error) {
        asked.failed.push(error);
      } finally {
        chosen.inHand -= 1;
      }
    }
  });
  for (let round = 0; round < 3; round += 1) {
    const [oldest] = serving;
    serving.push(await balanced());
    await oldest?.leave();
    serving.shift();
  }
  isOver = true;
  await Promise.all(asking);
  expect(asked.failed).toEqual([]);
  expect(asked.answered).toBeGreaterThan(50);
});

it('A server that closes answers what it took, and says that the connection ends', async () => {
  let letGo: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const listening = await listen(
    async (_request, response) => {
      await held;
      sendJson(response, 200, { isAnswered: true });
    },
    { host: '127.0.0.1', port: 0 },
    () => undefined,
  );
  const pool = new Pool(`http://127.0.0.1:${listening.port}`, { connections: 1 });
  const asked = pool.request({ path: '/', method: 'GET' });
  await pause(100);
  const closed = listening.close();
  letGo?.();
  const { statusCode, headers, body } = await asked;
  expect([statusCode, headers.connection, await body.json()]).toEqual([200, 'close', { isAnswered: true }]);
  await closed;
  await pool.destroy();
});

it('A server whose client sent questions ahead and left ends each of them, and stops', async () => {
  let ended = 0;
  let begun = 0;
  const listening = await listen(
    async (_request, response) => {
      begun += 1;
      response.once('close', () => {
        ended += 1;
      });
      await pause(200);
      sendJson(response, 200, {});
    },
    { host: '127.0.0.1', port: 0 },
    () => undefined,
  );
  const client = connect(listening.port, '127.0.0.1').on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nhost: one\r\n\r\n'.repeat(20));
  await vi.waitUntil(() => begun === 20);
  client.resetAndDestroy();
  await vi.waitUntil(() => ended === 20);
  await listening.close(1_000);
});
