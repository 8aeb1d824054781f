import type { Trace } from '../audit/trace.ts';
import type { Presented } from './presented.ts';
import type { Authorizations } from './service.ts';
import type { PresentedAuthorization } from './store.ts';

// An authorization for one use is claimed by the statement that reads it, and nobody else gets it from then on. Whether it is used
// is settled once it is certain whether anything left: after the line that says so is in the chain. Where that cannot be done, or
// the gateway dies in between, the claim stands until claims.ts reads in the chain how the question ended.

interface Settling {
  readonly requestId: string;
  readonly trace: Pick<Trace, 'receiptId' | 'hasLookedAt' | 'whenOver'> | undefined;
  /** Authorizations whose packages departments have answered. */
  readonly answered: ReadonlySet<string>;
  readonly now: () => Date;
}

/** Settles what a question has claimed as soon as its answer has its line in the chain, or is known to be told to nobody. */
export async function settleWhenOver(
  presented: Presented,
  settling: Settling,
  authorizations: Authorizations | undefined,
): Promise<void> {
  if (claimedOf(presented).length === 0) return;
  const { trace } = settling;
  const settle = (isTold: boolean) => settleUses(presented, { ...settling, isTold }, authorizations);
  if (trace?.receiptId === undefined) await settle(true);
  else trace.whenOver(settle);
}

/** Gives back what a question has claimed that is told nothing. */
export async function giveBackUses(
  presented: Presented,
  requestId: string,
  authorizations: Authorizations | undefined,
): Promise<void> {
  const ids = claimedOf(presented).map(({ id }) => id);
  if (ids.length > 0) await authorizations?.store.giveBack(ids, requestId).catch(() => undefined);
}

/** Used is what a package was answered with, or what showed a department's records anywhere else in the answer. */
async function settleUses(
  presented: Presented,
  { requestId, trace, answered, isTold, now }: Settling & { readonly isTold: boolean },
  authorizations: Authorizations | undefined,
): Promise<void> {
  const claimed = claimedOf(presented);
  const isUsed = ({ id, subject_id, items }: PresentedAuthorization) =>
    isTold && (answered.has(id) || !trace || trace.hasLookedAt(subject_id, items));
  const used = claimed.filter(isUsed).map(({ id }) => id);
  const unused = claimed.map(({ id }) => id).filter((id) => !used.includes(id));
  if (used.length > 0) await authorizations?.store.use(used, requestId, now().toISOString()).catch(() => undefined);
  if (unused.length > 0) await authorizations?.store.giveBack(unused, requestId).catch(() => undefined);
}

function claimedOf({ byId }: Presented): readonly PresentedAuthorization[] {
  return [...byId.values()].filter(({ isClaimed }) => isClaimed);
}
