import { createClient } from '@redis/client';
import type { Log } from '../../platform/log.ts';

/** A Redis or Valkey server, as far as kept answers need one. */
export interface Redis {
  /** How often it has been connected; 0 while it is not. What was read on one connection holds on no other. */
  readonly connection: number;
  /** @throws Error where it does not answer in time; it is then connected anew. */
  run(...command: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** For so long a command is waited for. */
const PATIENCE_MS = 250;
const CONNECT_MS = 1_000;
const LONGEST_PAUSE_MS = 2_000;
/** More commands than these wait for no server that answers. */
const MOST_WAITING = 5_000;

/** @param url `redis://` or `rediss://`. That it is not there is told in the log, once each time, and nowhere else. */
export function connectRedis(url: string, log: Log): Redis {
  let connections = 0;
  let isConnected = false;
  let isStopped = false;
  const opened = () => {
    const one = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MOST_WAITING,
      socket: {
        connectTimeout: CONNECT_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, LONGEST_PAUSE_MS),
      },
    });
    one.on('ready', () => {
      if (one !== client) return;
      connections += 1;
      isConnected = true;
      log.info({}, 'kept answers are shared');
    });
    one.on('error', (error: unknown) => {
      if (one === client) lose(error);
    });
    return one;
  };
  let client: ReturnType<typeof opened> | undefined;
  /** Addresses and passwords stand in messages. */
  const lose = (error: unknown): void => {
    if (isConnected && !isStopped)
      log.warn({ cause: error instanceof Error ? error.name : 'unknown' }, 'kept answers are not shared');
    isConnected = false;
  };
  const connect = (): void => {
    client = opened();
    client.connect().catch((error: unknown) => lose(error));
  };
  connect();

  return {
    get connection() {
      return isConnected ? connections : 0;
    },
    async run(...command) {
      const asked = client;
      if (!asked || !isConnected) throw new Error('there is no connection');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
      });
      try {
        return await Promise.race([asked.sendCommand([...command]), late]);
      } catch (error) {
        if (asked === client && isConnected) {
          lose(error);
          asked.destroy();
          if (!isStopped) connect();
        }
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    async stop() {
      isStopped = true;
      if (client?.isOpen) client.destroy();
    },
  };
}
