import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { arrearsSheet, creditRatingSheet, schemes } from './sheets.ts';
import { taxArrears, taxCreditRatings } from './tables.ts';

/** The tax department (税务局): yearly credit ratings and notices of arrears. */
export const tax: DepartmentCard = {
  name: 'tax',
  title: '税务部门',
  folder: new URL('./', import.meta.url),
  records: {
    TaxCreditRating: { table: taxCreditRatings, facets: { years: 'year', grades: 'grade' } },
    TaxArrears: { table: taxArrears, facets: { types: 'taxType', amount: 'balance' } },
  },
  schemes,
  sheets: {
    'tax.credit-rating': creditRatingSheet,
    'tax.arrears': arrearsSheet,
  },
};
