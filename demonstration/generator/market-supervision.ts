import {
  breakfastShop,
  cleanCompany,
  correctedCompany,
  lakesideShop,
  oftenFinedCompany,
  plainlyRatedCompany,
  removedFromListCompany,
  restoredShop,
  rewardedCompany,
  struckOffCompany,
} from '../story.ts';
import { cityMarket, districtMarket, districtOf } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { addDays, addYears } from './days.ts';
import { numbered } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const ABNORMAL_HEADERS = [
  '企业名称',
  '统一社会信用代码',
  '列入经营异常名录原因',
  '列入日期',
  '列入决定书文号',
  '作出决定机关(列入)',
  '标记日期',
  '是否移出',
  '移出经营异常名录原因',
  '移出日期',
  '作出决定机关(移出)',
] as const;

export const GROUNDS = {
  report: '未按照《企业信息公示暂行条例》第八条规定的期限公示年度报告的',
  unreachable: '通过登记的住所或者经营场所无法联系的',
  concealed: '公示企业信息隐瞒真实情况、弄虚作假的',
} as const;

/** Enterprises are listed and individual businesses marked, in one export with the headers of listing. */
export function abnormalOperationFile(): SubmittedFile {
  const by = chance(20_140_819);
  const struckOff = told(struckOffCompany);
  const good: Row[] = [
    abnormalRow(struckOff, '2024-07-09', GROUNDS.report, 31),
    abnormalRow(struckOff, '2024-11-20', GROUNDS.unreachable, 77),
    {
      ...abnormalRow(told(restoredShop), '2025-07-08', '个体工商户未按规定报送年度报告', 41),
      移出日期: '2025-09-16',
      移出经营异常名录原因: '补报未报年份的年度报告并申请恢复正常记载状态',
      是否移出: '是',
    },
    ...by.sample(traders, 26).map((subject, index) => {
      const listedOn = by.pick(['2024-07-09', '2025-07-08', '2026-07-07']);
      const entry = abnormalRow(subject, listedOn, by.pick(Object.values(GROUNDS)), 100 + index);
      const leftOn = addDays(listedOn, by.between(20, 300));
      if (!by.happens(45) || leftOn > '2026-10-20') return entry;
      return { ...entry, ...removal(subject, leftOn) };
    }),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    列入决定书文号: `云市监异〔2026〕${800 + index}号`,
    ...cells,
  });
  const company = good.findIndex(({ 统一社会信用代码: code }) => String(code).startsWith('91'));
  const rows: Row[] = [
    ...good,
    first(5),
    bad(6, { 列入日期: '' }),
    bad(company, { 列入日期: '', 标记日期: '2026-07-07' }),
    bad(8, { 列入日期: '2062-07-07' }),
    bad(9, { 是否移出: '否', 移出日期: '2026-08-03' }),
    bad(10, { 移出日期: '2019-01-01', 是否移出: '是' }),
    bad(11, { 统一社会信用代码: withWrongCheck(String(first(11).统一社会信用代码)) }),
    bad(12, { 列入经营异常名录原因: '' }),
    // Stored with a mark: words that name none of the four grounds.
    bad(13, { 列入经营异常名录原因: '详见决定书' }),
  ];
  return {
    item: 'market.abnormal-operation',
    name: '17-market-abnormal-operation.csv',
    bytes: csvWithMark({ headers: ABNORMAL_HEADERS, rows }),
  };
}

export function abnormalRow(subject: Subject, listedOn: string, reason: string, number: number): Row {
  return {
    企业名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    列入经营异常名录原因: reason,
    列入日期: listedOn,
    列入决定书文号: numbered('云市监异', listedOn, number),
    '作出决定机关(列入)': districtMarket(districtOf(subject.district)).name,
    标记日期: '',
    是否移出: '否',
  };
}

export function removal(subject: Subject, day: string): Row {
  return {
    移出日期: day,
    移出经营异常名录原因: '列入经营异常名录届满3年前,列入事由消失,申请移出',
    '作出决定机关(移出)': districtMarket(districtOf(subject.district)).name,
    是否移出: '是',
  };
}

export const SERIOUS_HEADERS = [
  '企业名称',
  '统一社会信用代码',
  '列入原因',
  '列入依据',
  '列入决定书文号',
  '列入日期',
  '列入机关',
  '列入机关统一社会信用代码',
  '所属区县',
  '期满日期',
  '移出日期',
  '移出原因',
  '移出机关',
] as const;

const BASIS = '《市场监督管理严重违法失信名单管理办法》第五条';

/** The market regulator's own list of serious violation, of which the credit office keeps a copy. */
export function seriousViolationFile(): SubmittedFile {
  const by = chance(20_210_901);
  const repaired = { 移出日期: '2026-05-20', 移出原因: '信用修复', 移出机关: cityMarket.name };
  const good: Row[] = [
    {
      ...seriousRow(told(removedFromListCompany), '2024-11-06', '生产经营危害人体健康的食品,受到较重行政处罚', 9),
      ...repaired,
    },
    seriousRow(told(struckOffCompany), '2025-05-12', '被吊销营业执照后拒不配合清理,情节严重', 4),
    ...by
      .sample(traders, 7)
      .map((subject, index) =>
        seriousRow(
          subject,
          addDays('2026-09-30', -by.between(10, 800)),
          by.pick([
            '经营标注虚假生产日期的食品,受到较重行政处罚',
            '生产、销售不符合保障人体健康和人身财产安全标准的产品',
            '组织虚假交易,扰乱公平竞争秩序',
          ]),
          20 + index,
        ),
      ),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    列入决定书文号: `云市监列严〔2026〕${80 + index}号`,
    ...cells,
  });
  const rows: Row[] = [
    ...good,
    first(4),
    bad(2, { 列入决定书文号: '' }),
    bad(3, { 列入日期: '2062-01-05' }),
    bad(4, { 期满日期: '2020-01-01' }),
    bad(5, { 移出日期: '2018-03-05' }),
    bad(6, { 统一社会信用代码: '/' }),
  ];
  return {
    item: 'market.serious-violation',
    name: '18-market-serious-violation.xlsx',
    bytes: xlsx([{ sheet: '名单', above: ['云泽市市场监督管理严重违法失信名单'], headers: SERIOUS_HEADERS, rows }]),
  };
}

export function seriousRow(subject: Subject, decidedOn: string, reason: string, number: number): Row {
  return {
    企业名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    列入原因: reason,
    列入依据: BASIS,
    列入决定书文号: numbered('云市监列严', decidedOn, number),
    列入日期: { day: decidedOn },
    列入机关: cityMarket.name,
    列入机关统一社会信用代码: cityMarket.creditCode,
    所属区县: subject.district,
    期满日期: number % 2 === 0 ? '' : { day: addYears(decidedOn, 3) },
  };
}

export const CHECK_HEADERS = [
  '抽查计划编号',
  '抽查任务名称',
  '抽查类型',
  '检查机关',
  '企业名称',
  '统一社会信用代码',
  '检查日期',
  '抽查事项',
  '检查结果',
  '公示日期',
  '公示截止期',
] as const;

const MATTERS = [
  '登记事项检查',
  '年度报告公示信息检查',
  '食品销售检查',
  '价格行为检查',
  '特种设备使用单位监督检查',
] as const;

/** Results of spot checks, in GBK: several matters in a row, several results in a cell. */
export function spotCheckFile(): SubmittedFile {
  const by = chance(20_190_205);
  const stories = [
    [cleanCompany, '2026-05-13', '未发现问题'],
    [rewardedCompany, '2026-05-14', '未发现问题'],
    [struckOffCompany, '2024-10-30', '通过登记的住所（经营场所）无法联系'],
    [lakesideShop, '2026-01-20', '发现问题已责令改正'],
    [oftenFinedCompany, '2026-04-08', '发现问题已责令改正;发现问题待后续处理'],
    [breakfastShop, '2026-06-09', '发现问题待后续处理'],
  ] as const;
  const good: Row[] = [
    ...stories.map(([story, day, result]) => spotCheckRow(told(story), day, result, by)),
    ...by.sample(traders, 34).map((subject) => {
      const result = by.happens(72)
        ? '未发现问题'
        : by.pick([
            '发现问题已责令改正',
            '通过登记的住所（经营场所）无法联系',
            '未按规定公示应当公示的信息',
            '未发现开展本次抽查涉及的经营活动',
          ]);
      return spotCheckRow(subject, addDays('2026-10-10', -by.between(5, 700)), result, by);
    }),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({ ...first(index), 抽查计划编号: `补录-${index}`, ...cells });
  const rows: Row[] = [
    ...good,
    first(7),
    first(8),
    bad(9, { 检查日期: '2062-04-05' }),
    bad(10, { 公示日期: '2015-01-01' }),
    bad(11, { 公示截止期: '2016-01-01' }),
    bad(12, { 检查结果: '未发现问题;发现问题已责令改正' }),
    bad(13, { 统一社会信用代码: '', 企业名称: '孔霁明' }),
    bad(14, { 检查机关: '' }),
    // Stored with a mark.
    bad(15, { 检查结果: '详见记录表' }),
  ];
  return {
    item: 'market.spot-check',
    name: '19-market-spot-check.csv',
    bytes: csvInGbk({ headers: CHECK_HEADERS, rows }),
  };
}

export function spotCheckRow(subject: Subject, day: string, result: string, by: Chance): Row {
  return {
    抽查计划编号: `云市监抽〔${day.slice(0, 4)}〕${by.between(1, 24)}号`,
    抽查任务名称: `${day.slice(0, 4)}年度“双随机、一公开”抽查`,
    抽查类型: by.pick(['双随机', '双随机、一公开', '定向抽查', '不定向']),
    检查机关: districtMarket(districtOf(subject.district)).name,
    企业名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    检查日期: day.replaceAll('-', '/'),
    抽查事项: by.sample(MATTERS, by.between(1, 2)).join('、'),
    检查结果: result,
    公示日期: addDays(day, 12),
  };
}

export const REPORT_HEADERS = [
  '企业名称',
  '统一社会信用代码',
  '年报年度',
  '年报日期',
  '营业总收入',
  '其中:主营业务收入',
  '利润总额',
  '净利润',
  '纳税总额',
  '资产总额',
  '负债总额',
  '所有者权益合计',
  '从业人数',
  '登记机关',
] as const;

/** Annual reports of 2022 to 2025 in 万元; half the enterprises keep their figures to themselves. */
export function annualReportFile(): SubmittedFile {
  const by = chance(20_141_001);
  const years = [2022, 2023, 2024, 2025];
  const good: Row[] = [
    ...years.map((year) => annualReportRow(told(cleanCompany), year, `${year + 1}-03-${18 + (year % 4)}`, false, by)),
    annualReportRow(told(struckOffCompany), 2022, '2023-06-29', true, by),
    annualReportRow(told(plainlyRatedCompany), 2025, '2026-06-30', false, by),
    annualReportRow(told(correctedCompany), 2025, '2026-05-06', true, by),
    { ...annualReportRow(told(restoredShop), 2024, '2025-09-15', true, by) },
    annualReportRow(told(restoredShop), 2025, '2026-04-22', true, by),
    ...by.sample(traders, 34).map((subject) => annualReportRow(subject, 2025, seasonal(by), by.happens(50), by)),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    first(12),
    { ...first(13), 年报年度: 2024, 年报日期: '2024-11-30' },
    { ...first(14), 年报年度: 2024, 年报日期: '2062-03-01' },
    { ...first(15), 年报年度: 2024, 年报日期: '2025-06-12', 营业总收入: '-30.5' },
    { ...first(16), 年报年度: 2024, 年报日期: '2025-05-12', 从业人数: '十余人' },
    { ...first(17), 年报年度: '', 年报日期: '2026-05-12' },
    { ...first(18), 统一社会信用代码: String(first(18).统一社会信用代码).slice(0, 17), 年报年度: 2024 },
    // Stored with a mark: yuan in a sheet of 万元.
    { ...first(19), 年报年度: 2024, 年报日期: '2025-04-12', 营业总收入: '3562000元' },
  ];
  return {
    item: 'market.annual-report',
    name: '20-market-annual-report.csv',
    bytes: csvWithMark({ above: ['企业年度报告信息(金额单位:万元)'], headers: REPORT_HEADERS, rows }),
  };
}

/** Most wait for June. */
function seasonal(by: Chance): string {
  return by.happens(55)
    ? `2026-06-${String(by.between(1, 30)).padStart(2, '0')}`
    : addDays('2026-01-05', by.below(146));
}

export function annualReportRow(subject: Subject, year: number, filedOn: string, isWithheld: boolean, by: Chance): Row {
  const revenue = isIndividual(subject) ? by.between(8, 90) : by.between(40, 9000);
  const profit = Math.round(revenue * (by.below(22) - 4)) / 100;
  const assets = Math.round(revenue * (0.6 + by.below(120) / 100));
  const liabilities = Math.round(assets * (by.below(90) / 100));
  const told = (figure: number): string => (isWithheld ? '企业选择不公示' : String(figure));
  return {
    企业名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    年报年度: year,
    年报日期: filedOn,
    营业总收入: told(revenue),
    '其中:主营业务收入': told(Math.round(revenue * 0.9)),
    利润总额: told(profit),
    净利润: told(profit > 0 ? Math.round(profit * 75) / 100 : profit),
    纳税总额: told(Math.round(revenue * 3) / 100),
    资产总额: told(assets),
    负债总额: told(liabilities),
    所有者权益合计: told(assets - liabilities),
    从业人数: told(isIndividual(subject) ? by.between(1, 6) : by.between(3, 160)),
    登记机关: districtMarket(districtOf(subject.district)).name,
  };
}
