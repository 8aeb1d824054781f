import { numeric, text } from 'drizzle-orm/pg-core';
import type { RecordCard, RecordTable } from '../../platform/subgraph/card.ts';

/** A penalty's own columns, for `recordTable` of each department that issues penalties. Amounts are yuan. */
export const penaltyColumns = () => ({
  counterpartCategory: text(),
  legalRepresentativeName: text(),
  violationType: text().notNull(),
  violationFacts: text().notNull(),
  legalBasis: text().notNull(),
  penaltyTypes: text().array().notNull(),
  content: text().notNull(),
  fine: numeric({ precision: 20, scale: 2 }),
  fineCurrency: text(),
  confiscated: numeric({ precision: 20, scale: 2 }),
  confiscatedCurrency: text(),
  affectedLicence: text(),
  procedure: text(),
  severity: text(),
  publicationRule: text(),
});

/** How a department that penalises keeps its penalties. */
export function penaltyCard(table: RecordTable): RecordCard {
  return {
    table,
    facets: { types: 'penaltyTypes', amount: 'fine' },
    headline: ({ violationType }) => String(violationType),
  };
}
