import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../../platform/import/report.ts';
import { tidy } from '../../platform/sheets/cell.ts';
import { testCity } from '../support/city.ts';
import { scratchFiles } from '../support/files.ts';
import { openedCell, throughExcel } from '../support/spreadsheet.ts';
import { workbook } from '../support/workbook-files.ts';
import { csv, linesOf, oldNumber, penalty } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const write = scratchFiles();
const ITEM = 'market.penalty';

/** Credit codes of digits alone, which a spreadsheet takes for numbers. */
const digits = Array.from({ length: 2000 }, (_, index) => madeUpCode(String(70_000_000 + index))).filter((code) =>
  /^\d{18}$/u.test(code),
);
const [first = '', second = '', third = ''] = digits;

/** What spreadsheets do to cells: each stands in 备注 of a row that is wrong in its day of decision. */
const FRAGILE: readonly string[] = [
  '=1+1',
  '+86 0719 1234567',
  '-5+3',
  '@sum(a1)',
  '＝1+1',
  '-12',
  '0012',
  '2017.10',
  '3-5',
  '50%',
  '1E5',
  '1234567E8',
  '420000000012345',
  '2017年3月',
  '1,234.50',
  'TRUE',
  '(50)',
  '2026-03-05',
];

function wrong(index: number, changes: Cells): Cells {
  return penalty(`云泽退回第${index}号有限公司`, digits[index + 3] ?? '', {
    行政处罚决定书文号: `云市监罚〔2026〕${5000 + index}号`,
    处罚决定日期: '二月三十日',
    ...changes,
  });
}

const good = penalty('云泽良木家具有限公司', first, { 行政处罚决定书文号: '云市监罚〔2026〕4999号' });
const bad = [
  ...FRAGILE.map((remark, index) => wrong(index, { 备注: remark })),
  wrong(FRAGILE.length, { 统一社会信用代码: '', '行政相对人代码_2(工商注册号)': oldNumber('90000101') }),
  wrong(FRAGILE.length + 1, { 处罚内容: '罚款"贰仟"元,\n限期缴纳。' }),
];
/** 备注 has no field; the columns that the product put before the row are not spoken of. */
const KEPT = ['未识别的列,仅随原文留存:备注'];
const total = ({ added, corrected, unchanged, repeated, rejected }: ImportReport): number =>
  added + corrected + unchanged + repeated + rejected;
const toldCells = async (path: string) => (await linesOf(path)).map((cells) => cells.map(tidy));

describe('A spreadsheet that opens a CSV', () => {
  it.each([
    [second, /^\d\.\d+E\+17$/u],
    ['420000000012345', /^4\.2E\+14$/u],
    ['0012', /^12$/u],
    ['2017.10', /^2017\.1$/u],
    ['1234567E8', /E\+14$/u],
    ['3-5', /^3月5日$/u],
    ['50%', /^0\.5$/u],
  ])('would make something else of %s', (cell, altered) => {
    expect(openedCell(cell)).toMatch(altered);
    expect(openedCell(`\t${cell}`)).toBe(`\t${cell}`);
  });

  it.each(['=1+1', '+86 0719 1234567', '-5+3', '@sum(a1)'])('would run %s', (cell) => {
    expect(() => openedCell(cell)).toThrow('formula');
  });
});

describe('The file of rejected rows', () => {
  let rejected = '';

  it('loses nothing when a spreadsheet opens it and saves it again', async () => {
    const report = await city.take(ITEM, { path: write('bad.csv', `\uFEFF${csv([good, ...bad])}`) });
    expect(report).toMatchObject({ rows: bad.length + 1, added: 1, rejected: bad.length });
    [rejected = ''] = report.rejectedFiles;
    expect(readFileSync(rejected).subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(
      readFileSync(rejected, 'utf8')
        .replaceAll('\r\n', '')
        .replaceAll(/"[^"]*"/gu, ''),
    ).not.toMatch(/[\r\n]/u);

    const saved = write('saved.csv', throughExcel(readFileSync(rejected)));
    expect(await toldCells(saved)).toEqual(await toldCells(rejected));
    const [headers = [], ...rows] = await toldCells(saved);
    expect(rows.map((cells) => cells[headers.indexOf('备注')]).slice(0, FRAGILE.length)).toEqual(FRAGILE);
    expect(rows.map((cells) => cells[headers.indexOf('统一社会信用代码')])).toEqual(
      bad.map((cells) => cells.统一社会信用代码),
    );
    const again = await city.take(ITEM, { path: saved });
    expect(again).toMatchObject({ rows: bad.length, rejected: bad.length, reasons: report.reasons, remarks: KEPT });
  });

  it.each<[string, (rows: string[][]) => string[][], number]>([
    ['with its three columns', (rows) => rows, 0],
    ['without the reasons’ neighbours, which a clerk deleted', (rows) => rows.map((cells) => cells.slice(2)), 6],
    ['without all three', (rows) => rows.map((cells) => cells.slice(3)), 12],
  ])('mended in a spreadsheet %s is imported, and the counts add up', async (_, keep, from) => {
    const until = from === 12 ? bad.length : from + 6;
    const mended = throughExcel(readFileSync(rejected), ([header = [], ...rows]) => {
      const day = header.indexOf('处罚决定日期');
      const taken = rows.slice(from, until).map((cells) => cells.with(day, openedCell('2026-02-20')));
      return keep([header, ...taken]);
    });
    const report = await city.take(ITEM, { path: write(`mended-${from}.csv`, mended) });
    expect(report).toMatchObject({ rows: until - from, added: until - from, rejected: 0, remarks: KEPT });
    expect(total(report)).toBe(report.rows);
  });

  it('has then every row in the department’s records, as it was submitted', async () => {
    const stored = await city.database.admin<
      { number: string; day: string; subject: string; content: string; remark: string | null }[]
    >`
      select document_number as number, decided_on::text as day, subject_id as subject, content,
        source ->> array_position(h.headings, '备注') as remark
      from market.administrative_penalties join market.source_headings h on h.id = source ->> 0
      where superseded_at is null order by document_number`;
    expect(stored).toHaveLength(bad.length + 1);
    const mended = stored.slice(1);
    expect(new Set(mended.map(({ day }) => day))).toEqual(new Set(['2026-02-20']));
    expect(mended.map(({ remark }) => remark ?? '').slice(0, FRAGILE.length)).toEqual(FRAGILE);
    expect(mended.map(({ subject }) => subject).slice(0, FRAGILE.length)).toEqual(digits.slice(3, 3 + FRAGILE.length));
    expect(mended.at(-1)?.content).toBe('罚款"贰仟"元,\n限期缴纳。');
  });

  it('saved as a workbook is imported as well', async () => {
    const report = await city.take(ITEM, {
      path: write(
        'other.csv',
        csv([penalty('云泽改签物流有限公司', third, { 行政处罚决定书文号: '云市监罚〔2026〕6001号', 处罚机关: '' })]),
      ),
    });
    const [header = [], ...rows] = await linesOf(report.rejectedFiles[0]);
    const mended = rows.map((cells) => cells.with(header.indexOf('处罚机关'), '云泽市市场监督管理局'));
    const path = write('mended.xlsx', workbook([{ name: '退回', rows: [header, ...mended] }]));
    expect(await city.take(ITEM, { path })).toMatchObject({ rows: 1, added: 1, rejected: 0 });
  });
});
