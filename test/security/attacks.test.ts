import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { profiles } from '../../demonstration/examples/profiles.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { program } from '../support/programs.ts';
import { ATTACKS } from './attacks.ts';

// While four attackers send all they can from addresses of their own, somebody else goes on asking for profiles. Measured on a
// machine that does nothing else: only `npm run prove` asks for it (ATTACKS=1). Quiet and attacked phases take turns, so that
// what else happens on the machine happens to both.

const isMeasured = process.env.ATTACKS !== undefined;
const PHASE_MS = Number(process.env.ATTACK_PHASE_MS ?? 15_000);
const ROUNDS = 3;
const MOST = 1.5;

const p99 = (list: readonly number[]): number =>
  [...list].sort((one, other) => one - other)[Math.floor(list.length * 0.99)] ?? 0;

/** What stands while it is measured: a gateway, its attackers, and who asks quietly. */
async function stage() {
  const city = await testCity({ demonstration: true });
  await city.followed();
  await city.unfollow();
  const url = await startedGateway(city.database.url);
  const attackers = spawn(process.execPath, [program('attacker-process')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  afterAll(() => {
    attackers.kill();
  });
  let addresses = 0;
  /** Each has an allowance of its own, and whoever comes from it anew the whole of it. */
  const address = (): string => `127.1.${Math.floor(addresses / 250)}.${1 + (addresses++ % 250)}`;
  const { origin, pathname: path } = new URL(url);
  const [{ query, variables } = { query: '', variables: {} }] = profiles;
  const body = JSON.stringify({ query, variables });
  let asked = 0;
  let agent = new Agent({ connections: 1 });
  const profile = async (): Promise<number> => {
    if (asked++ % 50 === 0) {
      await agent.close();
      agent = new Agent({ connections: 1, localAddress: address() });
    }
    const began = performance.now();
    const headers = { 'content-type': 'application/json' };
    const response = await agent.request({ origin, path, method: 'POST', headers, body });
    const text = await response.body.text();
    expect(response.statusCode, text).toBe(200);
    return performance.now() - began;
  };
  return {
    profile,
    async phase(): Promise<number[]> {
      const taken: number[] = [];
      for (const end = performance.now() + PHASE_MS; performance.now() < end; await pause(20))
        taken.push(await profile());
      return taken;
    },
    order(kind: string | null): void {
      attackers.send({ url, kind, from: Array.from({ length: 4 }, address) });
    },
    /** What the attackers did since they were last told something. */
    told: () => new Promise<Attacked>((resolve) => attackers.once('message', resolve)),
  };
}

/** How many requests were sent, how they were answered, and how much of a processor it took to send them. */
interface Attacked {
  readonly sent: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly cpuShare: number;
}

const staged = isMeasured ? await stage() : undefined;
if (staged)
  console.log(
    [
      '| 攻击 | 平时 p99(毫秒) | 攻击时 p99 | 倍数 | 平时次数 | 攻击时次数 | 攻击请求 | 各轮状态 | 攻击者所用处理器至多 |',
      '|---|---|---|---|---|---|---|---|---|',
    ].join('\n'),
  );

describe('While four attackers send all they can', () => {
  it.runIf(staged).each(Object.keys(ATTACKS))(
    `(%s, measured by npm run prove) the slowest profile of a hundred takes at most ${MOST} times as long`,
    { timeout: 1_200_000 },
    async (kind) => {
      if (!staged) return;
      const { profile, phase, order, told } = staged;
      for (let warm = 0; warm < 40; warm += 1) await profile();
      const quiet: number[] = [];
      const attacked: number[] = [];
      const attacks: Attacked[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        quiet.push(...(await phase()));
        const begun = told();
        order(kind);
        await begun;
        attacked.push(...(await phase()));
        const done = told();
        order(null);
        attacks.push(await done);
        await pause(1_000);
      }
      const ratio = p99(attacked) / p99(quiet);
      const sent = attacks.reduce((sum, one) => sum + one.sent, 0);
      const figures = [
        p99(quiet).toFixed(1),
        p99(attacked).toFixed(1),
        ratio.toFixed(2),
        quiet.length,
        attacked.length,
        sent,
        attacks.map(({ statuses }) => JSON.stringify(statuses)).join(' '),
        `${Math.max(...attacks.map(({ cpuShare }) => cpuShare * 100)).toFixed(0)} %`,
      ];
      console.log(`| ${kind} | ${figures.join(' | ')} |`);
      expect(sent).toBeGreaterThan(100);
      expect(ratio).toBeLessThanOrEqual(MOST);
    },
  );
});

/** `npm start` on what the test city holds; resolves with its address. */
async function startedGateway(databaseUrl: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'credit-graph-attacked-'));
  const environment = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    SECRET: Buffer.from(TEST_SECRET).toString('hex'),
    PORT: '0',
    LOG_LEVEL: 'silent',
  };
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('../../cli/start.ts', import.meta.url))],
    {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  afterAll(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [url] = /http:\S+\/graphql/u.exec(said) ?? [];
      if (url !== undefined && said.includes('第二进程已就绪')) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}
