import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { placeIn } from './followed.ts';

/** One change of a department's data, as its feed tells it (platform/import/tables.ts). */
export interface Change {
  /**
   * ADDED a first version · CORRECTED a further one · REKEYED it belongs to another subject now (`subjectId`) · ENDED it
   * holds no longer and has no successor.
   */
  readonly change: string;
  readonly item: string;
  readonly recordId: string;
  readonly version: number;
  readonly subjectId: string;
  readonly recordedAt: string;
}

export interface FeedPage {
  readonly changes: readonly Change[];
  /** Where to go on: the place of the last change, or what was given where there is none. Opaque; keep it as it is. */
  readonly cursor: string | null;
}

/**
 * The changes after a cursor (null: from the first), oldest first, at most `limit`. Positions are given out before their
 * transactions commit, so position alone would skip whoever commits late. Hence the order is by transaction, and only
 * those are read that are older than every transaction still running: nothing can come before what was once read.
 * @throws Error for a text that is no cursor of this feed.
 */
export async function readFeed(
  client: postgres.Sql,
  schema: string,
  after: string | null,
  limit: number,
): Promise<FeedPage> {
  const place = after === null ? { transaction: '0', position: '0' } : placeIn(after);
  if (!place) throw new Error('a feed cannot be read from this cursor');
  const rows = await client<(Change & { readonly transaction: string; readonly position: string })[]>`
    select f.transaction::text, f.position::text, f.change, f.item, f.record_id as "recordId", f.version,
           f.subject_id as "subjectId", f.recorded_at as "recordedAt"
    from ${client(`${schema}.feed`)} f
    where f.transaction < pg_snapshot_xmin(pg_current_snapshot())
      and (f.transaction, f.position) > (${place.transaction}::text::xid8, ${place.position}::text::bigint)
    order by f.transaction, f.position limit ${limit}`;
  const last = rows.at(-1);
  return {
    changes: rows.map(({ transaction: _transaction, position: _position, ...change }) => change),
    cursor: last ? sealed(last.transaction, last.position) : after,
  };
}

/**
 * Waits until every change that had been committed before this call can be read: until the transactions that ran at that
 * moment, anywhere on the server, have ended. False where one of them runs on for longer; its followers come later then.
 */
export async function awaitReadable(client: postgres.Sql, patienceMs = 5_000): Promise<boolean> {
  const [at] = await client<{ end: string }[]>`select pg_snapshot_xmax(pg_current_snapshot())::text as "end"`;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [now] = await client<{ isPast: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot()) >= ${at?.end ?? '0'}::text::xid8 as "isPast"`;
    if (now?.isPast) return true;
    if (Date.now() > deadline) return false;
    await pause(20);
  }
}

function sealed(transaction: string, position: string): string {
  return Buffer.from(`${transaction}/${position}`).toString('base64url');
}
