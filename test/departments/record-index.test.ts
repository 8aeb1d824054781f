import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Following, followDepartments } from '../../platform/installation/follow.ts';
import { createLog } from '../../platform/log.ts';
import type { CatalogueEntry } from '../../platform/records/catalogue.ts';
import { recordIndexFollower } from '../../subgraphs/credit/record-index/follow.ts';
import { testCity } from '../support/city.ts';
import { csv, oldNumber, rating } from './made-up.ts';
import { madeUpCode } from './submitted.ts';

// The index's followers may be killed, started twice, sent back to an earlier place or to the beginning, in any order
// across departments: in the end the index is the same.

const city = await testCity({ demonstration: true });
const { admin } = city.database;
const departments = city.city.cards.map((card) => card.name);

/** Everything that the index says, as one hash. */
async function stateOfIndex(): Promise<string> {
  const [state] = await admin<{ hash: string }[]>`
    select md5(string_agg(to_jsonb(r)::text, '|' order by r.id collate "C", r.version)) as hash from credit.record_index r`;
  return state?.hash ?? '';
}

const following = (): Promise<Following> =>
  followDepartments({ city: city.city, log: createLog('silent'), everyMs: 5, patienceMs: 10_000 });

/** Each session of a pool that is being ended may still take one question with it. */
async function insist<Result>(work: () => Promise<Result>, times = 10): Promise<Result> {
  return work().catch((error: unknown) => {
    if (times === 1) throw error;
    return insist(work, times - 1);
  });
}

describe('The index of records', () => {
  it('holds each version of each record of each department', async () => {
    await city.followed();
    const [index] = await admin`select count(*)::int as held from credit.record_index`;
    const tables = await admin<{ name: string }[]>`
      select table_schema || '.' || table_name as name from information_schema.columns
      where column_name = 'publication_deadline' and table_name <> 'record_index' order by 1`;
    let held = 0;
    for (const { name } of tables)
      held += Number((await admin.unsafe(`select count(*) as held from ${name}`))[0]?.held);
    expect(tables.length).toBeGreaterThanOrEqual(8);
    expect(index?.held).toBe(held);
    expect(held).toBeGreaterThan(800);
  });

  it('is the same after any restarts, double followers, killed sessions and steps back', async () => {
    await city.followed();
    const before = await stateOfIndex();
    const places = await admin<{ name: string; cursor: string }[]>`
      select name, cursor from credit.followers where name like 'records:%' and cursor is not null`;
    const torture = fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...departments), { minLength: 1 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 60 }),
      async (sentBack, isEmptied, killedAfterMs) => {
        const names = sentBack.map((name) => `records:${name}`);
        await admin.begin(async (transaction) => {
          await transaction`select 1 from credit.followers where name = any(${names}) for update`;
          await transaction`update credit.followers set cursor = null, reached_at = null where name = any(${names})`;
          if (isEmptied) await transaction`delete from credit.record_index where department = any(${sentBack})`;
        });
        const twins = [await following(), await following()];
        await pause(killedAfterMs);
        await admin`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = ${city.database.name} and application_name = 'credit-graph credit imports'`;
        await Promise.all(twins.map((one) => one.stop()));
        const last = await insist(following);
        await insist(() => last.catchUp());
        await last.stop();
        expect(await stateOfIndex()).toBe(before);
      },
    );
    await fc.assert(torture, { numRuns: 5 });
    const after =
      await admin`select name, cursor from credit.followers where name like 'records:%' and cursor is not null`;
    expect(after.map(({ name }) => name).sort()).toEqual(places.map(({ name }) => name).sort());
  }, 300_000);

  it('follows a correction and a subject’s new id, in all versions', async () => {
    const [former, code] = [oldNumber('00081072'), madeUpCode('MA81NDEX')];
    const name = '云泽索引有限公司';
    await city.take('tax.credit-rating', csv([rating(name, former)]));
    await city.take('tax.credit-rating', csv([rating(name, former, { 信用等级: 'B' })]));
    await city.followed();
    const versions = () => admin<{ version: number; isCurrent: boolean; subject: string }[]>`
      select r.version, r.superseded_at is null as "isCurrent", r.subject_id as subject from credit.record_index r
      where r.id in (select id from tax.tax_credit_ratings where counterpart_name = ${name}) order by r.version`;
    const of = (subject: string) => [
      { version: 1, isCurrent: false, subject },
      { version: 2, isCurrent: true, subject },
    ];
    expect(await versions()).toEqual(of(former));
    await city.take('credit.subject', csv([{ 机构名称: name, 统一社会信用代码: code, 注册号: former }]));
    await city.followed();
    expect(await versions()).toEqual(of(code));
  });

  it('follows an end', async () => {
    const [ended] = await admin<{ id: string }[]>`
      select r.id from credit.record_index r where r.item = 'tax.credit-rating' and r.superseded_at is null order by r.id limit 1`;
    await admin.begin(async (transaction) => {
      await transaction`with ended as (
          update tax.tax_credit_ratings set superseded_at = clock_timestamp() where id = ${ended?.id ?? ''} and superseded_at is null
          returning item, id, version, subject_id, superseded_at
        ) insert into tax.feed (change, item, record_id, version, subject_id, recorded_at)
        select 'ENDED', item, id, version, subject_id, superseded_at from ended`;
    });
    await city.followed();
    const [left] = await admin`
      select count(*)::int as held from credit.record_index where id = ${ended?.id ?? ''} and superseded_at is null`;
    expect(left?.held).toBe(0);
  });

  it('serves nothing that the catalogue does not name, and keeps it for when it does again', async () => {
    await city.followed();
    const credit = city.city.near.get('credit');
    if (!credit) throw new Error('the credit office is elsewhere');
    const stored = await admin<{ entry: CatalogueEntry }[]>`select entry from credit.catalogue_items`;
    const entries = stored.map(({ entry }) => entry);
    const begin = (catalogue: readonly CatalogueEntry[]) =>
      recordIndexFollower.begin(credit.clients.imports, catalogue);
    const before = await stateOfIndex();
    const told = async () => {
      const { data, errors } = await city.ask(
        '{ records(first: 100, filter: { departments: ["tax"] }) { totalCount nodes { item { code class } } } }',
      );
      expect(errors).toEqual([]);
      const { totalCount, nodes } = data.records;
      return { totalCount, items: new Set(nodes.map(({ item }: { item: object }) => Object.values(item).join())) };
    };
    const all = await told();
    expect(all.items).toContain('tax.arrears,ADMINISTRATIVE');
    await begin(entries.filter(({ code }) => code !== 'tax.arrears'));
    const fewer = await told();
    expect(fewer.totalCount).toBeLessThan(all.totalCount);
    expect([...fewer.items].filter((one) => String(one).startsWith('tax.arrears'))).toEqual([]);
    await begin(entries.map((entry) => (entry.code === 'tax.arrears' ? { ...entry, class: 'OTHER' } : entry)));
    expect(await told()).toMatchObject({ totalCount: all.totalCount });
    const { data } = await city.ask('{ records(filter: { items: ["tax.arrears"], classes: [OTHER] }) { totalCount } }');
    expect(data.records.totalCount).toBe(all.totalCount - fewer.totalCount);
    await begin(entries);
    expect(await stateOfIndex()).toBe(before);
  });

  it('is told by nobody else: a visitor cannot ask a department for its changes', async () => {
    const { errors } = await city.ask('{ recordChanges }');
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
