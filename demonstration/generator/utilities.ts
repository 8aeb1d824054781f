import { behindWithBills, cleanCompany, struckOffCompany } from '../story.ts';
import { suppliers } from './authorities.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, type Row, type SubmittedFile } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const UTILITY_HEADERS = [
  '户号',
  '户名',
  '用户类别',
  '统一社会信用代码',
  '用电地址',
  '账单月份',
  '缴费类别',
  '用量',
  '计量单位',
  '应缴金额',
  '违约金',
  '欠费期数',
  '欠费金额',
  '收费单位',
] as const;

/** Of the year's power, a manufacturer of food needs most in July and August. */
const POWER_BY_MONTH = [0.92, 0.84, 0.86, 0.84, 0.92, 1.08, 1.34, 1.36, 1.12, 0.9, 0.86, 0.96] as const;

/** One export for water, power and gas, in GBK: quantities with and without their units, households among the users. */
export function utilityPaymentFile(): SubmittedFile {
  const by = chance(20_211_222);
  const clean = told(cleanCompany);
  const months = Array.from({ length: 9 }, (_, index) => index + 1);
  const behind = [7, 8, 9].map((month, index) => ({
    ...billRow(told(behindWithBills), 'POWER', month, 86_000, by),
    违约金: String(120 * index),
    欠费期数: index + 1,
    欠费金额: String((index + 1) * 61_000),
  }));
  const good: Row[] = [
    ...months.map((month) => billRow(clean, 'POWER', month, 24_000, by)),
    ...months.map((month) => billRow(clean, 'WATER', month, 900, by)),
    ...[7, 8, 9].map((month) => billRow(clean, 'GAS', month, 1500, by)),
    ...behind,
    { ...billRow(told(struckOffCompany), 'POWER', 1, 0, by), 账单月份: '202408', 用量: '0', 应缴金额: '0' },
    ...by.sample(traders, 20).map((subject) => {
      const utility = by.pick(['POWER', 'WATER', 'POWER', 'GAS'] as const);
      return billRow(
        subject,
        utility,
        by.between(6, 9),
        isIndividual(subject) ? by.between(80, 900) : by.between(300, 9000),
        by,
      );
    }),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({ ...first(index), 账单月份: '202605', ...cells });
  const rows: Row[] = [
    ...good,
    first(26),
    bad(27, { 用户类别: '居民', 户名: '苏芷宁', 统一社会信用代码: '' }),
    bad(28, { 缴费类别: '' }),
    bad(29, { 缴费类别: '热力' }),
    bad(30, { 缴费类别: '水费', 用量: '380', 计量单位: '千瓦时' }),
    bad(31, { 计量单位: '桶', 用量: '380' }),
    bad(32, { 用量: '', 计量单位: '', 应缴金额: '', 违约金: '', 欠费期数: '', 欠费金额: '' }),
    bad(33, { 欠费期数: '2', 欠费金额: '0' }),
    bad(34, { 用量: '-120', 计量单位: '' }),
    bad(35, { 用量: '见表计', 计量单位: '' }),
    bad(36, { 账单月份: '去年' }),
    // Stored with a mark.
    bad(37, { 应缴金额: '0.21万元' }),
  ];
  return {
    item: 'utilities.payment',
    name: '29-utilities-payment.csv',
    bytes: csvInGbk({ above: ['云泽市非居民用户水电气缴费信息'], headers: UTILITY_HEADERS, rows }),
  };
}

export type Utility = keyof typeof suppliers;

const TOLD: Readonly<
  Record<Utility, { readonly words: readonly string[]; readonly unit: string; readonly price: number }>
> = {
  WATER: { words: ['水费', '自来水'], unit: '吨', price: 4.6 },
  POWER: { words: ['电费', '供电'], unit: '度', price: 0.71 },
  GAS: { words: ['燃气', '天然气'], unit: '立方米', price: 3.9 },
};

export function billRow(subject: Subject, utility: Utility, month: number, usual: number, by: Chance): Row {
  const { words, unit, price } = TOLD[utility];
  const season = utility === 'POWER' ? (POWER_BY_MONTH[month - 1] ?? 1) : 1;
  const used = Math.round(usual * season * (0.95 + by.below(10) / 100));
  const isUnitInCell = by.happens(30);
  return {
    户号: `${{ WATER: 2, POWER: 5, GAS: 7 }[utility]}0${(subject.creditCode ?? '').slice(10, 16)}`,
    户名: subject.name,
    用户类别: by.pick(['非居民', '工商业']),
    统一社会信用代码: subject.creditCode ?? '',
    用电地址: subject.address,
    账单月份: `2026年${month}月`,
    缴费类别: by.pick(words),
    用量: isUnitInCell ? `${used}${unit}` : String(used),
    计量单位: isUnitInCell ? '' : unit,
    应缴金额: (used * price).toFixed(2),
    违约金: '0',
    欠费期数: '0',
    欠费金额: '0',
    收费单位: suppliers[utility].name,
  };
}
