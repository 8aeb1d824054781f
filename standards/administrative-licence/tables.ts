import { date, text } from 'drizzle-orm/pg-core';
import type { RecordCard, RecordTable } from '../../platform/subgraph/card.ts';
import { codeTable } from '../../schema/codes/city.ts';

/** A licence's own columns, for `recordTable` of each department that issues licences. */
export const licenceColumns = () => ({
  counterpartCategory: text(),
  legalRepresentativeName: text(),
  documentName: text(),
  licenceCategory: text().notNull(),
  certificateName: text(),
  certificateNumber: text(),
  content: text().notNull(),
  validFrom: date({ mode: 'string' }),
  validTo: date({ mode: 'string' }),
  status: text(),
});

/** How a department keeps its licences: their facets, and the line about one. */
export function licenceCard(table: RecordTable): RecordCard {
  return {
    table,
    facets: { types: 'licenceCategory' },
    headline: ({ certificateName, documentName, licenceCategory }) =>
      String(certificateName ?? documentName ?? codeTable('licence-categories').get(String(licenceCategory))?.label),
  };
}
