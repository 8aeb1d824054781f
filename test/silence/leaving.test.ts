import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { madeUpCode } from '../departments/submitted.ts';
import { isFar, testCity } from '../support/city.ts';
import { whileLocked } from '../support/database.ts';

// Where the departments run here, their statements can be watched in PostgreSQL.
const city = await testCity({ environment: { STATEMENT_TIMEOUT_MS: '60000' } });
const NAME = '云泽半途有限公司';
const CODE = madeUpCode('MA0K6BBB');
await city.take('credit.subject', `机构名称,统一社会信用代码\n${NAME},${CODE}\n`);
await city.take(
  'tax.credit-rating',
  `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位\n${NAME},${CODE},2025,A,云泽市税务局\n`,
);
const question = (alias: string): string =>
  `{ subject(identifier: "${CODE}") { name tax { ${alias}: creditRatings { totalCount } } } }`;

/** The tax department's statements that are at work now, or wait there for a lock. */
const working = async (): Promise<number> => {
  const [row] = await city.database.admin<{ count: string }[]>`
    select count(*) from pg_stat_activity
    where datname = ${city.database.name} and state = 'active' and query like '/* tax.%'`;
  return Number(row?.count);
};

describe.skipIf(isFar)('Callers who leave', () => {
  it('leave no statement at work, however many of them there were', async () => {
    await whileLocked(city.database, 'tax.tax_credit_ratings', async () => {
      const leaving = new AbortController();
      // Each a question of its own, then the same by all.
      const asking = Array.from({ length: 200 }, (_, index) => question(index < 100 ? `a${index}` : 'same')).map(
        (query) =>
          fetch(city.url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
            signal: leaving.signal,
          }),
      );
      await expect.poll(working, { timeout: 20_000 }).toBe(2); // one for each of its connections
      leaving.abort();
      await Promise.allSettled(asking);
      await expect.poll(working, { timeout: 20_000 }).toBe(0);
    });
    expect((await city.ask(question('after'))).data).toEqual({
      subject: { name: NAME, tax: { after: { totalCount: 1 } } },
    });
  });

  it('may read half of their answer and go', async () => {
    const half = (query: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const sent = request(
          city.url,
          { method: 'POST', headers: { 'content-type': 'application/json' } },
          (response) => {
            response.once('data', () => {
              response.destroy();
              resolve();
            });
          },
        );
        sent.once('error', reject);
        sent.end(JSON.stringify({ query }));
      });
    await Promise.all(Array.from({ length: 100 }, (_, index) => half(question(`a${index}`))));
    await expect.poll(working, { timeout: 20_000 }).toBe(0);
    expect((await city.ask(question('after'))).data.subject.tax).toEqual({ after: { totalCount: 1 } });
  });
});
