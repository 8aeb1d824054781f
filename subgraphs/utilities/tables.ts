import { integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';

export const utilities = pgSchema('utilities');

/** Whose meter it is and where it hangs is no column here, on purpose. */
export const utilityPayments = recordTable(utilities, 'utility_payments', {
  year: integer().notNull(),
  month: integer().notNull(),
  utility: text().notNull(),
  quantity: numeric({ precision: 22, scale: 4 }),
  quantityUnit: text(),
  amount: numeric({ precision: 20, scale: 2 }),
  amountCurrency: text(),
  lateFee: numeric({ precision: 20, scale: 2 }),
  lateFeeCurrency: text(),
  arrearsPeriods: integer(),
  arrears: numeric({ precision: 20, scale: 2 }),
  arrearsCurrency: text(),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(utilities);
