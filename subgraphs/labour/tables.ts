import { date, integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';

export const labour = pgSchema('labour');

export const socialInsurancePayments = recordTable(labour, 'social_insurance_payments', {
  year: integer().notNull(),
  month: integer().notNull(),
  insuranceType: text(),
  unitStatus: text(),
  insuredPersons: integer(),
  payable: numeric({ precision: 20, scale: 2 }),
  payableCurrency: text(),
  paid: numeric({ precision: 20, scale: 2 }),
  paidCurrency: text(),
  arrears: numeric({ precision: 20, scale: 2 }),
  arrearsCurrency: text(),
});

export const wageArrearsListings = recordTable(labour, 'wage_arrears_listings', {
  reason: text().notNull(),
  legalBasis: text().notNull(),
  amountOwed: numeric({ precision: 20, scale: 2 }),
  amountOwedCurrency: text(),
  personsConcerned: integer(),
  removedOn: date({ mode: 'string' }),
  removalReason: text(),
  removalDocumentNumber: text(),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(labour);
