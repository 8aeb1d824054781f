import { date, integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';
import { licenceColumns } from '../../standards/administrative-licence/tables.ts';
import { penaltyColumns } from '../../standards/administrative-penalty/tables.ts';

export const environment = pgSchema('environment');

export const environmentalCreditRatings = recordTable(environment, 'environmental_credit_ratings', {
  year: integer().notNull(),
  grade: text().notNull(),
  gradeScheme: text().notNull(),
  ratingName: text(),
  batch: text(),
  district: text(),
  score: numeric({ precision: 8, scale: 2 }),
});

export const administrativePenalties = recordTable(environment, 'administrative_penalties', penaltyColumns());

export const administrativeLicences = recordTable(environment, 'administrative_licences', licenceColumns());

export const pollutantDischargePermits = recordTable(environment, 'pollutant_discharge_permits', {
  permitNumber: text().notNull(),
  industry: text(),
  managementCategory: text(),
  validFrom: date({ mode: 'string' }),
  validTo: date({ mode: 'string' }),
  siteAddress: text(),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(environment);
