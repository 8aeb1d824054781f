import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIdentity } from '../../cli/identity.ts';
import { readyClients } from '../../demonstration/clients.ts';
import { buildExplorer } from '../../gateway/explorer/index.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { testCity } from '../support/city.ts';

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browser);

describe.skipIf(!hasBrowser)(`Who asks, chosen on the page${hasBrowser ? '' : ' (skipped: no Chromium)'}`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'explorer-askers-'));
  const query = '{ viewer { role client } }';
  const examples = [{ title: '我是谁', description: '以谁的身份、能看什么', query }];
  const explorer = await buildExplorer({ cacheDirectory: join(directory, 'cache'), examples });
  const { city } = await testCity();
  const log = createLog('silent');
  const names = city.cards.map(({ name }) => name);
  const { identity, demonstration } = await openIdentity(city, readConfig({ DEMONSTRATION: 'on' }, names), log);
  const gateway = await createGateway({
    supergraphSdl: committedSupergraph(),
    transports: city.transports,
    log,
    explorer,
    identify: identity.identify,
    demonstration,
  });
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${listening.port}`;
  demonstration?.open(origin);
  let page: Page;

  beforeAll(async () => {
    const context = await chromium.launchPersistentContext(join(directory, 'profile'), {
      executablePath: browser,
      headless: true,
      locale: 'zh-CN',
      viewport: { width: 1280, height: 800 },
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${origin}/graphql`);
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
    await listening.close(1_000);
    await gateway.stop();
    await identity.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const choice = () => page.getByRole('combobox', { name: '以谁的身份查询' });
  const result = async () =>
    (
      (await page.getByRole('region', { name: '查询结果' }).locator('.view-lines').first().textContent()) ?? ''
    ).replaceAll('\u00a0', ' ');

  it('offers anybody, and each ready client by its name', async () => {
    await choice().waitFor();
    expect(await choice().locator('option').allTextContents()).toEqual([
      '公众（匿名）',
      ...readyClients.map(({ title }) => title),
    ]);
  }, 60_000);

  it('asks as the one that is chosen, and as nobody again after that', async () => {
    const run = () => page.getByRole('menuitem', { name: '我是谁' });
    const answered = async (label: string, role: string) => {
      await choice().selectOption({ label });
      await page.getByRole('button', { name: '示例查询' }).click();
      await run().click();
      await expect.poll(result, { timeout: 20_000 }).toContain(`"role": "${role}"`);
    };
    await answered('合作银行:云泽农村商业银行', 'BANK');
    await answered('审计:云泽市审计局', 'AUDITOR');
    await answered('公众（匿名）', 'ANONYMOUS');
  }, 120_000);

  it('keeps no token in the browser', async () => {
    await choice().selectOption({ label: '审计:云泽市审计局' });
    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
    expect(kept).not.toMatch(/eyJ|Bearer/u);
  }, 60_000);
});
