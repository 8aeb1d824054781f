import { cleanCompany, dishonestDebtor, settledDebtor } from '../story.ts';
import { districtCourt, districtOf } from './authorities.ts';
import { caseNumber, dishonestDebtors } from './courts.ts';
import { addDays } from './days.ts';
import { type Chance, chance } from './random.ts';
import { type Cell, csvInGbk, csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { type Subject, told, traders } from './subjects.ts';

export const RESTRICTION_HEADERS = [
  '被执行人姓名/名称',
  '被执行人类型',
  '统一社会信用代码',
  '限制消费人员姓名',
  '执行法院',
  '案号',
  '立案时间',
  '限制消费令日期',
  '发布时间',
  '解除日期',
  '公示截止期',
  '限制消费内容',
  '申请人',
] as const;

const ACTS = [
  '乘坐交通工具时，选择飞机、列车软卧、轮船二等以上舱位',
  '在星级以上宾馆、酒店、夜总会、高尔夫球场等场所进行高消费',
  '购买不动产或者新建、扩建、高档装修房屋',
  '购买非经营必需车辆',
  '旅游、度假',
  '支付高额保费购买保险理财产品',
] as const;

/** Orders against the debtors on the list and one that was lifted; the order binds persons, whom the file names. */
export function consumptionRestrictionFile(): SubmittedFile {
  const by = chance(20_151_707);
  const good: Row[] = [
    ...dishonestDebtors()
      .filter((_, index) => index % 2 === 0)
      .map((debtor) => restrictionRow(debtor, by)),
    {
      ...settledCase(),
      限制消费人员姓名: settledDebtor.name,
      立案时间: { day: '2026-01-12' },
      限制消费令日期: { day: '2026-02-03' },
      发布时间: { day: '2026-02-05' },
      解除日期: { day: '2026-05-29' },
      限制消费内容: ACTS.slice(0, 3).join(';'),
    },
  ];
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    first(3),
    { ...first(4), 案号: caseNumber('990102', 2025, 3401), 限制消费人员姓名: '严芷宁' },
    { ...first(5), 案号: caseNumber('990102', 2025, 3403), 立案时间: '', 限制消费令日期: '', 发布时间: '' },
    { ...first(6), 案号: caseNumber('990102', 2025, 3405), 公示截止期: '2019-12-31' },
    { ...first(7), 案号: '泽0103执恢77' },
    { ...first(8), 案号: caseNumber('990102', 2025, 3407), 执行法院: '' },
    // Stored with a mark: the order forbids something that article 3 does not name.
    { ...first(9), 案号: caseNumber('990102', 2025, 3409), 限制消费内容: `${ACTS[4]};不得对外投资` },
  ];
  return {
    item: 'courts.consumption-restriction',
    name: '13-courts-consumption-restriction.xlsx',
    bytes: xlsx([{ sheet: '限制消费', above: ['云泽市两级法院限制消费名单'], headers: RESTRICTION_HEADERS, rows }]),
  };
}

export function restrictionRow(debtor: Row, by: Chance): Row {
  const name = debtor['被执行人姓名/名称'] ?? '';
  const published = dayOf(debtor.发布时间);
  return {
    '被执行人姓名/名称': name,
    被执行人类型: '1',
    统一社会信用代码: debtor['身份证号码/组织机构代码'] ?? '',
    限制消费人员姓名: by.happens(50) ? `${String(name)}及其法定代表人` : '',
    执行法院: debtor.执行法院 ?? '',
    案号: debtor.案号 ?? '',
    立案时间: debtor.立案时间 ?? '',
    限制消费令日期: { day: published },
    发布时间: { day: addDays(published, 2) },
    解除日期: debtor.移出日期 ?? '',
    限制消费内容: by.sample(ACTS, by.between(2, 5)).join(';'),
    申请人: '柏栖禾',
  };
}

export const ENFORCEMENT_HEADERS = [
  '被执行人名称',
  '统一社会信用代码/组织机构代码',
  '执行法院',
  '案号',
  '立案日期',
  '结案日期',
  '执行标的(元)',
  '未履行金额(元)',
  '案由',
  '执行依据文号',
  '公示截止期',
  '申请执行人',
] as const;

const CAUSES = ['买卖合同纠纷', '建设工程施工合同纠纷', '金融借款合同纠纷', '租赁合同纠纷', '劳动争议'] as const;

/** The cases behind the list, and one that is closed; in GBK, amounts in yuan. */
export function enforcementCaseFile(): SubmittedFile {
  const by = chance(20_190_101);
  const good: Row[] = [
    ...dishonestDebtors().map((debtor) => enforcementRow(debtor, by)),
    {
      ...settledCase(),
      立案日期: '2026-01-12',
      结案日期: '2026-05-29',
      '执行标的(元)': '486,000.00',
      '未履行金额(元)': '0',
      案由: '买卖合同纠纷',
      执行依据文号: '（2025）泽0104民初1366号',
    },
  ].map(({ 被执行人类型: _type, '被执行人姓名/名称': name, 统一社会信用代码: code, ...row }: Row) => ({
    被执行人名称: name ?? '',
    '统一社会信用代码/组织机构代码': code ?? '',
    ...row,
  }));
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    first(2),
    { ...first(3), 案号: caseNumber('990103', 2025, 3501), '执行标的(元)': '86', '未履行金额(元)': '860000' },
    { ...first(4), 案号: caseNumber('990103', 2025, 3503), 立案日期: '2025-09-01', 结案日期: '2025-08-01' },
    { ...first(5), 案号: caseNumber('990103', 2025, 3505), 公示截止期: '2019-06-30' },
    { ...first(6), 案号: '（1025）泽0103执88号' },
    { ...first(7), 案号: caseNumber('990103', 2025, 3507), 立案日期: '' },
    { ...first(8), 案号: caseNumber('990103', 2025, 3509), '执行标的(元)': '12.6万元' },
    {
      ...first(9),
      案号: caseNumber('990103', 2025, 3511),
      被执行人名称: '金澄远',
      '统一社会信用代码/组织机构代码': '',
    },
  ];
  return {
    item: 'courts.enforcement-case',
    name: '14-courts-enforcement-case.csv',
    bytes: csvInGbk({ headers: ENFORCEMENT_HEADERS, rows }),
  };
}

export function enforcementRow(debtor: Row, by: Chance): Row {
  const isOfStory = debtor['被执行人姓名/名称'] === dishonestDebtor.name;
  const owed = isOfStory ? 2_860_000 : by.between(12, 900) * 1000;
  const isPartly = debtor.履行情况 === '部分未履行';
  return {
    '被执行人姓名/名称': debtor['被执行人姓名/名称'] ?? '',
    统一社会信用代码: debtor['身份证号码/组织机构代码'] ?? '',
    执行法院: debtor.执行法院 ?? '',
    案号: debtor.案号 ?? '',
    立案日期: dayOf(debtor.立案时间),
    '执行标的(元)': String(owed),
    '未履行金额(元)': String(isPartly ? Math.round(owed * 0.8) : owed),
    案由: isOfStory ? '建设工程施工合同纠纷' : by.pick(CAUSES),
    执行依据文号: debtor.执行依据文号 ?? '',
    申请执行人: by.pick(['云泽市某建材经营部', '喻岚生', '']),
  };
}

export const JUDGMENT_HEADERS = [
  '主体名称',
  '统一社会信用代码',
  '诉讼地位',
  '文书类型',
  '案号',
  '案由',
  '审级',
  '审理法院',
  '裁判日期',
  '生效日期',
  '发布日期',
  '公示截止期',
  '文书链接',
  '裁判结果',
] as const;

/** Documents in force, mostly judgments against debtors; clerks also submit who sued, which is nobody's fault. */
export function judgmentFile(): SubmittedFile {
  const by = chance(20_161_019);
  const debtors = dishonestDebtors().map((debtor) => judgmentOf(debtor, by));
  const others = by.sample(traders, 14).map((subject, index): Row => {
    const court = districtCourt(districtOf(subject.district));
    const decidedOn = addDays('2026-09-20', -by.between(5, 600));
    const number = caseNumber(subject.district, Number(decidedOn.slice(0, 4)), 5000 + index * 3).replace('执', '民初');
    return judgmentRow(named(subject, court.name), { number, decidedOn }, by);
  });
  const settled = judgmentRow(
    { name: settledDebtor.name, code: settledDebtor.creditCode ?? '', court: districtCourt(districtOf('990104')).name },
    { number: '（2025）泽0104民初1366号', decidedOn: '2025-10-20' },
    by,
  );
  const good: Row[] = [...debtors, { ...settled, 案由: '买卖合同纠纷', 文书类型: '民事判决书' }, ...others];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    案号: caseNumber('990102', 2025, 6001 + index * 2).replace('执', '民初'),
    ...cells,
  });
  const sued = { 主体名称: cleanCompany.name, 统一社会信用代码: cleanCompany.creditCode ?? '', 诉讼地位: '原告' };
  const rows: Row[] = [
    ...good,
    first(1),
    bad(2, sued),
    bad(3, { 诉讼地位: '上诉人', 审级: '二审' }),
    bad(4, { 生效日期: '2019-01-01' }),
    bad(5, { 裁判日期: '2026-10-20', 生效日期: '2062-11-04' }),
    bad(6, { 文书链接: '见附件' }),
    bad(7, { 公示截止期: '2018-12-31' }),
    bad(8, { 文书类型: '通知' }),
    // Kept and shown to nobody: a settlement is the parties' own matter.
    bad(9, { 文书类型: '调解书' }),
  ];
  return {
    item: 'courts.judgment',
    name: '15-courts-judgment.csv',
    bytes: csvWithMark({ above: ['云泽市两级法院涉企生效裁判文书信息'], headers: JUDGMENT_HEADERS, rows }),
  };
}

/** The judgment that a debtor on the list did not perform. */
export function judgmentOf(debtor: Row, by: Chance): Row {
  const code = debtor['身份证号码/组织机构代码'] ?? '';
  const filedOn = dayOf(debtor.立案时间);
  return judgmentRow(
    { name: debtor['被执行人姓名/名称'] ?? '', code, court: debtor.执行法院 ?? '' },
    { number: debtor.执行依据文号 ?? '', decidedOn: within(filedOn, addDays(filedOn, -by.between(70, 160))) },
    by,
  );
}

interface Party {
  readonly name: Cell;
  readonly code: Cell;
  readonly court: Cell;
}

function judgmentRow(
  { name, code, court }: Party,
  { number, decidedOn }: { readonly number: Cell; readonly decidedOn: string },
  by: Chance,
): Row {
  const effectiveOn = addDays(decidedOn, by.between(15, 22));
  return {
    主体名称: name,
    统一社会信用代码: code,
    诉讼地位: by.pick(['被告', '被告', '被告', '一审被告']),
    文书类型: by.pick(['判决书', '民事判决书']),
    案号: number,
    案由: by.pick(CAUSES),
    审级: '一审',
    审理法院: court,
    裁判日期: decidedOn,
    生效日期: effectiveOn,
    发布日期: addDays(effectiveOn, 7),
    裁判结果: '被告于判决生效之日起十日内支付原告货款及利息。',
  };
}

function named(subject: Subject, court: string): Party {
  return { name: subject.name, code: subject.creditCode ?? '', court };
}

/** The case of the debtor that has paid. */
function settledCase(): Row {
  const { name, creditCode } = told(settledDebtor);
  return {
    '被执行人姓名/名称': name,
    被执行人类型: '1',
    统一社会信用代码: creditCode ?? '',
    执行法院: districtCourt(districtOf('990104')).name,
    案号: '（2026）泽0104执213号',
  };
}

/** A day of the year that the case's number has. */
function within(filedOn: string, day: string): string {
  const first = `${filedOn.slice(0, 4)}-01-02`;
  return day < first ? first : day;
}

function dayOf(cell: Cell | undefined): string {
  if (typeof cell !== 'object') throw new Error('not a day');
  return cell.day;
}
