import { boolean, date, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';
import { penaltyColumns } from '../../standards/administrative-penalty/tables.ts';

export const market = pgSchema('market');

export const registrations = recordTable(market, 'registrations', {
  status: text().notNull(),
  enterpriseType: text(),
  registrationNumber: text(),
  legalRepresentativeName: text(),
  registeredCapital: numeric({ precision: 20, scale: 2 }),
  registeredCapitalCurrency: text(),
  establishedOn: date({ mode: 'string' }),
  approvedOn: date({ mode: 'string' }),
  operatingFrom: date({ mode: 'string' }),
  operatingUntil: date({ mode: 'string' }),
  address: text(),
  districtOfAddress: text(),
  businessAddress: text(),
  businessScope: text(),
  industry: text(),
  compositionForm: text(),
  isConvertedFromIndividualBusiness: boolean(),
});

export const administrativePenalties = recordTable(market, 'administrative_penalties', penaltyColumns());

export const { feed, imports, followers } = houseTables(market);
