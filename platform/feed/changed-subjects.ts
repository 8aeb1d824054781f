import type postgres from 'postgres';

/** What changed in a department since it was asked before, for whoever keeps answers of it. */
export interface ChangedSubjects {
  /** Where to go on: nothing that was committed before it remains to be told. */
  readonly place: string;
  /** The subjects that something changed of; not all of them where `isAnything`. */
  readonly subjects: readonly string[];
  /** Whether anything may have changed: there is no telling, or there is too much to tell. */
  readonly isAnything: boolean;
  /** Whether something changed that the feed does not tell (`DepartmentCard.beyondFeed`). */
  readonly isBeyondFeed: boolean;
}

/** Above it all of the department's answers are as good as changed. */
const MOST_CHANGES = 2_000;

const PLACE = /^(\d+:\d+:[\d,]*) (\w*)$/u;

export function isChangesPlace(text: string): boolean {
  return PLACE.test(text);
}

/**
 * The changes that were committed since a place, which is a PostgreSQL snapshot: each is told once, however long others write
 * meanwhile. (A follower of `readFeed` waits for those; it must keep an order.) Null: from now on.
 */
export async function readChangedSubjects(
  client: postgres.Sql,
  schema: string,
  beyondFeed: string | undefined,
  since: string | null,
): Promise<ChangedSubjects> {
  const [, snapshot = null, state] = PLACE.exec(since ?? '') ?? [];
  const [now] = await client.unsafe<
    {
      readonly snapshot: string;
      readonly state: string;
      /** Transactions are counted anew: it is a database that was restored. */
      readonly isEarlier: boolean | null;
      readonly changes: number;
      readonly isMoved: boolean | null;
      readonly subjects: readonly string[] | null;
    }[]
  >(
    `/* ${schema}.Query.changedSubjects */
     select pg_current_snapshot()::text as "snapshot", ${beyondFeed ?? "''"} as "state",
       pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax($1::text::pg_snapshot) as "isEarlier",
       count(*)::int as "changes", bool_or(c.change = 'REKEYED') as "isMoved", array_agg(distinct c.subject_id) as "subjects"
     from (
       select f.change, f.subject_id from "${schema}".feed f
       where f.transaction >= pg_snapshot_xmin($1::text::pg_snapshot) and not pg_visible_in_snapshot(f.transaction, $1::text::pg_snapshot)
       limit ${MOST_CHANGES + 1}
     ) c`,
    [snapshot],
    { prepare: true },
  );
  if (!now) throw new Error('the feed did not tell its place');
  const { changes, isMoved, isEarlier, subjects } = now;
  // Of what moved to another subject the former one is not told.
  const isAnything = snapshot === null || isEarlier === true || isMoved === true || changes > MOST_CHANGES;
  return {
    place: `${now.snapshot} ${now.state}`,
    subjects: isAnything || changes === 0 ? [] : (subjects ?? []),
    isAnything,
    isBeyondFeed: state !== now.state,
  };
}
