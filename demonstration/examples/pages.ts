import { oftenFinedCompany, redCardCompany } from '../story.ts';
import type { Example } from './example.ts';

const PENALTY_PAGES = `
query PenaltyPages($identifier: String!, $after: String) {
  subject(identifier: $identifier) {
    name
    market {
      penalties(first: 20, after: $after) {
        totalCount
        nodes {
          id
          decidedOn
          documentNumber
          violationType
          fine { amount currency }
          authority { name creditCode }
          publication { publishedOn endsOn }
          isInForce
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

const FILTERED = `
query FilteredPenalties($identifier: String!, $filter: RecordFilter) {
  subject(identifier: $identifier) {
    name
    market {
      penalties(filter: $filter) {
        totalCount
        nodes {
          decidedOn
          violationType
          penaltyTypes { code label }
          fine { amount }
        }
      }
    }
    environment {
      penalties(filter: $filter) {
        totalCount
        nodes {
          decidedOn
          violationFacts
          legalBasis
          penaltyTypes { code label }
          fine { amount }
        }
      }
    }
  }
}`;

const EDGES = `
query DistrictPages($filter: SubjectFilter, $after: String) {
  subjects(filter: $filter, first: 5, after: $after) {
    totalCount
    asOf
    edges {
      cursor
      node {
        creditCode
        name
        industry { code label }
      }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const AS_OF = `
query AsOf($identifier: String!, $known: DateTime!) @asOf(known: $known) {
  subject(identifier: $identifier) {
    name
    environment {
      creditRatings { nodes { year grade { label } version recordedAt } }
      penalties { nodes { documentNumber fine { amount } version recordedAt } }
    }
  }
}`;

export const pages: readonly Example[] = [
  {
    title: '处罚翻页',
    description: '一家超市的行政处罚,每页二十条,最新在前。把 endCursor 填入 after 即得第二页。',
    query: PENALTY_PAGES,
    variables: { identifier: oftenFinedCompany.creditCode, after: null },
  },
  {
    title: '按条件筛选记录',
    description: '2026 年以来单笔罚款十万元以上的处罚:同一条记录须同时满足全部条件。',
    query: FILTERED,
    variables: {
      identifier: redCardCompany.creditCode,
      filter: { types: ['FINE'], amount: { from: '100000' }, decidedOn: { from: '2026-01-01' } },
    },
  },
  {
    title: '逐条游标',
    description: '临江区的制造业企业,每页五家;edges 给出每一条的游标,可从任一条之后继续。',
    query: EDGES,
    variables: { filter: { kinds: ['ENTERPRISE'], districts: ['990102'], industries: ['C'] }, after: null },
  },
];

export const past = (known: string): Example => ({
  title: '当时所知',
  description: '@asOf 按某一时刻系统已知的内容作答(示例为本次启动之时);此后再导入更正,这里看到的仍是当时的版本。',
  query: AS_OF,
  variables: { identifier: redCardCompany.creditCode, known },
});
