import { describe, expect, it } from 'vitest';
import { utilities } from '../../subgraphs/utilities/index.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const code = madeUpCode('MA7KQ2X5');
const submit = submitTo(utilities.sheets['utilities.payment']);
const row: Cells = {
  户名: '云泽市青禾食品有限公司',
  统一社会信用代码: code,
  户号: '0990102-5567',
  用电地址: '云泽市青石区望湖路8号',
  月份: '2026-03',
  缴费类别: '电费',
  用量: '12,345.60',
  应缴金额: '9876.5',
  违约金: '12.3',
  欠费期数: '2',
  欠费金额: '19753',
  供电企业: '云泽供电公司',
};
const submitted = (changes: Cells = {}) => one(submit({ ...row, ...changes }));

describe('a month of water, power or gas', () => {
  it('becomes a record that needs authorization as a whole', async () => {
    const { draft, marks } = await submitted();
    expect(draft).toMatchObject({
      counterpart: { name: '云泽市青禾食品有限公司', identifiers: [{ type: 'CREDIT_CODE', value: code }] },
      keyedBy: 'SUBJECT',
      authority: { name: '云泽供电公司', creditCode: null },
      documentNumber: null,
      decidedOn: null,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: 'AUTHORIZED',
      withheldReason: null,
      sortedOn: '2026-03-31',
    });
    expect(draft?.own).toEqual({
      year: 2026,
      month: 3,
      utility: 'POWER',
      quantity: '12345.6',
      quantityUnit: 'KILOWATT_HOUR',
      amount: '9876.50',
      amountCurrency: 'CNY',
      lateFee: '12.30',
      lateFeeCurrency: 'CNY',
      arrearsPeriods: 2,
      arrears: '19753.00',
      arrearsCurrency: 'CNY',
    });
    expect(marks).toEqual([]);
  });

  it('keeps neither the account number nor the address, in no column and not in the source', async () => {
    const { draft, source } = await one(submit({ ...row, 电表编号: 'M-778899', 联系电话: '13800000000' }));
    expect(JSON.stringify([draft?.own, source])).not.toMatch(/5567|778899|望湖路|13800000000/u);
    expect(source).toHaveProperty('用量');
  });

  it('and a rejected row does not show them either', async () => {
    const { reasons, messages } = await submitted({ 用量: '许多' });
    expect(reasons).toEqual(['QUANTITY_UNREADABLE']);
    expect(messages.join()).not.toContain('5567');
  });

  it('of two accounts, or of two meters, is two records, and of one account written twice is one', async () => {
    const keys = async (...changes: readonly Cells[]) =>
      new Set(
        (await submit(...changes.map((change) => ({ ...row, 电表编号: '', ...change })))).map(({ draft }) =>
          JSON.stringify(draft?.naturalKey),
        ),
      ).size;
    expect(await keys({ 户号: '1001' }, { 户号: '1002' })).toBe(2);
    expect(await keys({ 电表编号: 'M1' }, { 电表编号: 'M2' })).toBe(2);
    expect(await keys({ 户号: '１００１' }, { 户号: ' 1001 ' })).toBe(1);
  });

  it.each([
    [{ 缴费类别: '水费', 用量: '320' }, '320', 'CUBIC_METRE'],
    [{ 缴费类别: '自来水', 用量: '320吨' }, '320', 'CUBIC_METRE'],
    [{ 缴费类别: '燃气', 用量: '88.125立方米' }, '88.125', 'CUBIC_METRE'],
    [{ 缴费类别: '燃气', 用量: '1.25万方' }, '12500', 'CUBIC_METRE'],
    [{ 用量: '300度' }, '300', 'KILOWATT_HOUR'],
    [{ 用量: '1.23456万千瓦时' }, '12345.6', 'KILOWATT_HOUR'],
    [{ 用量: '０' }, '0', 'KILOWATT_HOUR'],
    [{ 用量: '' }, null, null],
  ])('with %o has the quantity %s in %s', async (changes, quantity, quantityUnit) => {
    expect((await submitted(changes)).draft?.own).toMatchObject({ quantity, quantityUnit });
  });

  it.each([
    ['用水量(吨)', '320', 'WATER', '320', 'CUBIC_METRE'],
    ['用电量（万千瓦时）', '1.5', 'POWER', '15000', 'KILOWATT_HOUR'],
    ['用电量(万千瓦时)', '300度', 'POWER', '300', 'KILOWATT_HOUR'],
    ['用电量(度)', '1.5万', 'POWER', '15000', 'KILOWATT_HOUR'],
    ['本月用气量', '77', 'GAS', '77', 'CUBIC_METRE'],
  ])('is told by the header "%s" too', async (header, cell, utility, quantity, quantityUnit) => {
    const { 缴费类别: _, 用量: __, ...rest } = row;
    expect((await one(submit({ ...rest, [header]: cell }))).draft?.own).toMatchObject({
      utility,
      quantity,
      quantityUnit,
    });
  });

  it('counts in the unit of its column', async () => {
    const counted = (计量单位: string) => one(submit({ ...row, 计量单位 }));
    expect((await counted('度')).draft?.own).toMatchObject({ quantityUnit: 'KILOWATT_HOUR' });
    expect((await counted('立方米')).reasons).toEqual(['UNIT_CONFLICT']);
    expect((await counted('桶')).reasons).toEqual(['UNIT_UNKNOWN']);
  });

  it.each([
    [{ 缴费类别: '' }, 'NO_UTILITY'],
    [{ 缴费类别: '宽带费' }, 'CODE_UNKNOWN'],
    [{ 用量: '300立方米' }, 'UNIT_CONFLICT'],
    [{ 用量: '300斤' }, 'UNIT_UNKNOWN'],
    [{ 用量: '-5' }, 'QUANTITY_NEGATIVE'],
    [{ 用量: '1.23456' }, 'QUANTITY_TOO_PRECISE'],
    [{ 欠费期数: '0' }, 'ARREARS_CONTRADICT'],
    [{ 欠费金额: '0' }, 'ARREARS_CONTRADICT'],
    [{ 用量: '', 应缴金额: '', 违约金: '', 欠费期数: '', 欠费金额: '' }, 'NOTHING_TOLD'],
    [{ 月份: '三月' }, 'MONTH_UNREADABLE'],
    [{ 供电企业: '' }, 'NO_AUTHORITY'],
    [{ 统一社会信用代码: '' }, 'NO_IDENTIFIER'],
  ])('is refused for %o', async (changes, reason) => {
    expect((await submitted(changes)).reasons).toEqual([reason]);
  });

  it('whose header and column name different utilities is refused', async () => {
    const { 用量: _, ...rest } = row;
    expect((await one(submit({ ...rest, 用水量: '3' }))).reasons).toEqual(['UTILITY_CONFLICT']);
  });

  it.each(['居民', '居民用户', '自然人'])('of a household is refused: %s', async (用户类别) => {
    expect((await one(submit({ ...row, 用户类别 }))).reasons).toEqual(['NATURAL_PERSON']);
  });

  it('of a company may be told by the kind of user', async () => {
    expect((await one(submit({ ...row, 用户类别: '非居民' }))).reasons).toEqual([]);
  });
});
