import type { FormattedExecutionResult } from 'graphql';

/** A department's last whole answer to a question, and when it gave it. */
export interface LastKnown {
  readonly at: Date;
  readonly data: NonNullable<FormattedExecutionResult['data']>;
}

/** Departments' last whole answers, in memory and bounded. */
export interface LastKnownAnswers {
  /** Takes an answer to what was asked at an instant; one that was asked later stays. */
  keep(key: string, answer: FormattedExecutionResult, at: Date): void;
  /** A copy of one's own. */
  of(key: string): LastKnown | undefined;
}

interface Kept {
  readonly at: Date;
  readonly text: string;
}

export interface LastKnownBounds {
  /** Characters of all answers together with their questions, and of one answer. */
  readonly characters: number;
  readonly charactersEach: number;
  /** None is kept for longer. */
  readonly longestMs: number;
}

const BOUNDS: LastKnownBounds = {
  characters: 1024 * 1024,
  charactersEach: 128 * 1024,
  longestMs: 3_600_000,
};

export function lastKnownAnswers(given: Partial<LastKnownBounds> = {}): LastKnownAnswers {
  const { characters, charactersEach, longestMs } = { ...BOUNDS, ...given };
  /** The oldest first. */
  const kept = new Map<string, Kept>();
  let size = 0;
  const forget = (key: string): void => {
    const known = kept.get(key);
    if (known) size -= key.length + known.text.length;
    kept.delete(key);
  };
  return {
    keep(key, { data, errors }, at) {
      if (!data || errors?.length) return;
      const known = kept.get(key);
      if (known && known.at > at) return;
      forget(key);
      const text = JSON.stringify(data);
      if (text.length > charactersEach) return;
      kept.set(key, { at, text });
      size += key.length + text.length;
      for (const [oldest, one] of kept) {
        if (size <= characters && at.getTime() - one.at.getTime() <= longestMs) break;
        forget(oldest);
      }
    },
    of(key) {
      const known = kept.get(key);
      return known && { at: known.at, data: JSON.parse(known.text) as LastKnown['data'] };
    },
  };
}
