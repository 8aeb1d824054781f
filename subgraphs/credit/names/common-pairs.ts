import type { Reader } from '../../../platform/database/index.ts';

/** Which pairs of characters many names have, as PostgreSQL's statistics tell it. */
export interface CommonPairs {
  /**
   * The few of these pairs that the fewest names have, or all of them while nothing is known. A name that has a text has all
   * of its pairs; each that is looked up is a list to read, as long as there are names with it, and the rare ones leave little.
   */
  rarest(pairs: readonly string[]): readonly string[];
  /** Reads the statistics where they were not read for some minutes; nobody waits for that, and nobody misses them. */
  refresh(reader: Reader): void;
}

const FEW = 3;
const MINUTES_MS = 60_000;
const FRESH_MS = 10 * MINUTES_MS;

export function commonPairs(now: () => number = () => performance.now()): CommonPairs {
  let shares: ReadonlyMap<string, number> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  const shareOf = (pair: string): number => shares.get(pair) ?? 0;
  const read = async (reader: Reader): Promise<void> => {
    const rows = await reader.read<{ pair: string; share: number }>(`/* credit.subject_names */
      select u.pair, u.share::float8 from pg_stats p
      cross join unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs) as u(pair, share)
      where p.schemaname = 'credit' and p.tablename = 'subject_names' and p.attname = 'grams' and u.pair is not null`);
    shares = new Map(rows.map(({ pair, share }) => [pair, share]));
  };
  return {
    rarest(pairs) {
      if (shares.size === 0) return pairs;
      return [...pairs].sort((one, other) => shareOf(one) - shareOf(other)).slice(0, FEW);
    },
    refresh(reader) {
      if (now() - readAt < FRESH_MS) return;
      readAt = now();
      void read(reader).catch(() => undefined); // all pairs are looked up, as before the first time
    },
  };
}
