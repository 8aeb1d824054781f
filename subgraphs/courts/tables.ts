import { date, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';

export const courts = pgSchema('courts');

export const dishonestDebtorEntries = recordTable(courts, 'dishonest_debtor_entries', {
  /** In half width, see schema/identifiers/case-number.ts. */
  caseNumber: text().notNull(),
  filedOn: date({ mode: 'string' }).notNull(),
  province: text(),
  basisDocumentNumber: text(),
  basisIssuer: text(),
  obligation: text().notNull(),
  performance: text().notNull(),
  performedPart: text(),
  unperformedPart: text(),
  behaviours: text().array().notNull(),
  legalRepresentativeName: text(),
});

export const { feed, imports, followers } = houseTables(courts);
