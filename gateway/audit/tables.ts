import { sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgSchema, text } from 'drizzle-orm/pg-core';
import type { Body } from './line.ts';

/** Who looked at what: a schema of its own, whose role adds lines and reads them. */
export const audit = pgSchema('audit');

const isOutcome = sql.raw(`body ->> 'kind' = 'OUTCOME'`);

/** The chain. Everything that is searched for is worked out from the line itself, so that nothing beside it can lie. */
export const lines = audit.table(
  'lines',
  {
    sequence: bigint({ mode: 'number' }).primaryKey(),
    previous: text().notNull(),
    hash: text().notNull(),
    body: jsonb().$type<Body>().notNull(),
  },
  (table) => [
    index('lines_by_request').on(sql`(${table.body} ->> 'request')`),
    index('lines_by_question').on(sql`(${table.body} ->> 'question')`).where(isOutcome),
    index('lines_by_client').on(sql`(${table.body} -> 'who' ->> 'client')`, table.sequence).where(isOutcome),
    index('lines_by_purpose').on(sql`(${table.body} ->> 'purpose')`, table.sequence).where(isOutcome),
    index('lines_by_instant').on(sql`(${table.body} ->> 'at')`).where(isOutcome),
    index('alarms').on(table.sequence).where(sql.raw(`body ->> 'kind' = 'ALARM'`)),
    index('lines_by_subject').using('gin', sql`(${table.body} -> 'looks') jsonb_path_ops`).where(isOutcome),
  ],
);
