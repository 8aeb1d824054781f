import { describe, expect, it } from 'vitest';
import { placeOfFollower, rekeyRecords } from '../../platform/installation/rekey.ts';
import { testCity } from '../support/city.ts';
import { csv, oldNumber, penalty, rating, registered } from './made-up.ts';
import { madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;
const TAX = 'tax.credit-rating';

const QUESTION = `query Records($id: String!) { subject(identifier: $id) {
  id name isVerified
  tax { creditRatings { totalCount nodes { year grade { code } marks } } }
  market { penalties { totalCount } }
  listings { totalCount }
} }`;
const ask = async (id: string) => (await city.ask(QUESTION, { id })).data.subject;

const listing = (name: string, number: string) => ({
  主体名称: name,
  统一社会信用代码: number,
  名单名称: '统计严重失信企业',
  列入事由: '提供不真实统计资料',
  列入依据: '《统计严重失信企业信用管理办法》第五条',
  认定文号: '云统失信〔2026〕3号',
  列入日期: '2026-05-06',
  列入部门: '云泽市统计局',
});

describe('A subject known by an older number alone', () => {
  const [code, number] = [madeUpCode('MA8REKE2'), oldNumber('00070013')];
  const name = '云泽老号有限公司';

  it('has its records under that number until the registry tells its code', async () => {
    await city.take(TAX, csv([rating(name, number), rating(name, number, { 评价年度: '2024', 信用等级: 'A' })]));
    await city.take(TAX, csv([rating(name, number, { 评价年度: '2024', 主管税务机关: '云泽市税务局第二分局' })]));
    await city.take('market.penalty', csv([penalty(name, number)]));
    const report = await city.take('credit.serious-dishonesty-listing', csv([listing(name, number)]));
    expect(report.rejected, JSON.stringify(report.reasons)).toBe(0);
    expect(await ask(number)).toMatchObject({
      id: number,
      isVerified: false,
      tax: { creditRatings: { totalCount: 2 } },
    });
    expect(await ask(code)).toBeNull();
  });

  it('is found by both afterwards, with all its records under its code', async () => {
    await city.take('credit.subject', csv([registered(name, { 统一社会信用代码: code, 工商注册号: number })]));
    const byCode = await ask(code);
    expect(byCode).toEqual({
      id: code,
      name,
      isVerified: true,
      tax: {
        creditRatings: {
          totalCount: 2,
          nodes: [
            { year: 2025, grade: { code: 'A' }, marks: [] },
            { year: 2024, grade: { code: 'A' }, marks: ['CORRECTED'] },
          ],
        },
      },
      market: { penalties: { totalCount: 1 } },
      listings: { totalCount: 1 },
    });
    expect(await ask(number)).toEqual(byCode);
  });

  it('has all versions moved, told in each department’s feed once for each record', async () => {
    for (const table of ['tax.tax_credit_ratings', 'market.administrative_penalties', 'credit.listings']) {
      const left = await admin`select 1 from ${admin(table)} where subject_id = ${number}`;
      expect(left, table).toEqual([]);
    }
    const told = await admin<{ schema: string; count: number; versions: string }[]>`
      select schema, count(*)::int, string_agg(version::text, ',' order by version) as versions from (
        select 'tax' as schema, * from tax.feed union all select 'market', * from market.feed union all select 'credit', * from credit.feed
      ) f where change = 'REKEYED' and subject_id = ${code} and item <> 'credit.subject' group by 1 order by 1`;
    expect(told).toEqual([
      { schema: 'credit', count: 1, versions: '1' },
      { schema: 'market', count: 1, versions: '1' },
      { schema: 'tax', count: 2, versions: '1,2' },
    ]);
  });

  it('keeps its records when their files come again, by whichever number', async () => {
    for (const one of [number, code]) {
      const report = await city.take(TAX, csv([rating(name, one)]), { again: true });
      expect(report).toMatchObject({ rows: 1, unchanged: 1 });
    }
    expect((await ask(code)).tax.creditRatings.totalCount).toBe(2);
  });

  it('is moved once: following again, also from the beginning, changes nothing', async () => {
    const state = () => admin`
      select (select count(*)::int from tax.feed) as told, (select max(position)::int from tax.feed) as last,
             (select string_agg(t::text, ';' order by t::text) from tax.tax_credit_ratings t) as records`;
    const before = await state();
    await rekeyRecords(city.city);
    await rekeyRecords(city.city, city.city.near.values(), null);
    expect(await state()).toEqual(before);
  });
});

describe('A fact held under both numbers', () => {
  it('is held once when they turn out to be one subject: what was recorded last stands', async () => {
    const [code, number] = [madeUpCode('MA8REKE3'), oldNumber('00070021')];
    const name = '云泽双账有限公司';
    await city.take(TAX, csv([rating(name, code, { 信用等级: 'B' }), rating(name, code, { 评价年度: '2024' })]));
    await city.take(TAX, csv([rating(name, number, { 信用等级: 'A' })]));
    await city.take('credit.subject', csv([registered(name, { 统一社会信用代码: code, 工商注册号: number })]));
    const { tax } = await ask(number);
    expect(
      tax.creditRatings.nodes.map(({ year, grade }: { year: number; grade: { code: string } }) => [year, grade.code]),
    ).toEqual([
      [2025, 'A'],
      [2024, 'A'],
    ]);
    const ended = await admin`select 1 from tax.feed where change = 'ENDED' and subject_id = ${code}`;
    expect(ended).toHaveLength(1);
  });
});

describe('Two subjects with credit codes of their own', () => {
  it('stay two, though the registry gives a number of the one to the other', async () => {
    const [mine, theirs, number] = [madeUpCode('MA8REKE4'), madeUpCode('MA8REKE5'), oldNumber('00070030')];
    await city.take(TAX, csv([{ ...rating('云泽误填有限公司', mine), 工商注册号: number }]));
    await city.take(
      'credit.subject',
      csv([registered('云泽正主有限公司', { 统一社会信用代码: theirs, 工商注册号: number })]),
    );
    expect(await ask(mine)).toMatchObject({ id: mine, tax: { creditRatings: { totalCount: 1 } } });
    expect(await ask(number)).toMatchObject({ id: theirs, tax: { creditRatings: { totalCount: 0 } } });
  });
});

describe('Re-keying', () => {
  it('that fails half-way leaves all as it was, and the next occasion completes it', async () => {
    const [code, number] = [madeUpCode('MA8REKE6'), oldNumber('00070048')];
    const name = '云泽中断有限公司';
    await city.take(TAX, csv([rating(name, number), rating(name, number, { 评价年度: '2024' })]));
    const tax = city.city.near.get('tax');
    if (!tax) throw new Error('the tax department is not here');
    const before = await placeOfFollower(tax);
    await admin.unsafe(`
      create function refuse() returns trigger language plpgsql as 'begin raise exception ''cut off''; end';
      create trigger refuse before insert on tax.feed for each row when (new.change = 'REKEYED') execute function refuse()`);
    const list = csv([registered(name, { 统一社会信用代码: code, 工商注册号: number })]);
    await expect(city.take('credit.subject', list)).rejects.toThrow('cut off');
    await admin.unsafe('drop trigger refuse on tax.feed');
    expect(await placeOfFollower(tax)).toBe(before);
    const left = await admin`select count(*)::int as count from tax.tax_credit_ratings where subject_id = ${number}`;
    expect(left).toEqual([{ count: 2 }]);
    // What `npm start` does.
    await rekeyRecords(city.city);
    expect((await ask(code)).tax.creditRatings.totalCount).toBe(2);
    expect(await placeOfFollower(tax)).not.toBe(before);
  });

  it('reaches a row that was being stored while its subject got its code', async () => {
    const [code, number] = [madeUpCode('MA8REKE7'), oldNumber('00070056')];
    const name = '云泽同时有限公司';
    await city.take('market.penalty', csv([penalty(name, number)]));
    // The import has asked who the subject is and waits to store; meanwhile the registry list is taken and followed.
    const blocker = await admin.reserve();
    await blocker`begin`;
    await blocker`select pg_advisory_xact_lock(hashtextextended(${TAX}, 0))`;
    const storing = city.take(TAX, csv([rating(name, number)]));
    const isWaiting = async () =>
      (await admin`select 1 from pg_locks where locktype = 'advisory' and not granted`).length > 0;
    while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 10));
    await city.take('credit.subject', csv([registered(name, { 统一社会信用代码: code, 工商注册号: number })]));
    await blocker`commit`;
    blocker.release();
    await storing;
    expect(await ask(number)).toMatchObject({ id: code, tax: { creditRatings: { totalCount: 1 } } });
  });

  it('follows chains: who was re-keyed twice ends at the last', async () => {
    const numbers = [oldNumber('00070064'), oldNumber('00070072')] as const;
    const code = madeUpCode('MA8REKE8');
    const name = '云泽连环有限公司';
    await city.take(TAX, csv(numbers.map((number, at) => rating(name, number, { 评价年度: String(2024 + at) }))));
    await admin`
      insert into credit.feed (change, item, record_id, version, subject_id, recorded_at)
      values ('REKEYED', 'credit.subject', ${numbers[0]}, 1, ${numbers[1]}, now())`;
    await admin`
      insert into credit.feed (change, item, record_id, version, subject_id, recorded_at)
      values ('REKEYED', 'credit.subject', ${numbers[1]}, 1, ${code}, now())`;
    await rekeyRecords(city.city);
    const held = await admin`select distinct subject_id from tax.tax_credit_ratings where counterpart_name = ${name}`;
    expect(held).toEqual([{ subject_id: code }]);
  });
});
