import type postgres from 'postgres';
import type { IncomingRow, MergeTarget } from './merge.ts';

/** A chunk, by what is stored of its rows. */
export interface SortedOut {
  /** Nothing stored is about them: they become first versions. */
  readonly unknown: readonly IncomingRow[];
  /** Something is, and may change, move or be released. */
  readonly known: readonly IncomingRow[];
  /** How many say what is stored already, word for word, of the same subject. */
  readonly same: number;
}

/** A stored row that an incoming one is about. */
interface Stored {
  /** The incoming row, counted from 0. */
  readonly place: number;
  readonly id: string;
  readonly isCurrent: boolean;
  readonly contentHash: string;
  readonly subjectId: string;
  readonly marks: readonly string[];
  readonly withheldReason: string | null;
}

/**
 * Looks once what is stored of a chunk of records: under their ids, under the ids that they would have been held back
 * under, and as the same fact of their subjects. In most chunks that is nothing at all, or the same for every row.
 */
export async function sortOut(
  transaction: postgres.TransactionSql,
  { table }: MergeTarget,
  rows: readonly IncomingRow[],
): Promise<SortedOut> {
  const candidates = rows.flatMap(candidatesOf);
  const found = await transaction.unsafe<Stored[]>(
    `select i.place::int - 1 as place, ${STORED}
     from unnest($1::text[]) with ordinality as i(id, place)
     cross join lateral (select v.* from ${table} v where v.id = i.id order by v.version desc limit 1) t
     union all
     select i.place::int - 1, ${STORED}
     from unnest($2::text[]) with ordinality as i(id, place)
     cross join lateral (select v.* from ${table} v where v.id = i.id and v.superseded_at is null limit 1) t
     union all
     select i.place, ${STORED}
     from unnest($3::int[], $4::text[], $5::text[]) as i(place, subject_id, natural_key)
     cross join lateral (
       select v.* from ${table} v
       where v.subject_id = i.subject_id and v.natural_key = i.natural_key and v.superseded_at is null limit 1) t`,
    [
      rows.map(({ id }) => id),
      rows.map(({ heldId }) => heldId ?? null),
      candidates.map(({ place }) => place),
      candidates.map(({ subjectId }) => subjectId),
      candidates.map(({ naturalKey }) => naturalKey),
    ] as unknown as postgres.ParameterOrJSON<never>[],
  );
  const isSame = new Map<number, boolean>();
  for (const stored of found) {
    const row = rows[stored.place];
    if (row) isSame.set(stored.place, (isSame.get(stored.place) ?? true) && saysTheSame(stored, row));
  }
  const known = rows.filter((_, place) => isSame.get(place) === false);
  const unknown = rows.filter((_, place) => !isSame.has(place));
  return { unknown, known, same: rows.length - known.length - unknown.length };
}

const STORED = `t.id, t.superseded_at is null as "isCurrent", t.content_hash as "contentHash", t.subject_id as "subjectId",
  t.marks, t.withheld_reason as "withheldReason"`;

/** A subject's fact, under each number that the subject may have been kept under. */
function candidatesOf({ naturalKey, subjectId, numbers, isPending }: IncomingRow, place: number) {
  if (typeof naturalKey !== 'string') return [];
  const subjects = new Set([String(subjectId), ...(isPending ? [] : (numbers ?? []))]);
  return [...subjects].map((one) => ({ place, subjectId: one, naturalKey }));
}

function saysTheSame(stored: Stored, row: IncomingRow): boolean {
  const marks = row.marks as readonly string[];
  return (
    stored.id === row.id &&
    stored.isCurrent &&
    stored.contentHash === row.contentHash &&
    stored.subjectId === row.subjectId &&
    stored.withheldReason === (row.withheldReason ?? null) &&
    stored.marks.length === marks.length &&
    stored.marks.every((mark, at) => mark === marks[at])
  );
}
