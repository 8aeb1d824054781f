import { date, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
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
  /** Masked as the court's list masks it, where the entry names a natural person. */
  personIdNumber: text(),
});

export const consumptionRestrictions = recordTable(courts, 'consumption_restrictions', {
  caseNumber: text().notNull(),
  filedOn: date({ mode: 'string' }),
  restrictedActs: text().array().notNull(),
});

export const enforcementCases = recordTable(courts, 'enforcement_cases', {
  caseNumber: text().notNull(),
  filedOn: date({ mode: 'string' }).notNull(),
  closedOn: date({ mode: 'string' }),
  target: numeric({ precision: 20, scale: 2 }),
  targetCurrency: text(),
  unperformed: numeric({ precision: 20, scale: 2 }),
  unperformedCurrency: text(),
  cause: text(),
  basisDocumentNumber: text(),
});

export const judgmentSummaries = recordTable(courts, 'judgment_summaries', {
  caseNumber: text().notNull(),
  documentType: text().notNull(),
  role: text().notNull(),
  cause: text(),
  instance: text(),
  effectiveOn: date({ mode: 'string' }).notNull(),
  url: text(),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(courts);
