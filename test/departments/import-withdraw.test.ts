import { describe, expect, it } from 'vitest';
import { listBatches, withdraw } from '../../platform/installation/batches.ts';
import { testCity } from '../support/city.ts';
import { contentOf } from '../support/content.ts';
import { csv, rating, registered } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;
const ITEM = 'tax.credit-rating';
const CONFIRMED = { confirmShare: 0.2, isConfirmed: true };

/** A taxpayer with its rows; what is current of it, by year. */
function taxpayer(eight: string) {
  const code = madeUpCode(eight);
  const row = (year: number, grade: string, changes: Cells = {}): Cells =>
    rating(`云泽${eight}公司`, code, { 评价年度: String(year), 信用等级: grade, ...changes });
  const held = async () => {
    const rows = await admin<{ year: number; said: string }[]>`
      select year, grade || coalesce(' ' || withheld_reason, '') as said from tax.tax_credit_ratings
      where subject_id = ${code} and superseded_at is null order by year`;
    return Object.fromEntries(rows.map(({ year, said }) => [year, said]));
  };
  const take = (...rows: readonly Cells[]) => city.take(ITEM, csv(rows));
  return { code, row, held, take };
}

const taken = async (report: Promise<{ readonly batch: string | null }>): Promise<string> => (await report).batch ?? '';

describe('Taking a batch back', () => {
  it('withholds what it added, restores what it corrected, and tells the feed', async () => {
    const { code, row, held, take } = taxpayer('MW000001');
    await take(row(2021, 'A'), row(2022, 'A'));
    const batch = await taken(take(row(2021, 'A'), row(2022, 'B'), row(2023, 'C')));
    expect(await withdraw(city.city, batch, CONFIRMED)).toMatchObject({
      withdrawn: 1,
      restored: 1,
      leftAlone: 0,
      outcome: 'DONE',
    });
    expect(await held()).toEqual({ 2021: 'A', 2022: 'A', 2023: 'C WITHDRAWN' });
    const feed = await admin`
      select f.change, f.version from tax.feed f where f.subject_id = ${code} order by f.transaction desc, f.position desc limit 2`;
    expect(feed.map(({ change, version }) => `${change} ${version}`).sort()).toEqual(['CORRECTED 2', 'CORRECTED 3']);
    const { data, errors } = await city.ask(
      'query ($code: String!) { subject(identifier: $code) { tax { creditRatings { nodes { year } } } } }',
      { code },
    );
    expect(errors).toEqual([]);
    expect(data.subject.tax.creditRatings.nodes.map((one: { year: number }) => one.year)).toEqual([2022, 2021]);
  });

  it('done twice changes nothing the second time', async () => {
    const { row, take } = taxpayer('MW000002');
    const batch = await taken(take(row(2021, 'A')));
    await withdraw(city.city, batch, CONFIRMED);
    const before = await contentOf(city.database, ['tax']);
    expect(await withdraw(city.city, batch, CONFIRMED)).toMatchObject({ withdrawn: 0, restored: 0, outcome: 'BEFORE' });
    expect(await contentOf(city.database, ['tax'])).toEqual(before);
  });

  it('leaves alone what a later import has changed', async () => {
    const { row, held, take } = taxpayer('MW000003');
    const batch = await taken(take(row(2021, 'A'), row(2022, 'A')));
    await take(row(2022, 'B'));
    expect(await withdraw(city.city, batch, CONFIRMED)).toMatchObject({ withdrawn: 1, restored: 0, leftAlone: 1 });
    expect(await held()).toEqual({ 2021: 'A WITHDRAWN', 2022: 'B' });
  });

  it.each([
    ['MW000004', 'AB', 'BA', 'A WITHDRAWN'],
    ['MW000005', 'AB', 'AB', 'B WITHDRAWN'],
    ['MW000006', 'ABC', 'CBA', 'A WITHDRAWN'],
    ['MW000007', 'ABC', 'BC', 'A'],
    ['MW000008', 'ABC', 'AC', 'B'],
    ['MW000009', 'ABC', 'ACB', 'B WITHDRAWN'],
    ['MW00000A', 'ABA', 'B', 'A'],
  ])('one after another (%s: imported %s, taken back %s) leaves %s', async (eight, imported, order, left) => {
    const { row, held, take } = taxpayer(eight);
    const batches = new Map<string, string>();
    for (const grade of imported) batches.set(grade, await taken(take(row(2021, grade))));
    for (const grade of order) await withdraw(city.city, batches.get(grade) ?? '', CONFIRMED);
    expect(await held()).toEqual({ 2021: left });
  });

  it('lets the same file be imported again', async () => {
    const { row, held, take } = taxpayer('MW000010');
    const rows = [row(2021, 'A'), row(2022, 'A')];
    const batch = await taken(take(...rows));
    expect(await take(...rows)).toMatchObject({ takenBefore: expect.any(String) });
    await withdraw(city.city, batch, CONFIRMED);
    expect(await take(...rows)).toMatchObject({ takenBefore: null, corrected: 2 });
    expect(await held()).toEqual({ 2021: 'A', 2022: 'A' });
  });

  it('waits for a word where it touches more than a fifth of what there is', async () => {
    const { row, held, take } = taxpayer('MW000011');
    const batch = await taken(take(row(2021, 'A'), row(2022, 'A')));
    const [{ current = 0 } = {}] = await admin<{ current: number }[]>`
      select count(*)::int as current from tax.tax_credit_ratings where superseded_at is null and withheld_reason is null`;
    const terms = { confirmShare: 1.5 / current, isConfirmed: false };
    expect(await withdraw(city.city, batch, terms)).toMatchObject({ withdrawn: 2, current, outcome: 'UNCONFIRMED' });
    expect(await held()).toEqual({ 2021: 'A', 2022: 'A' });
    expect(await withdraw(city.city, batch, { ...terms, confirmShare: 2 / current })).toMatchObject({
      outcome: 'DONE',
    });
  });

  it('of what is no batch of records says so', async () => {
    const subjects = await city.take(
      'credit.subject',
      csv([registered('云泽名录公司', { 统一社会信用代码: madeUpCode('MW000012') })]),
    );
    await expect(withdraw(city.city, subjects.batch ?? '', CONFIRMED)).rejects.toThrow('credit.subject 的批次不能撤回');
    await expect(withdraw(city.city, 'tax-999999', CONFIRMED)).rejects.toThrow('税务部门没有批次 tax-999999');
    await expect(withdraw(city.city, '17', CONFIRMED)).rejects.toThrow('没有批次 17');
  });
});

describe('The batches', () => {
  it('are listed newest first, by page, with their counts', async () => {
    const { row, take } = taxpayer('MW000020');
    const names: string[] = [];
    for (const year of [2021, 2022, 2023]) names.unshift(await taken(take(row(year, 'A'), row(year, 'A'))));
    const first = await listBatches(city.city, ITEM, 1, 2);
    const second = await listBatches(city.city, ITEM, 2, 2);
    expect(first).toMatchObject({
      hasMore: true,
      batches: names.slice(0, 2).map((name) => ({ name, rows: 2, added: 1, repeated: 1, status: 'COMPLETED' })),
    });
    expect(second.batches[0]).toMatchObject({ name: names[2] });
    const all = await listBatches(city.city, undefined, 1, 100);
    expect(new Set(all.batches.map((batch) => batch.item))).toEqual(new Set([ITEM, 'credit.subject']));
    expect(all.hasMore).toBe(false);
  });
});

describe('A file', () => {
  it('is taken again where another came since, and not where it was the last', async () => {
    const { row, held, take } = taxpayer('MW000030');
    const [one, other] = [[row(2021, 'A')], [row(2021, 'B')]];
    await take(...one);
    expect(await take(...one)).toMatchObject({ takenBefore: expect.any(String) });
    await take(...other);
    expect(await take(...one)).toMatchObject({ takenBefore: null, corrected: 1 });
    expect(await held()).toEqual({ 2021: 'A' });
    expect(await city.take(ITEM, csv(other), { once: true })).toMatchObject({ takenBefore: expect.any(String) });
  });
});
