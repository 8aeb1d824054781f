import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCity } from '../../demonstration/city/index.ts';
import { profiles } from '../../demonstration/examples/profiles.ts';
import { testCity } from '../support/city.ts';
import { startedProduct } from '../support/started.ts';
import { inTurns, openOthers, p99 } from './disturbed.ts';
import { register } from './identity.ts';
import { testIssuer, tokenOf } from './issuer.ts';
import { LONGEST } from './longest.ts';

// A portal asks for profiles, while an analyst asks the longest that it may, one after the other without a pause. The city is of
// the default size. Only `npm run prove` asks for it (FAIR_SHARE=1).

const isMeasured = process.env.FAIR_SHARE !== undefined;
const PHASE_MS = Number(process.env.FAIR_SHARE_PHASE_MS ?? 15_000);
const SCALE = Number(process.env.FAIR_SHARE_SCALE ?? 1);
const ROUNDS = 3;
const MOST = 1.2;
const ISSUED_MS = 300_000;

/** The table of limits, in which neither an analyst's rate is ever used up nor the portal's, which asks more than any in a second here. */
function patientLimits(folder: string): void {
  const table = readFileSync(new URL('../../gateway/limits/codes/limits.csv', import.meta.url), 'utf8');
  const both = /^(ANALYST|PORTAL),([^,]*),(\d+),\d+,\d+,\d+,/gmu;
  expect(table.match(both)).toHaveLength(2);
  writeFileSync(join(folder, 'limits.csv'), table.replace(both, '$1,$2,$3,900000000,900000000,900000000,'));
}

/** What stands while it is measured: a gateway before a city, and clients whom its issuer knows. */
async function stage() {
  const folder = mkdtempSync(join(tmpdir(), 'credit-graph-fair-share-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const city = await testCity({ demonstration: true });
  await buildCity({
    ...{ seed: 1, scale: SCALE, folder: join(folder, 'city') },
    onFile: async ({ item, path }) => {
      await city.take(item, { path });
      return true;
    },
  });
  await city.followed();
  await city.unfollow();
  const sql = city.city.database.session('gateway', 'access', { timeoutMs: 5_000, max: 2 });
  for (const role of ['PORTAL', 'ANALYST'] as const) await register(sql, role.toLowerCase(), role);
  const issuer = await testIssuer(sql);
  patientLimits(folder);
  const { url } = await startedProduct(city.database.url, {
    OIDC_ISSUER: issuer.url,
    OIDC_REAL_NAME_VALUES: 'VERIFIED',
    CODES_DIR: folder,
  });
  const tokens = new Map<string, { readonly token: string; readonly at: number }>();
  const as = async (client: string): Promise<Record<string, string>> => {
    const known = tokens.get(client);
    const isGood = known !== undefined && performance.now() - known.at < ISSUED_MS;
    const one = isGood ? known : { token: await tokenOf(issuer.url, client), at: performance.now() };
    tokens.set(client, one);
    return { authorization: `Bearer ${one.token}` };
  };
  const { origin, pathname: path } = new URL(url);
  const agent = new Agent({ connections: 1 });
  afterAll(() => agent.close());
  const post = async (body: string, headers: Record<string, string>) => {
    const response = await agent.request({
      ...{ origin, path, method: 'POST', body },
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await response.body.text();
    expect(response.statusCode, text.slice(0, 1_000)).toBe(200);
    return JSON.parse(text);
  };
  const [{ query, variables } = { query: '', variables: {} }] = profiles;
  const profile = JSON.stringify({ query, variables });
  const timed = async (headers: Record<string, string>): Promise<number> => {
    const began = performance.now();
    await post(profile, headers);
    return performance.now() - began;
  };
  return {
    url,
    as,
    post,
    analyst: openOthers(),
    /** One profile that may be told again, and one that is asked anew. */
    async profiles(): Promise<Taken> {
      const portal = await as('portal');
      return { kept: await timed(portal), cold: await timed({ ...portal, 'cache-control': 'no-cache' }) };
    },
  };
}

interface Taken {
  readonly kept: number;
  readonly cold: number;
}

const staged = isMeasured ? await stage() : undefined;
if (staged)
  console.log(
    [
      '| 分析人员的查询 | 点数 | 单独(毫秒) | 其中未应答 | 档案 | 平时 p99(毫秒) | 其间 p99 | 倍数 | 平时次数 | 其间次数 | 长查询次数 | 状态 |',
      '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ].join('\n'),
  );

describe('While an analyst asks the longest that it may', () => {
  it.runIf(staged).each(Object.keys(LONGEST))(
    `(%s, measured by npm run prove) the slowest of a portal’s hundred profiles takes at most ${MOST} times as long`,
    { timeout: 1_200_000 },
    async (kind) => {
      if (!staged) return;
      const { url, as, post, profiles: ask, analyst } = staged;
      const began = performance.now();
      const alone = await post(JSON.stringify({ query: LONGEST[kind] }), await as('analyst'));
      const took = performance.now() - began;
      expect(alone.data).not.toBeNull();
      for (let warm = 0; warm < 40; warm += 1) await ask();
      const headers = await as('analyst');
      const order = { url, from: ['127.0.0.2'], headers };
      const turns = { rounds: ROUNDS, phaseMs: PHASE_MS, pauseMs: 20, others: analyst };
      const { quiet, disturbed, others } = await inTurns(
        { ...turns, begin: () => ({ ...order, kind }), end: { ...order, kind: null } },
        ask,
      );
      const sent = others.reduce((sum, one) => sum + one.sent, 0);
      const ratios = (['kept', 'cold'] as const).map((which) => {
        const [before, meanwhile] = [quiet, disturbed].map((list) => p99(list.map((one) => one[which])));
        const ratio = Number(meanwhile) / Number(before);
        const figures = [
          ...[kind, alone.extensions.cost.requested, took.toFixed(0), alone.errors?.length ?? 0],
          ...[which === 'kept' ? '再次告知' : '重新查询', before?.toFixed(1), meanwhile?.toFixed(1), ratio.toFixed(2)],
          ...[quiet.length, disturbed.length, sent],
          others.map(({ statuses }) => JSON.stringify(statuses)).join(' '),
        ];
        console.log(`| ${figures.join(' | ')} |`);
        return ratio;
      });
      for (const { statuses } of others) expect(Object.keys(statuses)).toEqual(['200']);
      expect(Math.max(...ratios)).toBeLessThanOrEqual(MOST);
    },
  );
});
