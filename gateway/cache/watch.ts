import { setTimeout as pause } from 'node:timers/promises';
import type { ChangedSubjects } from '../../platform/feed/changed-subjects.ts';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { dayInShanghai, installationViewer } from '../../platform/viewer/viewer.ts';
import type { Changes } from './kept.ts';

/** Watches departments for changes, for as long as anybody asks for kept answers. */
export interface Watch {
  /** Whether everything was told that had been committed in these departments until just now. Keeps watching awake. */
  isFresh(departments: readonly string[]): boolean;
  /** Begins to watch, where nobody asked for long. */
  wake(): void;
  stop(): Promise<void>;
}

export interface WatchOptions {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: Log;
  /** Called with what changed, before it counts as told. */
  readonly onChanges: (department: string, changes: Changes) => unknown;
  /** How often each department is asked. */
  readonly everyMs?: number | undefined;
  /** How long ago "just now" may be. */
  readonly freshMs?: number | undefined;
  /** After so long without a question nobody is asked any more. */
  readonly idleMs?: number | undefined;
}

const EVERY_MS = 150;
const FRESH_MS = 900;
const IDLE_MS = 10_000;
const PATIENCE_MS = 2_000;
const LONGEST_PAUSE_MS = 2_000;

const CHANGED = 'query Changed($since: String) { changedSubjects(since: $since) }';

export function watchDepartments(options: WatchOptions): Watch {
  const { transports, log, onChanges, everyMs = EVERY_MS, freshMs = FRESH_MS, idleMs = IDLE_MS } = options;
  const stopping = new AbortController();
  /** When the last look began that told everything, by a clock that cannot be set. */
  const told = new Map<string, number>();
  const places = new Map<string, string>();
  const watching = new Map<string, Promise<void>>();
  let wantedAt = Number.NEGATIVE_INFINITY;

  const isWanted = (): boolean => !stopping.signal.aborted && performance.now() - wantedAt < idleMs;

  async function look(department: string, transport: Transport): Promise<void> {
    const began = performance.now();
    const place = places.get(department) ?? null;
    const changes = await ask(transport, place);
    await onChanges(department, changes);
    places.set(department, changes.place);
    told.set(department, began);
  }

  async function watch(department: string, transport: Transport): Promise<void> {
    let failures = 0;
    while (isWanted()) {
      const began = performance.now();
      try {
        await look(department, transport);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1)
          log.warn(
            { department, message: String(error) },
            'its changes are not known: no answer that rests on it is kept',
          );
      }
      const took = performance.now() - began;
      const wait =
        failures > 0 ? Math.min(everyMs * 2 ** failures, LONGEST_PAUSE_MS) : Math.max(everyMs / 3, everyMs - took);
      await pause(wait, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  const wake = (): void => {
    if (stopping.signal.aborted) return;
    wantedAt = performance.now();
    if (watching.size === transports.size) return;
    for (const [name, transport] of transports) {
      if (watching.has(name)) continue;
      watching.set(
        name,
        watch(name, transport).finally(() => watching.delete(name)),
      );
    }
  };
  return {
    wake,
    isFresh(departments) {
      wake();
      const now = performance.now();
      return departments.every((one) => now - (told.get(one) ?? Number.NEGATIVE_INFINITY) < freshMs);
    },
    async stop() {
      stopping.abort();
      await Promise.all(watching.values());
    },
  };
}

async function ask(transport: Transport, since: string | null): Promise<ChangedSubjects> {
  const viewer = installationViewer({ today: dayInShanghai(new Date()), requestId: 'cache' });
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  let giveUp: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new Error('it did not tell its changes in time'));
    patience.signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    const asked = transport.ask({ query: CHANGED, variables: { since } }, viewer, patience.signal);
    const { data } = await Promise.race([asked, late]);
    const changes = (data as { readonly changedSubjects?: ChangedSubjects } | null | undefined)?.changedSubjects;
    if (typeof changes?.place !== 'string' || !Array.isArray(changes.subjects))
      throw new Error('it did not tell its changes');
    return changes;
  } finally {
    clearTimeout(timer);
  }
}
