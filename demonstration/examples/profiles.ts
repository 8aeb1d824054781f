import { dishonestDebtor, oldNumberFactory, plainlyRatedCompany, renamedCompany } from '../story.ts';
import type { Example } from './example.ts';

/** All that a visitor may see of a subject: each list of each department, five entries of it. */
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
    recordCounts { class count }
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
      licences(first: 5) {
        totalCount
        nodes { decidedOn certificateName content validTo status { label } }
      }
      abnormalOperationEntries(first: 5) {
        totalCount
        nodes { decidedOn form { label } grounds { label } authority { name } }
      }
      seriousViolationEntries(first: 5) {
        totalCount
        nodes { decidedOn reason publication { endsOn } }
      }
      spotCheckResults(first: 5) {
        totalCount
        nodes { decidedOn checkType { label } results { label } }
      }
      annualReports(first: 5) {
        totalCount
        nodes { year filedOn }
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
      penalties(first: 5) {
        totalCount
        nodes { decidedOn violationType fine { amount currency } }
      }
      majorViolations(first: 5) {
        totalCount
        nodes { decidedOn grounds { label } treatment publication { endsOn } }
      }
      licences(first: 5) {
        totalCount
        nodes { decidedOn content validTo }
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
      consumptionRestrictions(first: 5) {
        totalCount
        nodes { caseNumber decidedOn restrictedActs { label } }
      }
      enforcementCases(first: 5) {
        totalCount
        nodes { caseNumber filedOn target { amount } unperformed { amount } }
      }
      judgments(first: 5) {
        totalCount
        nodes { caseNumber decidedOn role { label } cause }
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
      licences(first: 5) {
        totalCount
        nodes { decidedOn documentName content }
      }
      dischargePermits(first: 5) {
        totalCount
        nodes { permitNumber managementCategory { label } effectiveUntil }
      }
    }
    labour {
      wageArrearsListings(first: 5) {
        totalCount
        nodes { decidedOn personsConcerned amountOwed { amount } }
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
    commitments(first: 5) {
      totalCount
      nodes { decidedOn commitmentType { label } fulfilment { label } }
    }
  }
}`;

export const profiles: readonly Example[] = [
  {
    title: '信用档案',
    description: '一家企业在市场监管、税务、法院、生态环境、人社部门和信用办的公开信用记录,一问一答。',
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
];

/** Where the city is not the invented one: the question of the bar, about nobody yet. */
export const profileElsewhere: Example = {
  title: '信用档案',
  description: '一家企业在各部门的公开信用记录,一问一答:在页面上方输入代码即可。',
  query: PROFILE,
  variables: { identifier: '' },
};
