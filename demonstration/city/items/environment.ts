import { addDays, referenceDay } from '../../generator/days.ts';
import {
  ENVIRONMENT_RATING_HEADERS,
  type EnvironmentGrade,
  environmentDecision,
  environmentRatingRow,
} from '../../generator/environment.ts';
import {
  ENVIRONMENT_LICENCE_HEADERS,
  environmentLicenceRow,
  PERMIT_HEADERS,
  permitRow,
} from '../../generator/environment-permits.ts';
import { environmentViolations } from '../../generator/environment-violations.ts';
import { standardHeaders, standardRow } from '../../generator/penalty.ts';
import { dayIn, EXAMPLE } from '../facts.ts';
import { atOnce, byYear, type CityItem } from '../item.ts';
import { type CitySubject, isOpenOn, timesFor } from '../subject.ts';

/** What a polluter was fined for in a year; nobody is rated green for a year with a fine. */
function finesIn(subject: CitySubject, year: number) {
  if (subject.trade?.isPolluting !== true) return [];
  const times = Math.min(10, timesFor(subject, 0.1, 'environment-penalty', year));
  const isExample = subject.example === EXAMPLE.environmentPenalty && year === 2025;
  return Array.from({ length: isExample ? Math.max(1, times) : times }, (_, index) => {
    const by = subject.by('environment-penalty', year * 16 + index);
    const decidedOn = dayIn(subject, year, by);
    if (decidedOn === null) return null;
    const violation = by.pick(environmentViolations);
    const fine = Math.round(by.between(violation.from, violation.until) / 1000) * 1000;
    return environmentDecision(subject.registered, violation, {
      fine,
      decidedOn,
      number: subject.index * 16 + index + 1,
    });
  }).filter((one) => one !== null);
}

function gradeOf(subject: CitySubject, year: number): EnvironmentGrade {
  const fines = finesIn(subject, year);
  if (fines.some(({ fine }) => fine >= 100_000)) return 'RED';
  if (fines.length > 0) return 'YELLOW';
  return subject.share('green', year) < 0.3 ? 'GREEN' : 'BLUE';
}

const ratings: CityItem = {
  item: 'environment.credit-rating',
  title: '云泽市企业环境信用评价结果',
  headers: ENVIRONMENT_RATING_HEADERS,
  batches: byYear([2024, 2025], 0.25),
  rows(subject, { year }) {
    const isRated =
      subject.kind === '91' && subject.trade?.isPolluting === true && subject.establishedOn < `${year}-01-01`;
    if (!isRated || !isOpenOn(subject, `${year + 1}-06-30`)) return [];
    return [
      environmentRatingRow(subject.registered, year, gradeOf(subject, year), subject.by('environment-rating', year)),
    ];
  },
  mistakes: {
    name: '企业名称',
    code: '统一社会信用代码',
    required: ['评价等级'],
    date: '评价时间',
    own: [
      (row) => ({ ...row, 评价等级: '黑牌' }),
      (row) => ({ ...row, 评价年度: '', 评价名称: '企业环境信用评价', 评价批次: '第一批' }),
      (row) => ({ ...row, 评价机构: '', 评价机构统一社会信用代码: '' }),
    ],
  },
};

const FINE = '罚款金额（万元）';

const penalties: CityItem = {
  item: 'environment.penalty',
  title: '云泽市生态环境行政处罚信息公示表(金额单位:万元)',
  headers: standardHeaders,
  batches: byYear([2024, 2025, 2026], 0.05),
  rows: (subject, { year }) =>
    finesIn(subject, year).map((one, index) => standardRow(one, subject.index * 16 + index + 1)),
  mistakes: {
    name: '行政相对人名称',
    code: '行政相对人代码_1（统一社会信用代码）',
    required: ['违法事实'],
    date: '处罚决定日期',
    amount: { header: FINE, unit: '万元' },
    word: '处罚类别',
    own: [(row) => ({ ...row, 处罚内容: '罚款20000元。', 处罚类别: '罚款', [FINE]: '20000' })],
  },
};

/** The kinds of licence, and how many in a hundred have one. */
const LICENSED = [
  [0, 45],
  [1, 10],
  [2, 8],
  [3, 4],
] as const;

const licences: CityItem = {
  item: 'environment.licence',
  title: '云泽市生态环境行政许可信息',
  headers: ENVIRONMENT_LICENCE_HEADERS,
  batches: atOnce(0.12),
  rows(subject) {
    if (subject.kind !== '91' || subject.trade?.isPolluting !== true) return [];
    const by = subject.by('environment-licence');
    const kinds = LICENSED.flatMap(([kind, percent]) => (by.happens(percent) ? [kind] : []));
    return kinds.flatMap((kind, index) => {
      const day = addDays(referenceDay, -by.between(20, 1700));
      const decidedOn = day < subject.establishedOn ? addDays(subject.establishedOn, 50) : day;
      if (decidedOn >= referenceDay || !isOpenOn(subject, decidedOn)) return [];
      return [environmentLicenceRow(subject.registered, kind, decidedOn, subject.index * 4 + index + 1, by)];
    });
  },
  mistakes: {
    name: 'XK_XDR_MC',
    code: 'XK_XDR_SHXYM',
    required: ['XK_NR', 'XK_XKLB'],
    date: 'XK_JDRQ',
    word: 'XK_XKLB',
    own: [(row) => ({ ...row, XK_XKJG: '', XK_XKJGDM: '' })],
  },
};

const permits: CityItem = {
  item: 'environment.discharge-permit',
  title: '云泽市排污许可证核发及登记情况',
  headers: PERMIT_HEADERS,
  batches: atOnce(0.25),
  rows(subject) {
    if (subject.trade?.isPolluting !== true || subject.share('permit') > 0.9) return [];
    const by = subject.by('permit');
    const category = by.pick(['重点管理', '简化管理', '简化管理', '登记管理', '登记管理']);
    const day = addDays(referenceDay, -by.between(30, 1700));
    const decidedOn = day < subject.establishedOn ? addDays(subject.establishedOn, 40) : day;
    if (decidedOn >= referenceDay || !isOpenOn(subject, decidedOn)) return [];
    return [permitRow(subject.registered, category, decidedOn, by)];
  },
  mistakes: {
    name: '单位名称',
    code: '许可证编号',
    required: ['许可证编号', '单位名称'],
    date: '发证日期',
    word: '行业类别代码',
    own: [(row) => ({ ...row, 有效期: '自2024-01-01至2023-12-31' }), (row) => ({ ...row, 发证日期: '', 有效期: '' })],
  },
};

export const environmentItems: readonly CityItem[] = [ratings, penalties, licences, permits];
