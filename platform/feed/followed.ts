import type postgres from 'postgres';

/** The followers of a feed, as whoever writes to it hears of them. */
export interface Followed {
  /** Whether one of them has come further within the last seconds. */
  isMoving(): boolean;
  /** Resolves when one of them has come to this transaction's changes; when none comes further any more; when aborted. */
  reach(transaction: bigint, signal?: AbortSignal): Promise<void>;
  /** Hears no more. Nobody waits for that: a lost connection may never answer. */
  end(): void;
}

/** A follower that has not come further for so long stands still, or is there no more: nobody waits for it. */
const SILENCE_MS = 3_000;
/** However slowly it goes, nobody waits for longer. */
const PATIENCE_MS = 10_000;

/** SQL of a select list: tells how far a follower has come, $1, to whoever listens to `followedChannel`, $2. */
export const TELL_FOLLOWED = `pg_notify($2, $1)`;

/** Where followers' places in a department's feed are told. What they ask from, they hold or are about to. */
export function followedChannel(schema: string): string {
  return `${schema} feed followed`;
}

/** The place that a cursor of `readFeed` stands for; undefined for a text that is none. */
export function placeIn(cursor: string): { readonly transaction: string; readonly position: string } | undefined {
  const [, transaction, position] = /^(\d+)\/(\d+)$/u.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return transaction === undefined || position === undefined ? undefined : { transaction, position };
}

/** Listens for the followers of a department's feed. Where that cannot be heard, it is as if there were none. */
export function listenForFollowers(client: postgres.Sql, schema: string): Followed {
  let reached = 0n;
  let heardAt = Number.NEGATIVE_INFINITY;
  const waiting = new Set<() => void>();
  const hear = (cursor: string): void => {
    const transaction = BigInt(placeIn(cursor)?.transaction ?? 0);
    if (transaction > reached) reached = transaction;
    heardAt = performance.now();
    for (const look of waiting) look();
  };
  const listening = client.listen(followedChannel(schema), hear).catch(() => undefined);
  const isMoving = (): boolean => performance.now() - heardAt < SILENCE_MS;
  return {
    isMoving,
    async reach(transaction, signal) {
      const until = performance.now() + PATIENCE_MS;
      await new Promise<void>((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const look = (): void => {
          clearTimeout(timer);
          const left = Math.min(heardAt + SILENCE_MS, until) - performance.now();
          if (reached < transaction && left > 0 && signal?.aborted !== true) {
            timer = setTimeout(look, left + 1);
            return;
          }
          waiting.delete(look);
          signal?.removeEventListener('abort', look);
          resolve();
        };
        waiting.add(look);
        signal?.addEventListener('abort', look, { once: true });
        look();
      });
    },
    end() {
      listening.then((heard) => heard?.unlisten()).catch(() => undefined);
    },
  };
}
