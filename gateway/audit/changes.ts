import { auditUnavailable } from '../../platform/errors.ts';
import type { Authorization } from '../authorizations/authorization.ts';
import type { Asker, ChangeLine } from './line.ts';
import type { AuditStore } from './store.ts';

/** Keeps what was done with an authorization. @throws Refusal `AUDIT_UNAVAILABLE`: done it is, and told when asked again under its key. */
export type KeepChange = (
  change: ChangeLine['change'],
  authorization: Authorization,
  by: { readonly who: Asker; readonly request: string },
) => Promise<void>;

export function keepingChanges(store: Pick<AuditStore, 'append'>, now: () => Date): KeepChange {
  return async (change, authorization, { who, request }) => {
    const { id, subject_id, client_id, blocks, items, ends_on, is_continuous, decision_basis, purpose } = authorization;
    const line: ChangeLine = {
      kind: 'CHANGE',
      at: now().toISOString(),
      request,
      who,
      purpose: null,
      authorizations: [id],
      change,
      subject: subject_id,
      grantee: client_id,
      blocks,
      items,
      until: ends_on,
      isContinuous: is_continuous,
      loanPurpose: purpose,
      ...(decision_basis && { basis: decision_basis }),
    };
    await store.append(line).catch(() => {
      throw auditUnavailable();
    });
  };
}
