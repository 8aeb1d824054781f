import { createHash } from 'node:crypto';
import type { IncomingRow } from './merge.ts';

/** Where a row stands in its file. */
export interface RowPlace {
  readonly sheet: string;
  readonly number: number;
}

/** What was read of a file before: nothing of this thing, the same of it, or something else, and where. */
export type Seen = { readonly kind: 'NEW' } | { readonly kind: 'SAME' | 'OTHER'; readonly at: RowPlace };

/** The things that a file has named so far, and what it said of each. */
export interface SeenRows {
  /** Whether the file has named this before; remembers it if not. */
  see(row: IncomingRow, place: RowPlace): Seen;
  /** The ids of records that were seen. */
  ids(): Iterable<string>;
}

/** Words of a slot: four of the id, two of what was said, the row's number, its worksheet's with the id's last bits. */
const WORDS = 8;
const SHEET = 0xff_ffff;
const MOST_FULL = 0.7;
const FIRST_SLOTS = 1 << 12;

/**
 * 32 bytes for each slot, in an open hash table: a map of strings would take ten times that, and a file has a million
 * rows. The slot is found by the id, which is a hash itself.
 */
export function seenRows(): SeenRows {
  let slots = FIRST_SLOTS;
  let words = new Uint32Array(slots * WORDS);
  let count = 0;
  const sheets: string[] = [];
  const wanted = new Uint32Array(WORDS);

  const slotOf = (id: Uint32Array): number => {
    for (let slot = (id[0] ?? 0) % slots; ; slot = slot + 1 === slots ? 0 : slot + 1) {
      const at = slot * WORDS;
      if (isFree(words, at) || isSame(words, at, id, 0, 4)) return at;
    }
  };
  const grow = (): void => {
    const old = words;
    slots *= 2;
    words = new Uint32Array(slots * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (!isFree(old, at)) words.set(old.subarray(at, at + WORDS), slotOf(old.subarray(at, at + 4)));
    }
  };

  return {
    see(row, { sheet, number }) {
      const lastBits = idWords(row.id, wanted);
      saidWords(row, wanted);
      const at = slotOf(wanted);
      if (!isFree(words, at)) {
        const place = { sheet: sheets[((words[at + 7] ?? 1) & SHEET) - 1] ?? '', number: words[at + 6] ?? 0 };
        return { kind: isSame(words, at, wanted, 4, 6) ? 'SAME' : 'OTHER', at: place };
      }
      if (sheets.at(-1) !== sheet) sheets.push(sheet);
      wanted[6] = number;
      wanted[7] = lastBits + sheets.length;
      words.set(wanted, at);
      count += 1;
      if (count > slots * MOST_FULL) grow();
      return { kind: 'NEW' };
    },
    *ids() {
      for (let at = 0; at < words.length; at += WORDS) {
        if (isFree(words, at)) continue;
        const bytes = Buffer.alloc(17, (words[at + 7] ?? 0) >>> 24);
        for (let word = 0; word < 4; word += 1) bytes.writeUInt32LE(words[at + word] ?? 0, word * 4);
        yield bytes.toString('base64url').slice(0, 22);
      }
    },
  };
}

/** A slot that is taken has the place of its worksheet, which is never 0. */
function isFree(words: Uint32Array, at: number): boolean {
  return words[at + 7] === 0;
}

function isSame(words: Uint32Array, at: number, other: Uint32Array, from: number, until: number): boolean {
  for (let word = from; word < until; word += 1) if (words[at + word] !== other[word]) return false;
  return true;
}

/**
 * The id of a record is 22 characters of a hash, 132 bits: the last four are answered, above a worksheet's number. What
 * has another id (a subject) is told apart by its hash.
 */
function idWords(id: string, into: Uint32Array): number {
  const isRecordId = /^[\w-]{22}$/.test(id);
  const bytes = isRecordId ? Buffer.from(`${id}AA`, 'base64url') : createHash('sha256').update(id).digest();
  for (let word = 0; word < 4; word += 1) into[word] = bytes.readUInt32LE(word * 4);
  return (bytes[16] ?? 0) * 2 ** 24;
}

/** What a row says, and of which subject it was found to say it. */
function saidWords({ contentHash, subjectId }: IncomingRow, into: Uint32Array): void {
  const bytes = Buffer.from(contentHash, 'base64url');
  let hash = 0x811c9dc5;
  for (const character of String(subjectId ?? '')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  into[4] = bytes.readUInt32LE(0);
  into[5] = bytes.readUInt32LE(4) ^ hash;
}
