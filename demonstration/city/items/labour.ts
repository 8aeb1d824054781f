import { contributionRow, INSURANCE_HEADERS, WAGE_ARREARS_HEADERS, wageArrearsRow } from '../../generator/labour.ts';
import { isInsured, listEntry, monthsOpen } from '../facts.ts';
import { atOnce, type Batch, type CityItem } from '../item.ts';

/** Three quarters of 2026, a file each. */
export function quarters(perSubject: number): readonly Batch[] {
  return [1, 2, 3].map((quarter) => ({ name: `2026Q${quarter}`, year: quarter, perSubject }));
}

/** The months of such a batch. */
export function monthsOf({ year: quarter }: Batch): readonly number[] {
  return [quarter * 3 - 2, quarter * 3 - 1, quarter * 3];
}

const insurance: CityItem = {
  item: 'labour.social-insurance',
  title: '云泽市社会保险参保单位缴费情况',
  headers: INSURANCE_HEADERS,
  batches: quarters(0.3),
  rows(subject, batch) {
    if (!isInsured(subject)) return [];
    return monthsOpen(subject, monthsOf(batch)).map((month) => {
      const by = subject.by('insurance', month);
      // People come and go, a few at a time.
      const persons = Math.max(1, subject.employees + by.between(-1, 1) * Math.ceil(subject.employees / 30));
      const row = contributionRow(subject.registered, `2026${String(month).padStart(2, '0')}`, persons, by);
      const isBehind = subject.trouble > 3 && subject.share('behind', month) < 0.4;
      return isBehind ? { ...row, 单位参保状态: '欠费', 实缴金额: '0.00', 欠缴金额: row.应缴金额 ?? '' } : row;
    });
  },
  mistakes: {
    name: '单位名称',
    code: '统一社会信用代码',
    required: ['费款所属期'],
    amount: { header: '应缴金额', unit: '元' },
    word: '险种类型',
    own: [
      (row) => ({ ...row, 所属期止: '202612' }),
      (row, by) => ({ ...row, 参保人数: by.pick(['约30人', '二十余']) }),
      (row) => ({ ...row, 费款所属期: '第二季度' }),
    ],
  },
};

const wageArrears: CityItem = {
  item: 'labour.wage-arrears',
  title: '拖欠农民工工资失信联合惩戒对象名单（云泽市）',
  headers: [...WAGE_ARREARS_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.02),
  rows(subject) {
    const entry = listEntry(subject, 'wageArrears', 3);
    if (entry === null) return [];
    const by = subject.by('wages');
    const persons = by.between(3, 60);
    const row = wageArrearsRow(
      subject.registered,
      entry.decidedOn,
      entry.number,
      persons,
      persons * by.between(9000, 26_000),
    );
    const left = {
      移出日期: entry.removedOn ?? '',
      移出原因: '信用修复',
      移出决定书文号: `云人社移出〔2026〕${entry.number}号`,
    };
    return [{ ...row, ...(entry.removedOn === null ? {} : left), 数据来源单位: '云泽市劳动保障监察支队' }];
  },
  mistakes: {
    name: '用人单位名称',
    code: '统一社会信用代码',
    required: ['列入事由', '列入决定书文号'],
    date: '列入日期',
    own: [(row) => ({ ...row, '涉及农民工人数(人)': '0' })],
  },
};

export const labourItems: readonly CityItem[] = [insurance, wageArrears];
