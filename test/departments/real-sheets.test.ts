import { describe, expect, it } from 'vitest';
import { inGbk } from '../../demonstration/generator/gbk.ts';
import type { ImportReport } from '../../platform/import/report.ts';
import { testCity } from '../support/city.ts';
import { scratchFiles } from '../support/files.ts';
import { type TestCell, workbook, workbookParts, zip } from '../support/workbook-files.ts';
import { type XlsTestCell, xls } from '../support/xls-files.ts';
import { csv, linesOf, oldNumber, organizationNumber, penalty, table } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

// What real sheets look like: the list of the same name in the README of the gathered facts, item by item.

const city = await testCity();
const write = scratchFiles();
const ITEM = 'market.penalty';
const NAME = '云泽东港船务有限公司';
const code = madeUpCode('MA9WEEE1');

let documents = 0;
/** A row with a document number of its own. */
const row = (changes: Cells = {}): Cells => {
  documents += 1;
  return penalty(NAME, code, { 行政处罚决定书文号: `云市监罚〔2026〕${1000 + documents}号`, ...changes });
};
const numberOf = (cells: Cells): string => cells.行政处罚决定书文号 ?? '';
let files = 0;
const take = (bytes: string | Buffer, extension: string): Promise<ImportReport> => {
  files += 1;
  return city.take(ITEM, { path: write(`real-${files}.${extension}`, bytes) });
};
const total = ({ added, corrected, unchanged, repeated, rejected }: ImportReport): number =>
  added + corrected + unchanged + repeated + rejected;

async function stored(cells: Cells): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [found] = await city.database.admin<Record<string, unknown>[]>`
    select subject_id, counterpart_name, decided_on::text, fine::text, marks, source from market.administrative_penalties
    where document_number = ${numberOf(cells)} and superseded_at is null`;
  return found;
}

const LICENCES = [
  ['行政许可公示表'],
  ['行政相对人名称', '行政许可决定文书号', '许可名称', '有效期自', '有效期至', '许可机关'],
  [NAME, '云市监许〔2026〕1号', '食品经营许可', '2026-01-01', '长期', '云泽市市场监督管理局'],
  [NAME, '云市监许〔2026〕2号', '食品经营许可', '2026-01-01', '长期', '云泽市市场监督管理局'],
];

describe('A real sheet', () => {
  it('has title, notice and instruction rows above and below its header, a blank first row and column', async () => {
    const [first, second] = [row(), row()];
    const [header = [], ...rows] = table([first, second]);
    const codes = header.map((title) => CODES.get(title) ?? '');
    const lines = [
      [],
      ['云泽市市场监督管理局行政处罚信息公示表'],
      ['填表说明：带＊号的为必填项'],
      header.map((title) => (title === '行政相对人名称' ? `＊ ${title}` : title)),
      codes,
      ...rows,
    ].map((cells) => ['', ...cells]);
    const report = await take(workbook([{ name: 'Sheet1', rows: lines }]), 'xlsx');
    expect(report).toMatchObject({ rows: 2, added: 2, rejected: 0, skipped: 5 });
  });

  it('has a line below the table that is no record: it comes back with its reason, and is counted', async () => {
    const lines = [...table([row()]), [], ['填表人：周某某', '', '填报日期：2026年3月31日']];
    const report = await take(workbook([{ name: '处罚', rows: lines }]), 'xlsx');
    expect(report).toMatchObject({ rows: 2, added: 1, rejected: 1, skipped: 2 });
    expect((await linesOf(report.rejectedFiles[0]))[1]).toContain('填表人：周某某');
  });

  it.each(['xlsx', 'xls'])(
    'stands second in a book, after licences, under a misleading name (%s)',
    async (extension) => {
      const [first, second] = [row(), row()];
      const sheets = [
        { name: '行政处罚', rows: LICENCES },
        { name: '行政许可', rows: table([first, second]).map((cells) => [...cells]) },
      ];
      const report = await take(extension === 'xls' ? xls(sheets) : workbook(sheets), extension);
      expect(report).toMatchObject({ rows: 2, added: 2, skipped: LICENCES.length + 1 });
      expect(report.remarks).toEqual([
        expect.stringMatching(/^工作表“行政处罚”不是本目录项的表\(缺少.*“行政处罚决定书文号”.*\),共 4 行未读。$/u),
      ]);
    },
  );

  it('stands beside a hidden one, which is told and not read', async () => {
    const rows = table([row()]);
    const sheets = [
      { name: '处罚', rows },
      { name: '去年', rows: table([row(), row()]), isHidden: true },
    ];
    const report = await take(workbook(sheets), 'xlsx');
    expect(report).toMatchObject({ rows: 1, added: 1 });
    expect(report.remarks).toEqual(['工作表“去年”是隐藏的,共 3 行未读。']);
  });

  it('has serial dates and numbers as floats in .xls, real dates in .xlsx', async () => {
    const given = [row({ 备注: '201312142.0' }), row()];
    const [header = [], ...rows] = table(given);
    const asDates = (date: (serial: number) => TestCell & XlsTestCell) => [
      [...header],
      ...rows.map((cells) => cells.map((cell) => (cell === '2026-03-05' ? date(46_086) : cell))),
    ];
    const old = xls([{ name: '处罚', rows: asDates((number) => number) }]);
    expect(await take(old, 'xls')).toMatchObject({ rows: 2, added: 2 });
    for (const cells of given) expect(await stored(cells)).toMatchObject({ decided_on: '2026-03-05' });

    const dated = xls([{ name: '处罚', rows: asDates((number) => ({ number, z: 'yyyy"年"m"月"d"日"', style: 1 })) }]);
    expect(await take(dated, 'xls')).toMatchObject({ rows: 2, unchanged: 2 });
    const present = workbook([{ name: '处罚', rows: asDates((number) => ({ number, z: '', style: 1 })) }]);
    expect(await take(present, 'xlsx')).toMatchObject({ rows: 2, unchanged: 2 });
    const texts = given.map((cells) => ({ ...cells, 处罚决定日期: '46086.0' }));
    expect(await take(csv(texts), 'csv')).toMatchObject({ rows: 2, unchanged: 2 });
  });

  it('declares a dimension of one cell over thousands of rows', async () => {
    const given = Array.from({ length: 2500 }, () => row());
    const parts = workbookParts([{ name: '处罚', rows: table(given) }]);
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<dimension ref="A1"/>');
    expect(await take(zip(parts), 'xlsx')).toMatchObject({ rows: 2500, added: 2500 });
  });

  it('is in GBK or UTF-8 with a mark, with CRLF', async () => {
    const given = row();
    const text = `${csv([given])}\r\n`;
    expect(await take(`\uFEFF${text}`, 'csv')).toMatchObject({ rows: 1, added: 1 });
    expect(await take(inGbk(text), 'csv')).toMatchObject({ rows: 1, unchanged: 1 });
  });

  it('has U+3000 and U+200B in its cells, and half- and full-width brackets in one file', async () => {
    const given = row();
    const number = numberOf(given);
    const spelled = [
      given,
      { ...given, 行政处罚决定书文号: `　${number.replace('〔', '（').replace('〕', '）')}\u200B` },
      { ...given, 行政处罚决定书文号: number.replace('〔', '[').replace('〕', ']') },
      { ...given, 行政相对人名称: `${NAME}\u3000` },
    ];
    const report = await take(csv(spelled), 'csv');
    expect(report).toMatchObject({ rows: 4, added: 1 });
    expect(total(report)).toBe(4);
    const [found] = await city.database.admin<{ count: number }[]>`
      select count(*)::int from market.administrative_penalties
      where document_number like ${`%${number.replace(/\D+\d{4}\D+/u, '')}`} and superseded_at is null`;
    expect(found?.count).toBe(1);
  });

  it('mixes in one code column credit codes, registration numbers of 15 and 13 places and organisation codes', async () => {
    const given = [code, oldNumber('90000017'), '9901022000123', organizationNumber('MA9WEEE2')].map((number, index) =>
      row({ 行政相对人名称: `云泽混编第${index}号有限公司`, 统一社会信用代码: number }),
    );
    given[0] = { ...given[0], 行政相对人名称: NAME };
    const report = await take(csv(given), 'csv');
    expect(total(report)).toBe(4);
    expect(report).toMatchObject({ rows: 4, added: 4 });
  });

  it('has a credit code in the column of another number', async () => {
    const given = row({ 统一社会信用代码: '', '行政相对人代码_3(组织机构代码)': code });
    expect(await take(csv([given]), 'csv')).toMatchObject({ rows: 1, added: 1 });
    expect(await stored(given)).toMatchObject({ subject_id: code });
  });

  it('has name and code in each other’s cells: they come back with the repair', async () => {
    const right = row();
    const swapped = row({ 行政相对人名称: code, 统一社会信用代码: NAME });
    const report = await take(csv([right, swapped]), 'csv');
    expect(report).toMatchObject({ rows: 2, added: 1, rejected: 1, reasons: { CELLS_SWAPPED: 1 } });
    const [, rejected = []] = await linesOf(report.rejectedFiles[0]);
    expect(rejected[2]).toContain('“行政相对人名称”与“统一社会信用代码”两格像是填反了，对调后再提交即可。');
  });

  it('has a code that is only wrong: no swap is offered', async () => {
    const report = await take(csv([row({ 统一社会信用代码: '见附件' })]), 'csv');
    expect(report.reasons).not.toHaveProperty('CELLS_SWAPPED');
    expect(report).toMatchObject({ rows: 1, rejected: 1 });
  });

  it('has a misspelt header: it is read, with a remark', async () => {
    const [header = [], ...rows] = table([row()]);
    const lines = [header.map((title) => title.replace('处罚决定日期', '处罚决定定日期')), ...rows];
    const report = await take(workbook([{ name: '处罚', rows: lines }]), 'xlsx');
    expect(report).toMatchObject({ rows: 1, added: 1 });
    expect(report.remarks).toEqual(['表头“处罚决定定日期”按“处罚决定日期”读取,请核对。']);
  });

  it('comes again through three channels, as CSV, XLSX and XLS: what is known is unchanged', async () => {
    const lines = table([row(), row(), row()]);
    const asCsv = csv(
      lines.slice(1).map((cells) => Object.fromEntries(cells.map((cell, at) => [lines[0]?.[at] ?? '', cell]))),
    );
    expect(await take(asCsv, 'csv')).toMatchObject({ rows: 3, added: 3 });
    expect(await take(workbook([{ name: '处罚', rows: lines }]), 'xlsx')).toMatchObject({ rows: 3, unchanged: 3 });
    const rows = lines.map((cells) => [...cells]);
    expect(await take(xls([{ name: '处罚', rows }]), 'xls')).toMatchObject({ rows: 3, unchanged: 3 });
  });

  it.each([
    ['罚款金额(万元)', '54', '540000.00', []],
    ['罚款金额（元）', '540000', '540000.00', []],
    ['罚款金额(万元)', '伍拾肆万元整', '540000.00', ['AMOUNT_UNIT_DIFFERS']],
    ['罚款金额（元）', '人民币伍拾肆万元整', '540000.00', []],
    ['罚款金额(万元)', '540000元', '540000.00', ['AMOUNT_UNIT_DIFFERS']],
    ['罚款金额(万元)', '540000', '5400000000.00', ['AMOUNT_DIFFERS_FROM_TEXT']],
  ])('has amounts in 元 or 万元, plain or in formal numerals: %s %s', async (header, amount, fine, marks) => {
    const { '罚款金额(万元)': _, ...others } = row({ 处罚内容: '处以罚款人民币伍拾肆万元整。' });
    const given = { ...others, [header]: amount };
    expect(await take(csv([given]), 'csv')).toMatchObject({ rows: 1, added: 1 });
    expect(await stored(given)).toMatchObject({ fine, marks });
  });

  it('has several fines in one text: any of them or their sum may stand in the column', async () => {
    const text = '1.对公司罚款贰万元；2.对负责人处5000元罚款。';
    const given = ['2', '0.5', '2.5', '3'].map((amount) => row({ 处罚内容: text, '罚款金额(万元)': amount }));
    const report = await take(csv(given), 'csv');
    expect(report).toMatchObject({ rows: 4, added: 4, marks: { AMOUNT_DIFFERS_FROM_TEXT: 1 } });
    expect(await stored(given[3] ?? {})).toMatchObject({ marks: ['AMOUNT_DIFFERS_FROM_TEXT'] });
  });
});

const CODES: ReadonlyMap<string, string> = new Map([
  ['行政相对人名称', 'CF_XDR_MC'],
  ['行政相对人类别', 'CF_XDR_LB'],
  ['统一社会信用代码', 'CF_XDR_SHXYM'],
  ['行政处罚决定书文号', 'CF_WSH'],
  ['处罚类别', 'CF_CFLB'],
  ['处罚决定日期', 'CF_JDRQ'],
  ['处罚机关', 'CF_CFJG'],
]);
