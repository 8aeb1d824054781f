import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildExplorer, type Example } from '../../gateway/explorer/index.ts';
import { testCity } from '../support/city.ts';

const code = '91990102MA00000A9G';
const unknownCode = '91990102MA00000B7B';

const examples: readonly Example[] = [
  {
    title: '信用档案',
    description: '一个主体在各部门的信用信息:登记、处罚、许可、评价、名单与司法记录,文号如云市监罚〔2026〕1号',
    query:
      'query Profile($identifier: String!) {\n  subject(identifier: $identifier) {\n    id\n    name\n    tax {\n      creditRatings(first: 3) {\n        nodes {\n          year\n        }\n      }\n    }\n  }\n}',
    variables: { identifier: code },
  },
  {
    title: '名称检索',
    description: '名称里有“示例”的主体',
    query:
      'query Search {\n  subjects(search: "示例") {\n    totalCount\n    nodes {\n      id\n      name\n    }\n  }\n}',
  },
];

const directory = await mkdtemp(join(tmpdir(), 'explorer-'));
const explorer = await buildExplorer({ cacheDirectory: join(directory, 'cache'), examples });
const city = await testCity({ gateway: { explorer } });
const { origin } = new URL(city.url);
await city.take('credit.subject', `机构名称,统一社会信用代码\n示例精工有限公司,${code}\n`);

afterAll(() => rm(directory, { recursive: true, force: true }));

const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

async function openPage(): Promise<string> {
  const response = await fetch(`${origin}/graphql`, { headers: { accept: browserAccept } });
  expect(response.status).toBe(200);
  return response.text();
}

describe('The explorer over HTTP', () => {
  it('answers a browser with a Chinese page that may load nothing from elsewhere', async () => {
    const response = await fetch(`${origin}/graphql`, { headers: { accept: browserAccept } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    const page = await response.text();
    expect(page).toContain('<html lang="zh-CN">');
    expect(page).not.toMatch(/<script(?![^>]* src="explorer\/)|https?:/);
  });

  it.each(['application/json', '*/*', 'application/graphql-response+json, application/json;q=0.9, text/html;q=0.1'])(
    'leaves a GET that accepts %s to the graph',
    async (accept) => {
      const url = `${origin}/graphql?query=${encodeURIComponent('{ subjects(search: "示例") { totalCount } }')}`;
      const response = await fetch(url, { headers: { accept, 'apollo-require-preflight': 'yes' } });
      expect(await response.json()).toMatchObject({ data: { subjects: { totalCount: 1 } } });
    },
  );

  it('serves each file of the page for ever, zipped to those who take it and plain to the others', async () => {
    const names = Array.from((await openPage()).matchAll(/(?:src|href)="([^"]+)"/g), ([, name]) => name);
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names) {
      const [zipped, plain] = await Promise.all(
        ['gzip', 'identity'].map((encoding) =>
          fetch(`${origin}/${name}`, { headers: { 'accept-encoding': encoding } }),
        ),
      );
      expect(zipped?.headers.get('content-encoding'), name).toBe('gzip');
      expect(plain?.headers.get('content-encoding'), name).toBeNull();
      expect(plain?.headers.get('cache-control'), name).toContain('immutable');
      expect(await zipped?.text()).toBe(await plain?.text());
    }
  });

  it('tells unknown files and other methods apart, and never leaves its own files', async () => {
    const [, assets] = (await openPage()).match(/(explorer\/[0-9a-f]+)\/page\.js/) ?? [];
    const ask = async (path: string, method = 'GET') => (await fetch(`${origin}/${path}`, { method })).status;
    expect(await ask('explorer/examples.json')).toBe(200);
    expect(await ask(`${assets}/page.js`, 'HEAD')).toBe(200);
    expect(await ask(`${assets}/page.js`, 'POST')).toBe(405);
    expect(await ask(`${assets}/none.js`)).toBe(404);
    expect(await ask(`${assets}/%2e%2e%2f%2e%2e%2fpackage.json`)).toBe(404);
    expect(await ask('explorer/0000/page.js')).toBe(404);
  });
});

describe('The bundled page', () => {
  it('is found by the next start, and is written once when two start together', async () => {
    const place = join(directory, 'together');
    const said: string[] = [];
    const start = () => buildExplorer({ cacheDirectory: place, examples, say: (sentence) => said.push(sentence) });
    await Promise.all([start(), start()]);
    expect(await readdir(place)).toEqual([expect.stringMatching(/^explorer-[0-9a-f]{16}$/)]);
    said.length = 0;
    await start();
    expect(said).toEqual([]);
  }, 120_000);

  it('is served from memory where nothing can be written, and says so', async () => {
    const file = join(directory, 'a-file-not-a-folder');
    await writeFile(file, '');
    const said: string[] = [];
    const built = await buildExplorer({ cacheDirectory: file, examples, say: (sentence) => said.push(sentence) });
    expect(built.handle).toBeTypeOf('function');
    expect(said.at(-1)).toContain('无法保存');
  }, 120_000);
});

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browser);
if (!hasBrowser) console.warn(`The explorer was not opened in a browser: there is no ${browser} (set CHROMIUM).`);

describe.skipIf(!hasBrowser)(`The explorer in Chromium${hasBrowser ? '' : ' (skipped: no Chromium)'}`, () => {
  let context: BrowserContext;
  let page: Page;
  const foreign: string[] = [];
  const complaints: string[] = [];
  const workers: string[] = [];

  beforeAll(async () => {
    context = await chromium.launchPersistentContext(join(directory, 'profile'), {
      executablePath: browser,
      headless: true,
      locale: 'zh-CN',
      viewport: { width: 1280, height: 800 },
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ].concat([
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ]),
    });
    await context.route('**/*', (route) => {
      if (['data:', 'blob:'].includes(new URL(route.request().url()).protocol)) return route.continue();
      if (new URL(route.request().url()).origin === origin) return route.continue();
      foreign.push(route.request().url());
      return route.abort();
    });
    // A script of the page itself, in words of the browser, not of Node.
    await context.addInitScript({
      content: `addEventListener('securitypolicyviolation', (event) => {
        console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI);
      });`,
    });
    page = context.pages()[0] ?? (await context.newPage());
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('worker', (worker) => workers.push(worker.url()));
    await page.goto(`${origin}/graphql`);
  }, 120_000);

  afterAll(async () => {
    await context?.close();
  });

  const editor = () => page.getByRole('region', { name: '查询编辑器' });
  const result = () => page.getByRole('region', { name: '查询结果' });
  /** Monaco keeps only the visible lines in the page, and writes non-breaking spaces. */
  const shown = async (place: ReturnType<typeof editor>) =>
    ((await place.locator('.view-lines').first().textContent()) ?? '').replaceAll('\u00a0', ' ');

  it('shows the profile question with a Chinese comment', async () => {
    await editor().locator('.view-line').first().waitFor();
    await expect.poll(() => shown(editor())).toContain('query Profile($identifier: String!)');
    expect(await shown(editor())).toContain('# 一个主体在各部门的信用信息');
    expect(await shown(page.getByRole('region', { name: '变量' }))).toContain(`"identifier": "${code}"`);
  }, 60_000);

  it('shows the profile of the code that a person types, after Enter', async () => {
    const field = page.getByRole('searchbox', { name: '统一社会信用代码、注册号或组织机构代码' });
    await field.fill(` ${code} `);
    await field.press('Enter');
    await expect.poll(() => shown(result())).toContain('示例精工有限公司');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('示例精工有限公司：信用档案见右侧');
    await page.screenshot({ path: join(tmpdir(), 'credit-graph-explorer.png') });
  }, 60_000);

  it('says in words that nobody has a code', async () => {
    const field = page.getByRole('searchbox');
    await field.fill(unknownCode);
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toBe(`没有查到 ${unknownCode} 对应的主体`);
    expect(await shown(result())).toContain('"subject": null');
  }, 60_000);

  it('runs an example from the menu', async () => {
    await page.getByRole('button', { name: '示例查询' }).click();
    await page.getByRole('menuitem', { name: '名称检索' }).waitFor();
    await page.getByRole('menuitem', { name: '名称检索' }).click();
    await expect.poll(() => shown(result())).toContain('"totalCount": 1');
    expect(await shown(editor())).toContain('# 名称里有“示例”的主体');
  }, 60_000);

  it('completes fields from the endpoint’s own schema, in a worker of our own origin', async () => {
    await editor().locator('.view-line').filter({ hasText: 'name' }).last().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget').getByText('__typename').first().waitFor();
    await page.keyboard.press('Escape');
    expect(workers.length).toBeGreaterThanOrEqual(2);
    for (const url of workers)
      expect(url).toMatch(new RegExp(`^${origin}/explorer/[0-9a-f]{16}/(editor|json|graphql)\\.worker\\.js$`));
  }, 60_000);

  it('keeps what a person wrote and puts the next example into a new tab', async () => {
    await page.getByRole('button', { name: '示例查询' }).click();
    await page.getByRole('menuitem', { name: '信用档案' }).click();
    await expect.poll(() => shown(result())).toContain('示例精工有限公司');
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Search', 'Profile']);
  }, 60_000);

  it('speaks Chinese in the editor’s own menu', async () => {
    await editor().locator('.view-line').first().click({ button: 'right' });
    await expect
      .poll(() => page.getByRole('menuitem').allTextContents())
      .toEqual(expect.arrayContaining([expect.stringMatching(/^命令面板/), expect.stringMatching(/^运行查询/)]));
    await page.keyboard.press('Escape');
  }, 60_000);

  it('explains the schema in its documentation', async () => {
    await page.getByRole('button', { name: '显示接口文档' }).click();
    const documentation = page.getByRole('region', { name: '接口文档' });
    await documentation.getByText('入口').waitFor();
    await documentation.getByRole('link', { name: 'Query' }).click();
    await documentation.getByText('按标识查一个信用主体', { exact: false }).waitFor();
  }, 60_000);

  it('keeps no credential from the request headers in the browser', async () => {
    await page.getByRole('button', { name: '请求头', exact: true }).click();
    await page.getByRole('region', { name: '请求头' }).locator('.view-lines').last().click();
    await page.keyboard.insertText('{"authorization": "Bearer kept-nowhere"}');
    // GraphiQL stores its tabs some time after a change, so a later change shows that the headers' turn has passed.
    await editor().locator('.view-line').first().click();
    await page.keyboard.insertText('# later ');
    const stored = async (key: string) => String(await page.evaluate(`localStorage.getItem('graphiql:${key}')`));
    await expect.poll(() => stored('tabState'), { timeout: 10_000 }).toContain('# later');
    const sent = page.waitForRequest((request) => request.headers().authorization === 'Bearer kept-nowhere');
    await page.getByRole('button', { name: /^运行查询/ }).click();
    await sent;
    await expect.poll(() => stored('queries')).toContain('# later');
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain('kept-nowhere');
    expect(await context.cookies()).toEqual([]);
  }, 60_000);

  it('begins a later visit with the tabs of the last one', async () => {
    await page.reload();
    await expect.poll(() => page.getByRole('tab').allTextContents()).toEqual(['Search', 'Profile']);
    await expect.poll(() => shown(editor())).toContain('# later');
  }, 60_000);

  it('offers each example with all of its description, and puts no boxes around the brackets of document numbers', async () => {
    await page.getByRole('button', { name: '示例查询' }).click();
    const item = page.getByRole('menuitem', { name: '信用档案' });
    await item.waitFor();
    const cut = `Array.from(document.querySelectorAll('.bar-menu .graphiql-dropdown-item'), (one) => one.scrollWidth - one.clientWidth)`;
    expect(await page.evaluate(cut)).toEqual(examples.map(() => 0));
    await page.keyboard.press('Escape');
    expect(await shown(editor())).toContain('〔2026〕');
    expect(await page.locator('.unicode-highlight').count()).toBe(0);
  }, 60_000);

  it('asked no other origin for anything, and nothing complained', () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
