import type { CallerRole } from '../../platform/viewer/viewer.ts';

/** Who sent a request, as its credential and the register of clients say. */
export interface Caller {
  readonly role: CallerRole;
  /** The registered client; null for anybody without a credential. */
  readonly client: string | null;
  readonly organisation: { readonly name: string; readonly creditCode: string | null } | null;
  /** The department that the client is of; null where it is of none. */
  readonly department: string | null;
  /** The subject whose file is the caller's own, proven by a real-name credential (F011); null where there is none. */
  readonly ownSubject: string | null;
  /** A keyed hash of the ID number of a person whose name was proven; absent or null: not known. */
  readonly personHash?: string | null | undefined;
  /** The hash of that number under which registrations know their legal representatives. */
  readonly representativeHash?: string | null | undefined;
  /** What of its role's rights it is held to (scopes.ts); null: to none less than all. */
  readonly scopes: readonly string[] | null;
  /** Points of cost a day as registered for the client; absent or null: what its role has. */
  readonly quota?: number | null | undefined;
}

export const ANONYMOUS: Caller = {
  role: 'ANONYMOUS',
  client: null,
  organisation: null,
  department: null,
  ownSubject: null,
  scopes: null,
};
