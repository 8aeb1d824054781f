import { soundAlike } from './sound.ts';

/** What turns one text into the other: how much of it, counted in characters, and whether all of it sounds the same. */
export interface Distance {
  readonly edits: number;
  readonly isOnlySound: boolean;
}

/**
 * Characters left out, added, exchanged for another, or swapped with their neighbour, each 1; one that sounds the same is
 * half an error, since that is how Chinese is mistyped.
 */
export function distanceOf(one: string, other: string): Distance {
  const [from, to] = [Array.from(one), Array.from(other)];
  let before: Distance[] = [];
  let last: Distance[] = [NONE, ...to.map((_character, at) => step(NONE, at + 1))];
  for (const [at, character] of from.entries()) {
    const row: Distance[] = [step(last[0], 1)];
    for (const [index, target] of to.entries()) {
      const isSwap = at > 0 && index > 0 && character === to[index - 1] && from[at - 1] === target;
      row.push(
        least(
          exchange(last[index], character, target),
          step(last[index + 1], 1),
          step(row[index], 1),
          isSwap && character !== target ? step(before[index - 1], 1) : undefined,
        ),
      );
    }
    before = last;
    last = row;
  }
  return last.at(-1) ?? NONE;
}

const NONE: Distance = { edits: 0, isOnlySound: true };
const SOUND = 0.5;

function step(from: Distance = NONE, edits: number): Distance {
  return { edits: from.edits + edits, isOnlySound: false };
}

function exchange(from: Distance = NONE, one: string, other: string): Distance {
  if (one === other) return from;
  return soundAlike(one, other) ? { edits: from.edits + SOUND, isOnlySound: from.isOnlySound } : step(from, 1);
}

function least(first: Distance, ...others: readonly (Distance | undefined)[]): Distance {
  return others.reduce<Distance>((best, one) => (one && one.edits < best.edits ? one : best), first);
}
