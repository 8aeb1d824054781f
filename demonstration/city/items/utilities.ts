import { billRow, UTILITY_HEADERS, type Utility } from '../../generator/utilities.ts';
import { EXAMPLE, monthsOpen } from '../facts.ts';
import type { CityItem } from '../item.ts';
import type { CitySubject } from '../subject.ts';
import { monthsOf, quarters } from './labour.ts';

/** Which bills come by this channel: those of one subject in ten, manufacturers' much higher than others'. */
function usesOf(subject: CitySubject): readonly (readonly [Utility, number])[] {
  if (subject.share('bills') > 0.1 && subject.example !== EXAMPLE.insured) return [];
  const size = subject.employees * (subject.trade?.industry.startsWith('C') === true ? 6 : 1);
  const hasGas = subject.trade?.isFood === true || subject.share('gas') < 0.15;
  return [['POWER', 120 + size * 90], ['WATER', 6 + size * 4], ...(hasGas ? [['GAS', 15 + size * 6] as const] : [])];
}

export const utilityItems: readonly CityItem[] = [
  {
    item: 'utilities.payment',
    title: '云泽市非居民用户水电气缴费信息',
    headers: UTILITY_HEADERS,
    batches: quarters(0.9),
    rows(subject, batch) {
      const uses = usesOf(subject);
      if (uses.length === 0) return [];
      return monthsOpen(subject, monthsOf(batch)).flatMap((month) =>
        uses.map(([utility, usual]) => {
          const row = billRow(subject.registered, utility, month, usual, subject.by(utility, month));
          const isBehind = subject.trouble > 4 && subject.share(`behind with ${utility}`, month) < 0.5;
          return isBehind ? { ...row, 欠费期数: '1', 欠费金额: row.应缴金额 ?? '' } : row;
        }),
      );
    },
    mistakes: {
      name: '户名',
      code: '统一社会信用代码',
      required: ['账单月份', '缴费类别'],
      amount: { header: '应缴金额', unit: '元' },
      word: '缴费类别',
      own: [
        (row) => ({ ...row, 用量: '-120', 计量单位: '' }),
        (row) => ({ ...row, 计量单位: '桶', 用量: '380' }),
        (row) => ({ ...row, 欠费期数: '2', 欠费金额: '0' }),
        (row) => ({ ...row, 用户类别: '居民', 户名: '苏芷宁', 统一社会信用代码: '' }),
      ],
    },
  },
];
