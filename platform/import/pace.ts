import type postgres from 'postgres';
import { type Followed, listenForFollowers } from '../feed/followed.ts';

/** Keeps an import from running ahead of whoever follows its department's feed. */
export interface Pace {
  /** Rows of a chunk: fewer where somebody follows, since all that is stored meanwhile is told after the chunk in hand. */
  readonly chunk: number;
  /**
   * Waits before a chunk is stored: until a follower has come to the changes of the chunk before the last. Where nobody
   * follows, or a follower does not come further, it does not wait.
   */
  turn(signal: AbortSignal | undefined): Promise<void>;
  /** A chunk's transaction has told the feed of changes. */
  told(transaction: postgres.TransactionSql): Promise<void>;
  end(): void;
}

/** Rows per transaction: what a kill can undo, and what one question to the credit office holds at most. */
const CHUNK = 2000;
const FOLLOWED_CHUNK = 600;

/**
 * A change made meanwhile is told after all that an import told before it, so that an import that runs ahead of the index
 * makes every other change of its department late. A file of one chunk never listens.
 */
export function paceOf(client: postgres.Sql, schema: string): Pace {
  let followed: Followed | undefined;
  let last: bigint | undefined;
  let beforeLast: bigint | undefined;
  return {
    get chunk() {
      return followed?.isMoving() ? FOLLOWED_CHUNK : CHUNK;
    },
    async turn(signal) {
      if (followed && beforeLast !== undefined && followed.isMoving()) await followed.reach(beforeLast, signal);
    },
    async told(transaction) {
      const [current] = await transaction<{ id: string }[]>`select pg_current_xact_id()::text as id`;
      if (last !== undefined) followed ??= listenForFollowers(client, schema);
      beforeLast = last;
      last = BigInt(current?.id ?? 0);
    },
    end: () => followed?.end(),
  };
}
