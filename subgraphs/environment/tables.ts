import { integer, numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';
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

export const { feed, imports, followers } = houseTables(environment);
