import type { Log } from '../../platform/log.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { type KeptAnswer, keptRests } from './kept.ts';
import { type Computing, memoryAnswers } from './memory.ts';
import type { Rests } from './rests.ts';
import { type WatchOptions, watchDepartments } from './watch.ts';

/** Public answers that were given before and hold still (docs/cache.md). */
export interface AnswerCache {
  /** An answer that nothing has changed since, up to a second ago. */
  find(key: string): Promise<KeptAnswer | undefined>;
  /** Called before departments are asked; what it answers is to be kept or given up. */
  begin(): Computing;
  /** Keeps an answer, where everything that it rests on is watched and has not changed since it began. */
  keep(key: string, answer: KeptAnswer, rests: Rests, computing: Computing): boolean;
  giveUp(computing: Computing): void;
  stop(): Promise<void>;
}

export interface AnswerCacheOptions extends Pick<WatchOptions, 'everyMs' | 'freshMs' | 'idleMs'> {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: Log;
  readonly figures?: Figures | undefined;
  /** For all kept answers together. */
  readonly bytes: number;
}

/** Longer than this none is kept: what no feed tells, such as a department's new code table, shows by then. */
const LONGEST_MS = 300_000;

export function openAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { figures, bytes } = options;
  const kept = memoryAnswers({
    bytes,
    longestMs: LONGEST_MS,
    onDropped: (why) => figures?.count('credit_graph_cache_dropped_total', { why }),
  });
  const watch = watchDepartments({
    ...options,
    onChanges: (department, changes) => kept.change(department, changes),
  });
  const looked = (outcome: 'hit' | 'miss' | 'unwatched'): void =>
    figures?.count('credit_graph_cache_lookups_total', { outcome });
  figures?.gauge('credit_graph_cache_bytes', () => [{ value: kept.bytes }]);
  figures?.gauge('credit_graph_cache_answers', () => [{ value: kept.size }]);
  return {
    async find(key) {
      watch.wake();
      const found = kept.find(key);
      const isFresh = found && watch.isFresh(found.rests.departments);
      looked(isFresh ? 'hit' : found ? 'unwatched' : 'miss');
      return isFresh ? found.answer : undefined;
    },
    begin: () => kept.begin(),
    keep(key, answer, rests, computing) {
      const known = keptRests(rests);
      if (known && watch.isFresh(known.departments)) return kept.keep(key, answer, known, computing);
      kept.giveUp(computing);
      return false;
    },
    giveUp: (computing) => kept.giveUp(computing),
    stop: () => watch.stop(),
  };
}
