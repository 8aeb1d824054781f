import { behindWithBills, cleanCompany, dishonestDebtor, promiseBreaker } from '../story.ts';
import type { Example } from './example.ts';

/** What a bank looks at before it lends, as far as everybody may see it, for a page of borrowers. */
const LENDER = `
query Borrowers($identifiers: [String!]!) {
  subjectsByIdentifier(identifiers: $identifiers) {
    identifier
    outcome
    message
    subject {
      creditCode
      name
      market {
        registration { status { label } establishedOn }
        annualReports(first: 3) { nodes { year filedOn } }
        abnormalOperationEntries { totalCount }
      }
      tax {
        creditRatings(first: 2) { nodes { year grade { code } } }
        arrears(first: 2) { totalCount nodes { balance { amount } } }
        majorViolations { totalCount }
      }
      courts {
        dishonestDebtorEntries { totalCount }
        enforcementCases(first: 2) {
          totalCount
          nodes { caseNumber target { amount } unperformed { amount } }
        }
      }
      environment { penalties { totalCount } }
      labour { wageArrearsListings { totalCount } }
      commitments(first: 2) { nodes { content fulfilment { label } } }
    }
  }
}`;

export const lender: Example = {
  title: '授信前查一批企业',
  description:
    '一次问几家借款人的登记、年报、纳税评价、欠税、被执行和履约。年报财务数据、纳税、社保、水电气须企业授权:匿名访客的接口里没有这些字段。',
  query: LENDER,
  variables: {
    identifiers: [cleanCompany.creditCode, dishonestDebtor.creditCode, promiseBreaker.creditCode, behindWithBills.name],
  },
};
