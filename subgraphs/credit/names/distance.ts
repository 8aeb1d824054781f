import { soundAlike } from './sound.ts';

/** What turns one text into the other: how much of it, counted in characters, and whether all of it sounds the same. */
export interface Distance {
  readonly edits: number;
  readonly isOnlySound: boolean;
}

/** Half an error: that is how Chinese is mistyped. A little more, so that two of them are no better than one of the others. */
const SOUND = 0.51;

/**
 * Characters left out, added, exchanged for another, or swapped with their neighbour, each 1; one that sounds the same
 * counts half. Optimal string alignment, row by row; `silent` counts beside it what is no matter of sound.
 */
export function distanceOf(one: string, other: string): Distance {
  const [from, to] = unlike(Array.from(one), Array.from(other));
  const width = to.length + 1;
  const edits = new Float64Array((from.length + 1) * width);
  const silent = new Uint16Array(edits.length);
  const set = (at: number, before: number, cost: number, isSilent: boolean): void => {
    const total = (edits[before] ?? 0) + cost;
    if (total >= (edits[at] ?? 0)) return;
    edits[at] = total;
    silent[at] = (silent[before] ?? 0) + (isSilent ? 1 : 0);
  };
  edits.fill(Number.POSITIVE_INFINITY);
  edits[0] = 0;
  for (let row = 0; row <= from.length; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const [a, b] = [from[row - 1], to[column - 1]];
      if (a !== undefined) set(at, at - width, 1, true);
      if (b !== undefined) set(at, at - 1, 1, true);
      if (a === undefined || b === undefined) continue;
      if (a === b) set(at, at - width - 1, 0, false);
      else {
        const isSound = soundAlike(a, b);
        set(at, at - width - 1, isSound ? SOUND : 1, !isSound);
        if (a === to[column - 2] && b === from[row - 2]) set(at, at - 2 * width - 2, 1, true);
      }
    }
  }
  return { edits: edits.at(-1) ?? 0, isOnlySound: silent.at(-1) === 0 };
}

/** Without what both begin and end with: most of two names of a city is the same. */
function unlike(one: readonly string[], other: readonly string[]): readonly [readonly string[], readonly string[]] {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  const most = Math.min(one.length, other.length) - start;
  while (end < most && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
}
