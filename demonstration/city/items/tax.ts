import { addDays, referenceDay } from '../../generator/days.ts';
import { NOTICES, TAX_ARREARS_HEADERS, TAX_RATING_HEADERS, taxArrearsRow, taxRatingRow } from '../../generator/tax.ts';
import {
  falseInvoices,
  majorViolationRow,
  TAX_LICENCE_HEADERS,
  TAX_PAYMENT_HEADERS,
  TAX_PENALTY_HEADERS,
  taxLicenceRow,
  taxPaymentRow,
  taxPenaltyRow,
  taxViolations,
  unpaid,
  VIOLATION_HEADERS,
} from '../../generator/tax-supervision.ts';
import { dayIn, EXAMPLE, listEntry, taxGrade } from '../facts.ts';
import { atOnce, byYear, type CityItem } from '../item.ts';
import { type CitySubject, isOpenOn, isPublic, timesFor } from '../subject.ts';

const ratings: CityItem = {
  item: 'tax.credit-rating',
  title: '云泽市纳税信用评价结果',
  headers: TAX_RATING_HEADERS,
  batches: byYear([2023, 2024, 2025], 0.6),
  rows(subject, { year }) {
    const grade = taxGrade(subject, year);
    return grade === null ? [] : [taxRatingRow(subject.registered, year, grade, subject.by('tax-rating', year))];
  },
  mistakes: {
    name: '纳税人名称',
    code: '统一社会信用代码',
    required: ['信用等级', '评价年度'],
    date: '评定时间',
    own: [(row) => ({ ...row, 信用等级: 'E' }), (row) => ({ ...row, 评价年度: '2205' })],
  },
};

/** When somebody owes taxes it is for a few quarters in a row. */
function quartersOwed(subject: CitySubject): readonly (typeof NOTICES)[number][] {
  const owes =
    subject.example === EXAMPLE.arrears || (subject.example === null && timesFor(subject, 0.03, 'arrears') > 0);
  if (!owes || isPublic(subject.kind)) return [];
  const by = subject.by('arrears');
  const first = by.below(NOTICES.length);
  return NOTICES.slice(first, first + by.between(1, 4)).filter(({ day }) => isOpenOn(subject, day));
}

const arrears: CityItem = {
  item: 'tax.arrears',
  title: '国家税务总局云泽市税务局欠税公告汇总(不含滞纳金和罚款)',
  headers: TAX_ARREARS_HEADERS,
  batches: atOnce(0.12),
  rows: (subject) =>
    quartersOwed(subject).map(({ quarter, day }) => taxArrearsRow(subject.registered, quarter, day, subject.by(day))),
  mistakes: {
    name: '纳税人名称',
    code: '纳税人识别号',
    required: ['公告日期', '欠税税种'],
    date: '公告日期',
    word: '欠税税种',
    own: [
      (row) => ({ ...row, '欠税余额（元）': '-5000' }),
      (row) => ({ ...row, '欠税余额（元）': '12.5万元', '其中：当期新欠': '0' }),
      (row) => ({ ...row, '欠税余额（元）': '约三万' }),
    ],
  },
};

const licences: CityItem = {
  item: 'tax.licence',
  title: '云泽市税务行政许可信息',
  headers: TAX_LICENCE_HEADERS,
  batches: atOnce(0.1),
  rows(subject) {
    const isLicensed = subject.example === EXAMPLE.taxLicence || subject.share('tax-licence') < 0.12;
    if (subject.kind !== '91' || !isLicensed) return [];
    const by = subject.by('tax-licence');
    const day = addDays(referenceDay, -by.between(20, 1100));
    return isOpenOn(subject, day) ? [taxLicenceRow(subject.registered, day, subject.index + 1, by)] : [];
  },
  mistakes: {
    name: '行政相对人名称',
    code: '行政相对人代码_1(统一社会信用代码)',
    required: ['许可决定书文号', '许可内容'],
    date: '许可决定日期',
    word: '审批类别',
    own: [(row) => ({ ...row, 许可截止期: '2012-05-01' })],
  },
};

const majorViolations: CityItem = {
  item: 'tax.major-violation',
  title: '云泽市重大税收违法失信主体信息公布表',
  headers: [...VIOLATION_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.01),
  rows(subject) {
    const entry = listEntry(subject, 'majorTaxViolation', 2);
    if (entry === null) return [];
    const by = subject.by('major-violation');
    const row = majorViolationRow(subject.registered, entry.decidedOn, entry.number, MAJOR_GROUND, by);
    return [{ ...row, 停止公布日期: entry.removedOn ?? '', 数据来源单位: '国家税务总局云泽市税务局稽查局' }];
  },
  mistakes: {
    name: '纳税人名称',
    code: '统一社会信用代码',
    required: ['主要违法事实', '税务处理处罚情况'],
    date: '确定日期',
    word: '案件性质',
  },
};

/** Shared with the credit office's copy of the list. */
const MAJOR_GROUND = falseInvoices.type;

const penalties: CityItem = {
  item: 'tax.penalty',
  title: '云泽市税务行政处罚信息(金额单位:元)',
  headers: TAX_PENALTY_HEADERS,
  batches: byYear([2024, 2025, 2026], 0.07),
  rows(subject, { year }) {
    if (isPublic(subject.kind)) return [];
    const times = Math.min(15, timesFor(subject, 0.05, 'tax-penalty', year));
    return Array.from({ length: times }, (_, index) => {
      const by = subject.by('tax-penalty', year * 16 + index);
      const day = dayIn(subject, year, by);
      const violation = by.pick(taxViolations);
      const fine = Math.round(by.between(violation.from, violation.until) / 50) * 50;
      return day === null
        ? null
        : taxPenaltyRow(subject.registered, violation, fine, day, subject.index * 16 + index + 2);
    }).filter((row) => row !== null);
  },
  mistakes: {
    name: '行政相对人名称',
    code: '统一社会信用代码',
    required: ['违法事实', '处罚依据'],
    date: '处罚决定日期',
    amount: { header: '罚款金额(元)', unit: '元' },
    word: '处罚类别',
    own: [(row) => ({ ...row, 处罚类别: '吊销许可证件', 处罚内容: '吊销许可证件。', '罚款金额(元)': '' })],
  },
};

const QUARTERS = [1, 2, 3] as const;

/** Who pays by this channel: one company in eight, few shops. */
function isPayer(subject: CitySubject): boolean {
  const limit = subject.kind === '91' ? 0.12 : subject.kind === '92' ? 0.03 : 0;
  return subject.example === EXAMPLE.insured || subject.share('payer') < limit;
}

const payments: CityItem = {
  item: 'tax.payment',
  title: '云泽市税款入库情况',
  headers: TAX_PAYMENT_HEADERS,
  batches: atOnce(0.4),
  rows(subject) {
    if (!isPayer(subject)) return [];
    const by = subject.by('tax-payment');
    const owed = new Set<string>(quartersOwed(subject).map(({ day }) => day));
    const vat = QUARTERS.filter((quarter) => isOpenOn(subject, `2026-${String(quarter * 3).padStart(2, '0')}-28`)).map(
      (quarter) => {
        const row = taxPaymentRow(subject.registered, '增值税', quarter, by);
        // Who stands in a quarter's notice of arrears has not paid.
        return owed.has(`2026-${String(quarter * 3 + 1).padStart(2, '0')}-20`) ? unpaid(row) : row;
      },
    );
    if (subject.kind !== '91' || !isOpenOn(subject, '2026-05-31') || subject.establishedOn >= '2026-01-01') return vat;
    const income = {
      ...taxPaymentRow(subject.registered, '企业所得税', 1, by),
      税款所属期: '2025年度',
      缴款日期: '2026-05-20',
    };
    return [...vat, income];
  },
  mistakes: {
    name: '纳税人名称',
    code: '统一社会信用代码',
    required: ['税种'],
    date: '缴款日期',
    amount: { header: '实缴税额(元)', unit: '元' },
    word: '税种',
    own: [
      (row) => ({ ...row, 税款所属期: '上季度' }),
      (row) => ({ ...row, 年度: 2019 }),
      (row) => ({ ...row, '应缴税额(元)': '', '实缴税额(元)': '' }),
    ],
  },
};

export const taxItems: readonly CityItem[] = [ratings, arrears, licences, majorViolations, penalties, payments];
