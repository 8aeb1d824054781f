import { createHash } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Gateway } from '../gateway/server.ts';
import { committedSupergraph } from '../gateway/supergraph/committed.ts';
import type { Log } from '../platform/log.ts';

/** How often the file is looked at. */
const EVERY_MS = 2_000;

/** The supergraph of an operator's file, else the one that comes with the product. */
export function supergraphAt(path: string | undefined): string {
  return path === undefined ? committedSupergraph() : readFileSync(path, 'utf8');
}

export interface WatchOptions {
  readonly say?: (sentence: string) => void;
  /** How much later than others: two processes that read a supergraph at once would want the same processors. */
  readonly lateMs?: number;
}

/**
 * Has the gateway answer by a file's supergraph whenever another stands in it. One that cannot be joined or planned here is
 * refused and said so; the one before serves on.
 */
export function watchSupergraph(
  path: string | undefined,
  first: string,
  gateway: Pick<Gateway, 'replace'>,
  log: Log,
  { say = () => undefined, lateMs = 0 }: WatchOptions = {},
): { stop(): void } {
  if (path === undefined) return { stop: () => undefined };
  let served = first;
  let replacing = Promise.resolve();
  const replace = async (): Promise<void> => {
    try {
      const next = readFileSync(path, 'utf8');
      if (next === served || next.trim() === '') return;
      await pause(lateMs);
      await gateway.replace(next);
      served = next;
      say(`已换用新的超图(SHA-256 ${hashOf(next)})。`);
    } catch (error) {
      log.error({ message: String(error).slice(0, 1_000) }, 'a supergraph was refused');
      say('新的超图不能组合或安排查询,未予采用,照旧以原来的超图应答;原因见日志。');
    }
  };
  watchFile(path, { interval: EVERY_MS, persistent: false }, () => {
    replacing = replacing.then(replace);
  });
  return { stop: () => unwatchFile(path) };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Says that nothing more should be sent here, and waits until whoever sends has heard of it. */
export async function drained(gateway: Pick<Gateway, 'drain'>, milliseconds: number): Promise<void> {
  gateway.drain();
  await pause(milliseconds);
}
