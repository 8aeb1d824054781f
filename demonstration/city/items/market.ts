import { cityMarket, districtMarket } from '../../generator/authorities.ts';
import { addDays, referenceDay } from '../../generator/days.ts';
import {
  certificateOf,
  equipment,
  MARKET_LICENCE_HEADERS,
  marketLicenceRow,
  testing,
} from '../../generator/market-licences.ts';
import { COLUMN_CODES, inCityStyle } from '../../generator/market-penalties.ts';
import {
  ABNORMAL_HEADERS,
  abnormalRow,
  annualReportRow,
  CHECK_HEADERS,
  GROUNDS,
  REPORT_HEADERS,
  removal,
  SERIOUS_HEADERS,
  seriousRow,
  spotCheckRow,
} from '../../generator/market-supervision.ts';
import { foodViolations, tradeViolations } from '../../generator/market-violations.ts';
import { numbered, publicationEnd, type StandardRow, standardHeaders, standardRow } from '../../generator/penalty.ts';
import type { Row } from '../../generator/sheet.ts';
import { dayIn, isReportDue, isReportMissed, lastDayOfThreeYears, listEntry, reportFiledOn } from '../facts.ts';
import { atOnce, byYear, type CityItem } from '../item.ts';
import { type CitySubject, isOpenOn, isPublic, timesFor } from '../subject.ts';

const CODE = '行政相对人代码_1（统一社会信用代码）';
const FINE = '罚款金额（万元）';

const penalties: CityItem = {
  item: 'market.penalty',
  title: '云泽市市场监管行政处罚信息归集表(金额单位:万元)',
  headers: standardHeaders,
  otherwise: {
    headers: ['CF_FR_SFZH', ...COLUMN_CODES.map(([, code]) => code)],
    restyled: (row) => inCityStyle(row as StandardRow),
  },
  batches: byYear([2023, 2024, 2025, 2026], 0.12),
  rows(subject, { year }) {
    if (isPublic(subject.kind)) return [];
    const times = Math.min(40, timesFor(subject, 0.1, 'market-penalty', year));
    return Array.from({ length: times }, (_, index) => penaltyRow(subject, year, index)).filter((row) => row !== null);
  },
  mistakes: {
    name: '行政相对人名称',
    code: CODE,
    required: ['违法事实', '处罚依据', '行政处罚决定书文号'],
    date: '处罚决定日期',
    amount: { header: FINE, unit: '万元' },
    word: '处罚类别',
    own: [
      // Yuan in the column of 万元: the text tells.
      (row) => ({ ...row, 处罚类别: '罚款', 处罚内容: '罚款3000元。', [FINE]: '3000' }),
      (row) => ({ ...row, 处罚类别: '罚款', 处罚内容: '罚款。', [FINE]: '0' }),
      (row) => ({ ...row, 公示截止期: '2015-12-31' }),
    ],
  },
};

function penaltyRow(subject: CitySubject, year: number, index: number): StandardRow | null {
  const by = subject.by('market-penalty', year * 64 + index);
  const decidedOn = dayIn(subject, year, by);
  if (decidedOn === null) return null;
  const violation = by.pick(subject.trade?.isFood === true ? foodViolations : tradeViolations);
  const limit = subject.kind === '92' ? Math.min(violation.until, 8000) : violation.until;
  const fine = Math.max(violation.from, Math.round(by.between(violation.from, limit) / 100) * 100);
  const severity = fine >= 50_000 ? '严重' : by.pick(['轻微', '一般'] as const);
  const isOfCity = by.happens(30);
  const number = subject.index * 40 + index + 1;
  return standardRow(
    {
      counterpart: subject.registered,
      violation,
      fine,
      confiscated: by.happens(18) ? by.between(40, 900) * 2 : 0,
      decidedOn,
      endsOn: knownEnd(decidedOn, publicationEnd(decidedOn, severity), severity),
      authority: isOfCity ? cityMarket : districtMarket(subject.district),
      documentNumber: numbered(
        isOfCity ? '云市监罚' : `云${subject.district.label.charAt(0)}市监罚`,
        decidedOn,
        number,
      ),
      procedure: fine < 2000 ? '简易程序' : '普通程序',
      severity,
    },
    number,
  );
}

const licences: CityItem = {
  item: 'market.licence',
  title: '云泽市市场监管领域行政许可信息',
  headers: MARKET_LICENCE_HEADERS,
  batches: atOnce(0.6),
  rows(subject) {
    if (isPublic(subject.kind)) return [];
    const by = subject.by('market-licence');
    const kinds = [
      ...(subject.trade?.isFood === true && by.happens(92) ? [certificateOf(subject.registered, by)] : []),
      ...(subject.kind === '91' && subject.employees > 12 && by.happens(70)
        ? [by.pick([equipment, equipment, testing])]
        : []),
    ];
    return kinds.flatMap((certificate, index) => {
      const day = addDays(referenceDay, -by.between(20, 1700));
      const decidedOn = day < subject.establishedOn ? addDays(subject.establishedOn, 35) : day;
      if (decidedOn >= referenceDay || !isOpenOn(subject, decidedOn)) return [];
      return [marketLicenceRow(subject.registered, certificate, decidedOn, subject.index * 2 + index + 1)];
    });
  },
  mistakes: {
    name: '行政相对人名称',
    code: CODE,
    required: ['许可内容', '行政相对人名称'],
    date: '许可决定日期',
    word: '许可类别',
    own: [
      (row) => ({ ...row, 行政许可决定文书号: '', 许可编号: '' }),
      (row) => ({ ...row, 有效期至: '2015-12-31' }),
      (row) => ({ ...row, 当前状态: '整改中' }),
    ],
  },
};

const LISTED_IN_JULY = [2022, 2023, 2024, 2025];
const PROVIDER = '云泽市市场监督管理局信用监管处';

const abnormalOperation: CityItem = {
  item: 'market.abnormal-operation',
  title: '云泽市经营异常名录(状态)信息',
  headers: [...ABNORMAL_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.2),
  rows(subject) {
    const missed = LISTED_IN_JULY.filter((year) => isReportDue(subject, year) && isReportMissed(subject, year)).map(
      (year) => {
        const by = subject.by('abnormal', year);
        const listedOn = `${year + 1}-07-0${by.between(3, 9)}`;
        return { listedOn, reason: GROUNDS.report, number: subject.index * 8 + (year % 8), by };
      },
    );
    const by = subject.by('unreachable');
    const day =
      timesFor(subject, 0.02, 'unreachable') > 0 && !isPublic(subject.kind)
        ? dayIn(subject, by.pick([2024, 2025, 2026]), by)
        : null;
    const lost =
      day === null ? [] : [{ listedOn: day, reason: GROUNDS.unreachable, number: subject.index * 8 + 7, by }];
    return [...missed, ...lost].map((one) => {
      const row = { ...abnormalRow(subject.registered, one.listedOn, one.reason, one.number), 数据来源单位: PROVIDER };
      const leftOn = addDays(one.listedOn, one.by.between(20, 320));
      return one.by.happens(50) && leftOn < referenceDay ? { ...row, ...removal(subject.registered, leftOn) } : row;
    });
  },
  mistakes: {
    name: '企业名称',
    code: '统一社会信用代码',
    required: ['列入经营异常名录原因', '列入日期'],
    date: '列入日期',
    own: [
      (row) => ({ ...row, 是否移出: '是', 移出日期: '2019-01-01' }),
      (row) => ({ ...row, 列入经营异常名录原因: '详见决定书' }),
    ],
  },
};

const seriousViolations: CityItem = {
  item: 'market.serious-violation',
  title: '云泽市市场监督管理严重违法失信名单',
  headers: [...SERIOUS_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.02),
  rows(subject) {
    const entry = listEntry(subject, 'seriousViolation', 5);
    if (entry === null) return [];
    const row: Row = {
      ...seriousRow(subject.registered, entry.decidedOn, SERIOUS_REASON, entry.number),
      期满日期: { day: lastDayOfThreeYears(entry.decidedOn) },
      数据来源单位: PROVIDER,
    };
    return [
      entry.removedOn === null
        ? row
        : { ...row, 移出日期: entry.removedOn, 移出原因: '信用修复', 移出机关: cityMarket.name },
    ];
  },
  mistakes: {
    name: '企业名称',
    code: '统一社会信用代码',
    required: ['列入原因'],
    date: '列入日期',
    own: [(row) => ({ ...row, 列入决定书文号: '' })],
  },
};

/** Shared with the credit office's copy of the list. */
const SERIOUS_REASON = '生产、销售不符合保障人体健康和人身财产安全标准的产品,受到较重行政处罚';

const spotChecks: CityItem = {
  item: 'market.spot-check',
  title: '云泽市“双随机、一公开”抽查检查结果',
  headers: CHECK_HEADERS,
  batches: byYear([2024, 2025, 2026], 0.14),
  rows(subject, { year }) {
    if (isPublic(subject.kind) || subject.share('checked', year) > (subject.example === null ? 0.1 : 1)) return [];
    const by = subject.by('spot-check', year);
    const day = dayIn(subject, year, by);
    if (day === null) return [];
    const isBad = by.below(100) < 14 + subject.trouble * 6;
    const result = isBad
      ? by.pick(['发现问题已责令改正', '发现问题待后续处理', '通过登记的住所（经营场所）无法联系'])
      : '未发现问题';
    return [spotCheckRow(subject.registered, day, result, by)];
  },
  mistakes: {
    name: '企业名称',
    code: '统一社会信用代码',
    required: ['检查结果', '抽查类型'],
    date: '检查日期',
    word: '检查结果',
    own: [
      (row) => ({ ...row, 检查结果: '未发现问题;发现问题已责令改正' }),
      (row) => ({ ...row, 公示日期: '2015-01-01' }),
    ],
  },
};

const annualReports: CityItem = {
  item: 'market.annual-report',
  title: '企业年度报告信息(金额单位:万元)',
  headers: REPORT_HEADERS,
  batches: byYear([2023, 2024, 2025], 0.95),
  rows(subject, { year }) {
    const filedOn = reportFiledOn(subject, year);
    if (filedOn === null) return [];
    const by = subject.by('annual-report', year);
    return [annualReportRow(subject.registered, year, filedOn, by.happens(55), by)];
  },
  mistakes: {
    name: '企业名称',
    code: '统一社会信用代码',
    required: ['年报日期', '年报年度'],
    date: '年报日期',
    own: [
      (row) => ({ ...row, 营业总收入: '3562000元' }),
      (row, by) => ({ ...row, 从业人数: by.pick(['十余人', '约20人']) }),
      (row) => ({ ...row, 年报日期: `${row.年报年度}-11-30` }),
    ],
  },
};

export const marketItems: readonly CityItem[] = [
  penalties,
  licences,
  abnormalOperation,
  seriousViolations,
  spotChecks,
  annualReports,
];

/** Minor penalties from before 令第36号 are no longer published since it is in force: clerks who know it write its eve. */
function knownEnd(decidedOn: string, end: string, severity: string): string {
  const eve = '2026-03-31';
  return severity === '轻微' && decidedOn <= eve && end > eve ? eve : end;
}
