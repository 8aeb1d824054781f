import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { AuthorizationsInChain } from '../../gateway/audit/authorizations-verified.ts';
import { exportedChain } from '../../gateway/audit/chain-file.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { signingKeys } from '../../gateway/audit/key-file.ts';
import type { Body, Line } from '../../gateway/audit/line.ts';
import { auditReader } from '../../gateway/audit/read.ts';
import { verifyChain } from '../../gateway/audit/verify.ts';
import type { Authorization } from '../../gateway/authorizations/authorization.ts';
import { settleClaims } from '../../gateway/authorizations/claims.ts';
import { authorizationStore } from '../../gateway/authorizations/store.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { readConfig } from '../../platform/config.ts';
import { connect } from '../../platform/database/connection.ts';
import { openCity } from '../../platform/installation/city.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { cleanUpAfterEach, newHome, open } from '../support/embedded-server.ts';
import { GRANT, newKey, REQUEST, REVOKE, registerBank } from '../support/lending.ts';
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
    COMPANY: codeOf(1),
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

/** What a bank and a company did with one authorization, each repeated under its key until it was answered, and then once more. */
interface Dealt {
  readonly id: string;
  readonly isContinuous: boolean;
  /** The two answers of each repeated request. */
  readonly answers: readonly (readonly [string, string])[];
  /** What a package for the single use was answered, again and again until it was answered twice. */
  readonly outcomes: readonly string[];
}

const LOAN = `mutation($id: ID!, $key: String!, $loan: LoanReportInput!) {
  reportLoan(authorization: $id, loan: $loan, idempotencyKey: $key) { loanNumber balance { amount } reportedAt } }`;
const PACKAGE = `query($requests: [FinancingPackageRequest!]!) {
  financingPackages(requests: $requests) { outcome package { blocks { isGranted } subject { id } } } }`;

/** A bank and a company that repeat whatever they ask for under its key; one deals for many uses, one for a single one. */
function dealing(where: () => string) {
  const dealt: Dealt[] = [];
  let isOver = false;
  const asked = { subject: codeOf(1), blocks: ['tax'], purpose: 'PRE_LOAN', until: '2026-12-31' };
  /** The data of an answer that holds what was asked, however often it must be asked for: null, with an error, is none. */
  const untilAnswered = async (as: string, query: string, variables: object): Promise<Record<string, never>> => {
    const headers = { 'content-type': 'application/json', 'test-as': as };
    for (let turns = 0; turns < 3_000; turns += 1) {
      const answer = await fetch(where(), { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
        .then((response) => response.json() as Promise<{ data?: Record<string, never> | null }>)
        .catch(() => undefined);
      if (answer?.data && !Object.values(answer.data).includes(null as never)) return answer.data;
      await pause(20);
    }
    throw new Error('a request was never answered');
  };
  const deal = async (isContinuous: boolean): Promise<void> => {
    const answers: [string, string][] = [];
    const twice = async (as: string, query: string, variables: object): Promise<Record<string, never>> => {
      const given = { ...variables, key: newKey() };
      const first = await untilAnswered(as, query, given);
      answers.push([saidOf(first), saidOf(await untilAnswered(as, query, given))]);
      return first;
    };
    const made = await twice('bank', REQUEST, { ...asked, isContinuous });
    const { id } = made.requestAuthorization as unknown as { readonly id: string };
    await twice('company', GRANT, { id });
    const outcomes: string[] = [];
    if (isContinuous) {
      const loan = {
        loanNumber: `L-${dealt.length}-${id}`,
        month: month(),
        product: 'CREDIT_LOAN',
        appliedOn: `${month()}-01`,
      };
      await twice('bank', LOAN, { id, loan: { ...loan, approvedOn: `${month()}-01`, amount: '1000', balance: '900' } });
      await twice('company', REVOKE, { id });
    } else {
      const requests = [{ identifier: codeOf(1), authorization: id }];
      for (let times = 0; times < 2; times += 1) {
        const { financingPackages } = await untilAnswered('bank', PACKAGE, { requests });
        outcomes.push((financingPackages as unknown as readonly [{ readonly outcome: string }])[0].outcome);
      }
    }
    dealt.push({ id, isContinuous, answers, outcomes });
  };
  const dealers = [true, false].map(async (isContinuous) => {
    while (!isOver) await deal(isContinuous);
  });
  return {
    dealt,
    async stop() {
      isOver = true;
      await Promise.all(dealers);
    },
  };
}

/** An answer but for the port, which is another after each start, and for what the credit office knows of the company, or is silent about. */
const saidOf = (answer: object): string =>
  JSON.stringify(answer)
    .replaceAll(/127\.0\.0\.1:\d+/gu, '')
    .replaceAll(/"subject":\{[^}]*\}/gu, '');
const month = (): string => new Date().toISOString().slice(0, 7);

/** Whatever was repeated happened once, and the tables say what the chain says. */
async function expectOnceEach(sql: postgres.Sql, dealt: readonly Dealt[]): Promise<void> {
  for (const { answers } of dealt) for (const [first, again] of answers) expect(again).toBe(first);
  expect(dealt.length).toBeGreaterThan(KILLS);
  const kept = async () => {
    const rows = await sql<{ row: Authorization }[]>`select to_jsonb(a) as row from gateway.authorizations a`;
    return rows.map(({ row }) => row);
  };
  const ids = dealt.map(({ id }) => id).sort();
  expect((await kept()).map(({ id }) => id).sort()).toEqual(ids);
  const loans = await sql<{ id: string }[]>`select authorization_id as id from gateway.loan_reports`;
  expect(loans.map(({ id }) => id).sort()).toEqual(
    dealt
      .filter(({ isContinuous }) => isContinuous)
      .map(({ id }) => id)
      .sort(),
  );
  // Claims that a killed gateway left are settled by the chain.
  await settleClaims(authorizationStore(sql), auditReader(sql), new Date(), 0);
  const chain = new AuthorizationsInChain();
  const answered = new Set<string>();
  for await (const text of exportedChain(sql)) {
    const line = JSON.parse(text) as Line;
    chain.take(line);
    if (line.body.kind === 'OUTCOME')
      for (const one of line.body.packages ?? [])
        if (one.authorization && ['COMPLETE', 'PARTIAL'].includes(one.outcome)) answered.add(one.authorization);
  }
  const rows = await kept();
  expect(chain.compare(rows)).toEqual([]);
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  for (const { id, isContinuous, outcomes } of dealt) {
    const complete = outcomes.filter((outcome) => outcome === 'COMPLETE').length;
    expect(complete, 'a single use is answered once').toBeLessThanOrEqual(1);
    const isUsed = answered.has(id);
    expect([complete === 1 && !isUsed, states.get(id)]).toEqual([
      false,
      isContinuous ? 'REVOKED' : isUsed ? 'USED' : 'GRANTED',
    ]);
  }
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
    const deals = dealing(() => gateway.url);
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
    await Promise.all([load.stop(), deals.stop()]);
    gateway.child.kill('SIGTERM');
    await once(gateway.child, 'exit');
    await expectAllTraced(sql, load.received, home);
    await expectOnceEach(sql, deals.dealt);
    await sql.end({ timeout: 5 });
  });
});
