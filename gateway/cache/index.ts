import type { Log } from '../../platform/log.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { type KeptAnswer, keptRests } from './kept.ts';
import { type Computing as ComputingHere, memoryAnswers } from './memory.ts';
import { connectRedis } from './redis.ts';
import type { Rests } from './rests.ts';
import { type SharedSince, sharedAnswers } from './shared.ts';
import { type WatchOptions, watchDepartments } from './watch.ts';

/** An answer that is being computed. */
export interface Computing {
  readonly here: ComputingHere;
  readonly shared: SharedSince | undefined;
}

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
  /** A Redis or Valkey server that several processes share answers by, and the installation's secret. */
  readonly shared?: { readonly url: string; readonly secret: Uint8Array } | undefined;
}

/** Longer than this none is kept: what no feed tells, such as a department's new code table, shows by then. */
const LONGEST_MS = 300_000;

export function openAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { figures, bytes } = options;
  const kept = memoryAnswers({
    bytes,
    longestMs: LONGEST_MS,
    onDropped: (outcome) => figures?.count('credit_graph_cache_dropped_total', { outcome }),
  });
  const redis = options.shared && connectRedis(options.shared.url, options.log);
  const shared = options.shared && redis && sharedAnswers(redis, options.shared.secret, LONGEST_MS);
  const watch = watchDepartments({
    ...options,
    onChanges(department, changes) {
      kept.change(department, changes);
      return shared?.change(department, changes);
    },
  });
  const looked = (outcome: 'hit' | 'shared' | 'miss' | 'unwatched'): void =>
    figures?.count('credit_graph_cache_lookups_total', { outcome });
  figures?.gauge('credit_graph_cache_bytes', () => [{ value: kept.bytes }]);
  figures?.gauge('credit_graph_cache_answers', () => [{ value: kept.size }]);

  /** What another process has kept is kept here from then on. */
  async function findShared(key: string): Promise<KeptAnswer | undefined> {
    const computing = kept.begin();
    const found = await shared?.find(key, watch.isFresh);
    if (found) kept.keep(key, found.answer, found.rests, computing);
    else kept.giveUp(computing);
    return found?.answer;
  }

  return {
    async find(key) {
      watch.wake();
      const found = kept.find(key);
      if (found && watch.isFresh(found.rests.departments)) {
        looked('hit');
        return found.answer;
      }
      const other = found || !shared ? undefined : await findShared(key);
      looked(other ? 'shared' : found ? 'unwatched' : 'miss');
      return other;
    },
    begin: () => ({ here: kept.begin(), shared: shared?.since() }),
    keep(key, answer, rests, computing) {
      const known = keptRests(rests);
      if (!known || !watch.isFresh(known.departments)) {
        kept.giveUp(computing.here);
        return false;
      }
      const isKept = kept.keep(key, answer, known, computing.here);
      if (isKept && computing.shared) shared?.put(key, answer, known, computing.shared);
      return isKept;
    },
    giveUp: ({ here }) => kept.giveUp(here),
    async stop() {
      await watch.stop();
      await redis?.stop();
    },
  };
}
