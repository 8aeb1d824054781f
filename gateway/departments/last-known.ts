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

/** Where in the room an answer stands. */
interface Kept {
  readonly at: Date;
  readonly begin: number;
  readonly end: number;
}

export interface LastKnownBounds {
  /** Bytes of all answers together, and of one. */
  readonly bytes: number;
  readonly bytesEach: number;
  /** None is kept for longer. */
  readonly longestMs: number;
}

const BOUNDS: LastKnownBounds = {
  bytes: 1024 * 1024,
  bytesEach: 128 * 1024,
  longestMs: 3_600_000,
};

/**
 * Answers stand one behind the other in one room, and the next takes the place of the oldest. Beside a crowd one is kept for
 * moments and hardly ever told: a text of its own would take two bytes a character, and V8 would look for it to throw it away.
 */
export function lastKnownAnswers(given: Partial<LastKnownBounds> = {}): LastKnownAnswers {
  const { bytes, bytesEach, longestMs } = { ...BOUNDS, ...given };
  /** The oldest first, which stands nearest behind the place of the next. */
  const kept = new Map<string, Kept>();
  let room: Buffer | undefined;
  let next = 0;
  const forgetUntil = (mayStay: (oldest: Kept) => boolean): void => {
    for (const [key, oldest] of kept) {
      if (mayStay(oldest)) return;
      kept.delete(key);
    }
  };
  /** Where so many bytes may stand, none of which anybody else's are. */
  const placeFor = (size: number): number => {
    if (next + size > bytes) {
      forgetUntil(({ begin }) => begin < next); // what stands between here and the end of the room
      next = 0;
    }
    const begin = next;
    next += size;
    forgetUntil((oldest) => oldest.begin >= next || oldest.end <= begin);
    return begin;
  };
  return {
    keep(key, { data, errors }, at) {
      if (!data || errors?.length) return;
      const known = kept.get(key);
      if (known && known.at > at) return;
      kept.delete(key);
      const text = JSON.stringify(data);
      const size = Buffer.byteLength(text);
      if (size > Math.min(bytes, bytesEach)) return;
      room ??= Buffer.allocUnsafeSlow(bytes);
      const begin = placeFor(size);
      room.write(text, begin);
      kept.set(key, { at, begin, end: begin + size });
      forgetUntil((oldest) => at.getTime() - oldest.at.getTime() <= longestMs);
    },
    of(key) {
      const known = kept.get(key);
      if (!known || !room) return undefined;
      return { at: known.at, data: JSON.parse(room.toString('utf8', known.begin, known.end)) as LastKnown['data'] };
    },
  };
}
