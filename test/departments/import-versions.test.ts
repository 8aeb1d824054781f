import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inGbk } from '../../demonstration/generator/gbk.ts';
import { testCity } from '../support/city.ts';
import { scratchFiles } from '../support/files.ts';
import { workbook } from '../support/workbook-files.ts';
import { csv, penalty, rating, table } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;
const write = scratchFiles();
const NAME = '云泽晨光机械有限公司';

interface Version {
  readonly id: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly supersededAt: string | null;
  readonly said: string;
}

const ratingsOf = (code: string) => admin<Version[]>`
  select id, version, recorded_at as "recordedAt", superseded_at as "supersededAt", grade as said
  from tax.tax_credit_ratings where subject_id = ${code} order by id, version`;
const penaltiesOf = (code: string) => admin<Version[]>`
  select id, version, recorded_at as "recordedAt", superseded_at as "supersededAt", content as said
  from market.administrative_penalties where subject_id = ${code} order by id, version`;
const feedOf = (schema: string, code: string) => admin<{ change: string; recordId: string; version: number }[]>`
  select change, record_id as "recordId", version from ${admin(`${schema}.feed`)} where subject_id = ${code}
  order by transaction, position`;

const UNCHANGED = { added: 0, corrected: 0, repeated: 0, rejected: 0 };

describe('The same content again', () => {
  const code = madeUpCode('MA8AGA2N');
  const rows = [2023, 2024, 2025].map((year) => rating(NAME, code, { 评价年度: String(year) }));

  it('in the same file is told as taken before and is not read', async () => {
    const path = write('ratings.csv', csv(rows));
    const first = await city.take('tax.credit-rating', { path });
    expect(first).toMatchObject({ rows: 3, added: 3, takenBefore: null });
    const second = await city.take('tax.credit-rating', { path });
    expect(second).toMatchObject({ rows: 0, importId: null, takenBefore: expect.stringMatching(/^\d{4}-\d\d-\d\d/u) });
    expect(await city.take('tax.credit-rating', { path }, { again: true })).toMatchObject({ rows: 3, unchanged: 3 });
  });

  it('in another file, encoding, order or workbook changes nothing', async () => {
    const before = await ratingsOf(code);
    const [header = [], ...cells] = table(rows.toReversed());
    const files = [
      write('other-name.csv', `${csv(rows)}\r\n`),
      write('with-mark.csv', `\uFEFF${csv(rows)}`),
      write('utf-16.csv', Buffer.from(`\uFEFF${csv(rows)}`, 'utf16le')),
      write('gbk.csv', inGbk(csv(rows))),
      write('ratings.xlsx', workbook([{ name: '评价', rows: [['纳税信用评价结果'], [], header, ...cells] }])),
    ];
    for (const path of files) {
      expect(await city.take('tax.credit-rating', { path }), path).toMatchObject({
        ...UNCHANGED,
        rows: 3,
        unchanged: 3,
        takenBefore: null,
      });
    }
    expect(await ratingsOf(code)).toEqual(before);
    expect(await feedOf('tax', code)).toHaveLength(3);
  });
});

describe('A changed row', () => {
  it('ends version 1 at the instant at which version 2 begins, and the feed says CORRECTED', async () => {
    const code = madeUpCode('MA8CHANG');
    await city.take('tax.credit-rating', csv([rating(NAME, code)]));
    const report = await city.take('tax.credit-rating', csv([rating(NAME, code, { 信用等级: 'B' })]));
    expect(report).toMatchObject({ rows: 1, corrected: 1, added: 0 });
    const [first, second, ...more] = await ratingsOf(code);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ version: 1, said: 'A' });
    expect(second).toMatchObject({ version: 2, said: 'B', supersededAt: null, id: first?.id });
    expect(first?.supersededAt).toBe(second?.recordedAt);
    expect(await feedOf('tax', code)).toEqual([
      { change: 'ADDED', recordId: first?.id, version: 1 },
      { change: 'CORRECTED', recordId: first?.id, version: 2 },
    ]);
  });

  it('changed back is a third version, not the first again', async () => {
    const code = madeUpCode('MA8CHAN2');
    for (const 信用等级 of ['A', 'B', 'A']) {
      await city.take('tax.credit-rating', csv([rating(NAME, code, { 信用等级, 主管税务机关: `第 ${code} 所` })]), {
        again: true,
      });
    }
    expect((await ratingsOf(code)).map(({ said, version }) => `${version} ${said}`)).toEqual(['1 A', '2 B', '3 A']);
  });

  it('that begins to be published keeps its first day of publication', async () => {
    const code = madeUpCode('MA8PUB22');
    await city.take('market.penalty', csv([penalty(NAME, code)]));
    city.setNow(new Date('2026-12-01T09:00:00+08:00'));
    await city.take('market.penalty', csv([penalty(NAME, code, { 处罚内容: '罚款2000元,限期缴纳。' })]));
    city.setNow(new Date('2026-11-21T10:00:00+08:00'));
    const days = await admin`
      select published_on as day from market.administrative_penalties where subject_id = ${code} order by version`;
    expect(days.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-21']);
  });
});

describe('Rows of one file that contradict each other', () => {
  it('are told apart: the first is stored, the others come back saying which row they contradict', async () => {
    const code = madeUpCode('MA8CNTR1');
    const rows = [
      rating(NAME, code, { 信用等级: 'A' }),
      rating(NAME, code, { 信用等级: 'B' }),
      rating(NAME, code, { 信用等级: 'A' }),
    ];
    const report = await city.take('tax.credit-rating', csv(rows));
    expect(report).toMatchObject({ rows: 3, added: 1, repeated: 1, rejected: 1, reasons: { CONFLICTING_ROWS: 1 } });
    expect(readFileSync(report.rejectedFiles[0] ?? '', 'utf8')).toContain('与第 2 行是同一条记录而内容不同');
    expect((await ratingsOf(code)).map(({ said }) => said)).toEqual(['A']);
    // Who means the other row sends it alone.
    expect(await city.take('tax.credit-rating', { path: report.rejectedFiles[0] ?? '' })).toMatchObject({
      corrected: 1,
    });
    expect((await ratingsOf(code)).map(({ said }) => said)).toEqual(['A', 'B']);
  });

  it('contradict each other too where only the subject differs', async () => {
    const [code, other] = [madeUpCode('MA8CNTR2'), madeUpCode('MA8CNTR3')];
    const report = await city.take('market.penalty', csv([penalty(NAME, code), penalty(NAME, other)]));
    expect(report).toMatchObject({ rows: 2, rejected: 1, repeated: 0, reasons: { CONFLICTING_ROWS: 1 } });
    expect(await penaltiesOf(other)).toEqual([]);
  });
});

describe('The natural key', () => {
  it('survives the brackets and widths in which a document number is written', async () => {
    const code = madeUpCode('MA8BRACK');
    const name = '云泽(临江)渔业有限公司';
    const variants: readonly Cells[] = [
      penalty(name, code, { 行政处罚决定书文号: '云市监罚〔2026〕77号' }),
      penalty(name, code, { 行政处罚决定书文号: '云市监罚[2026]77号' }),
      penalty('云泽（临江）渔业有限公司', code, { 行政处罚决定书文号: '云市监罚（２０２６）77号' }),
      penalty(name, code, { 行政处罚决定书文号: '云市监罚【2026】 77号' }),
    ];
    for (const row of variants) {
      const report = await city.take('market.penalty', csv([row]));
      expect(report.rejected).toBe(0);
    }
    const versions = await penaltiesOf(code);
    expect(new Set(versions.map(({ id }) => id)).size).toBe(1);
    expect(versions.filter(({ supersededAt }) => supersededAt === null)).toHaveLength(1);
  });

  it('tells another number, another day and another authority apart', async () => {
    const code = madeUpCode('MA8APART');
    const rows = [
      penalty(NAME, code, { 行政处罚决定书文号: '云市监罚〔2026〕801号' }),
      penalty(NAME, code, { 行政处罚决定书文号: '云市监罚〔2026〕802号' }),
      penalty(NAME, code, { 行政处罚决定书文号: '云市监罚〔2026〕801号', 处罚决定日期: '2026-03-06' }),
      penalty(NAME, code, { 行政处罚决定书文号: '云市监罚〔2026〕801号', 处罚机关: '临江区市场监督管理局' }),
    ];
    expect(await city.take('market.penalty', csv(rows))).toMatchObject({ rows: 4, added: 4 });
  });
});

describe('What is recorded', () => {
  it('has for each record one unbroken line of versions, of which the last is current, each told once', async () => {
    const broken = await admin`
      select id from (
        select id, version, recorded_at, superseded_at, lead(recorded_at) over w as next, row_number() over w as place
        from tax.tax_credit_ratings window w as (partition by id order by version)
      ) v where version <> place or superseded_at is distinct from next`;
    expect(broken).toEqual([]);
    const [counts] = await admin<{ versions: number; told: number; distinct: number }[]>`
      select (select count(*)::int from tax.tax_credit_ratings) as versions,
             (select count(*)::int from tax.feed) as told,
             (select count(distinct (record_id, version))::int from tax.feed) as distinct`;
    expect(counts?.versions).toBeGreaterThan(9);
    expect(counts).toEqual({ versions: counts?.versions, told: counts?.versions, distinct: counts?.versions });
  });
});
