import type { Cost } from '../limits/cost.ts';
import type { Received } from '../request.ts';
import { textHash } from '../text-hash.ts';

/** Up to here a question is answered where all are; what is longer or dearer, in the second process. */
const SMALL = {
  /** Bytes of a request that may be read as JSON. */
  bytes: 8 * 1024,
  /** Characters of a document that is not familiar, so that reading it takes no longer than answering what is small. */
  characters: 2_000,
  /** What there is to understand in it: fields, written out, and pairs of them under one name. Checking that takes a millisecond. */
  written: 250,
  /** Points: joining so many objects takes a few milliseconds. */
  points: 1_000,
} as const;

export function isLargeRequest({ search, body }: Received): boolean {
  return body.length > SMALL.bytes || search.length > 2 * SMALL.characters;
}

/** Whether a document is. */
export function isLong(text: unknown): text is string {
  return typeof text === 'string' && text.length > SMALL.characters;
}

/** Whether so much in a document is. */
export function isWide(size: number): boolean {
  return size > SMALL.written;
}

/** Whether answering it would keep others waiting. What is asked about the schema is answered at one go. */
export function isDear({ points, isAboutSchema }: Pick<Cost, 'points' | 'isAboutSchema'>): boolean {
  return points > SMALL.points || isAboutSchema;
}

/**
 * Long and wide documents that are asked again and again, such as a portal's page: the first process then reads them once itself.
 * One becomes familiar in so many milliseconds at most, so that nobody's long documents keep everybody waiting.
 */
export interface FamiliarDocuments {
  has(text: string): boolean;
  /** Told of each that was answered elsewhere, and of its points. */
  answered(text: string, points: number): void;
}

const TIMES = 3;
const PAUSE_MS = 1_000;
const MOST = 2_000;

export function familiarDocuments(now: () => number = () => performance.now()): FamiliarDocuments {
  const times = new Map<string, number>();
  const familiar = new Set<string>();
  let last = Number.NEGATIVE_INFINITY;
  return {
    has: (text) => familiar.has(textHash(text)),
    answered(text, points) {
      if (points > SMALL.points) return;
      const key = textHash(text);
      const seen = (times.get(key) ?? 0) + 1;
      times.delete(key);
      times.set(key, seen);
      for (const oldest of times.keys()) {
        if (times.size <= MOST) break;
        times.delete(oldest);
      }
      if (seen < TIMES || now() - last < PAUSE_MS) return;
      last = now();
      familiar.add(key);
      for (const oldest of familiar) {
        if (familiar.size <= MOST) break;
        familiar.delete(oldest);
      }
    },
  };
}
