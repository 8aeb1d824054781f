import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { resolvers } from './resolvers.ts';
import { dishonestDebtorSheet } from './sheets.ts';
import { dishonestDebtorEntries } from './tables.ts';

/** The courts (人民法院): the list of dishonest judgment debtors. */
export const courts: DepartmentCard = {
  name: 'courts',
  title: '人民法院',
  folder: new URL('./', import.meta.url),
  records: {
    DishonestDebtorEntry: { table: dishonestDebtorEntries, facets: { types: 'behaviours' } },
  },
  resolvers,
  sheets: {
    'courts.dishonest-debtor': dishonestDebtorSheet,
  },
};
