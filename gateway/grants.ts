import type { SchemaGrants } from '../platform/database/index.ts';

/** What the gateway's role may do with its tables, where that is not the default: nobody is taken off the register. */
export const grants: SchemaGrants = {
  clients: { app: 'select, insert, update (state, state_since, state_reason)' },
  client_credentials: { app: 'select, insert, update (valid_until)' },
  // A proof that was used stays used until its age refuses it.
  used_proofs: { app: 'select, insert, delete' },
  // What was authorized is never taken off the record, nor is what it covers changed.
  authorizations: {
    app: 'select, insert, update (state, granted_at, ended_at, decided_by, decision_basis, used_by, used_at)',
  },
  idempotency_keys: { app: 'select, insert, delete' },
  delegations: { app: 'select, insert, update (ended_at)' },
  loan_reports: { app: 'select, insert, update' },
  allowances: { app: 'select, insert, update, delete' },
};
