import { behindWithBills, blacklistedCompany, cleanCompany, struckOffCompany } from '../story.ts';
import { cityLabour, insuranceAgency } from './authorities.ts';
import { addDays, addYears } from './days.ts';
import { numbered } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const INSURANCE_HEADERS = [
  '单位编号',
  '单位名称',
  '统一社会信用代码',
  '费款所属期',
  '所属期止',
  '险种类型',
  '单位参保状态',
  '参保人数',
  '应缴金额',
  '实缴金额',
  '欠缴金额',
  '经办机构',
  '联系人',
] as const;

/** Months of the clean company, of one that stopped, of one that is behind; in GBK, months as six digits. */
export function socialInsuranceFile(): SubmittedFile {
  const by = chance(20_110_701);
  const months = Array.from({ length: 9 }, (_, index) => `2026${String(index + 1).padStart(2, '0')}`);
  const struckOff = ['202406', '202407', '202408'].map((month, index) => ({
    ...contributionRow(told(struckOffCompany), month, 9 - index * 3, by),
    ...(index === 2 ? { 单位参保状态: '终止参保', 参保人数: 0, 应缴金额: '0', 实缴金额: '0' } : {}),
  }));
  const behind = months.slice(4).map((month) => {
    const row = contributionRow(told(behindWithBills), month, 64, by);
    return month < '202608'
      ? row
      : { ...row, 单位参保状态: '暂停缴费', 实缴金额: '0.00', 欠缴金额: row.应缴金额 ?? '' };
  });
  const unpaid = contributionRow(told(blacklistedCompany), '202511', 46, by);
  const good: Row[] = [
    ...months.map((month) => contributionRow(told(cleanCompany), month, 38, by)),
    ...struckOff,
    ...behind,
    { ...unpaid, 单位参保状态: '欠费', 实缴金额: '0', 欠缴金额: unpaid.应缴金额 ?? '' },
    ...by
      .sample(
        traders.filter((subject) => !isIndividual(subject)),
        14,
      )
      .flatMap((subject) =>
        ['202608', '202609'].map((month) => contributionRow(subject, month, by.between(2, 120), by)),
      ),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    first(20),
    { ...first(21), 费款所属期: '202604', 所属期止: '202606' },
    {
      ...first(22),
      费款所属期: '202604',
      所属期止: '',
      单位参保状态: '',
      参保人数: '',
      应缴金额: '',
      实缴金额: '',
      欠缴金额: '',
    },
    { ...first(23), 费款所属期: '第二季度' },
    { ...first(24), 费款所属期: '202604', 所属期止: '', 参保人数: '约30人' },
    { ...first(25), 费款所属期: '202604', 所属期止: '', 险种类型: '补充商业险' },
    { ...first(26), 费款所属期: '202604', 所属期止: '', 经办机构: '' },
    { ...first(27), 费款所属期: '202604', 所属期止: '', 应缴金额: '-8000' },
  ];
  return {
    item: 'labour.social-insurance',
    name: '27-labour-social-insurance.csv',
    bytes: csvInGbk({ above: ['云泽市社会保险参保单位缴费情况'], headers: INSURANCE_HEADERS, rows }),
  };
}

export function contributionRow(subject: Subject, month: string, persons: number, by: Chance): Row {
  const owed = (persons * by.between(1180, 1420)).toFixed(2);
  return {
    单位编号: `99${(subject.creditCode ?? '').slice(9, 16)}`,
    单位名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    费款所属期: month,
    所属期止: month,
    险种类型: by.pick(['五险合计', '社会保险费']),
    单位参保状态: by.pick(['参保缴费', '正常']),
    参保人数: persons,
    应缴金额: owed,
    实缴金额: owed,
    欠缴金额: '0',
    经办机构: insuranceAgency.name,
  };
}

export const WAGE_ARREARS_HEADERS = [
  '用人单位名称',
  '当事人类别',
  '统一社会信用代码',
  '列入事由',
  '列入依据',
  '列入决定书文号',
  '列入日期',
  '列入期限届满日期',
  '拖欠金额(元)',
  '涉及农民工人数(人)',
  '农民工姓名',
  '列入部门',
  '列入部门统一社会信用代码',
  '移出日期',
  '移出原因',
  '移出决定书文号',
] as const;

/** The labour department's own list; a column names workers, which nobody reads. */
export function wageArrearsFile(): SubmittedFile {
  const by = chance(20_220_101);
  const story = wageArrearsRow(told(blacklistedCompany), '2025-12-08', 17, 46, 812_600);
  const good: Row[] = [
    { ...story, 列入事由: '拖欠46名农民工工资,经责令限期支付仍不支付' },
    ...by.sample(traders, 5).map((subject, index) => {
      const persons = by.between(8, 60);
      return wageArrearsRow(
        subject,
        addDays('2026-08-30', -by.between(20, 800)),
        30 + index,
        persons,
        persons * by.between(9000, 26_000),
      );
    }),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    列入决定书文号: `云人社列入〔2026〕${90 + index}号`,
    ...cells,
  });
  const left = {
    ...bad(1, {}),
    移出日期: { day: '2026-09-30' },
    移出原因: '信用修复',
    移出决定书文号: '云人社移出〔2026〕2号',
  };
  const rows: Row[] = [
    ...good,
    left,
    bad(2, { 移出日期: '2019-05-06' }),
    bad(3, { '涉及农民工人数(人)': '0' }),
    bad(4, { 当事人类别: '自然人', 用人单位名称: '窦柘林', 统一社会信用代码: '' }),
    bad(5, { 列入决定书文号: '' }),
    bad(3, { 列入决定书文号: '云人社列入〔2026〕99号', 移出原因: '领导批示' }),
  ];
  return {
    item: 'labour.wage-arrears',
    name: '28-labour-wage-arrears.xlsx',
    bytes: xlsx([
      { sheet: '名单', above: ['拖欠农民工工资失信联合惩戒对象名单（云泽市）'], headers: WAGE_ARREARS_HEADERS, rows },
    ]),
  };
}

export function wageArrearsRow(subject: Subject, day: string, number: number, persons: number, owed: number): Row {
  return {
    用人单位名称: subject.name,
    当事人类别: isIndividual(subject) ? '个体工商户' : '企业',
    统一社会信用代码: subject.creditCode ?? '',
    列入事由: '克扣、无故拖欠农民工工资达到认定拒不支付劳动报酬罪数额标准,经责令限期支付仍不支付',
    列入依据: '《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条',
    列入决定书文号: numbered('云人社列入', day, number),
    列入日期: { day },
    列入期限届满日期: { day: addDays(addYears(day, 3), -1) },
    '拖欠金额(元)': owed,
    '涉及农民工人数(人)': persons,
    农民工姓名: '张某某等',
    列入部门: cityLabour.name,
    列入部门统一社会信用代码: cityLabour.creditCode,
  };
}
