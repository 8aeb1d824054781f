import type { CallerRole } from '../../platform/viewer/viewer.ts'; // 'ANONYMOUS'|'PORTAL'|'ANALYST'|'BANK'|'DEPARTMENT'|'SUBJECT'|'CREDIT_OFFICE'|'AUDITOR'
/** Who sent a request, as its credential and the register of clients say. */
export interface Caller {
  readonly role: CallerRole;
  readonly client: string | null; // the registered client; null for anybody without a credential
  readonly organisation: { readonly name: string; readonly creditCode: string | null } | null;
  readonly department: string | null; // the department that the client is of
  readonly ownSubject: string | null; // the subject whose file is the caller's own, proven by a real-name credential (F011)
  readonly scopes: readonly string[];
}
export const ANONYMOUS: Caller = {
  role: 'ANONYMOUS',
  client: null,
  organisation: null,
  department: null,
  ownSubject: null,
  scopes: [],
};
