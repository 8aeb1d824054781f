import type { Resolvers } from '../../platform/subgraph/card.ts';
import { type CaseNumber, format } from '../../schema/identifiers/case-number.ts';

/** As courts print it, in full-width brackets. */
const caseNumber = (record: { readonly caseNumber: CaseNumber }) => format(record.caseNumber);

export const resolvers: Resolvers = {
  DishonestDebtorEntry: { caseNumber },
  ConsumptionRestriction: { caseNumber },
  EnforcementCase: { caseNumber },
  JudgmentSummary: { caseNumber },
};
