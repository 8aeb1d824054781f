import { boolean, date, integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';
import { licenceColumns } from '../../standards/administrative-licence/tables.ts';
import { penaltyColumns } from '../../standards/administrative-penalty/tables.ts';

export const tax = pgSchema('tax');

export const taxCreditRatings = recordTable(tax, 'tax_credit_ratings', {
  year: integer().notNull(),
  grade: text().notNull(),
  gradeScheme: text().notNull(),
  effectiveFrom: date({ mode: 'string' }),
  isReassessment: boolean().notNull(),
  taxOffice: text(),
  score: numeric({ precision: 5, scale: 2 }),
});

export const taxArrears = recordTable(tax, 'tax_arrears', {
  taxpayerKind: text(),
  legalRepresentativeName: text(),
  businessAddress: text(),
  taxType: text().notNull(),
  balance: numeric({ precision: 20, scale: 2 }).notNull(),
  balanceCurrency: text().notNull(),
  newlyArisen: numeric({ precision: 20, scale: 2 }),
  newlyArisenCurrency: text(),
});

export const administrativeLicences = recordTable(tax, 'administrative_licences', licenceColumns());
export const majorTaxViolations = recordTable(tax, 'major_tax_violations', {
  grounds: text().array().notNull(),
  violationFacts: text().notNull(),
  legalBasis: text(),
  treatment: text().notNull(),
  legalRepresentativeName: text(),
  registeredAddress: text(),
  /** Masked as the statute says, where the entry names a natural person. */
  personIdNumber: text(),
});

export const administrativePenalties = recordTable(tax, 'administrative_penalties', penaltyColumns());

export const taxPayments = recordTable(tax, 'tax_payments', {
  year: integer().notNull(),
  periodFrom: date({ mode: 'string' }).notNull(),
  periodUntil: date({ mode: 'string' }).notNull(),
  taxType: text().notNull(),
  payable: numeric({ precision: 20, scale: 2 }),
  payableCurrency: text(),
  paid: numeric({ precision: 20, scale: 2 }),
  paidCurrency: text(),
  paidOn: date({ mode: 'string' }),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(tax);
