/** A seeded source of chance: the same seed gives the same city, on every machine. */
export interface Chance {
  /** A whole number from 0 up to and without `limit`. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(from: number, until: number): number;
  /** True in `percent` of a hundred cases. */
  happens(percent: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Some of these, each once, in a new order. */
  sample<Item>(items: readonly Item[], count: number): readonly Item[];
}

/** Mulberry32 (public domain): 32 bits of state are plenty for a few thousand rows. */
export function chance(seed: number): Chance {
  return new Mulberry(seed);
}

/** A class, since millions are made: functions of their own for each would take longer than what they draw. */
class Mulberry implements Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    const state = this.#state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  }

  between(from: number, until: number): number {
    return from + this.below(until - from + 1);
  }

  happens(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    const found = items[this.below(items.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  sample<Item>(items: readonly Item[], count: number): readonly Item[] {
    const left = [...items];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.below(left.length), 1)).flat();
  }
}
