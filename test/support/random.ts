/** Chance that can be had again: the same seed draws the same. */
export interface Random {
  /** A whole number from 0 up to, and not including, this one. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Some of a list, in its order; at most so many. */
  some<T>(list: readonly T[], most: number): readonly T[];
}

/** mulberry32: 32 bits of state, evenly spread, fast enough for a million questions. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick(list) {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[below(list.length)] as (typeof list)[number];
    },
    some(list, most) {
      const taken = new Set<number>();
      for (let count = Math.min(most, list.length); count > 0; count -= 1) taken.add(below(list.length));
      return list.filter((_one, index) => taken.has(index));
    },
  };
}

/** Does work for each of a list, so many at once, and keeps the order. */
export async function several<T, Result>(
  list: readonly T[],
  atOnce: number,
  work: (one: T, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < list.length; index = next++) results[index] = await work(list[index] as T, index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
