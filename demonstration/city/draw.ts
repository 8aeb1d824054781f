import { type Chance, chance } from '../generator/random.ts';

/**
 * Chance that follows from the seed, a subject's index and a word alone: any fact of any subject can be drawn by itself, in
 * any order, and is the same each time.
 */
export function drawn(seed: number, index: number, word: string, more = 0): Chance {
  return chance(mixed(mixed(mixed(seed, index), wordHash(word)), more));
}

/** One draw between 0 and 1, where a whole `Chance` would be too much. */
export function share(seed: number, index: number, word: string, more = 0): number {
  return mixed(mixed(mixed(seed, index), wordHash(word)), more) / 0x1_0000_0000;
}

/** MurmurHash3's finalizer (public domain) over two numbers of 32 bits. */
function mixed(one: number, other: number): number {
  let hash = (Math.imul(one, 0x9e3779b1) ^ Math.imul(other + 0x7f4a7c15, 0x85ebca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const hashes = new Map<string, number>();

/** FNV-1a of a word. */
function wordHash(word: string): number {
  const known = hashes.get(word);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hashes.set(word, hash >>> 0);
  return hash >>> 0;
}

/** Something that comes up as often as its weight says: which, and up to which place between 0 and 1. */
export type Weighted<Item> = readonly { readonly item: Item; readonly until: number }[];

export function weighted<Item>(entries: readonly (readonly [Item, number])[]): Weighted<Item> {
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let until = 0;
  return entries.map(([item, weight]) => {
    until += weight / total;
    return { item, until };
  });
}

/** The one at a place between 0 and 1. */
export function at<Item>(entries: Weighted<Item>, place: number): Item {
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    if (entry !== undefined && (place < entry.until || index === entries.length - 1)) return entry.item;
  }
  throw new Error('nothing to choose from');
}
