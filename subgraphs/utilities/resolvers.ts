import type { Resolvers } from '../../platform/subgraph/card.ts';
import { unitTerm, utilityTerm } from './codes.ts';

interface Row {
  readonly utility: string;
  readonly quantity?: string | null;
  readonly quantityUnit?: string | null;
}

export const resolvers: Resolvers = {
  UtilityPayment: {
    utility: (row: Row) => utilityTerm(row.utility),
    quantity: ({ quantity, quantityUnit }: Row) =>
      quantity && quantityUnit ? { value: withoutTrailingZeros(quantity), unit: unitTerm(quantityUnit) } : null,
  },
};

/** 1234.5000, as PostgreSQL keeps it, is 1234.5. */
function withoutTrailingZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/u, '') : decimal;
}
