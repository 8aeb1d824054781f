import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  customType,
  index,
  integer,
  jsonb,
  type PgSchema,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { ReportedDays } from './reported-days.ts';

/** The tables that each department has beside its records: its feed, the files it took, and whom it follows. */
export function houseTables(schema: PgSchema) {
  return {
    feed: feedTable(schema),
    imports: importsTable(schema),
    followers: followersTable(schema),
    sourceHeadings: sourceHeadingsTable(schema),
  };
}

const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/**
 * The department's change feed (architecture §2.8). `transaction` orders what `position` alone would not: a row is read
 * only when every transaction that could still write before it has ended, so a late commit is never skipped.
 */
function feedTable(schema: PgSchema) {
  return schema.table(
    'feed',
    {
      transaction: xid8().notNull().default(sql`pg_current_xact_id()`),
      position: bigserial({ mode: 'number' }).notNull(),
      change: text().notNull(),
      item: text().notNull(),
      recordId: text().notNull(),
      version: integer().notNull(),
      subjectId: text().notNull(),
      recordedAt: timestamp({ withTimezone: true }).notNull(),
    },
    (table) => [primaryKey({ columns: [table.transaction, table.position] })],
  );
}

/** How far each follower in this department has followed another department's feed (platform/feed/read-feed.ts). */
function followersTable(schema: PgSchema) {
  return schema.table('followers', {
    name: text().primaryKey(),
    /** Null: nothing followed yet. */
    cursor: text(),
    /** The instant up to which everything was followed; null: it never was yet. */
    reachedAt: timestamp({ withTimezone: true }),
  });
}

/** The headings that rows were submitted under: once, however many rows (records/columns.ts, `source`). */
function sourceHeadingsTable(schema: PgSchema) {
  return schema.table('source_headings', { id: text().primaryKey(), headings: text().array().notNull() });
}

/** One submitted file of one catalogue item, and what became of its rows. */
function importsTable(schema: PgSchema) {
  return schema.table(
    'imports',
    {
      id: bigserial({ mode: 'number' }).primaryKey(),
      item: text().notNull(),
      fileName: text().notNull(),
      /** SHA-256 of the file: the same file again changes nothing. */
      fileHash: text().notNull(),
      /**
       * RUNNING; COMPLETED; INTERRUPTED in order or by a kill, FAILED by an error; UNCONFIRMED: its rows are stored, and what
       * a full list would end waits for a word; WITHDRAWN: taken back.
       */
      status: text().notNull(),
      startedAt: timestamp({ withTimezone: true }).notNull(),
      endedAt: timestamp({ withTimezone: true }),
      rows: bigint({ mode: 'number' }).notNull().default(0),
      added: bigint({ mode: 'number' }).notNull().default(0),
      corrected: bigint({ mode: 'number' }).notNull().default(0),
      unchanged: bigint({ mode: 'number' }).notNull().default(0),
      repeated: bigint({ mode: 'number' }).notNull().default(0),
      rejected: bigint({ mode: 'number' }).notNull().default(0),
      flagged: bigint({ mode: 'number' }).notNull().default(0),
      /** Records that a full list no longer named. */
      ended: bigint({ mode: 'number' }).notNull().default(0),
      /** The latest day that its visible rows are about, by level. */
      reportedThrough: jsonb().$type<ReportedDays>().notNull().default({}),
    },
    (table) => [index('imports_by_file').on(table.item, table.fileHash)],
  );
}
