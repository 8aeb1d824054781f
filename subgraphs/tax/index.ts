import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { licenceCard } from '../../standards/administrative-licence/tables.ts';
import { penaltyCard } from '../../standards/administrative-penalty/tables.ts';
import { majorViolationSheet } from './major-violations.ts';
import { paymentSheet } from './payments.ts';
import { arrearsSheet, creditRatingSheet, licenceSheet, penaltySheet, schemes } from './sheets.ts';
import {
  administrativeLicences,
  administrativePenalties,
  majorTaxViolations,
  taxArrears,
  taxCreditRatings,
  taxPayments,
} from './tables.ts';

/** The tax department (税务局): ratings, arrears, major violations, penalties, and what was paid. */
export const tax: DepartmentCard = {
  name: 'tax',
  title: '税务部门',
  folder: new URL('./', import.meta.url),
  standards: [
    new URL('../../standards/administrative-licence/schema.graphql', import.meta.url),
    new URL('../../standards/administrative-penalty/schema.graphql', import.meta.url),
  ],
  records: {
    TaxCreditRating: {
      table: taxCreditRatings,
      facets: { years: 'year', grades: 'grade' },
      headline: ({ year, grade, gradeScheme }) =>
        `${year}年度 ${schemes.get(String(gradeScheme), String(grade))?.label ?? grade}`,
    },
    TaxArrears: {
      table: taxArrears,
      facets: { types: 'taxType', amount: 'balance' },
      headline: ({ taxType }) => `欠缴${codeTable('tax-types').get(String(taxType))?.label ?? taxType}`,
    },
    AdministrativeLicence: licenceCard(administrativeLicences),
    MajorTaxViolation: {
      table: majorTaxViolations,
      facets: { types: 'grounds' },
      headline: ({ grounds }) => (Array.isArray(grounds) ? grounds : []).map(groundLabel).join('、'),
    },
    AdministrativePenalty: penaltyCard(administrativePenalties),
    TaxPayment: {
      table: taxPayments,
      facets: { years: 'year', types: 'taxType', amount: 'paid' },
      headline: ({ year, taxType }) => `${year}年度 ${codeTable('tax-types').get(String(taxType))?.label ?? taxType}`,
    },
  },
  schemes,
  sheets: {
    'tax.credit-rating': creditRatingSheet,
    'tax.arrears': arrearsSheet,
    'tax.licence': licenceSheet,
    'tax.major-violation': majorViolationSheet,
    'tax.penalty': penaltySheet,
    'tax.payment': paymentSheet,
  },
};

function groundLabel(code: unknown): string {
  return codeTable('major-tax-violation-grounds').get(String(code))?.label ?? String(code);
}
