import { indebtedPerson } from '../person.ts';
import {
  cleanCompany,
  dishonestDebtor,
  oldNumberFactory,
  plainlyRatedCompany,
  renamedCompany,
  rewardedCompany,
  riversideShop,
  type StorySubject,
} from '../story.ts';
import { cityTax, districtOf, districtTax } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export type TaxGrade = 'A' | 'B' | 'M' | 'C' | 'D';

const TOLD_GRADES: readonly (readonly [StorySubject, Readonly<Record<number, TaxGrade>>])[] = [
  [cleanCompany, { 2022: 'A', 2023: 'A', 2024: 'A', 2025: 'A' }],
  [dishonestDebtor, { 2023: 'A', 2024: 'B', 2025: 'D' }],
  [renamedCompany, { 2022: 'A', 2024: 'A', 2025: 'A' }],
  [plainlyRatedCompany, { 2024: 'B', 2025: 'C' }],
  [rewardedCompany, { 2023: 'A', 2024: 'A', 2025: 'A' }],
  [riversideShop, { 2025: 'A' }],
];

const SCORES: Readonly<Record<TaxGrade, readonly [number, number]>> = {
  A: [90, 100],
  B: [70, 89],
  M: [70, 85],
  C: [40, 69],
  D: [5, 39],
};

export const TAX_RATING_HEADERS = [
  '纳税人名称',
  '统一社会信用代码',
  '评价年度',
  '信用等级',
  '信用分',
  '评定时间',
  '评价单位',
  '评价单位统一社会信用代码',
  '主管税务机关',
  '评价类型',
] as const;

/** Three years in a workbook of three sheets, and the newest year as the tax system exports it, in GBK. */
export function taxRatingFiles(): readonly SubmittedFile[] {
  const by = chance(20_140_040);
  const rated = traders.filter((subject) => !isIndividual(subject)).slice(0, 118);
  const rowsOf = (year: number): readonly Row[] => [
    ...TOLD_GRADES.flatMap(([story, grades]) => {
      const grade = grades[year];
      return grade === undefined ? [] : [taxRatingRow(told(story), year, grade, by)];
    }),
    ...rated
      .filter(({ establishedOn }) => Number(establishedOn.slice(0, 4)) < year)
      .map((subject) => taxRatingRow(subject, year, drawnGrade(subject, year, by), by)),
  ];
  const years = [2022, 2023, 2024].map((year) => ({ year, rows: rowsOf(year) }));
  const sheets = years.map(({ year, rows }) => ({
    sheet: `${year}年度`,
    above: [`云泽市${year}年度纳税信用评价结果`],
    headers: TAX_RATING_HEADERS,
    // That year it still was an individual business: its old name, its old code.
    rows: rows.map((row) => (year === 2022 && row.纳税人名称 === renamedCompany.name ? formerly(row) : row)),
  }));
  const newest = rowsOf(2025);
  const first = (index: number): Row => newest[index] ?? {};
  const exported: Row[] = [
    ...newest,
    first(20),
    first(21),
    first(22),
    { ...first(24), 信用等级: first(24).信用等级 === 'B' ? 'C' : 'B' },
    { ...first(30), 信用等级: 'E' },
    { ...first(31), 统一社会信用代码: withWrongCheck(String(first(31).统一社会信用代码)) },
    { ...first(32), 评价年度: '2205' },
    { ...first(33), 信用等级: '' },
    { ...first(34), 统一社会信用代码: '' },
  ];
  return [
    { item: 'tax.credit-rating', name: '05-tax-credit-rating-2022-2024.xlsx', bytes: xlsx(sheets) },
    {
      item: 'tax.credit-rating',
      name: '06-tax-credit-rating-2025.csv',
      bytes: csvInGbk({ headers: TAX_RATING_HEADERS, rows: exported.map(withPlainDay) }),
    },
  ];
}

function drawnGrade({ establishedOn }: Subject, year: number, by: Chance): TaxGrade {
  if (Number(establishedOn.slice(0, 4)) + 1 === year) return 'M';
  const drawn = by.below(100);
  if (drawn < 38) return 'A';
  if (drawn < 82) return 'B';
  return drawn < 95 ? 'C' : 'D';
}

export function taxRatingRow(subject: Subject, year: number, grade: TaxGrade, by: Chance): Row {
  const [from, until] = SCORES[grade];
  return {
    纳税人名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    评价年度: year,
    信用等级: grade,
    信用分: by.between(from, until),
    评定时间: { day: `${year + 1}-04-${String(by.between(10, 28))}` },
    评价单位: cityTax.name,
    评价单位统一社会信用代码: cityTax.creditCode,
    主管税务机关: districtTax(districtOf(subject.district)).name,
    评价类型: by.happens(4) ? '复评' : '年度评价',
  };
}

function formerly(row: Row): Row {
  return {
    ...row,
    纳税人名称: renamedCompany.formerName ?? '',
    统一社会信用代码: renamedCompany.formerCreditCode ?? '',
  };
}

/** 2026/4/20 */
function withPlainDay(row: Row): Row {
  const day = row.评定时间;
  return typeof day === 'object' ? { ...row, 评定时间: day.day.replaceAll('-0', '-').replaceAll('-', '/') } : row;
}

export const TAX_ARREARS_HEADERS = [
  '序号',
  '纳税人名称',
  '纳税人识别号',
  '纳税人类别',
  '法定代表人或负责人姓名',
  '经营地点',
  '欠税税种',
  '欠税余额（元）',
  '其中：当期新欠',
  '公告文号',
  '公告日期',
  '公告机关',
] as const;

export const NOTICES = [
  { quarter: '2025年第三季度', day: '2025-10-20' },
  { quarter: '2025年第四季度', day: '2026-01-20' },
  { quarter: '2026年第一季度', day: '2026-04-20' },
  { quarter: '2026年第二季度', day: '2026-07-20' },
  { quarter: '2026年第三季度', day: '2026-10-20' },
] as const;

/** Quarterly notices of arrears in yuan; the taxpayer's number is the credit code, an old one a registration number. */
export function arrearsFile(): SubmittedFile {
  const by = chance(20_041_009);
  const debtors = by.sample(traders, 14);
  const good = NOTICES.flatMap(({ quarter, day }, index) => {
    const owing = [told(dishonestDebtor), ...debtors.slice(index, index + 9)];
    return owing.map((subject) => taxArrearsRow(subject, quarter, day, by));
  });
  const first = (index: number): Row => good[index] ?? {};
  const factory = told(oldNumberFactory);
  const rows: Row[] = [
    ...good,
    {
      ...taxArrearsRow(factory, '2025年第四季度', '2026-01-20', by),
      纳税人识别号: '',
      欠税税种: '城镇土地使用税',
      '欠税余额（元）': '38,400.00',
      '其中：当期新欠': '0',
    },
    first(12),
    { ...first(14), 公告日期: '2026-10-20', 欠税税种: '印花税', '欠税余额（元）': '12.5万元' },
    { ...first(15), 纳税人名称: '秦某', 纳税人类别: '自然人', 纳税人识别号: '' },
    { ...first(16), 欠税税种: '屠宰税' },
    { ...first(17), '欠税余额（元）': '-5000' },
    { ...first(18), '欠税余额（元）': '约三万' },
    {
      ...first(13),
      纳税人名称: indebtedPerson.name,
      纳税人类别: '自然人',
      纳税人识别号: indebtedPerson.idNumber,
      法定代表人或负责人姓名: '',
      欠税税种: '个人所得税',
      '欠税余额（元）': '52,600.00',
      '其中：当期新欠': '0',
    },
  ].map((row, index) => ({ ...row, 序号: index + 1 }));
  const columns = [...TAX_ARREARS_HEADERS, '注册号'];
  return {
    item: 'tax.arrears',
    name: '07-tax-arrears.csv',
    bytes: csvWithMark({
      above: ['国家税务总局云泽市税务局欠税公告汇总(不含滞纳金和罚款)'],
      headers: columns,
      rows: rows.map((row) =>
        row.纳税人名称 === factory.name ? { ...row, 注册号: factory.registrationNumber ?? '' } : row,
      ),
    }),
  };
}

export function taxArrearsRow(subject: Subject, quarter: string, day: string, by: Chance): Row {
  const balance = by.between(80_000, 250_000_00);
  const authority = districtTax(districtOf(subject.district));
  return {
    纳税人名称: subject.name,
    纳税人识别号: subject.creditCode ?? '',
    纳税人类别: isIndividual(subject) ? '个体工商户' : '企业',
    法定代表人或负责人姓名: subject.person,
    经营地点: subject.address,
    欠税税种: by.pick(['增值税', '增值税', '企业所得税', '城镇土地使用税', '房产税']),
    '欠税余额（元）': grouped(balance),
    '其中：当期新欠': grouped(by.below(balance)),
    公告文号: `云税欠公告〔${day.slice(0, 4)}〕${NOTICES.findIndex((notice) => notice.quarter === quarter) + 1}号`,
    公告日期: day,
    公告机关: authority.name,
  };
}

/** Fen as 1,234.56 yuan. */
function grouped(fen: number): string {
  const yuan = String(Math.floor(fen / 100)).replace(/\B(?=(\d{3})+$)/gu, ',');
  return `${yuan}.${String(fen % 100).padStart(2, '0')}`;
}
