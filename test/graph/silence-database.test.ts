import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { embeddedServer } from '../../platform/database/embedded.ts';
import { sourceUnavailable } from '../../platform/errors.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { isFar, type TestCity, testCity } from '../support/city.ts';
import { whileLocked } from '../support/database.ts';

// A department's database fails the same way wherever the department runs; where it runs here, its sessions can be watched.
describe.skipIf(isFar)('A department whose database fails (shown where departments are near)', async () => {
  if (isFar) return;
  const CODE = madeUpCode('MA0K7AAA');
  const NAME = '云泽停库有限公司';
  const PROFILE = `query Profile($identifier: String!) {
    subject(identifier: $identifier) { name tax { creditRatings { totalCount } } courts { dishonestDebtorEntries { totalCount } } }
  }`;
  const WHOLE = {
    subject: {
      name: NAME,
      tax: { creditRatings: { totalCount: 1 } },
      courts: { dishonestDebtorEntries: { totalCount: 0 } },
    },
  };
  const SILENT = {
    status: 200,
    data: { subject: { ...WHOLE.subject, tax: null } },
    errors: [
      {
        message: sourceUnavailable('tax', '税务部门').message,
        path: ['subject', 'tax'],
        extensions: { code: 'SOURCE_UNAVAILABLE', department: 'tax', retryAfter: 5 },
      },
    ],
  };
  // Only the deadline, or the caller's leaving, can end a statement here: PostgreSQL's own limit is far away.
  const environment = { STATEMENT_TIMEOUT_MS: '60000' };
  const city = await testCity({ environment });
  const askInAHurry = await city.another({
    budgets: { deadlineOf: (department) => (department === 'tax' ? 1_000 : 30_000) },
  });

  const ownServer = await mkdtemp(join(tmpdir(), 'credit-graph-own-'));
  await chmod(ownServer, 0o755);
  const start = () => embeddedServer({ home: ownServer, settings: { fsync: 'off' } });
  let server = await start();
  afterAll(async () => {
    await server.stop();
    await rm(ownServer, { recursive: true, force: true });
  });
  const apart = await testCity({ environment: { TAX_DATABASE_URL: server.url } });

  for (const one of [city, apart]) {
    await one.take('credit.subject', `机构名称,统一社会信用代码\n${NAME},${CODE}\n`);
    await one.take(
      'tax.credit-rating',
      `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位\n${NAME},${CODE},2025,A,云泽市税务局\n`,
    );
    expect((await one.ask(PROFILE, { identifier: CODE })).data).toEqual(WHOLE);
  }

  const asked = async (ask: TestCity['ask']) => {
    const { status, data, errors } = await ask(PROFILE, { identifier: CODE });
    return { status, data, errors };
  };

  /** The tax department's statements that are at work in PostgreSQL now. */
  const working = async (): Promise<number> => {
    const rows = await city.database.admin`
      select pid from pg_stat_activity
      where datname = ${city.database.name} and state = 'active' and query like '/* tax.%'`;
    return rows.length;
  };

  /** Runs something while another session holds the table of ratings for itself. */
  const whileStuck = (run: () => Promise<void>): Promise<void> =>
    whileLocked(city.database, 'tax.tax_credit_ratings', run);

  it('hangs: its slice is null at the deadline, its statement is cancelled, and it is back after', {
    retry: 4,
  }, async () => {
    await whileStuck(async () => {
      const answering = asked(askInAHurry);
      await expect.poll(working, { timeout: 10_000 }).toBe(1);
      expect(await answering).toEqual(SILENT);
      await expect.poll(working, { timeout: 10_000 }).toBe(0);
      expect(await Promise.all([asked(askInAHurry), asked(askInAHurry)])).toEqual([SILENT, SILENT]);
      await expect.poll(working, { timeout: 10_000 }).toBe(0);
    });
    expect(await asked(city.ask)).toEqual({ status: 200, data: WHOLE, errors: [] });
  });

  it('hangs, and the caller leaves: its statement is cancelled long before the deadline', async () => {
    await whileStuck(async () => {
      const caller = new AbortController();
      const leaving = fetch(city.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: PROFILE, variables: { identifier: CODE } }),
        signal: caller.signal,
      });
      await expect.poll(working, { timeout: 10_000 }).toBe(1);
      caller.abort();
      await expect(leaving).rejects.toThrow(/abort/u);
      await expect.poll(working, { timeout: 10_000 }).toBe(0);
    });
    expect(await asked(city.ask)).toEqual({ status: 200, data: WHOLE, errors: [] });
  });

  it('loses its sessions: the next question finds new ones', async () => {
    await city.database.admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${city.database.name} and application_name like 'credit-graph tax%'`;
    expect(await asked(city.ask)).toEqual({ status: 200, data: WHOLE, errors: [] });
  });

  it('refuses the statement: the error is ours, with a reference and without its SQL', async () => {
    await city.database.admin`alter table tax.tax_credit_ratings rename to hidden_ratings`;
    const { status, data, errors, text } = await city.ask(PROFILE, { identifier: CODE });
    await city.database.admin`alter table tax.hidden_ratings rename to tax_credit_ratings`;
    expect({ status, data }).toEqual({ status: 200, data: SILENT.data });
    expect(errors).toMatchObject([
      { path: ['subject', 'tax'], extensions: { code: 'INTERNAL_SERVER_ERROR', department: 'tax' } },
    ]);
    expect(text).not.toMatch(/relation|does not exist|hidden_ratings|tax_credit_ratings|select|42P01/u);
    expect((await asked(city.ask)).data).toEqual(WHOLE);
  });

  it('is stopped: its slice is null, and it is back once PostgreSQL is', async () => {
    await server.stop();
    expect(await asked(apart.ask)).toEqual(SILENT);
    expect(await asked(apart.ask)).toEqual(SILENT);
    server = await start();
    await expect.poll(() => asked(apart.ask), { timeout: 10_000 }).toEqual({ status: 200, data: WHOLE, errors: [] });
  });
});
