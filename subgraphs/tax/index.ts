import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { licenceCard } from '../../standards/administrative-licence/tables.ts';
import { arrearsSheet, creditRatingSheet, licenceSheet, schemes } from './sheets.ts';
import { administrativeLicences, taxArrears, taxCreditRatings } from './tables.ts';

/** The tax department (税务局): yearly credit ratings and notices of arrears. */
export const tax: DepartmentCard = {
  name: 'tax',
  title: '税务部门',
  folder: new URL('./', import.meta.url),
  standards: [new URL('../../standards/administrative-licence/schema.graphql', import.meta.url)],
  records: {
    TaxCreditRating: { table: taxCreditRatings, facets: { years: 'year', grades: 'grade' } },
    TaxArrears: { table: taxArrears, facets: { types: 'taxType', amount: 'balance' } },
    AdministrativeLicence: licenceCard(administrativeLicences),
  },
  schemes,
  sheets: {
    'tax.credit-rating': creditRatingSheet,
    'tax.arrears': arrearsSheet,
    'tax.licence': licenceSheet,
  },
};
