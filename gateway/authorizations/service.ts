import type { IncomingMessage } from 'node:http';
import type postgres from 'postgres';
import { cursorSeal } from '../../platform/records/cursor.ts';
import { derive } from '../../platform/secrets.ts';
import { originReader } from '../access/address.ts';
import { delegationStore } from './delegation-store.ts';
import { loanStore } from './loan-store.ts';
import { personHasher } from './person-hash.ts';
import type { Representation } from './representative.ts';
import { type AuthorizationStore, authorizationStore } from './store.ts';

export interface AuthorizationsOptions {
  /** Sessions on the gateway's own schema. */
  readonly sql: postgres.Sql;
  /** The installation's secret. */
  readonly secret: Uint8Array;
  readonly representation: Representation;
  /** The gateway's address as callers know it; undefined: the one at which it listens. */
  readonly publicUrl?: URL | undefined;
}

/** Where companies decide on authorizations. */
export const PAGE_PATH = '/authorizations';

/** What companies authorized banks to see: kept in the gateway's own schema. */
export interface Authorizations {
  readonly store: AuthorizationStore;
  readonly loans: ReturnType<typeof loanStore>;
  readonly delegations: ReturnType<typeof delegationStore>;
  readonly key: Buffer;
  /** The keyed hash under which a person is known here. */
  readonly hashOf: ReturnType<typeof personHasher>;
  /** For whom somebody may act. */
  readonly representation: Representation;
  readonly seal: ReturnType<typeof cursorSeal>;
  /** The page of an authorization, at the address by which this request came. */
  pageOf(id: string, request: IncomingMessage): string;
  /** The address of something below the page's. */
  addressOf(path: string, request: IncomingMessage): string;
}

export function createAuthorizations(options: AuthorizationsOptions): Authorizations {
  const { sql, secret, representation, publicUrl } = options;
  const originOf = originReader(publicUrl);
  const addressOf = (path: string, request: IncomingMessage): string => {
    const base = publicUrl?.href.replace(/\/$/u, '') ?? new URL(originOf(request)).origin;
    return `${base}${PAGE_PATH}${path}`;
  };
  return {
    addressOf,
    pageOf: (id, request) => addressOf(`/${id}`, request),
    store: authorizationStore(sql),
    loans: loanStore(sql),
    delegations: delegationStore(sql),
    hashOf: personHasher(secret),
    representation,
    key: derive(secret, 'authorizations'),
    seal: cursorSeal(derive(secret, 'cursor:authorizations')),
  };
}
