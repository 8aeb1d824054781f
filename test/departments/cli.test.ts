import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { TEST_SECRET, testDatabase } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { csv, rating } from './made-up.ts';
import { madeUpCode } from './submitted.ts';

const database = await testDatabase();
const write = scratchFiles();
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as `npm run` does, without a terminal. */
function run(
  command: 'import' | 'department' | 'migrate',
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const file = fileURLToPath(new URL(`../../cli/${command}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const NAME = '云泽晨光机械有限公司';
const STACK = /\n\s+at |node:internal|Error:/u;

describe('npm run import', () => {
  it('tells its use, the items and the settings, and touches no database for that', async () => {
    const { code, out, err } = await run('import', ['--help'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const part of ['用法:npm run import', '--again', 'tax.credit-rating', '税务部门', 'DATABASE_URL', 'DATA_DIR'])
      expect(out).toContain(part);
  });

  it.each([
    ['nothing', [], '用法:npm run import'],
    ['an item without a file', ['tax.credit-rating'], '用法:npm run import'],
    ['an unknown option', ['tax.credit-rating', 'x.csv', '--agian'], '不认识选项 --agian'],
    ['an unknown item', ['tax.revenue', write('rows.csv', 'a,b\n')], '没有名为 tax.revenue 的目录项。可导入的有:'],
    ['a missing file', ['tax.credit-rating', '/no/such/file.csv'], '没有这个文件:/no/such/file.csv'],
    ['an old Excel file of another item', ['tax.credit-rating', sheet('old-excel.xls')], '缺少必需的列'],
    [
      'a picture',
      ['tax.credit-rating', write('picture.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]))],
      '。',
    ],
    ['a sheet of something else', ['tax.credit-rating', write('else.csv', '菜名,价格\n豆腐,3\n')], '找不到表头'],
    [
      'a file without a required column',
      ['tax.credit-rating', write('lacking.csv', csv([{ 纳税人名称: NAME, 评价年度: '2025' }]))],
      '缺少必需的列',
    ],
  ] as const)('given %s says one sentence of what is wrong and ends with 1', async (_title, args, sentence) => {
    const { code, err } = await run('import', args);
    expect(err).toContain(sentence);
    expect(code).toBe(1);
    expect(err).not.toMatch(STACK);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('reports counts that add up, marks, reasons and where the rejected rows are, and ends with 0', async () => {
    const rows = [
      rating(NAME, madeUpCode('MA8CLTT2')),
      rating(NAME, madeUpCode('MA8CLTT2')),
      rating('早期试点有限公司', '91350100M0001TGQXM'),
      rating(NAME, madeUpCode('MA8CLTT3'), { 信用等级: '优', 片区: '城东' }),
    ];
    const path = write('ratings.csv', csv(rows));
    const first = await run('import', ['tax.credit-rating', path]);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain(
      'tax.credit-rating ← ratings.csv:4 行 = 新增 2、更正 0、未变 0、重复 1、退回 1;带标注 1',
    );
    expect(first.out).toContain('标注 CHECK_DIGIT_MISMATCH:1 行');
    expect(first.out).toContain('退回 UNKNOWN_GRADE:1 处');
    expect(first.out).toContain('未识别的列,仅随原文留存:片区');
    expect(first.out).not.toContain('\r');
    const file = /退回的行及原因:(\S+\.csv)/u.exec(first.out)?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).toContain('信用等级应为 A、B、M、C、D 之一,收到“优”。');

    const second = await run('import', ['tax.credit-rating', path]);
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toMatch(/此文件已于 \d{4}-\d\d-\d\d.* 导入,内容未变,未再读取/u);
    const again = await run('import', ['tax.credit-rating', path, '--again']);
    expect(again.out).toContain('4 行 = 新增 0、更正 0、未变 2、重复 1、退回 1');
  });

  it('takes several files and stops at the first that cannot be read', async () => {
    const good = write('good.csv', csv([rating(NAME, madeUpCode('MA8CLTT4'))]));
    const { code, out, err } = await run('import', ['tax.credit-rating', good, write('bad.csv', '\n\n')]);
    expect(out).toContain('good.csv:1 行 = 新增 1');
    expect(err).toContain('文件是空的');
    expect(code).toBe(1);
  });

  it('of a department that runs elsewhere says so', async () => {
    const path = write('far.csv', csv([rating(NAME, madeUpCode('MA8CLTT5'))]));
    const { code, err } = await run('import', ['tax.credit-rating', path], { TAX_URL: 'http://127.0.0.1:1/graphql' });
    expect({ code, err: err.trim() }).toEqual({
      code: 1,
      err: 'tax.credit-rating 属于税务部门,该部门在别处运行,请到那里导入。',
    });
  });
});

describe('A wrong configuration', () => {
  it('is told in one sentence per mistake, without the secrets that it holds, and ends with 1', async () => {
    const { code, out, err } = await run('import', ['tax.credit-rating', write('any.csv', 'a,b\n')], {
      PORT: 'http',
      DATABASE_URL: 'mysql://somebody:hidden@nowhere/none',
      SECRET: 'too short',
      LOG_LEVEL: 'loud',
      TAX_URL: 'tax.example',
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const sentences = err.trim().split('\n');
    expect(sentences.map((sentence) => sentence.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'SECRET',
      'LOG_LEVEL',
      'TAX_URL',
    ]);
    expect(sentences.every((sentence) => sentence.endsWith('。'))).toBe(true);
    expect(err).not.toMatch(/hidden|too short/u);
  });

  it('of a database that nobody answers at is told in a sentence', async () => {
    const { code, err } = await run('migrate', [], { DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(err).toMatch(/\p{Script=Han}/u);
    expect(err).not.toMatch(STACK);
    expect(err).not.toContain('hidden');
  });
});

describe('npm run department', () => {
  it.each([[['nowhere']], [[]]])('given %j names the departments that there are and ends with 1', async (args) => {
    const { code, err } = await run('department', args);
    expect({ code, err: err.trim() }).toEqual({
      code: 1,
      err: '请指明一个部门:market、tax、courts、environment、labour、utilities、credit。',
    });
  });

  it('tells its use', async () => {
    const { code, out } = await run('department', ['--help']);
    expect(code).toBe(0);
    expect(out).toContain('用法:npm run department -- <部门>');
  });
});

function sheet(name: string): string {
  return fileURLToPath(new URL(`../data/sheets/${name}`, import.meta.url));
}
