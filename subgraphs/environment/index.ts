import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { creditRatingSheet, penaltySheet, schemes } from './sheets.ts';
import { administrativePenalties, environmentalCreditRatings } from './tables.ts';

/** The environment department (生态环境局): yearly credit ratings and its administrative penalties. */
export const environment: DepartmentCard = {
  name: 'environment',
  title: '生态环境部门',
  folder: new URL('./', import.meta.url),
  standards: [new URL('../../standards/administrative-penalty/schema.graphql', import.meta.url)],
  records: {
    EnvironmentalCreditRating: { table: environmentalCreditRatings, facets: { years: 'year', grades: 'grade' } },
    AdministrativePenalty: { table: administrativePenalties, facets: { types: 'penaltyTypes', amount: 'fine' } },
  },
  schemes,
  sheets: {
    'environment.credit-rating': creditRatingSheet,
    'environment.penalty': penaltySheet,
  },
};
