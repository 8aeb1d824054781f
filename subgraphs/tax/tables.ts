import { boolean, date, integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';
import { licenceColumns } from '../../standards/administrative-licence/tables.ts';

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

export const { feed, imports, followers } = houseTables(tax);
