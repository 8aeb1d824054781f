import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { utilityTerm } from './codes.ts';
import { resolvers } from './resolvers.ts';
import { paymentSheet } from './sheets.ts';
import { utilityPayments } from './tables.ts';

/** Public utilities (公用事业): water, power and gas by month. All of it needs the subject's authorization. */
export const utilities: DepartmentCard = {
  name: 'utilities',
  title: '公用事业单位',
  folder: new URL('./', import.meta.url),
  records: {
    UtilityPayment: {
      table: utilityPayments,
      facets: { years: 'year', types: 'utility', amount: 'amount' },
      columns: { quantity: ['quantity', 'quantityUnit'] },
      headline: ({ year, month, utility }) => `${year}年${month}月${utilityTerm(String(utility)).label}`,
    },
  },
  resolvers,
  sheets: { 'utilities.payment': paymentSheet },
};
