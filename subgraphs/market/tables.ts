import { boolean, date, integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';
import { licenceColumns } from '../../standards/administrative-licence/tables.ts';
import { penaltyColumns } from '../../standards/administrative-penalty/tables.ts';

export const market = pgSchema('market');

const registrationColumns = {
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
  /** Of the legal representative's ID number nothing but a hash to compare with: no field answers it (representatives.ts). */
  legalRepresentativeHash: text(),
};

export const registrations = recordTable(market, 'registrations', registrationColumns, ['legalRepresentativeHash']);

export const administrativePenalties = recordTable(market, 'administrative_penalties', penaltyColumns());

export const administrativeLicences = recordTable(market, 'administrative_licences', licenceColumns());

/** Who left one of the department's lists, see supervision/removal.ts. */
const removalColumns = () => ({
  removedOn: date({ mode: 'string' }),
  removalReason: text(),
  removalAuthorityName: text(),
});

export const abnormalOperationEntries = recordTable(market, 'abnormal_operation_entries', {
  form: text().notNull(),
  grounds: text().array().notNull(),
  reason: text().notNull(),
  ...removalColumns(),
});

export const seriousViolationEntries = recordTable(market, 'serious_violation_entries', {
  reason: text().notNull(),
  legalBasis: text(),
  district: text(),
  ...removalColumns(),
});

export const spotCheckResults = recordTable(market, 'spot_check_results', {
  checkType: text().notNull(),
  planName: text(),
  matters: text(),
  results: text().array().notNull(),
});

/** Figures are yuan: the form of annual reports knows no other currency. */
const figure = () => numeric({ precision: 20, scale: 2 });

export const annualReports = recordTable(market, 'annual_reports', {
  year: integer().notNull(),
  filedOn: date({ mode: 'string' }).notNull(),
  revenue: figure(),
  mainBusinessRevenue: figure(),
  profit: figure(),
  netProfit: figure(),
  taxesPaid: figure(),
  assets: figure(),
  liabilities: figure(),
  equity: figure(),
  employees: integer(),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(market);
