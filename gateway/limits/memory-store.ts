import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import type { AllowanceStore, Granted, Wanted } from './allowance-store.ts';

interface Held {
  level: number;
  at: number;
  used: number;
  day: string;
}

const DAY = 86_400_000;
const SHANGHAI = 8 * 3_600_000;

/** Allowances of one process alone: for a gateway without a database, and while the shared store does not answer. */
export function memoryStore(
  options: { readonly keys?: number; readonly now?: () => number } = {},
): AllowanceStore & { readonly size: number } {
  const { keys = 10_000, now = Date.now } = options;
  const held = new Map<string, Held>();
  const grant = ({ key, least, most, pointsAtOnce, pointsPerSecond, pointsPerDay }: Wanted): Granted => {
    const at = now();
    const today = dayInShanghai(new Date(at));
    const before = held.get(key) ?? { level: pointsAtOnce, at, used: 0, day: today };
    const level = Math.min(pointsAtOnce, before.level + (Math.max(0, at - before.at) / 1000) * pointsPerSecond);
    // A clock that is set back does not begin the day anew.
    const isNewDay = today > before.day;
    const [day, used] = isNewDay ? [today, 0] : [before.day, before.used];
    const able = Math.floor(Math.min(most, level, pointsPerDay - used));
    const points = able >= least ? able : 0;
    held.delete(key);
    held.set(key, { level: level - points, at, used: used + points, day });
    const oldest = held.size > keys ? held.keys().next() : undefined;
    if (oldest?.value !== undefined) held.delete(oldest.value);
    return { points, level: level - points, used: used + points, millisecondsLeft: DAY - ((at + SHANGHAI) % DAY) };
  };
  return {
    get size() {
      return held.size;
    },
    take: async (wanted) => wanted.map(grant),
    async giveBack(points) {
      for (const [key, count] of points) {
        const before = held.get(key);
        if (before) held.set(key, { ...before, level: before.level + count, used: Math.max(0, before.used - count) });
      }
    },
  };
}
