import { asDatabaseError } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditStore } from './store.ts';
import { askerOf } from './trace.ts';

/** Lines of refusals that one client may cause in a second: what is more is a flood, and says nothing new. */
const MOST_A_SECOND = 5;

/**
 * Notes refusals of registered clients, so that "why did this bank get nothing" has an answer. They showed nothing, so that
 * one that cannot be noted is no reason to refuse more, and nobody waits for it.
 */
export function refusals(store: Pick<AuditStore, 'append'>, log: Log, now: () => Date) {
  let second = 0;
  const counts = new Map<string, number>();
  return (caller: Caller, requestId: string, codes: Readonly<Record<string, number>>, viewer?: Viewer): void => {
    if (caller.client === null || Object.keys(codes).length === 0 || codes.AUDIT_UNAVAILABLE) return;
    const at = Math.floor(performance.now() / 1_000);
    if (at !== second) counts.clear();
    second = at;
    const count = (counts.get(caller.client) ?? 0) + 1;
    counts.set(caller.client, count);
    if (count > MOST_A_SECOND) return;
    const line = {
      kind: 'REFUSAL' as const,
      at: now().toISOString(),
      request: requestId,
      who: askerOf(caller, viewer),
      purpose: viewer?.purpose ?? null,
      authorizations: [],
      codes,
    };
    store.append(line).catch((error: unknown) => {
      log.warn({ code: asDatabaseError(error).code }, 'a refusal could not be noted');
    });
  };
}
