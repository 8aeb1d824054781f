import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { HOME } from '../house/sources.ts';
import { TEST_SECRET } from './database.ts';

/**
 * The very command of `npm start`, on a database that is filled, until the tests of the file are over; resolves when both of its
 * processes can be asked.
 */
export async function startedProduct(
  databaseUrl: string,
  given: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const folder = mkdtempSync(join(tmpdir(), 'credit-graph-started-'));
  const { scripts } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8'));
  const [, ...args] = scripts.start.split(' ');
  const { NODE_ENV: _test, ...own } = process.env;
  const environment = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    SECRET: Buffer.from(TEST_SECRET).toString('hex'),
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...given,
  };
  const child = spawn(process.execPath, args, {
    cwd: HOME,
    env: { ...own, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterAll(async () => {
    const isOver = child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await isOver;
    rmSync(folder, { recursive: true, force: true });
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [url] = /http:\S+\/graphql/u.exec(said) ?? [];
      if (url !== undefined && said.includes('第二进程已就绪')) resolve({ url, child });
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}
