import { hash } from 'node:crypto';

/** Hash functions that lines and receipts may be hashed with: FIPS 180-4, GB/T 32905-2016. */
export const DIGESTS = ['sha256', 'sm3'] as const;
export type DigestName = (typeof DIGESTS)[number];

/** A hash function; what it makes says which it was, so that a chain may go on under another. */
export interface Digest {
  readonly name: DigestName;
  /** `sha256:<hexadecimal>` of a text in UTF-8. */
  of(text: string): string;
}

export function digestOf(name: DigestName): Digest {
  return { name, of: (text) => `${name}:${hash(name, text, 'hex')}` };
}

/** The function that made this hash; undefined for what is no hash. */
export function digestNamedIn(text: unknown): Digest | undefined {
  const [, name] = /^(sha256|sm3):[\da-f]{64}$/u.exec(String(text)) ?? [];
  const known = DIGESTS.find((one) => one === name);
  return known && digestOf(known);
}
