import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profiles } from '../../demonstration/examples/profiles.ts';
import type { Listening } from '../../platform/http.ts';
import { createLog } from '../../platform/log.ts';
import { listenForGateway } from '../../platform/subgraph/listen.ts';
import { HOME } from '../house/sources.ts';
import { answerOf, TODAY, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';

// Growth needs no rewrite: the committed supergraph and the departments as they are, behind another federation gateway. Its
// packages are no part of this project and are installed for this alone: only `npm run prove` asks for it (HIVE).

const FOLDER = join(HOME, 'prove', 'hive');
const run = promisify(execFile);

const city = process.env.HIVE ? await testCity({ demonstration: true }) : undefined;

describe.runIf(process.env.HIVE)('The departments behind Hive Gateway', { timeout: 600_000 }, () => {
  let hive: ChildProcess | undefined;
  let url = '';
  const served: Listening[] = [];
  afterAll(async () => {
    for (const listening of served) await listening.close(1_000);
    if (!hive || hive.exitCode !== null) return;
    hive.kill('SIGTERM');
    await once(hive, 'exit');
  });

  beforeAll(async () => {
    if (!existsSync(join(FOLDER, 'node_modules', '@graphql-hive')))
      await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER });
    await city?.followed();
    const urls: Record<string, string> = {};
    for (const [name, department] of city?.city.near ?? []) {
      const listening = await listenForGateway(department, { host: '127.0.0.1', port: 0 }, createLog('silent'));
      served.push(listening);
      urls[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${listening.port}/graphql`;
    }
    const SECRET = Buffer.from(TEST_SECRET).toString('hex');
    hive = spawn(process.execPath, ['--import', 'tsx', join(FOLDER, 'gateway.mjs')], {
      cwd: HOME,
      env: { ...process.env, ...urls, SECRET, NOW: TODAY.toISOString() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(hive.stdout as NonNullable<typeof hive.stdout>, 'data');
    url = String(said).trim();
  }, 600_000);

  it.each(profiles.map(({ title, query, variables }) => ({ title, query, variables })))(
    'answer $title as our gateway does, value for value',
    async ({ query, variables }) => {
      const ours = await city?.ask(query, variables);
      const body = JSON.stringify({ query, variables });
      const headers = { 'content-type': 'application/json' };
      const theirs = await answerOf(await fetch(url, { method: 'POST', headers, body }));
      expect(ours?.errors).toEqual([]);
      expect(ours?.data.subject).not.toBeNull();
      expect(theirs.errors).toEqual([]);
      expect(theirs.data).toEqual(ours?.data);
    },
  );
});
