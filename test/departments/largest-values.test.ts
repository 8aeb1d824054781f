import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { csv, rating } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

// A cell that its column could not hold costs its row, never the file.

const city = await testCity();
const [NAME, CODE] = ['云泽巨数有限公司', madeUpCode('MA9BJG01')];
const unit = { 单位名称: NAME, 统一社会信用代码: CODE };
const wages: Cells = {
  ...unit,
  列入事由: '拖欠农民工工资',
  列入依据: '暂行办法第五条',
  列入决定书文号: '云人社列入〔2026〕1号',
  列入日期: '2026-03-05',
  列入部门: '云泽市人力资源和社会保障局',
};
const insured: Cells = { ...unit, 所属期: '202603', 险种: '工伤保险', 经办机构: '云泽市社会保险事业中心' };
const bill: Cells = { ...unit, 月份: '202603', 缴费类别: '水费', 金额: '120', 供水单位: '云泽市自来水有限公司' };
const score = (given: string) => rating(NAME, CODE, { 信用分: given });

describe('A number too large for its column', () => {
  it.each<[string, string, Cells, Cells]>([
    ['score', 'tax.credit-rating', score('100'), { ...score('1000'), 评价年度: '2024' }],
    [
      'number of workers',
      'labour.wage-arrears',
      { ...wages, 涉及人数: '2147483647' },
      { ...wages, 列入日期: '2026-03-06', 涉及人数: '2147483648' },
    ],
    [
      'number of insured',
      'labour.social-insurance',
      { ...insured, 参保人数: '46' },
      { ...insured, 所属期: '202604', 参保人数: '3000000000' },
    ],
    [
      'number of periods',
      'utilities.payment',
      { ...bill, 欠费期数: '0' },
      { ...bill, 月份: '202604', 欠费期数: '9999999999' },
    ],
  ])('is one rejected row: a %s of %s', async (_what, item, good, wrong) => {
    const report = await city.take(item, csv([good, wrong]));
    expect(report).toMatchObject({ rows: 2, added: 1, rejected: 1 });
    expect(report.reasons).not.toHaveProperty('CONFLICTING_ROWS');
  });
});
