import type { GraphQLSchema } from 'graphql';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { levelsKnownTo } from '../../platform/viewer/rights.ts';
import type { CallerRole } from '../../platform/viewer/viewer.ts';
import { authorizationOf, SOMEBODY_ELSE } from '../support/lending.ts';

/** One way of asking: who, and with which purpose. */
export interface Asking {
  readonly caller: Caller;
  readonly purpose: string | null;
  /** The authorization that is presented; none where absent. */
  readonly authorization?: string;
}

/** What a way of asking says beside the question. */
export function headersOf({ purpose, authorization }: Omit<Asking, 'caller'>): Record<string, string> {
  return {
    ...(purpose === null ? {} : { 'credit-purpose': purpose }),
    ...(authorization === undefined ? {} : { 'credit-authorization': authorization }),
  };
}

const views = new Map<string, GraphQLSchema>();

/** The schema that a caller knows. */
export function viewOf(caller: Caller): GraphQLSchema {
  const key = `${caller.role} ${caller.department}`;
  const view = views.get(key) ?? schemaView(committedSupergraph(), (department) => levelsKnownTo(caller, department));
  views.set(key, view);
  return view;
}

/** Whose records are asked for. */
export interface Asked {
  readonly department: string;
  readonly subject: string;
}

const as = (role: CallerRole, purpose: string | null = null, more: Partial<Caller> = {}): Asking => ({
  caller: { ...ANONYMOUS, role, client: `test-${role.toLowerCase()}`, ...more },
  purpose,
});

/**
 * The columns of the access matrices: every role with and without what could open more to it. `OWN` is the department whose
 * records are asked for, or the subject whose they are; `BANK+GRANT OTHER` presents another subject's authorization; null where a standing cannot be (the credit office is no department
 * like the others).
 */
export const STANDINGS: Readonly<Record<string, (asked: Asked) => Asking | null>> = {
  ANONYMOUS: () => ({ caller: ANONYMOUS, purpose: null }),
  PORTAL: () => as('PORTAL'),
  ANALYST: () => as('ANALYST'),
  BANK: () => as('BANK'),
  'BANK+PURPOSE': () => as('BANK', 'PRE_LOAN_REVIEW'),
  'BANK+GRANT': ({ subject }) => ({ ...as('BANK'), authorization: authorizationOf(subject) }),
  'BANK+GRANT OTHER': () => ({ ...as('BANK'), authorization: authorizationOf(SOMEBODY_ELSE) }),
  SUBJECT: () => as('SUBJECT'),
  'SUBJECT OTHER': () => as('SUBJECT', null, { ownSubject: SOMEBODY_ELSE }),
  'SUBJECT OWN': ({ subject }) => as('SUBJECT', null, { ownSubject: subject }),
  DEPARTMENT: ({ department }) => (department === 'credit' ? null : as('DEPARTMENT', null, { department })),
  'DEPARTMENT OTHER+PURPOSE': ({ department }) =>
    as('DEPARTMENT', 'SUPERVISION', { department: department === 'tax' ? 'market' : 'tax' }),
  'DEPARTMENT OWN+PURPOSE': ({ department }) =>
    department === 'credit' ? null : as('DEPARTMENT', 'SUPERVISION', { department }),
  'DEPARTMENT OTHER+PERSONS': ({ department }) =>
    as('DEPARTMENT', 'PRACTITIONER_REVIEW', { department: department === 'tax' ? 'market' : 'tax' }),
  'DEPARTMENT OWN+PERSONS': ({ department }) =>
    department === 'credit' ? null : as('DEPARTMENT', 'PRACTITIONER_REVIEW', { department }),
  CREDIT_OFFICE: () => as('CREDIT_OFFICE', null, { department: 'credit' }),
  'CREDIT_OFFICE+PURPOSE': ({ department }) =>
    department === 'credit' ? null : as('CREDIT_OFFICE', 'DATA_CORRECTION', { department: 'credit' }),
  'CREDIT_OFFICE OWN+PURPOSE': ({ department }) =>
    department === 'credit' ? as('CREDIT_OFFICE', 'DATA_CORRECTION', { department }) : null,
  AUDITOR: () => as('AUDITOR'),
  'AUDITOR+PURPOSE': () => as('AUDITOR', 'AUDIT_INSPECTION'),
};
