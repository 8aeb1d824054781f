import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { profiles } from '../../demonstration/examples/profiles.ts';
import { testCity } from '../support/city.ts';
import { startedProduct } from '../support/started.ts';
import { ATTACKS } from './attacks.ts';
import { addresses, inTurns, openOthers, p99 } from './disturbed.ts';

// While four attackers send all they can from addresses of their own, somebody else goes on asking for profiles. Only
// `npm run prove` asks for it (ATTACKS=1).

const isMeasured = process.env.ATTACKS !== undefined;
const PHASE_MS = Number(process.env.ATTACK_PHASE_MS ?? 15_000);
const ROUNDS = 3;
const MOST = 1.5;

/** What stands while it is measured: a gateway, its attackers, and who asks quietly. */
async function stage() {
  const city = await testCity({ demonstration: true });
  await city.followed();
  await city.unfollow();
  const { url } = await startedProduct(city.database.url);
  const attackers = openOthers();
  const address = addresses();
  const { origin, pathname: path } = new URL(url);
  const [{ query, variables } = { query: '', variables: {} }] = profiles;
  const body = JSON.stringify({ query, variables });
  let asked = 0;
  let agent = new Agent({ connections: 1 });
  return {
    url,
    attackers,
    address,
    async profile(): Promise<number> {
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
    },
  };
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
      const { profile, url, address, attackers } = staged;
      for (let warm = 0; warm < 40; warm += 1) await profile();
      const order = (): { readonly url: string; readonly from: readonly string[] } => ({
        url,
        from: Array.from({ length: 4 }, address),
      });
      const turns = { rounds: ROUNDS, phaseMs: PHASE_MS, pauseMs: 20, others: attackers };
      const { quiet, disturbed, others } = await inTurns(
        { ...turns, begin: () => ({ ...order(), kind }), end: { ...order(), kind: null } },
        profile,
      );
      const ratio = p99(disturbed) / p99(quiet);
      const sent = others.reduce((sum, one) => sum + one.sent, 0);
      const figures = [
        p99(quiet).toFixed(1),
        p99(disturbed).toFixed(1),
        ratio.toFixed(2),
        quiet.length,
        disturbed.length,
        sent,
        others.map(({ statuses }) => JSON.stringify(statuses)).join(' '),
        `${Math.max(...others.map(({ cpuShare }) => cpuShare * 100)).toFixed(0)} %`,
      ];
      console.log(`| ${kind} | ${figures.join(' | ')} |`);
      expect(sent).toBeGreaterThan(100);
      expect(ratio).toBeLessThanOrEqual(MOST);
    },
  );
});
