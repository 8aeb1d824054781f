import { cleanCompany, rewardedCompany } from '../story.ts';
import { cityTax, creditOffice } from './authorities.ts';
import { inventedCode, withWrongCheck } from './codes.ts';
import { addDays, addYears, referenceDay } from './days.ts';
import { type Chance, chance } from './random.ts';
import { csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const LISTING_HEADERS = [
  '主体名称',
  '统一社会信用代码',
  '名单名称',
  '列入事由',
  '列入依据',
  '列入决定文书号',
  '列入日期',
  '有效期至',
  '列入部门',
  '列入部门统一社会信用代码',
  '移出日期',
  '移出原因',
  '移出决定文书号',
] as const;

export interface List {
  readonly name: string;
  readonly reason: string;
  readonly basis: string;
  readonly authority: { readonly name: string; readonly creditCode: string };
  readonly prefix: string;
  readonly years: number;
}

/** Lists of authorities that are no department here: the credit office keeps their entries. */
export const UNSAFE: List = {
  name: '安全生产严重失信主体名单',
  reason: '存在重大事故隐患,经责令限期排除而拒不排除,受到行政处罚',
  basis: '《安全生产严重失信主体名单管理办法》第六条',
  authority: { name: '云泽市应急管理局', creditCode: inventedCode('11', '990100', 'MB1A0901') },
  prefix: '云应急失信',
  years: 3,
};

export const FALSE_STATISTICS: List = {
  name: '统计严重失信企业',
  reason: '提供不真实统计资料,数额较大',
  basis: '《统计严重失信企业信用管理办法》第五条',
  authority: { name: '云泽市统计局', creditCode: inventedCode('11', '990100', 'MB1A0902') },
  prefix: '云统失信',
  years: 1,
};

export const BARRED_SUPPLIER: List = {
  name: '政府采购严重违法失信行为记录名单',
  reason: '提供虚假材料谋取中标,禁止参加政府采购活动',
  basis: '《中华人民共和国政府采购法》第七十七条',
  authority: { name: '云泽市财政局', creditCode: inventedCode('11', '990100', 'MB1A0903') },
  prefix: '云财采罚',
  years: 2,
};

/** 严重失信主体名单, in UTF-8 with its mark. */
export function seriousDishonestyFile(): SubmittedFile {
  const by = chance(20_201_249);
  const repaired = { 移出日期: '2026-05-20', 移出原因: '信用修复', 移出决定文书号: '云应急移出〔2026〕3号' };
  const good: Row[] = by.sample(traders, 18).map((subject, index) => {
    if (index === 0) return { ...listingRow(subject, UNSAFE, '2024-11-06', 9), ...repaired };
    return listingRow(subject, by.pick([UNSAFE, FALSE_STATISTICS, BARRED_SUPPLIER]), within(by, 900), 30 + index);
  });
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    { ...first(6), 列入决定文书号: '' },
    { ...first(7), 名单名称: '不文明经营户黑名单' },
    { ...first(8), 名单名称: '诚信示范企业名单' },
    { ...first(10), 名单名称: '医疗保障领域严重失信主体名单' },
    { ...first(11), 名单名称: '重大税收违法失信主体' },
    first(9),
  ];
  return {
    item: 'credit.serious-dishonesty-listing',
    name: '11-credit-serious-dishonesty-listing.csv',
    bytes: csvWithMark({ headers: LISTING_HEADERS, rows }),
  };
}

export const HONEST: List = {
  name: '诚信示范企业名单',
  reason: '经推荐、公示和评审,被认定为年度诚信示范企业',
  basis: '《国务院关于建立完善守信联合激励和失信联合惩戒制度加快推进社会诚信建设的指导意见》(国发〔2016〕33号)',
  authority: creditOffice,
  prefix: '云信用',
  years: 2,
};

export const A_GRADE: List = {
  name: '纳税信用A级纳税人名单',
  reason: '2025年度纳税信用评价为A级',
  basis: '《纳税缴费信用管理办法》(国家税务总局公告2025年第12号)',
  authority: cityTax,
  prefix: '云税A级',
  years: 1,
};

/** 守信激励名单, a workbook with real date cells. */
export function incentiveFile(): SubmittedFile {
  const by = chance(20_160_033);
  const companies = traders.filter((subject) => !isIndividual(subject));
  const good: Row[] = [
    listingRow(told(rewardedCompany), HONEST, '2026-03-15', 1),
    listingRow(told(rewardedCompany), A_GRADE, '2026-04-25', 1),
    listingRow(told(cleanCompany), A_GRADE, '2026-04-25', 2),
    ...by.sample(companies, 24).map((subject, index) => listingRow(subject, HONEST, '2026-03-15', 2 + index)),
    ...by.sample(companies, 40).map((subject, index) => listingRow(subject, A_GRADE, '2026-04-25', 3 + index)),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    { ...first(20), 统一社会信用代码: withWrongCheck(String(first(20).统一社会信用代码)) },
    { ...first(21), 名单名称: '重大税收违法失信主体' },
    first(30),
  ].map((row) => ({ ...row, 列入日期: dateCell(row.列入日期), 有效期至: dateCell(row.有效期至) }));
  const above = ['云泽市守信激励名单（2026年）'];
  return {
    item: 'credit.incentive-listing',
    name: '12-credit-incentive-listing.xlsx',
    bytes: xlsx([{ sheet: '红名单', above, headers: LISTING_HEADERS, rows }]),
  };
}

export function listingRow(subject: Subject, list: List, day: string, number: number): Row {
  return {
    主体名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    名单名称: list.name,
    列入事由: list.reason,
    列入依据: list.basis,
    列入决定文书号: `${list.prefix}〔${day.slice(0, 4)}〕${number}号`,
    列入日期: day,
    有效期至: addDays(addYears(day, list.years), -1),
    列入部门: list.authority.name,
    列入部门统一社会信用代码: list.authority.creditCode,
  };
}

function within(by: Chance, days: number): string {
  return addDays(referenceDay, -by.between(6, days));
}

function dateCell(cell: Row[string] | undefined): Row[string] {
  return typeof cell === 'string' ? { day: cell } : '';
}
