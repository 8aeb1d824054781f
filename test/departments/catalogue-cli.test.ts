import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HOME } from '../house/sources.ts';
import { program } from '../support/programs.ts';
import { linesOf } from './made-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'credit-graph-catalogue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm run catalogue` in the scratch folder, without a database. */
function catalogue(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program('catalogue'), ...args], {
    cwd: HOME,
    env: { ...process.env, DATABASE_URL: 'postgres://127.0.0.1:1/none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

describe('npm run catalogue', () => {
  it('writes template, schema, overview and code tables of every item, without a database', async () => {
    const into = join(folder, 'all');
    const { code, err, out } = await catalogue('--into', into);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(into);
    const files = readdirSync(into);
    const templates = files.filter((name) => name.endsWith('.csv') && name !== 'catalogue.csv');
    for (const name of templates) expect(files).toContain(name.replace(/csv$/u, 'schema.json'));
    expect(templates.length).toBeGreaterThan(25);
    expect(readFileSync(join(into, 'tax.arrears.csv'), 'utf8')).toMatch(
      /^\uFEFF行政相对人名称,.*欠税余额,[^\n]*\r\n$/u,
    );
    const [overview] = JSON.parse(readFileSync(join(into, 'catalogue.json'), 'utf8'));
    expect(overview).toMatchObject({ item: expect.any(String), fields: expect.any(Array), columns: expect.any(Array) });
    const [titles, ...lines] = await linesOf(join(into, 'catalogue.csv'));
    expect(titles?.slice(0, 3)).toEqual(['目录项代码', '目录项名称', '归集部门']);
    expect(new Set(lines.map(([item]) => item)).size).toBe(templates.length);
    const taxes = await linesOf(join(into, 'codes/tax-types.csv'));
    expect(taxes[0]).toEqual(['代码', '名称', '也可写作', '启用', '停用']);
    expect(taxes.map(([, label]) => label)).toContain('增值税');
  });

  it('writes one item with the tables that it refers to', async () => {
    const into = join(folder, 'one');
    expect(await catalogue('tax.arrears', `--into=${into}`)).toMatchObject({ code: 0 });
    expect(readdirSync(into).sort()).toEqual(
      ['catalogue.csv', 'catalogue.json', 'codes', 'tax.arrears.csv', 'tax.arrears.schema.json'].sort(),
    );
    expect(readdirSync(join(into, 'codes')).sort()).toEqual(['counterpart-categories.csv', 'tax-types.csv']);
  });

  it.each([
    [['tax.arears'], '没有名为 tax.arears 的目录项'],
    [['--int', 'x'], '不认识选项 --int'],
    [['--into'], '选项 --into 之后应写明文件夹'],
    [['--document', 'tax.arrears'], '--document 单独使用'],
  ])('refuses %j in a sentence', async (args, sentence) => {
    const { code, err } = await catalogue(...args);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err).not.toMatch(/\n\s+at /u);
  });
});
