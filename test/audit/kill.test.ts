import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { exportedChain } from '../../gateway/audit/chain-file.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { signingKeys } from '../../gateway/audit/key-file.ts';
import type { Body } from '../../gateway/audit/line.ts';
import { verifyChain } from '../../gateway/audit/verify.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { readConfig } from '../../platform/config.ts';
import { connect } from '../../platform/database/connection.ts';
import { openCity } from '../../platform/installation/city.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { cleanUpAfterEach, newHome, open } from '../support/embedded-server.ts';
import { newKey, REQUEST, registerBank } from '../support/lending.ts';
import { program } from '../support/programs.ts';
import { randomOf } from '../support/random.ts';

// Whoever is killed, and whenever: no answer that may hold more than the public sees was sent without its lines. Once each
// in `npm test`; `npm run prove` kills twenty times (KILLS).

const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 1);
const CALLERS = 6;

cleanUpAfterEach();

/** An installation on a server of its own, which may be killed. */
async function installed(): Promise<{
  readonly environment: Record<string, string>;
  readonly sql: postgres.Sql;
  readonly home: string;
}> {
  const home = await newHome();
  const server = await open(home);
  const environment = {
    DATABASE_URL: server.url,
    DATA_DIR: home,
    SECRET: '7'.repeat(64),
    LOG_LEVEL: 'silent',
    AUDIT_HEADS: join(home, 'heads.jsonl'),
  };
  const config = readConfig(
    environment,
    departments.map(({ name }) => name),
  );
  const shared = { config, cards: departments, directory: subjectDirectory, log: createLog('silent') };
  const city = await openCity({ ...shared, own: [gatewaySchema(config), auditSchema(config)] });
  await city.migrate();
  const file = join(home, 'subjects.csv');
  await writeFile(file, subjectsFile([['云泽甲木机械有限公司', codeOf(1)]]));
  await takeFile(city, 'credit.subject', file, { dataDirectory: home });
  await city.stop();
  const sql = connect({ url: server.url }, { applicationName: 'the test', max: 1 });
  await registerBank(sql, 'river-bank');
  return { environment, home, sql };
}

async function started(
  environment: Record<string, string>,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [program('traced-gateway')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [said] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return { child, url: String(said).trim() };
}

/** What a caller received whole. */
interface Received {
  readonly request: string;
  readonly status: number;
  readonly receipt: string | undefined;
  readonly name: unknown;
}

/** Callers who ask and ask, wherever the gateway now is, until they are told to stop. */
function asking(where: () => string) {
  const received: Received[] = [];
  let isOver = false;
  let count = 0;
  const query = `{ subject(identifier: "${codeOf(1)}") { name tax { creditRatings { nodes { id } } } } }`;
  const caller = async (): Promise<void> => {
    while (!isOver) {
      count += 1;
      const request = `request-${count}`;
      const headers = { 'content-type': 'application/json', 'credit-purpose': 'SUPERVISION', 'x-request-id': request };
      try {
        const answer = await fetch(where(), { method: 'POST', headers, body: JSON.stringify({ query }) });
        const { data, extensions } = JSON.parse(await answer.text());
        received.push({ request, status: answer.status, receipt: extensions?.receipt?.id, name: data?.subject?.name });
      } catch {
        await pause(20);
      }
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  return {
    received,
    async stop() {
      isOver = true;
      await Promise.all(callers);
    },
    async until(more: number) {
      const answered = () => received.filter(({ status }) => status === 200).length;
      const enough = answered() + more;
      for (let turns = 0; answered() < enough; turns += 1) {
        if (turns > 6_000) throw new Error(`${answered()} answers, and no more`);
        await pause(20);
      }
    },
  };
}

/** What a bank asked for under one idempotency key, and the authorization that it was answered. */
interface Asked {
  readonly key: string;
  readonly ids: readonly string[];
}

/** A bank's program that repeats each request under its key until it is answered, and then once more. */
function requesting(where: () => string) {
  const asked: Asked[] = [];
  let isOver = false;
  const variables = { subject: codeOf(1), blocks: ['tax'], purpose: 'PRE_LOAN', until: '2026-12-31' };
  const headers = { 'content-type': 'application/json', 'test-as': 'bank' };
  const request = async (key: string): Promise<string | undefined> => {
    const body = JSON.stringify({ query: REQUEST, variables: { ...variables, key } });
    try {
      const answer = await fetch(where(), { method: 'POST', headers, body });
      return JSON.parse(await answer.text()).data?.requestAuthorization?.id;
    } catch {
      await pause(20);
      return undefined;
    }
  };
  const untilAnswered = async (key: string): Promise<string> => {
    for (let turns = 0; turns < 3_000; turns += 1) {
      const id = await request(key);
      if (id !== undefined) return id;
    }
    throw new Error('a request was never answered');
  };
  const callers = Array.from({ length: 2 }, async () => {
    while (!isOver) {
      const key = newKey();
      asked.push({ key, ids: [await untilAnswered(key), await untilAnswered(key)] });
    }
  });
  return {
    asked,
    async stop() {
      isOver = true;
      await Promise.all(callers);
    },
  };
}

async function expectOnceEach(sql: postgres.Sql, asked: readonly Asked[]): Promise<void> {
  for (const { ids } of asked) expect(new Set(ids).size).toBe(1);
  const kept = await sql<{ id: string }[]>`select id from gateway.authorizations`;
  expect(kept.map(({ id }) => id).sort()).toEqual(asked.map(({ ids }) => String(ids[0])).sort());
  expect(asked.length).toBeGreaterThan(KILLS);
}

async function expectAllTraced(sql: postgres.Sql, received: readonly Received[], home: string): Promise<void> {
  const answered = received.filter(({ name }) => name !== undefined && name !== null);
  const rows = await sql<{ body: Body }[]>`select body from audit.lines`;
  const of = (kind: Body['kind']) =>
    rows.flatMap(({ body }) => (body.kind === kind && 'question' in body ? [`${body.request} ${body.question}`] : []));
  const [intents, outcomes] = [new Set(of('INTENT')), new Set(of('OUTCOME'))];
  expect([intents.size, outcomes.size], 'each once').toEqual([of('INTENT').length, of('OUTCOME').length]);
  const untraced = answered.filter(({ request, receipt }) => {
    const line = `${request} ${receipt}`;
    return !intents.has(line) || !outcomes.has(line);
  });
  expect(untraced).toEqual([]);
  expect(answered.length).toBeGreaterThan(KILLS * 10);
  expect(received.filter(({ status }) => status === 500)).toEqual([]);
  const heads = (await readFile(join(home, 'heads.jsonl'), 'utf8')).trim().split('\n');
  const { published } = await signingKeys(join(home, 'signing-keys.json'), 'ed25519');
  expect((await verifyChain(exportedChain(sql), heads, published)).fault).toBeUndefined();
}

describe('No protected answer is without its lines, and no repeated request has two effects', {
  timeout: 1_800_000,
}, () => {
  it('when the gateway is killed under load, and PostgreSQL, whose recovery the gateway outlives', async () => {
    const { environment, sql, home } = await installed();
    const random = randomOf(SEED);
    let gateway = await started(environment);
    const load = asking(() => gateway.url);
    const bank = requesting(() => gateway.url);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await load.until(20);
      await pause(random.below(300));
      gateway.child.kill('SIGKILL');
      await once(gateway.child, 'exit');
      gateway = await started(environment);
      await load.until(20);
      await pause(random.below(300));
      // Whichever backend is killed, the server ends all others and recovers from its log.
      const [victim] = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where application_name like 'credit-graph audit lines%' limit 1`;
      expect(victim).toBeDefined();
      process.kill(Number(victim?.pid), 'SIGKILL');
    }
    await load.until(20);
    await Promise.all([load.stop(), bank.stop()]);
    gateway.child.kill('SIGTERM');
    await once(gateway.child, 'exit');
    await expectAllTraced(sql, load.received, home);
    await expectOnceEach(sql, bank.asked);
    await sql.end({ timeout: 5 });
  });
});
