import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  type PgColumn,
  type PgColumnBuilderBase,
  type PgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { columnName } from './kind.ts';

/**
 * What a source row's cells said: kept so that nothing a clerk wrote is lost (units, wording). First the id of its headings
 * (`source_headings`), then its cells in their order; nothing of a natural person's row. Rows that were stored before
 * headings stood apart have an object, heading by heading.
 */
export type SourceCells = readonly string[];

/** The two times of a version: it is what was known from `recordedAt` until `supersededAt` (null: until now). */
const timeColumns = () => ({
  version: integer().notNull(),
  recordedAt: timestamp({ withTimezone: true }).notNull(),
  supersededAt: timestamp({ withTimezone: true }),
});

/** What every table of versions has. */
export const versionColumns = () => ({
  ...timeColumns(),
  /** Hash of what the row says; equal content makes no new version. */
  contentHash: text().notNull(),
  /** The import that wrote this version. */
  importId: bigint({ mode: 'number' }).notNull(),
});

/** What a line about a record needs, whatever its kind, and what decides who sees it: a record's header. */
export const headerColumns = () => ({
  /** Keyed hash of the natural key: stable over versions, says nothing about the record. */
  id: text().notNull(),
  ...timeColumns(),
  item: text().notNull(),
  subjectId: text().notNull(),
  authorityName: text().notNull(),
  authorityCreditCode: text(),
  documentNumber: text(),
  decidedOn: date({ mode: 'string' }),
  effectiveUntil: date({ mode: 'string' }),
  publishedOn: date({ mode: 'string' }).notNull(),
  publicationEndsOn: date({ mode: 'string' }),
  /** The last day by which the decision had to be published. */
  publicationDeadline: date({ mode: 'string' }),
  /** The first day on which the subject may apply for repair. */
  repairEligibleFrom: date({ mode: 'string' }),
  /** A day of the publication rests on a calendar or a rule that is not yet known for certain. */
  isPublicationProvisional: boolean().notNull(),
  /** Publicity of the row as a whole; a kind's rules set it at import (a tax rating of B is AUTHORIZED). */
  accessLevel: text().notNull(),
  /** Why nobody but its own side may see it: NAME_MISMATCH, WITHDRAWN, or the source's own reason. Null: it may be seen. */
  withheldReason: text(),
  marks: text().array().notNull(),
  /** The day that lists are ordered by, newest first. */
  sortedOn: date({ mode: 'string' }).notNull(),
});

/** What each record of each department has, whatever its kind (the interface CreditRecord and what decides who sees it). */
export const recordColumns = () => ({
  ...headerColumns(),
  ...versionColumns(),
  /**
   * For facts that a subject has once (a year's rating): keyed hash of item and natural key without the subject, so that
   * the same fact is found again whatever number its subject goes by. Null for records of a numbered document.
   */
  naturalKey: text(),
  counterpartName: text().notNull(),
  providerName: text().notNull(),
  providerCreditCode: text(),
  source: jsonb().$type<SourceCells>().notNull(),
});

/** A department's table of records: the columns above, its own, and the indexes that reading and writing need; `found`: by which own columns rows are found. */
export function recordTable<const Own extends Record<string, PgColumnBuilderBase>>(
  schema: PgSchema,
  name: string,
  own: Own,
  found: readonly (keyof Own & string)[] = [],
) {
  return schema.table(name, { ...recordColumns(), ...own }, (table) => [
    primaryKey({ columns: [table.id, table.version] }),
    uniqueIndex(`${name}_current`).on(table.id).where(sql`superseded_at is null`),
    uniqueIndex(`${name}_natural`)
      .on(table.subjectId, table.naturalKey)
      .where(sql`superseded_at is null and natural_key is not null`),
    index(`${name}_by_subject`).on(table.subjectId, table.sortedOn.desc().nullsFirst(), table.id.desc().nullsFirst()),
    ...found.map((field) =>
      index(`${name}_by_${columnName(field)}`)
        .on((table as unknown as Record<string, PgColumn>)[field] as PgColumn)
        .where(sql`superseded_at is null`),
    ),
  ]);
}
