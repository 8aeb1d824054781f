import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { auditSchema } from '../../gateway/audit/database.ts';
import { readConfig } from '../../platform/config.ts';
import { freePort } from '../../platform/database/ports.ts';
import { type City, openCity } from '../../platform/installation/city.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { program } from '../support/programs.ts';
import {
  debianPrograms,
  destroyed,
  ended,
  initialised,
  type Place,
  placeFor,
  receiving,
  started,
} from './debian-server.ts';

// The drill of docs/operations.md: minutes of real servers, so that only `npm run prove` asks for it (RESTORE_DRILL), and only
// where Debian's PostgreSQL is installed; the embedded one brings no programs for backups.

const run = promisify(execFile);
const COMPANY = '云泽甲木机械有限公司';
const QUESTION = `query ($code: String!) { subject(identifier: $code) { name tax { creditRatings { totalCount nodes { id year grade { code } } } } } }`;

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** An installation on this server, with the chain, and signing keys and heads outside the database. */
function installedOn(port: number, home: string, heads = 'heads.jsonl') {
  return {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/credit_graph`,
    DATA_DIR: home,
    SECRET: '7'.repeat(64),
    LOG_LEVEL: 'silent',
    AUDIT_HEADS: join(home, heads),
  };
}
type Environment = ReturnType<typeof installedOn>;

async function withCity<T>(environment: Environment, work: (city: City) => Promise<T>): Promise<T> {
  const config = readConfig(
    environment,
    departments.map(({ name }) => name),
  );
  const log = createLog('silent');
  const own = [auditSchema(config)];
  const city = await openCity({ config, cards: departments, directory: subjectDirectory, own, log });
  try {
    await city.migrate();
    return await work(city);
  } finally {
    await city.stop();
  }
}

async function take(environment: Environment, item: string, text: string): Promise<void> {
  const file = join(environment.DATA_DIR, `${item}.csv`);
  await writeFile(file, text);
  const report = await withCity(environment, (city) =>
    takeFile(city, item, file, { dataDirectory: environment.DATA_DIR }),
  );
  expect(report.rejected).toBe(0);
}

const rated = (grade: string): string => csv(RATINGS, [COMPANY, codeOf(1), 2024, grade, '云泽市税务局']);

async function gatewayOn(environment: Environment): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [program('traced-gateway')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  undo.push(() => ended(child, 'SIGKILL'));
  const [said] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return { child, url: String(said).trim() };
}

/** A protected question: its answer's data where it was answered wholly, else null. */
async function ask(url: string, request: string, known?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'credit-purpose': 'SUPERVISION', 'x-request-id': request };
  const body = JSON.stringify({ query: QUESTION, variables: { code: codeOf(1) } });
  try {
    const asOf = known === undefined ? {} : { 'credit-as-of': known };
    const answer = await fetch(url, { method: 'POST', headers: { ...headers, ...asOf }, body });
    const { data, errors, extensions } = JSON.parse(await answer.text());
    return answer.status === 200 && !errors && extensions?.receipt ? data : null;
  } catch {
    return null;
  }
}

async function asked(url: string, count: number, prefix: string): Promise<void> {
  for (let one = 0; one < count; one += 1) expect(await ask(url, `${prefix}-question-${one}`)).not.toBeNull();
}

/** `npm run audit` on these files. */
async function audit(environment: Environment, ...args: readonly string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [program('audit'), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      said += piece;
    });
  const [code] = await once(child, 'close');
  return { code, said };
}

/** The chain as it now is, held against heads and keys that were never in the database. */
async function chain(environment: Environment, heads = environment.AUDIT_HEADS) {
  const file = join(environment.DATA_DIR, 'chain.ndjson');
  const exported = await audit(environment, 'export', file);
  expect(exported).toMatchObject({ code: 0 });
  const keys = join(environment.DATA_DIR, 'signing-keys.jwks.json');
  await writeFile(keys, (await audit(environment, 'keys')).said);
  const verdict = await audit(environment, 'verify', file, '--heads', heads, '--keys', keys);
  return { ...verdict, text: await readFile(file, 'utf8') };
}

/** Those who ask on and on until they are told to stop; tells which of their questions were answered. */
function asking(url: string, callers: number) {
  const answered: string[] = [];
  let isOver = false;
  let count = 0;
  const running = Array.from({ length: callers }, async () => {
    while (!isOver) {
      count += 1;
      const request = `under-load-${count}`;
      if ((await ask(url, request)) !== null) answered.push(request);
      else await pause(50);
    }
  });
  return {
    answered,
    async until(more: number) {
      const enough = answered.length + more;
      while (answered.length < enough) await pause(10);
    },
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

const headsUntil = (text: string, instant: string): string =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .filter((line) => JSON.parse(Buffer.from(line.split('.')[1] ?? '', 'base64url').toString()).at <= instant)
    .map((line) => `${line}\n`)
    .join('');

async function place(): Promise<{ readonly place: Place; readonly home: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'credit-graph-drill-'));
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  await chmod(folder, 0o755);
  const home = await mkdtemp(join(tmpdir(), 'credit-graph-drill-home-'));
  undo.push(() => rm(home, { recursive: true, force: true }));
  return { place: await placeFor(folder), home };
}

const reason = debianPrograms === undefined ? ' (skipped: Debian’s PostgreSQL is not installed)' : '';

describe.runIf(process.env.RESTORE_DRILL && debianPrograms)(
  `A server that is gone${reason}`,
  { timeout: 1_200_000 },
  () => {
    it('comes back from base backup, archive and receiver with every acknowledged look, and as it was at an instant', async () => {
      const { place: drill, home } = await place();
      const port = await freePort();
      const server = await initialised(drill, 'server');
      await started(drill, server, port);
      undo.push(() => drill.run('pg_ctl', ['-D', server, '-m', 'immediate', 'stop']).catch(() => undefined));
      await drill.run('createdb', ['-p', String(port), '-T', 'template0', 'credit_graph']);
      const receiver = await receiving(drill, port);
      undo.push(() => ended(receiver, 'SIGKILL'));
      const environment = installedOn(port, home);

      await take(environment, 'credit.subject', subjectsFile([[COMPANY, codeOf(1)]]));
      await take(environment, 'tax.credit-rating', rated('A'));
      const first = await gatewayOn(environment);
      await asked(first.url, 20, 'before');
      const asA = await ask(first.url, 'the-rating-is-a');
      expect(asA).toMatchObject({ subject: { tax: { creditRatings: { nodes: [{ grade: { code: 'A' } }] } } } });
      await ended(first.child, 'SIGTERM'); // signs the chain's head

      const copying = performance.now();
      await drill.run('base-backup', [drill.backups, '--keep', '2'], { PGPORT: String(port) });
      const baseMs = Math.round(performance.now() - copying);

      await pause(1_100); // a backup is named by the second in which it ended
      const known = new Date().toISOString();
      await pause(1_100);
      await take(environment, 'tax.credit-rating', rated('B'));
      const gateway = await gatewayOn(environment);
      await asked(gateway.url, 20, 'between');
      const asB = await ask(gateway.url, 'the-rating-is-b');
      expect(asB).toMatchObject({ subject: { tax: { creditRatings: { nodes: [{ grade: { code: 'B' } }] } } } });
      await pause(1_100);
      const instant = new Date().toISOString();
      await pause(1_100);
      await take(environment, 'tax.credit-rating', rated('M'));
      const asM = await ask(gateway.url, 'the-rating-is-m');
      const load = asking(gateway.url, 4);
      await load.until(60);

      const gone = performance.now();
      await destroyed(server);
      await ended(receiver, 'SIGKILL');
      const acknowledged = [...load.answered];
      const restored = join(drill.folder, 'restored');
      await drill.run('restore', [drill.backups, restored]);
      await started(drill, restored, port);
      undo.push(() => drill.run('pg_ctl', ['-D', restored, '-m', 'immediate', 'stop']).catch(() => undefined));
      await load.until(1);
      const recoveryMs = Math.round(performance.now() - gone);
      await load.stop();
      // The gateway was never started anew; what starts anew finds its roles and nothing to migrate.
      expect(await ask(gateway.url, 'the-rating-is-still-m')).toEqual(asM);
      expect(await ask(gateway.url, 'it-was-b', instant)).toEqual(asB);
      expect(await ask(gateway.url, 'it-was-a', known)).toEqual(asA);
      await ended(gateway.child, 'SIGTERM');
      expect(await withCity(environment, (city) => city.migrate())).toBe(0);
      const whole = await chain(environment);
      expect(whole, whole.said).toMatchObject({ code: 0 });
      const lost = acknowledged.filter((request) => whole.text.split(`"${request}"`).length - 1 < 2);
      expect(acknowledged.length).toBeGreaterThanOrEqual(60);
      expect(lost, 'an intent and an outcome for each').toEqual([]);
      await drill.run('pg_ctl', ['-D', restored, '-w', 'stop']);

      const went = performance.now();
      const earlier = join(drill.folder, 'earlier');
      await drill.run('restore', [drill.backups, earlier, '--at', instant]);
      await started(drill, earlier, port);
      undo.push(() => drill.run('pg_ctl', ['-D', earlier, '-m', 'immediate', 'stop']).catch(() => undefined));
      const heads = await readFile(environment.AUDIT_HEADS, 'utf8');
      const then = installedOn(port, home, 'heads-then.jsonl');
      await writeFile(then.AUDIT_HEADS, headsUntil(heads, instant));
      const again = await gatewayOn(then);
      expect(await ask(again.url, 'as-it-was')).toEqual(asB);
      const instantMs = Math.round(performance.now() - went);
      expect(await ask(again.url, 'and-before', known)).toEqual(asA);
      await ended(again.child, 'SIGTERM');
      const cut = await chain(then);
      expect(cut, cut.said).toMatchObject({ code: 0 });
      expect(cut.text).toContain('"the-rating-is-b"');
      expect(cut.text).not.toContain('"the-rating-is-m"');
      expect(await chain(then, environment.AUDIT_HEADS), 'heads of later lines tell that they are gone').toMatchObject({
        code: 1,
      });

      console.log(
        `演练:基础备份 ${baseMs} 毫秒;数据目录毁坏后 ${recoveryMs} 毫秒恢复应答(RTO),毁坏前已答复的 ${acknowledged.length} 个受审计查询丢失 0 个(RPO 0);恢复到指定时刻 ${instantMs} 毫秒。`,
      );
    });
  },
);

describe.runIf(process.env.RESTORE_DRILL)('The embedded server', { timeout: 300_000 }, () => {
  it('comes back from a copy of DATA_DIR that was made while it was stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'credit-graph-copy-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const home = join(folder, 'data');
    const environment = {
      DATABASE_URL: '',
      DATA_DIR: home,
      SECRET: '',
      LOG_LEVEL: 'silent',
      AUDIT_HEADS: join(folder, 'heads.jsonl'),
    };
    await withCity(environment, async () => undefined);
    await take(environment, 'credit.subject', subjectsFile([[COMPANY, codeOf(1)]]));
    await run('cp', ['-a', home, join(folder, 'copy')]);
    await take(environment, 'tax.credit-rating', rated('A'));
    await rm(home, { recursive: true });
    await run('cp', ['-a', join(folder, 'copy'), home]);
    const gateway = await gatewayOn(environment);
    const found = await ask(gateway.url, 'after-the-copy');
    expect(found).toMatchObject({ subject: { name: COMPANY, tax: { creditRatings: { nodes: [] } } } });
    await ended(gateway.child, 'SIGTERM');
    await take(environment, 'tax.credit-rating', rated('A'));
  });
});
