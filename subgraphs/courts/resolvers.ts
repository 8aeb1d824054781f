import type { Resolvers } from '../../platform/subgraph/card.ts';
import { type CaseNumber, format } from '../../schema/identifiers/case-number.ts';

export const resolvers: Resolvers = {
  DishonestDebtorEntry: {
    /** As courts print it, in full-width brackets. */
    caseNumber: (entry: { readonly caseNumber: CaseNumber }) => format(entry.caseNumber),
  },
};
