import type { Resolvers } from '../../platform/subgraph/card.ts';
import { insuranceTypes, termIn, unitStatuses } from './codes.ts';

export const resolvers: Resolvers = {
  SocialInsurancePayment: {
    insuranceType: (row: { readonly insuranceType: unknown }) => termIn(insuranceTypes, row.insuranceType),
    unitStatus: (row: { readonly unitStatus: unknown }) => termIn(unitStatuses, row.unitStatus),
  },
};
