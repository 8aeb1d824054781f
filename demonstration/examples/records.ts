import { correctedCompany, dishonestDebtor } from '../story.ts';
import type { Example } from './example.ts';

const TIMELINE = `
query Timeline($identifier: String!, $after: String) {
  subject(identifier: $identifier) {
    name
    recordCounts { class count asOf }
    records(first: 20, after: $after) {
      totalCount
      asOf
      nodes {
        id
        decidedOn
        item { class title department { label } }
        title
        authority { name }
        amount { amount currency }
        isInForce
        marks
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const VERSIONS = `
query Versions($identifier: String!) {
  subject(identifier: $identifier) {
    name
    records(filter: { classes: [ADMINISTRATIVE] }, first: 5) {
      nodes {
        id
        title
        documentNumber
        amount { amount currency }
        marks
        versions { version recordedAt supersededAt }
      }
    }
  }
}`;

const BOARD = `
query Board($filter: RecordFilter, $after: String) {
  records(filter: $filter, first: 20, after: $after) {
    totalCount
    asOf
    nodes {
      id
      decidedOn
      item { title department { label } }
      title
      documentNumber
      subject { id name district { label } }
      authority { name }
      types { label }
      amount { amount currency }
      publication { publishedOn endsOn }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const CATALOGUE = `
query Catalogue {
  catalogue {
    code
    title
    department { label }
    class
    basis
    frequency { label }
    submission
    receivedAt
    reportedThrough
    fields { name title type level { label } }
  }
}`;

export const timeline: readonly Example[] = [
  {
    title: '时间线与各栏目条数',
    description: '一家企业在全部部门的记录,最新在前,附信用报告各栏目的条数。条数为 null 是尚不知道,绝不写作 0。',
    query: TIMELINE,
    variables: { identifier: dishonestDebtor.creditCode, after: null },
  },
  {
    title: '更正留痕',
    description:
      '先报罚款 5000 元,后更正为 50000 元:标识不变,旧版本何时入库、何时被取代都在。把 id 交给 record(id:) 即是它的固定地址。',
    query: VERSIONS,
    variables: { identifier: correctedCompany.creditCode },
  },
];

/** A board of these records, in these districts, or everywhere. */
const board = (title: string, description: string, filter: Record<string, unknown>): Example => ({
  title,
  description,
  query: BOARD,
  variables: { filter, after: null },
});

const PENALTIES = { items: ['market.penalty', 'tax.penalty', 'environment.penalty'] };
const LICENCES = { items: ['market.licence', 'tax.licence', 'environment.licence'] };
const DISHONESTY = { classes: ['SERIOUS_DISHONESTY'] };

export const boards: readonly Example[] = [
  board(
    '双公示栏:行政处罚',
    '临江区企业受到的行政处罚,市场监管、税务、生态环境合在一起,最新在前,每页二十条;只列公示期内的。',
    { ...PENALTIES, districts: ['990102'] },
  ),
  board('双公示栏:行政许可', '同一问题换成三个部门的行政许可;search 可按题名、文号或机关再筛,至少两个字。', {
    ...LICENCES,
    search: '食品',
  }),
  board(
    '失信名单栏',
    '望湖区在列的严重失信记录:失信被执行人、拖欠工资、重大税收违法、市场监管严重违法;已移出的不列。',
    { ...DISHONESTY, districts: ['990103'] },
  ),
];

/** The same where the city is not the invented one. */
export const boardsElsewhere: readonly Example[] = [
  board('双公示栏:行政处罚', '各部门的行政处罚,最新在前;districts 可限于若干区划。', PENALTIES),
  board('双公示栏:行政许可', '各部门的行政许可,最新在前;search 可按题名、文号或机关再筛。', LICENCES),
  board('失信名单栏', '在列的严重失信记录,最新在前;已移出的不列。', DISHONESTY),
];

export const catalogue: Example = {
  title: '信息目录',
  description: '调用方可以查询的每一类信息:哪个部门、依据什么、多久更新、最近何时收到、数据报至哪一天、有哪些字段。',
  query: CATALOGUE,
  variables: {},
};
