import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../platform/database/ports.ts';
import { departments } from '../../subgraphs/index.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { HOME } from '../house/sources.ts';
import { answerOf } from '../support/city.ts';
import { testDatabase } from '../support/database.ts';
import { environmentIn, services } from './manifests.ts';

// compose.yaml without an engine: its commands with its settings as plain processes of this machine, only that their addresses
// are this machine's. Eight processes that are started from source take their time: only `npm run prove` asks for it (PROCESSES).

const run = promisify(execFile);
const COMPANY = '云泽甲木机械有限公司';
const QUESTION = `{ subject(identifier: "${codeOf(1)}") { name tax { creditRatings { nodes { year grade { code } } } } } }`;

const database = process.env.PROCESSES ? await testDatabase() : undefined;

describe.runIf(process.env.PROCESSES)('The services of compose.yaml', { timeout: 900_000 }, () => {
  const names = departments.map(({ name }) => name);
  const running = new Map<string, ChildProcess>();
  const ports = new Map<string, number>();
  let folder = '';
  const portOf = (name: string): string => String(ports.get(name));
  const gateway = (): string => `http://127.0.0.1:${portOf('gateway')}/graphql`;

  /** What a container would be given, at this machine's addresses. */
  function environmentOf(name: string): Record<string, string> {
    const { environment } = services[name];
    const shared = Object.keys(environmentIn('compose/departments.env')).map((key) => [
      key,
      `http://127.0.0.1:${portOf(key.replace(/_URL$/u, '').toLowerCase())}/graphql`,
    ]);
    const here = {
      HOST: '127.0.0.1',
      DATA_DIR: join(folder, name),
      DATABASE_URL: database?.url ?? '',
      SECRET: '7'.repeat(64),
      HEALTH_URL: `http://127.0.0.1:${portOf(name)}/health/live`,
      [name === 'gateway' ? 'PORT' : `${name.toUpperCase()}_PORT`]: portOf(name),
      ...(name === 'gateway' && {
        PUBLIC_URL: 'https://credit.example.city',
        OIDC_ISSUER: 'https://identity.example.invalid',
        TRUSTED_PROXIES: '',
        AUDIT_KEYS: join(folder, 'signing-keys.json'),
        AUDIT_HEADS: join(folder, 'heads.jsonl'),
      }),
    };
    return {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      ...Object.fromEntries(shared),
      ...environment,
      ...here,
    };
  }

  async function start(name: string): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', ...services[name].command], {
      cwd: HOME,
      env: environmentOf(name),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.set(name, child);
    let said = '';
    for await (const piece of child.stdout) {
      said += piece;
      if (said.includes('/graphql')) break;
    }
    child.stdout.resume();
    expect(said).toContain(`127.0.0.1:${portOf(name)}/graphql`);
  }

  async function stop(name: string): Promise<number | null> {
    const child = running.get(name);
    running.delete(name);
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await exit;
    return code;
  }

  const health = (name: string): Promise<number> =>
    run(process.execPath, ['deploy/health.mjs'], { cwd: HOME, env: environmentOf(name) }).then(
      () => 0,
      ({ code }: { readonly code: number }) => code,
    );

  async function take(name: string, item: string, text: string): Promise<string> {
    const file = join(folder, `${item}.csv`);
    await writeFile(file, text);
    const args = ['--import', 'tsx', 'cli/import.ts', item, file];
    return (await run(process.execPath, args, { cwd: HOME, env: environmentOf(name) })).stdout;
  }

  async function ask() {
    const headers = { 'content-type': 'application/json' };
    return answerOf(await fetch(gateway(), { method: 'POST', headers, body: JSON.stringify({ query: QUESTION }) }));
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credit-graph-processes-'));
    for (const name of [...names, 'gateway']) ports.set(name, await freePort());
    // As many at once as there are processors for.
    for (let first = 0; first < names.length; first += 2) await Promise.all(names.slice(first, first + 2).map(start));
    await start('gateway');
  }, 600_000);

  afterAll(async () => {
    await Promise.all([...running.keys()].map(stop));
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  it('start and are healthy, each a process of its own, though the issuer cannot be reached', async () => {
    expect([...running.keys()].sort()).toEqual([...names, 'gateway'].sort());
    for (const name of ['gateway', 'tax', 'credit'])
      expect({ name, code: await health(name) }).toEqual({ name, code: 0 });
  });

  it('take files where their department lives, and answer what was taken', async () => {
    expect(await take('credit', 'credit.subject', subjectsFile([[COMPANY, codeOf(1)]]))).toContain('新增 1');
    const ratings = csv(RATINGS, [COMPANY, codeOf(1), 2024, 'A', '云泽市税务局']);
    expect(await take('tax', 'tax.credit-rating', ratings)).toContain('新增 1');
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data.subject).toEqual({
      name: COMPANY,
      tax: { creditRatings: { nodes: [{ year: 2024, grade: { code: 'A' } }] } },
    });
  });

  it('go on without one of them, which is unhealthy then, and have it back when it is back', async () => {
    expect(await stop('tax')).toBe(0);
    expect(await health('tax')).toBe(1);
    const without = await ask();
    expect(without.data.subject).toEqual({ name: COMPANY, tax: null });
    expect(without.errors[0]?.extensions).toMatchObject({ code: 'SOURCE_UNAVAILABLE', department: 'tax' });
    await start('tax');
    await expect.poll(async () => (await ask()).errors, { timeout: 60_000, interval: 500 }).toEqual([]);
  });

  it('end in order when they are told to', async () => {
    const codes = await Promise.all([...running.keys()].map(stop));
    expect(codes).toEqual(codes.map(() => 0));
    expect(codes).toHaveLength(names.length + 1);
  });
});
