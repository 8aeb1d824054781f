import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demonstrationFiles } from '../../demonstration/index.ts';
import { representativeNumber } from '../../demonstration/person.ts';
import { behindWithBills, cleanCompany } from '../../demonstration/story.ts';
import { issuerAt } from '../../gateway/access/issuer.ts';
import { pageLogin } from '../../gateway/authorizations/page/login.ts';
import { cookieSeal } from '../../gateway/authorizations/page/seal.ts';
import { personHashes } from '../../gateway/authorizations/person-hash.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { idNumberIn, type PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { demonstrated } from '../support/demonstrated.ts';
import { newKey, REQUEST } from '../support/lending.ts';

// The page on which a company decides, with the issuer of the invented city, as `npm start` has them.

const COMPANY = behindWithBills.creditCode ?? '';
const city = await testCity();
for (const { item, path } of demonstrationFiles.slice(0, 2)) await city.take(item, { path });
const { origin, askAs } = await demonstrated(city);
// Opened ahead of need, as browsers do, and left without a request.
const unused = new Promise<number>((resolve) => {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  socket.on('close', () => resolve(received));
});
const asBank = (query: string, variables: object) => askAs('BANK', query, variables);

/** A request of the bank's that waits for the company. */
async function requested(
  blocks: readonly string[] = ['tax', 'provident-fund'],
): Promise<{ id: string; confirmationUrl: string }> {
  const asked = { subject: COMPANY, blocks, purpose: 'PRE_LOAN' };
  const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const { data, text } = await asBank(REQUEST, { ...asked, until, key: newKey() });
  if (!data) throw new Error(text);
  return data.requestAuthorization;
}
const statusOf = async (id: string): Promise<string> => {
  const { data } = await asBank('{ authorizations { nodes { id status } } }', {});
  return data.authorizations.nodes.find((one: { id: string }) => one.id === id)?.status;
};

/** A crowded machine draws its pages slowly. */
const PATIENCE_MS = 120_000;
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';

describe.skipIf(!existsSync(browser))('The page on which a company decides', () => {
  let context: BrowserContext;
  let folder = '';
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authorizations-'));
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: browser,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
      locale: 'zh-CN',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    context.setDefaultNavigationTimeout(PATIENCE_MS);
    context.on('request', (request) => {
      if (!request.url().startsWith(origin)) elsewhere.push(request.url());
    });
  }, PATIENCE_MS);
  afterAll(async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }, PATIENCE_MS);
  const opened = async (url: string): Promise<Page> => {
    const tab = await context.newPage();
    tab.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await tab.goto(url);
    return tab;
  };
  const loggedInAs = async (tab: Page, name: string): Promise<void> => {
    await tab.getByRole('button', { name: `${name}的代表` }).click();
    await tab.waitForURL(/\/authorizations/u);
  };

  it('has its representative log in, says what will be seen by whom until when, and takes a yes and its withdrawal', {
    timeout: 2 * PATIENCE_MS,
  }, async () => {
    const { id, confirmationUrl } = await requested();
    expect(confirmationUrl).toBe(`${origin}/authorizations/${id}`);
    const tab = await opened(confirmationUrl);
    await loggedInAs(tab, behindWithBills.name);
    expect(tab.url()).toBe(confirmationUrl);
    const text = await tab.locator('main').textContent();
    for (const said of [
      '云泽农村商业银行股份有限公司',
      behindWithBills.name,
      '贷前审查',
      '纳税信用评价结果',
      '纳税情况',
      '本市暂未归集',
      '撤回',
    ])
      expect(text).toContain(said);
    expect(text).toMatch(/至 \d{4} 年 \d+ 月 \d+ 日/u);
    if (process.env.SCREENSHOT) await tab.screenshot({ path: `${process.env.SCREENSHOT}-asked.png`, fullPage: true });
    expect(await statusOf(id)).toBe('REQUESTED');
    await tab.getByRole('button', { name: '同意', exact: true }).click();
    await tab.getByText('现状:已同意').waitFor();
    expect(await statusOf(id)).toBe('GRANTED');
    await tab.getByRole('button', { name: '撤回' }).click();
    await tab.getByText('现状:已撤回').waitFor();
    expect(await statusOf(id)).toBe('REVOKED');
    await tab.goto(`${origin}/authorizations`);
    await tab.getByRole('link', { name: '云泽农村商业银行股份有限公司' }).first().waitFor();
    if (process.env.SCREENSHOT) await tab.screenshot({ path: `${process.env.SCREENSHOT}-list.png`, fullPage: true });
    await tab.close();
  });

  it('takes a no, and shows another company’s representative nothing', { timeout: 2 * PATIENCE_MS }, async () => {
    const { id, confirmationUrl } = await requested(['tax']);
    const tab = await opened(confirmationUrl);
    await tab.getByRole('button', { name: '不同意' }).click();
    await tab.getByText('现状:企业不同意').waitFor();
    expect(await statusOf(id)).toBe('DECLINED');
    await tab.getByRole('button', { name: '退出' }).click();
    await tab.getByText('您已退出').waitFor();
    await tab.goto(confirmationUrl);
    await loggedInAs(tab, cleanCompany.name);
    expect(await tab.locator('h1').textContent()).toBe('没有这份授权');
    expect(await tab.locator('main').textContent()).not.toContain('银行股份');
    await tab.close();
  });

  it('loads nothing from elsewhere and breaks none of its own rules', () => {
    expect(elsewhere).toEqual([]);
    expect(complaints.filter((one) => !one.includes('404'))).toEqual([]);
  });
});

describe('A connection that asks nothing', () => {
  it('is closed without a word, which would be taken for the answer to its first request', async () => {
    expect(await unused).toBe(0);
  });
});

describe('Forms of the page', () => {
  it('are taken from its own session alone: neither without one, nor with another’s token or from another site', async () => {
    const { id } = await requested(['tax']);
    const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${origin}/authorizations/${id}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ change: 'GRANT', key: newKey(), ...fields }),
      });
    const cookie = await sessionCookie();
    const shown = await fetch(`${origin}/authorizations/${id}`, { headers: { cookie } });
    const [, token = ''] = /name="token" value="([^"]+)"/u.exec(await shown.text()) ?? [];
    expect(token.length).toBeGreaterThan(20);
    const refused = [
      await form({ token }),
      await form({ token: 'x'.repeat(token.length) }, { cookie }),
      await form({}, { cookie }),
      await form({ token }, { cookie, 'sec-fetch-site': 'cross-site' }),
      await form(
        { token },
        { cookie: cookie.replace(/(.)(.{9})$/u, (_all, one, rest) => `${one === 'A' ? 'B' : 'A'}${rest}`) },
      ),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await statusOf(id)).toBe('REQUESTED');
    const key = newKey();
    const taken = [await form({ token, key }, { cookie }), await form({ token, key }, { cookie })];
    expect(taken.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
      [303, `/authorizations/${id}`],
      [303, `/authorizations/${id}`],
    ]);
    expect(await statusOf(id)).toBe('GRANTED');
    expect((await form({ token, change: 'DECLINE' }, { cookie })).status).toBe(409);
    expect((await form({ token, change: 'BURN' }, { cookie })).status).toBe(400);
  });

  it('come from a page that no other frames, with a session that no script reads', async () => {
    const cookie = await sessionCookie();
    const { headers } = await fetch(`${origin}/authorizations`, { headers: { cookie } });
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/u,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    const asked = await fetch(`${origin}/authorizations`, { redirect: 'manual' });
    expect([asked.status, asked.headers.get('set-cookie')]).toEqual([
      303,
      expect.stringMatching(/HttpOnly; SameSite=Lax/u),
    ]);
    const strange = await fetch(`${origin}/authorizations/callback?code=x&state=y`, { redirect: 'manual' });
    const stale = await fetch(`${origin}/demonstration/oidc/interaction/nobody`, {
      method: 'POST',
      body: new URLSearchParams({ person: COMPANY }),
    });
    expect(stale.status).toBe(400);
    expect([strange.status, strange.headers.get('set-cookie')]).toEqual([400, expect.stringContaining('Max-Age=0')]);
  });

  it('logs in at an issuer that is found by discovery, and believes no answer but the one awaited', async () => {
    const url = new URL(`${origin}/demonstration/oidc`);
    const issuer = issuerAt(url, createLog('silent'));
    const config = readConfig({ DEMONSTRATION: 'on' }, ['credit']).access;
    const access = { ...config, realName: { ...config.realName, values: ['VERIFIED'] } };
    const hashesOf = personHashes(TEST_SECRET, city.city.personKeys);
    const login = pageLogin({ issuer, access, seal: cookieSeal(Buffer.alloc(32, 7)), hashesOf });
    const callback = `${origin}/authorizations/callback`;
    const begun = await login.begin('/there', callback);
    const other = await login.begin('/elsewhere', callback);
    const jar = new Map<string, string>();
    const answered = await followed(begun.location, jar, callback);
    const asked = (cookie: string) => ({ headers: { cookie: cookie.split(';')[0] } }) as IncomingMessage;
    const { search } = new URL(answered);
    await expect(login.finish(asked(other.cookie), search, callback)).rejects.toThrow();
    await expect(login.finish(asked('none'), search, callback)).rejects.toThrow();
    const done = await login.finish(asked(begun.cookie), search, callback);
    const number = idNumberIn(representativeNumber(COMPANY)) as PersonalNumber;
    expect(done).toEqual({ claimed: { subject: COMPANY, ...hashesOf(number) }, to: '/there' });
    // A code is good once.
    await expect(login.finish(asked(begun.cookie), search, callback)).rejects.toThrow();
    const unproven = pageLogin({ issuer, access: config, seal: cookieSeal(Buffer.alloc(32, 7)), hashesOf });
    const again = await unproven.begin('', callback);
    const stranger = new URL(await followed(again.location, new Map(), callback)).search;
    expect((await unproven.finish(asked(again.cookie), stranger, callback)).claimed).toBeNull();
    await issuer.stop();
  });

  /** Goes on as browsers do, from address to address, with the cookies that each sets, until `end`; chooses to be the company. */
  async function followed(start: string, jar: Map<string, string>, end: string): Promise<string> {
    let location = new URL(start, origin).href;
    for (let hops = 0; hops < 12 && !location.startsWith(`${end}?`); hops += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const isChoice = location.includes('/interaction/');
      const body = new URLSearchParams({ person: COMPANY });
      const init = isChoice ? { method: 'POST', body } : {};
      const answer = await fetch(location, { ...init, redirect: 'manual', headers: { cookie } });
      for (const one of answer.headers.getSetCookie()) {
        const [pair = ''] = one.split(';');
        const at = pair.indexOf('=');
        if (/expires=Thu, 01 Jan 1970|Max-Age=0/iu.test(one)) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const next = answer.headers.get('location');
      if (next === null) break;
      location = new URL(next, origin).href;
    }
    return location;
  }

  /** The cookie of the company's representative, logged in. */
  async function sessionCookie(): Promise<string> {
    const jar = new Map<string, string>();
    await followed('/authorizations', jar, 'nowhere');
    const value = jar.get('credit-authorizations');
    if (value === undefined) throw new Error('nobody was logged in');
    return `credit-authorizations=${value}`;
  }
});
