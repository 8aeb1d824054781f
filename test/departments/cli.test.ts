import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { TEST_SECRET, testDatabase } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { program } from '../support/programs.ts';
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

type Command = 'import' | 'department' | 'migrate';

/** Runs a command without a terminal. */
function run(command: Command, args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return finished(start([program(command), ...args], environment));
}

/** Runs it from its source, exactly as `npm run` does. */
function runAsTyped(command: Command, args: readonly string[], environment: Record<string, string> = {}) {
  const file = fileURLToPath(new URL(`../../cli/${command}.ts`, import.meta.url));
  return finished(start(['--import', 'tsx', file, ...args], environment));
}

function start(args: readonly string[], environment: Record<string, string> = {}) {
  return spawn(process.execPath, args, {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function finished(child: ReturnType<typeof start>): Promise<Ended> {
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const NAME = '云泽晨光机械有限公司';
const STACK = /\n\s+at |node:internal|Error:/u;

describe('npm run import', () => {
  it('tells its use, the items and the settings, and touches no database for that', async () => {
    const { code, out, err } = await runAsTyped('import', ['--help'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const option of ['--dry-run', '--again', '--confirm', '--list', '--page', '--withdraw'])
      expect(out).toContain(option);
    expect(out).toMatch(/退出码:0 全部入库;1 出错;2 有行被退回;3 .*--confirm.*;130 中途停止/u);
    for (const part of ['用法:npm run import', '--again', 'tax.credit-rating', '税务部门', 'DATABASE_URL', 'DATA_DIR'])
      expect(out).toContain(part);
  });

  it.each([
    ['nothing', [], '用法:npm run import'],
    ['an item without a file', ['tax.credit-rating'], '用法:npm run import'],
    ['an unknown option', ['tax.credit-rating', 'x.csv', '--agian'], '不认识选项 --agian'],
    ['an option of another task', ['tax.credit-rating', 'x.csv', '--page', '2'], '选项 --page 不能用在这里'],
    ['a withdrawal of nothing', ['--withdraw'], '选项 --withdraw 之后应写明批次'],
    ['a withdrawal of no batch', ['--withdraw', 'tax'], '没有批次 tax'],
    ['a page that is none', ['--list', '--page', '0'], '用法:npm run import -- --list'],
    ['an unknown item', ['tax.revenue', write('rows.csv', 'a,b\n')], '没有名为 tax.revenue 的目录项。可导入的有:'],
    ['a missing file', ['tax.credit-rating', '/no/such/file.csv'], '没有这个文件:/no/such/file.csv'],
    ['a folder', ['tax.credit-rating', folder], '这是一个文件夹，请写明其中的文件。'],
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

  it('reports counts that add up, marks, reasons and where the rejected rows are, and ends with 2', async () => {
    const rows = [
      rating(NAME, madeUpCode('MA8CLTT2')),
      rating(NAME, madeUpCode('MA8CLTT2')),
      rating('早期试点有限公司', '91350100M0001TGQXM'),
      rating(NAME, madeUpCode('MA8CLTT3'), { 信用等级: '优', 片区: '城东' }),
    ];
    const path = write('ratings.csv', csv(rows));
    const first = await runAsTyped('import', ['tax.credit-rating', path]);
    expect(first).toMatchObject({ code: 2, err: '' });
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
    expect(second).toMatchObject({ code: 2, err: '' });
    expect(second.out).toMatch(/此文件已于 \d{4}-\d\d-\d\d.* 导入\(当时退回 1 行\),内容未变,未再读取/u);
    const again = await run('import', ['tax.credit-rating', path, '--again']);
    expect(again.out).toContain('4 行 = 新增 0、更正 0、未变 2、重复 1、退回 1');
  });

  it('takes several files and stops at the first that cannot be read', async () => {
    const good = write('good.csv', csv([rating(NAME, madeUpCode('MA8CLTT4'))]));
    const { code, out, err } = await run('import', ['tax.credit-rating', good, write('bad.csv', '\n\n')]);
    expect(out).toContain('good.csv:1 行 = 新增 1');
    expect(err).toBe('bad.csv:文件是空的，没有任何内容。\n');
    expect(code).toBe(1);
  });

  it('looks without taking, lists batches and takes them back', async () => {
    const path = write('whole.csv', csv([rating(NAME, madeUpCode('MA8CLTT6')), rating(NAME, madeUpCode('MA8CLTT7'))]));
    const looked = await run('import', ['tax.credit-rating', path, '--dry-run']);
    expect(looked).toMatchObject({ code: 0, err: '' });
    expect(looked.out).toContain('试导入(未写入) tax.credit-rating ← whole.csv:2 行 = 新增 2');
    expect(looked.out).not.toContain('批次');
    const taken = await run('import', ['tax.credit-rating', path]);
    expect(taken.out).toContain('2 行 = 新增 2');
    const batch = /--withdraw (tax-\d+)/u.exec(taken.out)?.[1] ?? '';

    const listed = await run('import', ['--list', 'tax.credit-rating']);
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(
      new RegExp(
        `${batch}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  完成  tax.credit-rating ← whole.csv\\n  2 行 = 新增 2`,
        'u',
      ),
    );

    const asked = await run('import', ['--withdraw', batch]);
    expect(asked).toMatchObject({ code: 3, err: '' });
    expect(asked.out).toContain(`批次 ${batch} 涉及 2 条(撤下 2、恢复 0)`);
    const done = await run('import', [`--withdraw=${batch}`, '--confirm']);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toContain(`已撤回批次 ${batch}:撤下 2 条、恢复 0 条。`);
    expect((await run('import', ['--withdraw', batch])).out).toContain('此前已经撤回,没有变动');
    expect((await run('import', ['--list'])).out).toContain('已撤回');
  });

  it('at the first Ctrl-C stops after the chunk in hand, says how to go on, and goes on', async () => {
    const rows = Array.from({ length: 12_000 }, (_, at) =>
      rating(NAME, madeUpCode(`MC${String(at).padStart(6, '0')}`)),
    );
    const path = write('long.csv', csv(rows));
    const child = start([program('import'), 'tax.credit-rating', path]);
    const ended = finished(child);
    for (;;) {
      const [found] =
        await database.admin`select 1 from tax.imports where file_name = 'long.csv' and status = 'RUNNING'`.catch(
          () => [],
        );
      if (found) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped.err).toContain('正在停止:存完当前一批即止');
    expect(stopped.out).toMatch(/已按要求停止:前 \d+ 行已处理。以同样的命令再次运行/u);
    expect(stopped.code).toBe(130);
    const [batch] = await database.admin`select id, status, rows::int from tax.imports where file_name = 'long.csv'`;
    expect(batch).toMatchObject({ status: 'INTERRUPTED' });
    expect(batch?.rows).toBeLessThan(12_000);

    const again = await run('import', ['tax.credit-rating', path]);
    expect(again.out).toContain('12000 行 = 新增 12000、更正 0、未变 0');
    expect(again.code).toBe(0);
    const batches = await database.admin`select id, status from tax.imports where file_name = 'long.csv'`;
    expect(batches).toMatchObject([{ id: batch?.id, status: 'COMPLETED' }]);
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
      err: '请指明部门:market、tax、courts、environment、labour、utilities、credit。',
    });
  });

  it('tells its use', async () => {
    const { code, out } = await runAsTyped('department', ['--help']);
    expect(code).toBe(0);
    expect(out).toContain('用法:npm run department -- <部门…>');
  });
});

function sheet(name: string): string {
  return fileURLToPath(new URL(`../data/sheets/${name}`, import.meta.url));
}
