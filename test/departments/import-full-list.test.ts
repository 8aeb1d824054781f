import { describe, expect, it } from 'vitest';
import { type TakeOptions, takeFile } from '../../platform/installation/take-file.ts';
import { testCity } from '../support/city.ts';
import { contentOf } from '../support/content.ts';
import { scratchFiles } from '../support/files.ts';
import { withFullList } from '../support/full-list.ts';
import { csv, rating } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;
const write = scratchFiles();
const ITEM = 'tax.credit-rating';
const listing = withFullList(city.city, ITEM);
const folder = write('folder.txt', '').replace(/[^/]+$/u, '');
let files = 0;

function take(rows: readonly Cells[], options: Partial<TakeOptions> = {}) {
  files += 1;
  return takeFile(listing, ITEM, write(`list-${files}.csv`, csv(rows)), {
    dataDirectory: folder,
    now: () => new Date('2026-11-21T10:00:00+08:00'),
    ...options,
  });
}

/** Ten taxpayers of one office: a list of its own for each test. */
function office(number: number) {
  const provider = `云泽第${number}税务所`;
  const rows = Array.from({ length: 10 }, (_, at) =>
    rating(`云泽${number}号第${at}公司`, madeUpCode(`ML${number}${at}0000`.slice(0, 8)), { 评价单位: provider }),
  );
  const held = () => admin<{ at: string; version: number; withheld: string | null }[]>`
    select right(split_part(counterpart_name, '公司', 1), 1) as at, version, withheld_reason as withheld
    from tax.tax_credit_ratings where provider_name = ${provider} and superseded_at is null order by 1`;
  return { provider, rows, held };
}

const without = (rows: readonly Cells[], ...left: readonly number[]) => rows.filter((_, at) => !left.includes(at));
const ended = (rows: readonly { at: string; withheld: string | null }[]) =>
  rows.filter((row) => row.withheld === 'NO_LONGER_LISTED').map((row) => Number(row.at));

describe('A full list', () => {
  it('ends what it no longer names with a new version that only its own side sees, and tells the feed', async () => {
    const { rows, held } = office(1);
    expect(await take(rows)).toMatchObject({
      added: 10,
      unlisted: { listed: 10, unlisted: 0, ended: 0, awaits: null },
    });
    const report = await take(without(rows, 3, 7));
    expect(report).toMatchObject({
      rows: 8,
      unchanged: 8,
      unlisted: { listed: 10, unlisted: 2, ended: 2, awaits: null },
    });
    expect(ended(await held())).toEqual([3, 7]);
    const changes = await admin`
      select f.change, f.version from tax.feed f join tax.tax_credit_ratings r on r.id = f.record_id and r.version = f.version
      where r.withheld_reason = 'NO_LONGER_LISTED' and r.import_id = ${report.importId}`;
    expect(changes).toEqual([
      { change: 'CORRECTED', version: 2 },
      { change: 'CORRECTED', version: 2 },
    ]);
    const shown = async (at: number) => {
      const { data, errors } = await city.ask(
        'query ($code: String!) { subject(identifier: $code) { tax { creditRatings { totalCount } } } }',
        { code: rows[at]?.统一社会信用代码 },
      );
      return errors.length > 0 ? errors : data.subject.tax.creditRatings.totalCount;
    };
    expect([await shown(2), await shown(3)]).toEqual([1, 0]);
  });

  it('has what comes back as a new version, and leaves alone what has ended before', async () => {
    const { rows, held } = office(2);
    await take(rows);
    await take(without(rows, 5));
    expect(await take(without(rows, 5, 6))).toMatchObject({ unlisted: { listed: 9, unlisted: 1, ended: 1 } });
    expect(await take(rows)).toMatchObject({ unchanged: 8, corrected: 2, unlisted: { listed: 10, unlisted: 0 } });
    expect(await held()).toMatchObject(
      rows.map((_, at) => ({ version: at === 5 || at === 6 ? 3 : 1, withheld: null })),
    );
  });

  it('ends nothing of another provider', async () => {
    const [one, other] = [office(3), office(4)];
    await take(one.rows);
    await take(other.rows);
    expect(await take(without(other.rows, 0))).toMatchObject({ unlisted: { listed: 10, ended: 1 } });
    expect(ended(await one.held())).toEqual([]);
    // One file of both is a list of both.
    expect(await take([...without(one.rows, 1), ...without(other.rows, 0, 2)])).toMatchObject({
      unlisted: { listed: 19, ended: 2 },
    });
    expect([ended(await one.held()), ended(await other.held())]).toEqual([[1], [0, 2]]);
  });

  it('that would end more than a fifth ends nothing until it is confirmed', async () => {
    const { rows, held } = office(5);
    await take(rows);
    const short = without(rows, 1, 2, 3);
    const path = write('short.csv', csv(short));
    const options = { dataDirectory: folder };
    const first = await takeFile(listing, ITEM, path, options);
    expect(first).toMatchObject({ unchanged: 7, unlisted: { unlisted: 3, ended: 0, awaits: 'MANY' } });
    expect(ended(await held())).toEqual([]);
    // Not "taken before": it waits, and says so again.
    expect(await takeFile(listing, ITEM, path, options)).toMatchObject({ takenBefore: null, importId: first.importId });
    const confirmed = await takeFile(listing, ITEM, path, { ...options, isConfirmed: true });
    expect(confirmed).toMatchObject({ importId: first.importId, unlisted: { unlisted: 3, ended: 3, awaits: null } });
    expect(ended(await held())).toEqual([1, 2, 3]);
    expect(await takeFile(listing, ITEM, path, options)).toMatchObject({ takenBefore: expect.any(String) });
    // The share is a setting.
    expect(await take(without(short, 0), { confirmShare: 0.1 })).toMatchObject({ unlisted: { awaits: 'MANY' } });
    expect(await take(without(short, 0, 1), { confirmShare: 0.5 })).toMatchObject({
      unlisted: { ended: 2, awaits: null },
    });
  });

  it('with rows that nobody can read ends nothing until it is confirmed', async () => {
    const { rows, held } = office(6);
    await take(rows);
    const list = rows.map((row, at) => (at === 4 ? { ...row, 评价年度: '去年' } : row));
    const report = await take(without(list, 8));
    expect(report).toMatchObject({
      rejected: 1,
      unlisted: { unlisted: 2, uncertain: 1, ended: 0, awaits: 'UNCERTAIN' },
    });
    expect(ended(await held())).toEqual([]);
    // The rejected row, mended, adds to the list and is none.
    expect(await takeFile(listing, ITEM, report.rejectedFiles[0] ?? '', { dataDirectory: folder })).toMatchObject({
      rejected: 1,
      unlisted: null,
    });
    expect(await take(without(list, 8), { isConfirmed: true, again: true })).toMatchObject({ unlisted: { ended: 2 } });
    expect(ended(await held())).toEqual([4, 8]);
  });

  it('keeps what a row may have meant whose name or code is wrong', async () => {
    const { rows, held } = office(7);
    await take(rows);
    const list = rows.map((row, at) => {
      if (at === 2) return { ...row, 纳税人名称: '写错了名称的公司' };
      if (at === 3) return { ...row, 统一社会信用代码: rows[4]?.统一社会信用代码 ?? '' };
      return row;
    });
    const report = await take(without(list, 9));
    expect(report).toMatchObject({ marks: { NAME_MISMATCH: 2 }, unlisted: { unlisted: 1, spared: 2, ended: 1 } });
    expect(ended((await held()).filter((row) => /\d/u.test(row.at)))).toEqual([9]);
  });

  it('tells in a dry run what it would end, and changes nothing', async () => {
    const { rows } = office(8);
    await take(rows);
    const before = await contentOf(city.database, ['tax', 'credit']);
    expect(await take(without(rows, 0), { isDryRun: true })).toMatchObject({
      isDryRun: true,
      unchanged: 9,
      unlisted: { listed: 10, unlisted: 1, ended: 1, awaits: null },
    });
    expect(await contentOf(city.database, ['tax', 'credit'])).toEqual(before);
  });

  it('interrupted between storing and ending ends in the same state when it is run again', async () => {
    const { rows, held } = office(9);
    await take(rows);
    await admin.unsafe(`
      create function refuse() returns trigger language plpgsql as 'begin raise exception ''no room''; end';
      create trigger refuse before insert on tax.tax_credit_ratings for each row when (new.withheld_reason = 'NO_LONGER_LISTED') execute function refuse()`);
    const list = [...without(rows, 6), rating('云泽9号新公司', madeUpCode('ML9N0000'), { 评价单位: '云泽第9税务所' })];
    const path = write('interrupted.csv', csv(list));
    const failed = await takeFile(listing, ITEM, path, { dataDirectory: folder }).catch((error) => error);
    expect(failed).toMatchObject({ cause: { message: 'no room' } });
    expect(ended(await held())).toEqual([]);
    await admin.unsafe('drop trigger refuse on tax.tax_credit_ratings; drop function refuse()');
    // The batch goes on, and what it had stored is its own.
    expect(await takeFile(listing, ITEM, path, { dataDirectory: folder })).toMatchObject({
      rows: 10,
      added: 1,
      unchanged: 9,
      unlisted: { ended: 1 },
    });
    expect(ended(await held())).toEqual([6]);
    const [batches] = await admin`select count(*)::int from tax.imports where file_name = 'interrupted.csv'`;
    expect(batches?.count).toBe(1);
  });
});
