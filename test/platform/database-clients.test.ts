import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Clients, createClients } from '../../platform/database/clients.ts';
import { connect } from '../../platform/database/connection.ts';
import { embeddedServer } from '../../platform/database/embedded.ts';
import { asDatabaseError, type DatabaseError } from '../../platform/database/index.ts';
import { oneRole } from '../../platform/database/provision.ts';
import { createReader } from '../../platform/database/reader.ts';
import { testDatabase } from '../support/database.ts';

const base = await testDatabase();
const database = await base.open(['tax']);
const clients = (statementTimeoutMs = 20_000, onStatement?: (text: string) => void): Clients =>
  database.clients('tax', { statementTimeoutMs, onStatement, hotConnections: 1 });
const backends = (purpose: string) => base.admin`
  select pid, state, query from pg_stat_activity
  where datname = ${base.name} and application_name = ${`credit-graph tax ${purpose}`}`;
const running = async (purpose: string) =>
  (await backends(purpose)).filter(({ state, query }) => state === 'active' && query.includes('pg_sleep')).length;

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(20); // the test's own time limit ends it
}

it('A statement whose caller has gone is cancelled, also where PostgreSQL overheard the first time', async () => {
  let told = 0;
  const { reader, end } = createReader({
    connect: () => connect({ url: base.url }, { applicationName: 'credit-graph tax overheard', max: 1 }),
    connections: 1,
    depth: 1,
    statementTimeoutMs: 60_000,
    async cancelBackend(pid) {
      told += 1;
      if (told > 1) await base.admin`select pg_cancel_backend(${pid})`;
    },
  });
  const leaving = new AbortController();
  const asked = reader.read('select pg_sleep(50)', [], { signal: leaving.signal });
  await until(async () => (await running('overheard')) === 1);
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT' });
  await until(async () => (await running('overheard')) === 0);
  expect(told).toBeGreaterThan(1);
  await end();
});

it('Imports wait for a lock no longer than they may, and go on with the next transaction', async () => {
  const { imports } = (await base.open(['tax'], { lockTimeoutMs: 50 })).clients('tax', { statementTimeoutMs: 20_000 });
  const turn = 'select pg_advisory_xact_lock(4711)';
  await base.admin.begin(async (holder) => {
    await holder.unsafe(turn);
    const failed = await imports.begin((transaction) => transaction.unsafe(turn)).catch(asDatabaseError);
    expect(failed).toMatchObject({ name: 'DatabaseError', code: 'TIMEOUT' });
  });
  expect(await imports.begin((transaction) => transaction.unsafe(turn))).toHaveLength(1);
});

describe('reads', () => {
  it('answer text for days, instants and exact numbers, as JSON in PostgreSQL would', async () => {
    const { hotReads } = clients();
    const [row] = await hotReads.read(
      `select $1::date as day, $2::timestamptz as instant, 12.50::numeric as amount, 9007199254740993::bigint as big,
              json_build_object('instant', $2::timestamptz) as document, $3::text[] as codes`,
      ['2026-02-28', '2026-11-21T16:00:00.123456+08:00', ['甲', '乙']],
    );
    expect(row).toEqual({
      day: '2026-02-28',
      instant: '2026-11-21T16:00:00.123456+08:00',
      amount: '12.50',
      big: '9007199254740993',
      document: { instant: '2026-11-21T16:00:00.123456+08:00' },
      codes: ['甲', '乙'],
    });
  });

  it('are prepared from their second time on, under a generic plan, and each is counted', async () => {
    const statements: string[] = [];
    const { hotReads } = clients(20_000, (text) => statements.push(text));
    const text = 'select count(*)::int as found from pg_class where relname = any($1)';
    for (const name of ['pg_class', 'pg_type', 'none']) await hotReads.read(text, [[name]]);
    await hotReads.read('select 1');
    expect(statements).toEqual([text, text, text, 'select 1']);
    const prepared = await hotReads.read(
      `select statement, generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements
       where statement like '%pg_class%' and statement not like '%pg_prepared%'`,
    );
    expect(prepared).toEqual([{ statement: text, generic: 2, custom: 0 }]);
  });

  it('of endless shapes do not pile up in PostgreSQL, and those in hand are answered all the same', async () => {
    const { hotReads } = clients();
    const shapes = Array.from({ length: 1_200 }, (_, index) => `select $1::int + ${index} as found`);
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(shapes.map((text) => hotReads.read(text, [1])));
      expect(answers.map(([row]) => row?.found)).toEqual(shapes.map((_, index) => index + 1));
    }
    const [held] = await hotReads.read('select count(*)::int as statements from pg_prepared_statements');
    expect(held?.statements).toBeLessThanOrEqual(500);
  });

  it('cannot write', async () => {
    const { hotReads, searches } = clients();
    for (const reader of [hotReads, searches]) {
      await expect(reader.read('create table t ()')).rejects.toMatchObject({ cause: { code: '25006' } });
    }
  });

  it('of one connection each keep their answers apart, a thousand at once', async () => {
    const { hotReads, searches } = clients();
    for (const reader of [hotReads, searches]) {
      const numbers = Array.from({ length: 1000 }, (_, index) => index);
      const answers = await Promise.all(numbers.map((number) => reader.read('select $1::int as number', [number])));
      expect(answers.map(([row]) => row?.number)).toEqual(numbers);
    }
  });
});

describe('reads for who gives way', () => {
  /** A scheduling policy of Linux (sched.h). */
  const BATCH = 3;
  /** The 41st field of proc_pid_stat(5); the second, a name in brackets, may hold spaces. */
  const policyOf = (pid: number): number =>
    Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[38]);
  const servedBy = async ({ hotReads, searches }: Clients): Promise<readonly number[]> => {
    const asked = [hotReads, searches].map((reads) => reads.read<{ pid: number }>('select pg_backend_pid() as pid'));
    return (await Promise.all(asked)).map(([row]) => Number(row?.pid));
  };

  it.runIf(process.platform === 'linux')('have PostgreSQL’s processes give way, too, and nobody else’s', async () => {
    const usual = clients();
    const nicer = database.clients('tax', { statementTimeoutMs: 20_000, hotConnections: 1, nicerBy: 7 });
    const [others, own] = [await servedBy(usual), await servedBy(nicer)];
    const before = others.map((pid) => getPriority(pid));
    await until(async () => own.every((pid) => getPriority(pid) === (before[0] ?? 0) + 7 && policyOf(pid) === BATCH));
    expect(others.map((pid) => getPriority(pid))).toEqual(before);
    expect(others.map(policyOf)).not.toContain(BATCH);
    await Promise.all([usual.end(), nicer.end()]);
  });
});

describe('a read that is given up', () => {
  it('rejects at once and is cancelled in PostgreSQL', async () => {
    const { searches } = clients();
    const controller = new AbortController();
    const read = searches.read('select pg_sleep(15)', [], { signal: controller.signal });
    const outcome = expect(read).rejects.toMatchObject({ name: 'DatabaseError', code: 'TIMEOUT' });
    await until(async () => (await running('searches')) === 1);
    controller.abort();
    await outcome;
    await until(async () => (await running('searches')) === 0);
  });

  it('while it waits behind others on its connection takes nobody else’s answer and leaves nothing running', async () => {
    const { hotReads } = clients();
    const controllers = Array.from({ length: 40 }, () => new AbortController());
    await hotReads.read('select $1::int as number, pg_sleep($2)', [0, 0]);
    const reads = controllers.map((controller, number) =>
      hotReads
        .read('select $1::int as number, pg_sleep($2)', [number, number % 4 === 0 ? 0.05 : 0.001], {
          signal: controller.signal,
        })
        .then(
          ([row]) => row?.number,
          (error: DatabaseError) => error.code,
        ),
    );
    await pause(30);
    controllers.forEach((controller, number) => {
      if (number % 3 === 0) controller.abort();
    });
    const outcomes = await Promise.all(reads);
    outcomes.forEach((outcome, number) => {
      if (outcome !== 'TIMEOUT') expect(outcome).toBe(number);
      else expect(number % 3).toBe(0);
    });
    expect(outcomes.filter((outcome) => outcome === 'TIMEOUT').length).toBeGreaterThan(0);
    expect(await hotReads.read('select 1 as one')).toEqual([{ one: 1 }]);
    await until(async () => (await running('reads')) === 0);
  });

  it('may be cancelled so late that the next one is hit, which then is asked again', async () => {
    const statements: string[] = [];
    const { hotReads } = clients(20_000, (text) => statements.push(text));
    const read = hotReads.read('select 1 as one from pg_sleep(0.5)');
    await until(async () => (await running('reads')) === 1);
    await base.admin`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = ${base.name} and application_name = 'credit-graph tax reads' and query like '%pg_sleep(0.5)%'`;
    expect(await read).toEqual([{ one: 1 }]);
    expect(statements).toHaveLength(2);
  });

  it('before it was sent is never sent', async () => {
    const statements: string[] = [];
    const { searches } = clients(20_000, (text) => statements.push(text));
    const busy = [1, 2].map(() => searches.read('select pg_sleep(0.3)'));
    const controller = new AbortController();
    const waiting = searches.read('select 2', [], { signal: controller.signal });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'TIMEOUT' });
    await pause(20);
    controller.abort();
    await outcome;
    await Promise.all(busy);
    await expect(searches.read('select 3', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    expect(await searches.read('select 4 as four')).toEqual([{ four: 4 }]);
    expect(statements).toEqual(['select pg_sleep(0.3)', 'select pg_sleep(0.3)', 'select 4 as four']);
  });

  it('on a connection that is only being made is cancelled once it is', async () => {
    const { hotReads } = clients();
    const controller = new AbortController();
    const read = hotReads.read('select pg_sleep(15)', [], { signal: controller.signal });
    const outcome = expect(read).rejects.toMatchObject({ code: 'TIMEOUT' });
    setImmediate(() => controller.abort());
    await outcome;
    expect(await hotReads.read('select 1 as one')).toEqual([{ one: 1 }]);
    await until(async () => (await running('reads')) === 0);
  });
});

describe('failures', () => {
  it('say what kind they are and nothing about the statement, the host or the values', async () => {
    const { hotReads } = clients(200);
    const failure = async (text: string, parameters: readonly unknown[] = []) =>
      hotReads.read(text, parameters).then(
        () => undefined,
        (error: unknown) => error,
      );
    const slow = await failure('select pg_sleep(10)');
    const wrong = await failure('select secret_column from nowhere where a = $1', ['canary']);
    expect(slow).toMatchObject({ code: 'TIMEOUT' });
    expect(wrong).toMatchObject({ code: 'INTERNAL', cause: { code: '42P01' } });
    expect(`${slow} ${wrong}`).not.toMatch(/canary|nowhere|secret|127\.0\.0\.1|select/);
  });

  it.each([
    ['53100', 'FULL'],
    ['53200', 'FULL'],
    ['53300', 'UNAVAILABLE'],
    ['57P01', 'UNAVAILABLE'],
    ['57P03', 'UNAVAILABLE'],
    ['ECONNREFUSED', 'UNAVAILABLE'],
    ['CONNECT_TIMEOUT', 'UNAVAILABLE'],
    ['CONNECTION_CLOSED', 'UNAVAILABLE'],
    ['57014', 'TIMEOUT'],
    ['23505', 'INTERNAL'],
    ['XX000', 'INTERNAL'],
  ])('with the code %s are %s', (code, expected) => {
    const error = asDatabaseError(Object.assign(new Error('secret'), { code }));
    expect([error.code, error.message.includes('secret')]).toEqual([expected, false]);
    expect(asDatabaseError(error)).toBe(error);
  });
});

describe('a lost connection', () => {
  it('is made again, and what was running or waiting on it is asked once more', async () => {
    const { hotReads } = clients();
    const reads = ['one', 'two', 'three'].map((name) => hotReads.read(`select pg_sleep(1)::text, '${name}' as name`));
    await until(async () => (await running('reads')) === 1);
    await base.admin`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${base.name} and application_name = 'credit-graph tax reads' and state = 'active'`;
    expect((await Promise.all(reads)).map(([row]) => row?.name)).toEqual(['one', 'two', 'three']);
    expect(await hotReads.read('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('to a server that is down fails every read at once; when it is back they succeed', async () => {
    const home = await mkdtemp(join(tmpdir(), 'credit-graph-restart-'));
    await chmod(home, 0o755);
    const first = await embeddedServer({ home });
    const { hotReads, imports, end } = createClients(oneRole({ url: first.url }), 'tax', {
      statementTimeoutMs: 20_000,
    });
    try {
      expect(await hotReads.read('select 1 as one')).toEqual([{ one: 1 }]);
      await first.stop();
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => hotReads.read('select 1 as one')));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
      const second = await embeddedServer({ home });
      expect(second.port).toBe(first.port);
      expect(await hotReads.read('select 2 as two')).toEqual([{ two: 2 }]);
      expect([...(await imports`select 3 as three`)]).toEqual([{ three: 3 }]);
      await end();
      await expect(hotReads.read('select 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await second.stop();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
