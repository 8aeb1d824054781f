import type { AuditReader } from '../audit/read.ts';
import type { Authorization } from './authorization.ts';
import type { AuthorizationStore } from './store.ts';

/** No question takes as long, with its line in the chain. */
const SECONDS = 120;
const AT_ONCE = 200;

/**
 * Settles claims of authorizations for one use that their own gateway did not settle: it died in between, or could not reach
 * PostgreSQL. The chain tells whether an answer left: without its line none did, and the bank may ask again.
 * @throws DatabaseError, or Refusal `AUDIT_UNAVAILABLE`, where one of the two cannot be read: the claims stand until the next time.
 */
export async function settleClaims(
  store: AuthorizationStore,
  reader: Pick<AuditReader, 'ofRequest'>,
  now: Date,
  seconds = SECONDS,
): Promise<void> {
  for (const claimed of await store.unsettled(seconds, AT_ONCE)) {
    const question = claimed.used_by ?? '';
    if (await hasLeft(claimed, question, reader)) await store.use([claimed.id], question, now.toISOString());
    else await store.giveBack([claimed.id], question);
  }
}

/** Whether an answer with something that the authorization opened has its line: it may have arrived. */
async function hasLeft(
  { id, subject_id, items }: Authorization,
  question: string,
  reader: Pick<AuditReader, 'ofRequest'>,
): Promise<boolean> {
  const isGranted = (item: string): boolean => items.includes(item);
  return (await reader.ofRequest(question)).some(({ body }) => {
    if (body.kind !== 'OUTCOME' || !body.authorizations.includes(id) || !LEFT.has(body.outcome)) return false;
    const outcomes = (body.packages ?? []).filter((one) => one.authorization === id).map(({ outcome }) => outcome);
    if (outcomes.includes('COMPLETE') || outcomes.includes('PARTIAL')) return true;
    // It may have shown something beside a package that was refused.
    const isShown = body.looks.some((look) => look.subjects.includes(subject_id) && look.items.some(isGranted));
    return isShown && !outcomes.includes('UNAVAILABLE');
  });
}

/** How questions end whose answers may hold something. An answer whose packages were all refused is `REFUSED`, whatever stands beside them. */
const LEFT: ReadonlySet<string> = new Set(['ANSWERED', 'PARTIAL', 'REFUSED']);
