import { CALLER_ROLES, type CallerRole } from '../../platform/viewer/viewer.ts';

export type ClientRole = Exclude<CallerRole, 'ANONYMOUS'>;

/** What a client can be registered as: anybody else is anonymous. */
export const CLIENT_ROLES = CALLER_ROLES.filter((role): role is ClientRole => role !== 'ANONYMOUS');

/** How a client proves to the issuer of tokens who it is. `ISSUER`: as that issuer alone knows. */
export const AUTHENTICATIONS = ['PRIVATE_KEY_JWT', 'CLIENT_SECRET', 'ISSUER'] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

/** A client as the register knows it. */
export interface RegisteredClient {
  readonly id: string;
  readonly role: ClientRole;
  readonly organisationName: string;
  readonly organisationCreditCode: string | null;
  readonly department: string | null;
  readonly scopes: readonly string[];
  /** Points of cost a day; null: what its role has. */
  readonly quota: number | null;
  readonly authentication: Authentication;
  readonly isDemonstration: boolean;
  readonly state: 'ACTIVE' | 'SUSPENDED';
  readonly stateSince: string;
  readonly stateReason: string | null;
  readonly registeredAt: string;
}
