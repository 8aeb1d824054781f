import type { Chance } from '../demonstration/generator/random.ts';

/** What is drawn in one random order, so that the often drawn ones do not stand side by side in the tables. */
export type Draw = 'ZIPF' | 'EVEN';

const PRECISION = 2 ** 31;

/**
 * Draws items by Zipf's law (the n-th most wanted one n times as seldom as the first), or all alike: the same for a seed.
 * Which items are wanted most is chance, too.
 */
export function drawing<Item>(items: readonly Item[], draw: Draw, random: Chance): () => Item {
  if (draw === 'EVEN') return () => random.pick(items);
  const order = shuffled(items, random);
  const reached = new Float64Array(order.length);
  let sum = 0;
  for (let rank = 0; rank < order.length; rank++) {
    sum += 1 / (rank + 1);
    reached[rank] = sum;
  }
  return () => {
    const wanted = (random.below(PRECISION) / PRECISION) * sum;
    let [low, high] = [0, order.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((reached[middle] ?? sum) > wanted) high = middle;
      else low = middle + 1;
    }
    const found = order[low];
    if (found === undefined) throw new Error('nothing to draw from');
    return found;
  };
}

function shuffled<Item>(items: readonly Item[], random: Chance): readonly Item[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    const [one, two] = [order[at], order[other]];
    if (one === undefined || two === undefined) continue;
    order[at] = two;
    order[other] = one;
  }
  return order;
}
