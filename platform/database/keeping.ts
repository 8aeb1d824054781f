import type { Postmaster } from './postmaster.ts';
import { isAlive } from './processes.ts';

/** How often it is looked whether the server is still there. */
const EVERY_MS = 500;
/** How long it is left alone after it could not be started, as on a full disk. */
const PAUSE_MS = 1_000;

/** A server that is started again whenever it died. */
export interface Keeping {
  readonly current: Postmaster;
  /** Leaves it alone from now on. */
  stop(): Promise<void>;
}

/**
 * Looks after a server that was found running: PostgreSQL ends itself where its log has no more room, and can be killed; those
 * who use it must not have to be started again for that.
 * @param again finds it running again, or starts it; rejects where that cannot be done now.
 */
export function keeping(first: Postmaster, again: () => Promise<Postmaster>, say: (sentence: string) => void): Keeping {
  let current = first;
  let isStopped = false;
  let isSaid = false;
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (await isAlive(current.identity)) return;
    say('内置数据库已停止,正在重新启动……');
    for (; !isStopped; await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref())) {
      try {
        current = await again();
        say('内置数据库已重新启动。');
        isSaid = false;
        return;
      } catch (error) {
        if (!isSaid) say(`${error instanceof Error ? error.message : String(error)}将继续尝试。`);
        isSaid = true;
      }
    }
  }

  function wait(): void {
    timer = setTimeout(() => {
      looking = look()
        .catch(() => undefined)
        .finally(() => {
          if (!isStopped) wait();
        });
    }, EVERY_MS).unref();
  }
  wait();

  return {
    get current() {
      return current;
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
