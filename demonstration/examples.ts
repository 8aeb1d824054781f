import {
  dishonestDebtor,
  oftenFinedCompany,
  oldNumberFactory,
  plainlyRatedCompany,
  redCardCompany,
  renamedCompany,
} from './story.ts';

/** A question that the explorer offers; the first with an `identifier` is the one that its bar asks. */
interface Example {
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const PROFILE = `
query Profile($identifier: String!) {
  subject(identifier: $identifier) {
    id
    name
    kind
    isVerified
    formerNames { name until }
    identifiers { type { label } value validTo }
    district { label }
    industry { label }
    market {
      registration {
        status { label }
        enterpriseType { label }
        legalRepresentativeName
        registeredCapital { amount currency }
        establishedOn
        address
      }
      penalties(first: 5) {
        totalCount
        nodes {
          decidedOn
          documentNumber
          violationType
          content
          fine { amount currency }
          authority { name }
          publication { endsOn }
          marks
        }
      }
    }
    tax {
      creditRatings(first: 5) {
        totalCount
        nodes { year grade { code label } authority { name } }
      }
      arrears(first: 5) {
        totalCount
        nodes { decidedOn taxType { label } balance { amount currency } }
      }
    }
    courts {
      dishonestDebtorEntries(first: 5) {
        totalCount
        nodes {
          caseNumber
          authority { name }
          obligation
          performance { label }
          behaviours { label }
          publication { publishedOn }
        }
      }
    }
    environment {
      creditRatings(first: 5) {
        totalCount
        nodes { year grade { label scheme { label } } }
      }
      penalties(first: 5) {
        totalCount
        nodes { decidedOn violationType fine { amount currency } }
      }
    }
    listings(first: 5) {
      totalCount
      nodes {
        listType { legalName polarity { label } }
        reason
        authority { name }
        decidedOn
        publication { endsOn }
      }
    }
  }
}`;

const SEARCH = `
query Search($text: String!, $filter: SubjectFilter) {
  subjects(search: $text, filter: $filter, first: 10) {
    totalCount
    nodes {
      id
      name
      kind
      isVerified
      district { label }
      formerNames { name until }
      market { registration { status { label } } }
    }
  }
}`;

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

/**
 * Questions for the invented city's data, the profile first. `known` is the instant that the as-of question asks about:
 * one after the files were taken.
 */
export const examplesAt = (known: string): readonly Example[] => [
  {
    title: '信用档案',
    description: '一家企业在市场监管、税务、法院、生态环境和信用办的公开信用记录,一问一答。示例为一家失信被执行人。',
    query: PROFILE,
    variables: { identifier: dishonestDebtor.creditCode },
  },
  {
    title: '信用档案:旧代码与曾用名',
    description: '个体工商户转为企业后名称和代码都变了:用原代码同样查得到,旧名称下的记录仍归于它。',
    query: PROFILE,
    variables: { identifier: renamedCompany.formerCreditCode },
  },
  {
    title: '信用档案:只有 15 位注册号',
    description: '从未换发统一社会信用代码的老厂,凭注册号查询;登记机关未确认,所以检索不列出。',
    query: PROFILE,
    variables: { identifier: oldNumberFactory.registrationNumber },
  },
  {
    title: '信用档案:不公开的等级',
    description: '这家企业的纳税信用是 B 级和 C 级,只有 A 级主动公开:匿名访客看不到评价,条数里也没有。',
    query: PROFILE,
    variables: { identifier: plainlyRatedCompany.creditCode },
  },
  {
    title: '检索主体',
    description:
      '按名称(含曾用名)检索,全角半角括号、空格均可。两家便利店同名,看区划分辨;filter 可按类别、区划、行业收窄。',
    query: SEARCH,
    variables: { text: '邻禾便利店', filter: null },
  },
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
  {
    title: '当时所知',
    description: '@asOf 按某一时刻系统已知的内容作答(示例为本次启动之时);此后再导入更正,这里看到的仍是当时的版本。',
    query: AS_OF,
    variables: { identifier: redCardCompany.creditCode, known },
  },
];
