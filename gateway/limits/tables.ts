import { bigint, date, doublePrecision, index, integer, type PgSchema, text, timestamp } from 'drizzle-orm/pg-core';

/** What each client and address has used of its allowance; the instances of a gateway take points from here in blocks. */
export function allowancesTable(schema: PgSchema<string>) {
  return schema.table(
    'allowances',
    {
      /** The client, or a keyed hash of a network address. */
      key: text().primaryKey(),
      /** The day in Asia/Shanghai that `used` is of. */
      day: date({ mode: 'string' }).notNull(),
      used: bigint({ mode: 'number' }).notNull(),
      /** The bucket at `levelAt`. */
      level: doublePrecision().notNull(),
      levelAt: timestamp({ withTimezone: true, mode: 'string' }).notNull(),
      /** What the last taking was given. */
      granted: integer().notNull(),
    },
    (table) => [index().on(table.day)],
  );
}
