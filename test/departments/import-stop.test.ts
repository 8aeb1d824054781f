import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TEST_SECRET, testDatabase } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { xls } from '../support/xls-files.ts';
import { csv, rating, table } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

// Processes of their own, one after another, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

const database = await testDatabase();
const write = scratchFiles();
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-stop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ITEM = 'tax.credit-rating';
const ratings = (eight: string, count: number): readonly Cells[] =>
  Array.from({ length: count }, (_, at) =>
    rating('云泽晨光机械有限公司', madeUpCode(`${eight}${String(at).padStart(4, '0')}`)),
  );

/** Has a process throw where nobody can catch it, as the database's client does when a session is ended under it. */
const THROWING = write('throwing.mjs', "process.on('SIGUSR2', () => { throw new TypeError('of null'); });");

/** `npm run import` in a process group of its own, as a shell starts it. */
function importing(...paths: readonly string[]) {
  const file = fileURLToPath(new URL('../../cli/import.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', THROWING, file, ITEM, ...paths], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code, ...said }));
  return {
    ended,
    isRunning: () => child.exitCode === null,
    /** Ctrl-C reaches every process of the group; answers once the importer has said that it heard. */
    async interrupt() {
      const heard = once(child.stderr, 'data');
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await heard;
    },
    /** Waits until it has started a process of its own. */
    async hasChild() {
      const children = `/proc/${child.pid}/task/${child.pid}/children`;
      while (readFileSync(children, 'utf8').trim() === '') await new Promise((resolve) => setTimeout(resolve, 5));
    },
    signal: (name: NodeJS.Signals) => child.kill(name),
    interruptAgain: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
  };
}

/** Holds the table that the rows go to; `reached` waits until an import stands before it. */
async function heldTable(): Promise<{ reached(): Promise<void>; release(): Promise<void> }> {
  const held = await database.admin.reserve();
  await held`begin`;
  await held`lock table tax.tax_credit_ratings in access exclusive mode`;
  let isHeld = true;
  const release = async () => {
    if (!isHeld) return;
    isHeld = false;
    await held`commit`;
    held.release();
  };
  onTestFinished(release);
  return {
    async reached() {
      for (;;) {
        const waiting =
          await database.admin`select 1 from pg_locks where not granted and relation = ${'tax.tax_credit_ratings'}::text::regclass`;
        if (waiting.length > 0) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    release,
  };
}

describe('Ctrl-C', () => {
  it('once: the file in hand is stored, those that remain are not read, and the same command goes on with them', async () => {
    const paths = ['MCAA', 'MCAB', 'MCAC'].map((eight, at) => write(`small-${at + 1}.csv`, csv(ratings(eight, 2))));
    // The first import also makes the tables.
    const first = await importing(write('none.csv', csv(ratings('MCAD', 1)))).ended;
    expect(first).toMatchObject({ code: 0, err: '' });
    const table = await heldTable();
    const child = importing(...paths);
    await table.reached();
    await child.interrupt();
    await table.release();
    const stopped = await child.ended;
    expect(stopped.out).toContain('small-1.csv:2 行 = 新增 2');
    expect(stopped.out).toContain('已按要求停止:其余 2 个文件未读取。以同样的命令再次运行即接着导入。');
    expect(stopped.code).toBe(130);
    const again = await importing(...paths).ended;
    expect(again.out).toContain('small-2.csv:2 行 = 新增 2');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('small-3.csv:2 行 = 新增 2') });
  });

  it('twice: ends at once though the chunk in hand is not stored, and the same command stores every row', async () => {
    const path = write('twice.csv', csv(ratings('MCTW', 50)));
    const table = await heldTable();
    const child = importing(path);
    await table.reached();
    await child.interrupt();
    expect(child.isRunning()).toBe(true);
    child.interruptAgain();
    // The table is still held: nobody waited for the chunk.
    const stopped = await child.ended;
    expect(stopped).toMatchObject({ code: 130, out: '' });
    expect(stopped.err).not.toMatch(/\n\s+at |Error/u);
    const batches = () => database.admin`select status, rows::int from tax.imports where file_name = 'twice.csv'`;
    expect(await batches()).toEqual([{ status: 'RUNNING', rows: 0 }]);
    await table.release();
    expect((await importing(path).ended).out).toContain('50 行 = 新增 50、更正 0、未变 0、重复 0、退回 0');
    expect(await batches()).toEqual([{ status: 'COMPLETED', rows: 50 }]);
  });

  it('is not needed where the connection to the database breaks: a sentence, no stack, and the same command goes on', async () => {
    const path = write('lost.csv', csv(ratings('MCXX', 20)));
    const held = await heldTable();
    const child = importing(path);
    await held.reached();
    child.signal('SIGUSR2');
    const ended = await child.ended;
    await held.release();
    expect(ended).toEqual({
      code: 1,
      out: '',
      err: '导入意外停止(TypeError),多半是数据库连接中断。已入库的行保留;以同样的命令再次运行即接着完成。\n',
    });
    expect((await importing(path).ended).out).toContain('20 行 = 新增 20');
  });

  it('in a terminal does not end the reader of an old Excel file under the importer, which stops in order', async () => {
    const rows = table(ratings('MCXL', 3000)).map((cells) => [...cells]);
    const child = importing(write('old.xls', xls([{ name: '评价', rows }])));
    await child.hasChild();
    await child.interrupt();
    const stopped = await child.ended;
    expect(stopped.err).not.toContain('文件已损坏');
    expect(stopped.out).toMatch(/已按要求停止:前 \d+ 行已处理/u);
    expect(stopped.code).toBe(130);
  });
});
