import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { penaltySheet, registrationSheet } from './sheets.ts';
import { administrativePenalties, registrations } from './tables.ts';

/** The market regulation department (市场监督管理局): registrations and its administrative penalties. */
export const market: DepartmentCard = {
  name: 'market',
  title: '市场监管部门',
  folder: new URL('./', import.meta.url),
  standards: [new URL('../../standards/administrative-penalty/schema.graphql', import.meta.url)],
  records: {
    Registration: { table: registrations },
    AdministrativePenalty: { table: administrativePenalties, facets: { types: 'penaltyTypes', amount: 'fine' } },
  },
  sheets: {
    'market.registration': registrationSheet,
    'market.penalty': penaltySheet,
  },
};
