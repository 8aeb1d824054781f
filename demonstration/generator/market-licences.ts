import {
  breakfastShop,
  cleanCompany,
  lakesideShop,
  plainlyRatedCompany,
  promiseBreaker,
  removedFromListCompany,
  rewardedCompany,
  type StorySubject,
  warnedCompany,
} from '../story.ts';
import { cityMarket, districtMarket, districtOf } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { addDays, addYears, inWords, referenceDay } from './days.ts';
import { numbered } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { type Cell, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

/** A kind of certificate: how it is called, numbered, for how long it is given, and what it allows. */
export interface Certificate {
  readonly name: string;
  readonly prefix: string;
  readonly years: number;
  readonly content: string;
  readonly category: '普通' | '认可' | '核准' | '登记';
}

const foodProduction: Certificate = {
  name: '食品生产许可证',
  prefix: 'SC1',
  years: 5,
  content: '食品生产:按许可品种明细表',
  category: '普通',
};

const foodTrade: Certificate = {
  name: '食品经营许可证',
  prefix: 'JY1',
  years: 5,
  content: '预包装食品销售;散装食品销售',
  category: '普通',
};

const catering: Certificate = {
  name: '食品经营许可证',
  prefix: 'JY2',
  years: 5,
  content: '热食类食品制售;自制饮品制售',
  category: '普通',
};

const medicineTrade: Certificate = {
  name: '药品经营许可证',
  prefix: 'DA9',
  years: 5,
  content: '药品零售:处方药、甲类非处方药、乙类非处方药;中成药、化学药制剂',
  category: '普通',
};

export const equipment: Certificate = {
  name: '特种设备使用登记证',
  prefix: 'TS9',
  years: 8,
  content: '使用登记:叉车、电梯',
  category: '登记',
};

export const testing: Certificate = {
  name: '检验检测机构资质认定证书',
  prefix: 'CMA9',
  years: 6,
  content: '资质认定:按附表所列检验检测能力',
  category: '认可',
};

export const MARKET_LICENCE_HEADERS = [
  '行政相对人名称',
  '行政相对人类别',
  '行政相对人代码_1（统一社会信用代码）',
  '行政相对人代码_2（工商注册号）',
  '法定代表人',
  '行政许可决定文书名称',
  '行政许可决定文书号',
  '许可类别',
  '许可证书名称',
  '许可编号',
  '许可内容',
  '许可决定日期',
  '有效期自',
  '有效期至',
  '许可机关',
  '许可机关统一社会信用代码',
  '当前状态',
  '公示截止期',
  '备注',
] as const;

/** Two sheets in one book, food first; the standard of 2018, in which 1 is valid and 2 is not. */
export function marketLicenceFile(): SubmittedFile {
  const by = chance(20_180_424);
  const withStory: readonly (readonly [StorySubject, Certificate, string])[] = [
    [cleanCompany, foodProduction, '2023-03-14'],
    [rewardedCompany, foodProduction, '2024-05-20'],
    [removedFromListCompany, foodProduction, '2022-08-02'],
    [promiseBreaker, foodProduction, '2025-10-21'],
    [plainlyRatedCompany, catering, '2024-01-16'],
    [breakfastShop, catering, '2023-09-05'],
    [lakesideShop, foodTrade, '2024-07-11'],
  ];
  const food = [
    ...withStory.map(([story, certificate, day], index) => marketLicenceRow(told(story), certificate, day, 11 + index)),
    ...by
      .sample(
        traders.filter(({ trade }) => trade?.isFood === true),
        24,
      )
      .map((subject, index) => marketLicenceRow(subject, certificateOf(subject, by), someDay(by), 40 + index)),
  ].map((row) => (row.行政相对人名称 === promiseBreaker.name ? { ...row, 当前状态: '撤销' } : row));
  const others = [
    marketLicenceRow(told(warnedCompany), medicineTrade, '2022-11-08', 90),
    marketLicenceRow(told(cleanCompany), equipment, '2024-03-04', 91),
    ...by
      .sample(
        traders.filter((subject) => !isIndividual(subject)),
        16,
      )
      .map((subject, index) =>
        marketLicenceRow(subject, by.pick([equipment, testing, equipment]), someDay(by), 92 + index),
      ),
  ];
  const first = (index: number): Row => others[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({
    ...first(index),
    行政许可决定文书号: `云市监许〔2026〕${900 + index}号`,
    ...cells,
  });
  const rejected: Row[] = [
    bad(2, { '行政相对人代码_1（统一社会信用代码）': wrong(first(2)) }),
    bad(3, { 行政许可决定文书号: '', 许可编号: '' }),
    bad(4, { 许可决定日期: '2062-05-06', 有效期自: '', 有效期至: '' }),
    bad(5, { 有效期至: '2015-12-31' }),
    bad(6, { 有效期自: '2031-01-01', 有效期至: '2029-12-31' }),
    bad(7, { 公示截止期: '2010-01-01' }),
    bad(8, { 许可内容: '' }),
    bad(9, { 许可机关: '', 许可机关统一社会信用代码: '' }),
    // Stored with a mark: a category and a status that no table knows.
    bad(10, { 许可类别: '告知承诺' }),
    bad(11, { 当前状态: '整改中' }),
  ];
  return {
    item: 'market.licence',
    name: '16-market-licence.xlsx',
    bytes: xlsx([
      {
        sheet: '食品',
        above: ['云泽市市场监管领域行政许可信息（食品）'],
        headers: MARKET_LICENCE_HEADERS,
        rows: [...food, food[9] ?? {}],
      },
      {
        sheet: '其他',
        above: ['云泽市市场监管领域行政许可信息（其他）'],
        headers: MARKET_LICENCE_HEADERS,
        rows: [...others, ...rejected],
      },
    ]),
  };
}

export function certificateOf({ trade }: Subject, by: Chance): Certificate {
  if (trade?.industry.startsWith('H') === true) return catering;
  return trade?.industry.startsWith('C') === true && by.happens(80) ? foodProduction : foodTrade;
}

function someDay(by: Chance): string {
  return addDays(referenceDay, -by.between(20, 1600));
}

export function marketLicenceRow(subject: Subject, certificate: Certificate, decidedOn: string, number: number): Row {
  const authority = number % 4 === 0 ? cityMarket : districtMarket(districtOf(subject.district));
  return {
    行政相对人名称: subject.name,
    行政相对人类别: isIndividual(subject) ? '个体工商户' : '法人及非法人组织',
    '行政相对人代码_1（统一社会信用代码）': subject.creditCode ?? '',
    '行政相对人代码_2（工商注册号）': subject.registrationNumber ?? '',
    法定代表人: subject.person,
    行政许可决定文书名称: '准予行政许可决定书',
    行政许可决定文书号: numbered('云市监许', decidedOn, number),
    许可类别: certificate.category,
    许可证书名称: certificate.name,
    许可编号: certificateNumber(certificate, subject.district, number),
    许可内容: certificate.content,
    许可决定日期: { day: decidedOn },
    有效期自: spelt(decidedOn, number),
    有效期至: spelt(addDays(addYears(decidedOn, certificate.years), -1), number),
    许可机关: authority.name,
    许可机关统一社会信用代码: authority.creditCode,
    当前状态: number % 3 === 0 ? '1' : '有效',
  };
}

function certificateNumber({ prefix }: Certificate, district: string, number: number): string {
  return `${prefix}${district}${String(number).padStart(7, '0')}`;
}

function spelt(day: string, number: number): Cell {
  return number % 5 === 0 ? inWords(day) : { day };
}

function wrong(row: Row): string {
  return withWrongCheck(String(row['行政相对人代码_1（统一社会信用代码）']));
}
