import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultCity, plannedFiles } from '../../demonstration/city/index.ts';
import { demonstrationFiles } from '../../demonstration/index.ts';
import { dishonestDebtor } from '../../demonstration/story.ts';
import { TEST_SECRET, testDatabase } from '../support/database.ts';

// The whole default city twice over takes minutes on a crowded machine: only `npm run prove` asks for it.

const database = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'credit-graph-first-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = {
  DATABASE_URL: database.url,
  DATA_DIR: folder,
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  DEMONSTRATION: 'on',
  PORT: '0',
};

describe.runIf(process.env.FIRST_START)('npm start on an empty installation', { timeout: 600_000 }, () => {
  it('answers with the demonstration, takes the city in beside that, and goes on after a kill', async () => {
    const first = starting();
    const url = await first.says(/http:\S+\/graphql/u);
    expect(await nameAt(url)).toBe(dishonestDebtor.name);
    await first.says(/云泽市 5\/49 /u);
    expect(await nameAt(url), 'while the city comes in').toBe(dishonestDebtor.name);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = starting();
    await second.says(/本次导入 \d+ 行/u);
    expect(second.said()).not.toContain('演示文件 1/');
    expect(second.said()).not.toMatch(/云泽市 [1-4]\/49 /u);
    await ended(second.child);
    const files = [...demonstrationFiles, ...plannedFiles(defaultCity)].length;
    expect(await completed()).toBe(files);
    const [subjects] = await database.admin<{ count: number }[]>`
      select count(*)::int from credit.subjects where superseded_at is null and is_verified`;
    expect(subjects?.count).toBeGreaterThan(2500);

    const third = starting();
    await third.says(/http:\S+\/graphql/u);
    await ended(third.child);
    expect(third.said()).not.toContain('云泽市的其余文件');
    expect(await completed()).toBe(files);
  });
});

function starting(): { readonly child: ChildProcess; says(words: RegExp): Promise<string>; said(): string } {
  const command = fileURLToPath(new URL('../../cli/start.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', command], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const waiting: (() => void)[] = [];
  child.stdout.on('data', (chunk) => {
    said += chunk;
    for (const look of [...waiting]) look();
  });
  return {
    child,
    said: () => said,
    says: (words) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = words.exec(said)?.[0];
          if (found !== undefined) resolve(found);
        };
        waiting.push(look);
        child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
        look();
      }),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function nameAt(url: string): Promise<string> {
  const query = `{ subject(identifier: "${dishonestDebtor.creditCode}") { name } }`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: { subject: { name: string } } };
  return data.subject.name;
}

/** Files that were taken whole. */
async function completed(): Promise<number> {
  const schemas = await database.admin<{ name: string }[]>`
    select table_schema as name from information_schema.tables where table_name = 'imports'`;
  let count = 0;
  for (const { name } of schemas) {
    const [found] = await database.admin.unsafe<{ count: number }[]>(
      `select count(distinct file_name)::int from ${name}.imports where status = 'COMPLETED'`,
    );
    count += found?.count ?? 0;
  }
  return count;
}
