import type { Reader } from '../../../platform/database/index.ts';

/** Which pairs of characters many names have, as PostgreSQL's statistics tell it. */
export interface CommonPairs {
  /**
   * The few of these pairs that the fewest names have, or all of them while nothing is known. A name that has a text has all
   * of its pairs; each that is looked up is a list to read, as long as there are names with it, and the rare ones leave little.
   */
  rarest(pairs: readonly string[]): readonly string[];
  /** How many names have a pair, where that is known to be many; else 0. */
  namesWith(pair: string): number;
  /** Reads the statistics where they were not read for some minutes; nobody waits for that, and nobody misses them. */
  refresh(reader: Reader): void;
}

const FEW = 3;
/** For so many milliseconds they are not read again; where nothing came of it, for less. */
const FRESH_MS = 600_000;
const AGAIN_MS = 5_000;

export function commonPairs(now: () => number = () => performance.now()): CommonPairs {
  /** How many names have each pair. */
  let known: ReadonlyMap<string, number> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  const namesWith = (pair: string): number => known.get(pair) ?? 0;
  const read = async (reader: Reader): Promise<void> => {
    const rows = await reader.read<{ pair: string; names: number }>(`/* credit.subject_names */
      select u.pair, u.share * greatest(c.reltuples, 0)::float8 as "names" from pg_stats p
      cross join unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs) as u(pair, share)
      join pg_class c on c.oid = 'credit.subject_names'::regclass
      where p.schemaname = 'credit' and p.tablename = 'subject_names' and p.attname = 'grams' and u.pair is not null`);
    known = new Map(rows.map(({ pair, names }) => [pair, names]));
  };
  return {
    rarest(pairs) {
      if (known.size === 0) return pairs;
      return [...pairs].sort((one, other) => namesWith(one) - namesWith(other)).slice(0, FEW);
    },
    namesWith,
    refresh(reader) {
      if (now() - readAt < (known.size === 0 ? AGAIN_MS : FRESH_MS)) return;
      readAt = now();
      void read(reader).catch(() => undefined); // what was known stays
    },
  };
}
