import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { usageOf } from '../../bench/processes.ts';
import { profiles } from '../../demonstration/examples/profiles.ts';
import { testCity } from '../support/city.ts';
import { startedProduct } from '../support/started.ts';

// All of Node's processes together, each page of memory counted once (PSS). Only `npm run prove` asks for it (MEMORY_MB): half a
// minute of two processors.

const QUESTIONS = Number(process.env.MEMORY_QUESTIONS ?? 60);
const MOST_MB = Number(process.env.MEMORY_MB ?? 0);
const isMeasured = MOST_MB > 0 && process.platform === 'linux';

const city = isMeasured ? await testCity({ demonstration: true }) : undefined;
await city?.followed();
await city?.unfollow();

describe.runIf(isMeasured)('npm start (measured by npm run prove)', () => {
  it(`keeps within ${MOST_MB} MB with all of its processes, at start and after questions`, {
    timeout: 120_000 + QUESTIONS * 200,
  }, async () => {
    const { child, url } = await startedProduct(city?.database.url ?? '');
    const pid = child.pid ?? 0;
    expect(usageOf([pid]).memoryMb).toBeLessThan(MOST_MB);
    await asked(url);
    const { memoryMb } = usageOf([pid]);
    expect(memoryMb, 'two processes hold something').toBeGreaterThan(100);
    expect(memoryMb).toBeLessThan(MOST_MB);
    console.log(`${memoryMb} MB after ${QUESTIONS} questions`);
  });
});

/** Profiles, each worded a little otherwise, and every tenth of them again as a long document, which the second process answers. */
async function asked(url: string): Promise<void> {
  const { origin, pathname: path } = new URL(url);
  const [{ query, variables } = { query: '', variables: {} }] = profiles;
  for (let address = 0; address * 20 < QUESTIONS; address++) {
    // Each address has an allowance of its own.
    const agent = new Agent({
      connections: 3,
      localAddress: `127.2.${Math.floor(address / 250)}.${1 + (address % 250)}`,
    });
    const ask = async (text: string): Promise<void> => {
      const body = JSON.stringify({ query: text, variables });
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
      const answer = await agent.request({ origin, path, method: 'POST', headers, body });
      expect(answer.statusCode, await answer.body.text()).toBe(200);
    };
    const some = Array.from({ length: 20 }, (_none, turn) => `${query} # ${turn}`);
    await Promise.all([...some, ...some.slice(0, 2).map((text) => text.padEnd(6_000))].map(ask));
    await agent.close();
  }
}
