import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usageOf } from '../../bench/processes.ts';
import { profiles } from '../../demonstration/examples/profiles.ts';
import { HOME } from '../house/sources.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';

// All of Node's processes together, each page of memory counted once (PSS). Only `npm run prove` asks for it (MEMORY_MB): half a
// minute of two processors.

const QUESTIONS = Number(process.env.MEMORY_QUESTIONS ?? 60);
const MOST_MB = Number(process.env.MEMORY_MB ?? 0);
const isMeasured = MOST_MB > 0 && process.platform === 'linux';

const city = isMeasured ? await testCity({ demonstration: true }) : undefined;
await city?.followed();
await city?.unfollow();
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-memory-'));

describe.runIf(isMeasured)('npm start (measured by npm run prove)', () => {
  it(`keeps within ${MOST_MB} MB with all of its processes, at start and after questions`, {
    timeout: 120_000 + QUESTIONS * 200,
  }, async () => {
    const { pid, url, stop } = await started();
    onTestFinished(stop);
    expect(usageOf([pid]).memoryMb).toBeLessThan(MOST_MB);
    await asked(url);
    const { memoryMb } = usageOf([pid]);
    expect(memoryMb, 'two processes hold something').toBeGreaterThan(100);
    expect(memoryMb).toBeLessThan(MOST_MB);
    console.log(`${memoryMb} MB after ${QUESTIONS} questions`);
  });
});

/** By the very command of `npm start`, when both of its processes can be asked. */
async function started(): Promise<{ readonly pid: number; readonly url: string; stop(): Promise<void> }> {
  const { scripts } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8'));
  const [, ...args] = scripts.start.split(' ');
  const child = spawn(process.execPath, args, {
    cwd: HOME,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: city?.database.url,
      DATA_DIR: folder,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
      PORT: '0',
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [url] = /http:\S+\/graphql/u.exec(said) ?? [];
      if (url !== undefined && said.includes('第二进程已就绪')) resolve({ pid: child.pid ?? 0, url, stop });
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}

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
