import { LRUCache } from 'lru-cache';
import type { Changes, KeptAnswer, KeptRests } from './kept.ts';

/** An answer that is being computed: what changes meanwhile is noted, since it may have been read before it changed. */
export interface Computing {
  /** How far changes had been told when it began. */
  readonly since: number;
  readonly changed: Set<string>;
}

/** Kept answers in this process's memory, bounded in bytes; what was not asked for longest goes first. */
export interface MemoryAnswers {
  find(key: string): { readonly answer: KeptAnswer; readonly rests: KeptRests } | undefined;
  /** Called before the departments are asked. What began must be kept or given up. */
  begin(): Computing;
  /** False where something that it rests on has changed since it began. */
  keep(key: string, answer: KeptAnswer, rests: KeptRests, computing: Computing): boolean;
  giveUp(computing: Computing): void;
  /** Tells what changed in a department. */
  change(department: string, changes: Changes): void;
  readonly bytes: number;
  readonly size: number;
}

export type DroppedFor = 'changed' | 'room' | 'age';

interface Entry {
  readonly answer: KeptAnswer;
  readonly rests: KeptRests;
  readonly since: number;
}

/** Of one department, up to where changes had been told when it last changed in each way. */
interface Changed {
  anything: number;
  any: number;
  beyondFeed: number;
}

export interface MemoryOptions {
  readonly bytes: number;
  /** None is kept for longer, whatever its feeds say. */
  readonly longestMs: number;
  readonly onDropped: (why: DroppedFor) => void;
}

export function memoryAnswers({ bytes, longestMs, onDropped }: MemoryOptions): MemoryAnswers {
  /** The keys of the answers that tell something of a subject. */
  const bySubject = new Map<string, Set<string>>();
  const departments = new Map<string, Changed>();
  const inWork = new Set<Computing>();
  let told = 0;

  const forget = (key: string, { rests }: Entry): void => {
    for (const subject of rests.subjects) {
      const keys = bySubject.get(subject);
      keys?.delete(key);
      if (keys?.size === 0) bySubject.delete(subject);
    }
  };
  const entries = new LRUCache<string, Entry>({
    maxSize: bytes,
    maxEntrySize: Math.max(1, Math.floor(bytes / 8)),
    sizeCalculation: (entry, key) => sizeOf(key, entry),
    ttl: longestMs,
    dispose(entry, key, reason) {
      forget(key, entry);
      if (reason === 'evict') onDropped('room');
      if (reason === 'expire') onDropped('age');
    },
  });
  const changedOf = (department: string): Changed => {
    const known = departments.get(department) ?? { anything: 0, any: 0, beyondFeed: 0 };
    departments.set(department, known);
    return known;
  };
  const isChanged = (rests: KeptRests, since: number): boolean =>
    rests.departments.some((one) => changedOf(one).anything > since) ||
    rests.lists.some((one) => changedOf(one).any > since) ||
    rests.beyondFeeds.some((one) => changedOf(one).beyondFeed > since);

  return {
    find(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (!isChanged(entry.rests, entry.since)) return entry;
      entries.delete(key);
      onDropped('changed');
      return undefined;
    },
    begin() {
      const computing = { since: told, changed: new Set<string>() };
      inWork.add(computing);
      return computing;
    },
    keep(key, answer, rests, computing) {
      inWork.delete(computing);
      const { since, changed } = computing;
      if (isChanged(rests, since) || rests.subjects.some((subject) => changed.has(subject))) return false;
      entries.set(key, { answer, rests, since });
      // One that is too large is not taken.
      if (!entries.has(key)) return true;
      for (const subject of rests.subjects) bySubject.set(subject, (bySubject.get(subject) ?? new Set()).add(key));
      return true;
    },
    giveUp: (computing) => void inWork.delete(computing),
    change(department, { subjects, isAnything, isBeyondFeed }) {
      if (!isAnything && !isBeyondFeed && subjects.length === 0) return;
      told += 1;
      const changed = changedOf(department);
      if (isAnything) changed.anything = told;
      if (isAnything || subjects.length > 0) changed.any = told;
      if (isAnything || isBeyondFeed) changed.beyondFeed = told;
      for (const subject of subjects) {
        for (const computing of inWork) computing.changed.add(subject);
        for (const key of bySubject.get(subject) ?? []) {
          entries.delete(key);
          onDropped('changed');
        }
      }
    },
    get bytes() {
      return entries.calculatedSize;
    },
    get size() {
      return entries.size;
    },
  };
}

/** Objects, maps and sets around an answer, roughly. */
const BESIDE_BYTES = 600;

function sizeOf(key: string, { answer, rests }: Entry): number {
  const { departments, subjects, lists, beyondFeeds } = rests;
  const names = departments.length + 4 * subjects.length + lists.length + beyondFeeds.length;
  return answer.body.length + 2 * key.length + 40 * names + BESIDE_BYTES;
}
