import {
  ATTENTION_HEADERS,
  attentionRow,
  COMMITMENT_HEADERS,
  commitmentRow,
  PROMISES,
} from '../../generator/commitments.ts';
import { addDays, referenceDay } from '../../generator/days.ts';
import {
  A_GRADE,
  BARRED_SUPPLIER,
  FALSE_STATISTICS,
  HONEST,
  LISTING_HEADERS,
  type List,
  listingRow,
  UNSAFE,
} from '../../generator/listings.ts';
import type { Row } from '../../generator/sheet.ts';
import { dayIn, EXAMPLE, isRarely, listEntry, taxGrade } from '../facts.ts';
import { atOnce, byYear, type CityItem } from '../item.ts';
import { type CitySubject, isOpenOn, isPublic } from '../subject.ts';

const PROVIDER = '云泽市公共信用信息中心';

/** The lists of authorities that are no department here, with how many in a thousand came onto them. */
const OFFICE_LISTS = [
  ['unsafe', 5, UNSAFE],
  ['falseStatistics', 2, FALSE_STATISTICS],
  ['barredSupplier', 3, BARRED_SUPPLIER],
] as const satisfies readonly (readonly [keyof typeof EXAMPLE, number, List])[];

const LISTING_MISTAKES = {
  name: '主体名称',
  code: '统一社会信用代码',
  required: ['列入事由', '列入依据'],
  date: '列入日期',
  own: [(row: Row): Row => ({ ...row, 名单名称: '不文明经营户黑名单' })],
};

const seriousDishonesty: CityItem = {
  item: 'credit.serious-dishonesty-listing',
  title: '云泽市严重失信主体名单汇总',
  headers: [...LISTING_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.03),
  rows: (subject) =>
    OFFICE_LISTS.flatMap(([what, perThousand, list]) => {
      const entry = listEntry(subject, what, perThousand);
      if (entry === null) return [];
      const row = { ...listingRow(subject.registered, list, entry.decidedOn, entry.number), 数据来源单位: PROVIDER };
      return [entry.removedOn === null ? row : { ...row, 移出日期: entry.removedOn, 移出原因: '信用修复' }];
    }),
  mistakes: {
    ...LISTING_MISTAKES,
    own: [
      ...LISTING_MISTAKES.own,
      (row) => ({ ...row, 列入决定文书号: '' }),
      (row) => ({ ...row, 名单名称: '重大税收违法失信主体' }),
    ],
  },
};

/** On no list of dishonesty, and honoured for it. */
function honours(subject: CitySubject): readonly (readonly [List, string])[] {
  if (!isOpenOn(subject, '2026-05-01')) return [];
  const isHonest =
    subject.example === EXAMPLE.honest ||
    (subject.trouble < 0.6 && subject.kind === '91' && subject.share('honest') < 0.015);
  return [
    ...(taxGrade(subject, 2025) === 'A' ? [[A_GRADE, '2026-04-25'] as const] : []),
    ...(isHonest ? [[HONEST, '2026-03-15'] as const] : []),
  ];
}

const incentives: CityItem = {
  item: 'credit.incentive-listing',
  title: '云泽市守信激励名单',
  headers: [...LISTING_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.3),
  rows: (subject) =>
    honours(subject).map(([list, day]) => ({
      ...listingRow(subject.registered, list, day, 1000 + subject.index),
      数据来源单位: PROVIDER,
    })),
  mistakes: LISTING_MISTAKES,
};

const keyAttention: CityItem = {
  item: 'credit.key-attention-listing',
  title: '云泽市重点关注名单',
  headers: [...ATTENTION_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.03),
  rows(subject) {
    if (isPublic(subject.kind) || !isRarely(subject, 12, 'keyAttention')) return [];
    const by = subject.by('attention');
    const day = addDays(referenceDay, -by.between(10, 330));
    if (!isOpenOn(subject, day)) return [];
    return [{ ...attentionRow(subject.registered, day, 1000 + subject.index, by), 数据来源单位: PROVIDER }];
  },
  mistakes: LISTING_MISTAKES,
};

const KINDS = Object.keys(PROMISES) as (keyof typeof PROMISES)[];

const commitments: CityItem = {
  item: 'credit.commitment',
  title: '云泽市信用承诺信息归集表',
  headers: COMMITMENT_HEADERS,
  batches: byYear([2024, 2025, 2026], 0.15),
  rows(subject, { year }) {
    const isCommitted = subject.share('committed', year) < 0.1 || subject.example === EXAMPLE.commitment;
    if (isPublic(subject.kind) || !isCommitted) return [];
    const by = subject.by('commitment', year);
    const day = dayIn(subject, year, by);
    if (day === null) return [];
    const row = commitmentRow(subject.registered, by.pick(KINDS), day, subject.index * 4 + (year % 4));
    const judgedOn = addDays(day, by.between(40, 300));
    if (judgedOn >= referenceDay || by.happens(60)) return [by.happens(15) ? { ...row, 是否公开: '否' } : row];
    if (by.below(100) >= 3 + subject.trouble * 4) return [{ ...row, 承诺履行状态: '全部履行', 履行认定日期: judgedOn }];
    const document = `云市监违诺〔${judgedOn.slice(0, 4)}〕${1000 + subject.index}号`;
    return [{ ...row, 承诺履行状态: '未履行', 履行认定日期: judgedOn, 履行认定文号: document }];
  },
  mistakes: {
    name: '承诺主体名称',
    code: '统一社会信用代码',
    required: ['承诺内容'],
    date: '做出承诺日期',
    word: '承诺类型',
    own: [
      (row) => ({ ...row, 承诺履行状态: '未履行', 履行认定日期: '', 履行认定文号: '' }),
      (row) => ({ ...row, 承诺有效期: '2015-01-01' }),
    ],
  },
};

export const creditItems: readonly CityItem[] = [seriousDishonesty, incentives, keyAttention, commitments];
