import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { market } from '../../subgraphs/market/index.ts';
import { figure } from '../../subgraphs/market/supervision/figures.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const submit = submitTo(market.sheets['market.annual-report']);
const company = madeUpCode('MA7KQ2X5');

const row: Cells = {
  企业名称: '云泽市青禾食品有限公司',
  统一社会信用代码: company,
  年报年度: '2025',
  年报日期: '2026-04-18',
  登记机关: '云泽市市场监督管理局',
  营业总收入: '1280.5',
  主营业务收入: '1200',
  利润总额: '-36.25',
  净利润: '(40)',
  纳税总额: '58.4',
  资产总额: '2100',
  负债总额: '2300',
  所有者权益合计: '-200',
  从业人数: '42',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('an annual report', () => {
  it('becomes the one record of its subject for the year, with figures in yuan', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toEqual({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: company }] },
      keyedBy: 'SUBJECT',
      naturalKey: [2025],
      authority: { name: '云泽市市场监督管理局', creditCode: null },
      provider: { name: '云泽市市场监督管理局', creditCode: null },
      documentNumber: null,
      decidedOn: null,
      effectiveUntil: null,
      publishedOn: '2026-04-18',
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: '2025-12-31',
      own: {
        year: 2025,
        filedOn: '2026-04-18',
        revenue: '12805000.00',
        mainBusinessRevenue: '12000000.00',
        profit: '-362500.00',
        netProfit: '-400000.00',
        taxesPaid: '584000.00',
        assets: '21000000.00',
        liabilities: '23000000.00',
        equity: '-2000000.00',
        employees: 42,
      },
    });
    expect(marks).toEqual([]);
  });

  it('is read by the keys of the publicity system too', async () => {
    const keys: Readonly<Record<string, string>> = {
      年报年度: 'ANCHEYEAR',
      年报日期: 'ANCHEDATE',
      营业总收入: 'VENDINC',
      主营业务收入: 'MAIBUSINC',
      利润总额: 'PROGRO',
      净利润: 'NETINC',
      纳税总额: 'RATGRO',
      资产总额: 'ASSGRO',
      负债总额: 'LIAGRO',
      所有者权益合计: 'TOTEQU',
      从业人数: 'EMPNUM',
    };
    const coded = Object.fromEntries(Object.entries(row).map(([header, cell]) => [keys[header] ?? header, cell]));
    expect((await one(submit(coded))).draft).toEqual((await submitted()).draft);
  });

  it.each(['企业选择不公示', '选择不公示', '', '无'])('has no figure where the enterprise wrote "%s"', async (cell) => {
    const { draft, reasons } = await submitted({ 营业总收入: cell, 净利润: cell, 从业人数: cell });
    expect(reasons).toEqual([]);
    expect(draft?.own).toMatchObject({ revenue: null, netProfit: null, employees: null });
  });

  it('follows the unit that its header says', async () => {
    const { 营业总收入: _revenue, 净利润: _profit, ...others } = row;
    const { draft } = await one(submit({ ...others, '营业总收入（元）': '1280.5', '净利润（元）': '-3' }));
    expect(draft?.own).toMatchObject({ revenue: '1280.50', netProfit: '-3.00' });
  });

  it.each([
    [{ 年报日期: '2025-12-31' }, 'FILED_BEFORE_YEAR_END'],
    [{ 年报日期: '2098-01-01' }, 'FILED_IN_FUTURE'],
    [{ 年报日期: '' }, 'VALUE_REQUIRED'],
    [{ 年报年度: '' }, 'VALUE_REQUIRED'],
    [{ 年报年度: '2012' }, 'INTEGER_OUT_OF_RANGE'],
    [{ 营业总收入: '-1' }, 'AMOUNT_NEGATIVE'],
    [{ 负债总额: '亏损3万元' }, 'AMOUNT_NEGATIVE'],
    [{ 利润总额: '略有盈余' }, 'AMOUNT_UNREADABLE'],
    [{ 从业人数: '-1' }, 'INTEGER_OUT_OF_RANGE'],
    [{ 登记机关: '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });
});

describe('a figure', () => {
  const read = (text: string) => figure(['净利润']).read({ text }, '净利润元');

  it.each([
    ['-12.5', '-12.50'],
    ['－12.5', '-12.50'],
    ['−12.5', '-12.50'],
    ['（12.5）', '-12.50'],
    ['亏损12.5万元', '-125000.00'],
    ['-0', '0.00'],
    ['-0.001', '0.00'],
    ['12.5', '12.50'],
  ])('"%s" is %s', (text, yuan) => {
    expect(read(text)).toMatchObject({ value: yuan });
  });

  it('is read with its sign, for any amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }), (fen) => {
        const text = (fen / 100).toFixed(2);
        expect(read(text)).toMatchObject({ value: text });
      }),
    );
  });

  it.each(['--3', '-', '-(3)', '-亏损3'])('"%s" is none', (text) => {
    expect(read(text)).not.toHaveProperty('value');
  });
});
