import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { withoutIdNumbers } from '../schema/identifiers/redact.ts';

/** Longer texts than this many characters are seldom sent twice, and not remembered. */
const LONGEST = 20_000;
const hashes = new LRUCache<string, string>({ max: 200 });

/** The SHA-256 of a document's text, in hexadecimal; worked out once for the texts that callers send again and again. */
export function textHash(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const fresh = hash('sha256', text);
  // One that may hold somebody's number is refused, and remembered nowhere.
  if (text.length <= LONGEST && withoutIdNumbers(text) === text) hashes.set(text, fresh);
  return fresh;
}
