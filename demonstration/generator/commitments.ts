import {
  cleanCompany,
  oftenFinedCompany,
  plainlyRatedCompany,
  promiseBreaker,
  removedFromListCompany,
  renamedCompany,
  rewardedCompany,
  watchedCompany,
} from '../story.ts';
import { cityMarket, creditOffice, districtMarket, districtOf } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { addDays, addYears } from './days.ts';
import { numbered } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { csvInGbk, csvWithMark, type Row, type SubmittedFile } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const COMMITMENT_HEADERS = [
  '承诺主体名称',
  '主体类别',
  '统一社会信用代码',
  '承诺类型',
  '承诺事由',
  '承诺内容',
  '违诺责任',
  '承诺书编号',
  '做出承诺日期',
  '承诺有效期',
  '承诺受理单位',
  '承诺受理单位统一社会信用代码',
  '承诺履行状态',
  '履行认定日期',
  '履行认定文号',
  '是否公开',
  '附件',
] as const;

/** What is promised for each kind of commitment. */
export const PROMISES = {
  审批替代型: ['食品经营许可告知承诺', '已知晓并符合许可条件,所提交材料真实、合法、有效。'],
  容缺受理型: ['变更登记容缺受理', '于十个工作日内补齐所缺材料。'],
  主动型: ['诚信经营主动公开承诺', '依法诚信经营,自觉接受政府、行业和社会监督。'],
  行业自律型: ['行业自律公约', '遵守行业自律公约,不以低于成本的价格倾销。'],
  信用修复型: ['行政处罚信息信用修复', '已改正违法行为,履行处罚决定确定的义务,不再发生同类行为。'],
} as const;

type Kind = keyof typeof PROMISES;

/** Commitments with and without leave to publish; a breach stands in it only with its document. */
export function commitmentFile(): SubmittedFile {
  const by = chance(20_251_201);
  const kinds = Object.keys(PROMISES) as Kind[];
  const good: Row[] = [
    {
      ...commitmentRow(told(cleanCompany), '主动型', '2024-03-15', 1),
      承诺履行状态: '全部履行',
      履行认定日期: '2026-03-20',
    },
    commitmentRow(told(renamedCompany), '容缺受理型', '2023-06-28', 2),
    commitmentRow(told(rewardedCompany), '主动型', '2026-03-01', 3),
    {
      ...commitmentRow(told(promiseBreaker), '审批替代型', '2025-10-20', 4),
      承诺事由: '食品生产许可告知承诺',
      承诺履行状态: '未履行',
      履行认定日期: '2026-01-22',
      履行认定文号: '云市监违诺〔2026〕1号',
    },
    {
      ...commitmentRow(told(removedFromListCompany), '信用修复型', '2026-05-12', 5),
      承诺履行状态: '已履行',
      履行认定日期: '2026-05-20',
    },
    { ...commitmentRow(told(plainlyRatedCompany), '行业自律型', '2025-02-10', 6), 是否公开: '否' },
    ...by
      .sample(traders, 30)
      .map((subject, index) =>
        commitmentRow(subject, by.pick(kinds), addDays('2026-10-01', -by.between(10, 800)), 20 + index),
      ),
  ].map((row: Row, index): Row => (index > 5 && index % 4 === 0 ? { ...row, 是否公开: '' } : row));
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({ ...first(index), 承诺书编号: `补-${index}`, ...cells });
  const rows: Row[] = [
    ...good,
    first(9),
    bad(10, { 承诺有效期: '2015-01-01' }),
    bad(11, { 承诺履行状态: '未履行', 履行认定文号: '' }),
    bad(12, { 承诺履行状态: '基本履行' }),
    bad(13, { 承诺内容: '' }),
    bad(14, { 统一社会信用代码: withWrongCheck(String(first(14).统一社会信用代码)) }),
    bad(15, { 主体类别: '自然人', 承诺主体名称: '沈槿初', 统一社会信用代码: '' }),
    // Stored with a mark.
    bad(16, { 承诺类型: '百日攻坚' }),
  ];
  return {
    item: 'credit.commitment',
    name: '30-credit-commitment.csv',
    bytes: csvWithMark({ above: ['云泽市信用承诺信息归集表'], headers: COMMITMENT_HEADERS, rows }),
  };
}

export function commitmentRow(subject: Subject, kind: Kind, decidedOn: string, number: number): Row {
  const [matter, content] = PROMISES[kind];
  const authority = kind === '信用修复型' ? creditOffice : districtMarket(districtOf(subject.district));
  return {
    承诺主体名称: subject.name,
    主体类别: isIndividual(subject) ? '个体工商户' : '企业',
    统一社会信用代码: subject.creditCode ?? '',
    承诺类型: kind,
    承诺事由: matter,
    承诺内容: content,
    违诺责任: '违背承诺的,自愿接受依法处理,并将违诺信息记入信用记录。',
    承诺书编号: `YZCN-${decidedOn.slice(0, 4)}-${String(number).padStart(4, '0')}`,
    做出承诺日期: decidedOn,
    承诺有效期: number % 3 === 0 ? '长期' : addYears(decidedOn, 3),
    承诺受理单位: authority.name,
    承诺受理单位统一社会信用代码: authority.creditCode,
    是否公开: '是',
  };
}

export const ATTENTION_HEADERS = [
  '主体名称',
  '统一社会信用代码',
  '名单名称',
  '列入事由',
  '列入依据',
  '认定文号',
  '列入日期',
  '有效期至',
  '认定部门',
  '移出日期',
  '移出原因',
] as const;

/** 重点关注名单: shared by departments, shown to nobody; in GBK. */
export function keyAttentionFile(): SubmittedFile {
  const by = chance(20_160_912);
  const good: Row[] = [
    attentionRow(told(watchedCompany), '2026-04-02', 1, by),
    attentionRow(told(oftenFinedCompany), '2026-07-15', 2, by),
    ...by
      .sample(traders, 10)
      .map((subject, index) => attentionRow(subject, addDays('2026-10-10', -by.between(10, 330)), 10 + index, by)),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    { ...first(3), 名单名称: '市场监督管理严重违法失信名单' },
    { ...first(4), 名单名称: '重点监控户' },
    { ...first(5), 列入日期: '2026-02-31' },
    { ...first(6), 列入事由: '' },
    { ...first(7), 统一社会信用代码: '' },
  ];
  return {
    item: 'credit.key-attention-listing',
    name: '31-credit-key-attention-listing.csv',
    bytes: csvInGbk({ headers: ATTENTION_HEADERS, rows }),
  };
}

export function attentionRow(subject: Subject, day: string, number: number, by: Chance): Row {
  return {
    主体名称: subject.name,
    统一社会信用代码: subject.creditCode ?? '',
    名单名称: by.pick(['重点关注名单', '失信重点关注名单', '重点关注对象名单']),
    列入事由: by.pick(['一年内受到三次以上行政处罚', '经提示未在规定期限内改正', '被投诉举报较多且处理不力']),
    列入依据: '《关于加强和规范守信联合激励和失信联合惩戒对象名单管理工作的指导意见》',
    认定文号: numbered('云市监关注', day, number),
    列入日期: day,
    有效期至: addYears(day, 1),
    认定部门: cityMarket.name,
  };
}
