import { randomInt } from 'node:crypto';
import type { DecisionBasis } from './representative.ts';

/** What becomes of an authorization, as it is stored; `EXPIRED` and the end of a single use are told from it. */
type State = 'REQUESTED' | 'GRANTED' | 'DECLINED' | 'REVOKED' | 'USED';

export const STATUSES = ['REQUESTED', 'GRANTED', 'DECLINED', 'REVOKED', 'EXPIRED', 'USED'] as const;
export type AuthorizationStatus = (typeof STATUSES)[number];

export const LOAN_PURPOSES = ['PRE_LOAN', 'IN_LOAN', 'POST_LOAN'] as const;
export type LoanPurpose = (typeof LOAN_PURPOSES)[number];

/** A row of gateway.authorizations as PostgreSQL writes it in JSON. */
export interface Authorization {
  readonly id: string;
  readonly subject_id: string;
  readonly client_id: string;
  readonly grantee_name: string;
  readonly grantee_credit_code: string | null;
  readonly blocks: readonly string[];
  readonly items: readonly string[];
  readonly purpose: LoanPurpose;
  readonly is_continuous: boolean;
  readonly ends_on: string;
  readonly state: State;
  readonly requested_at: string;
  readonly granted_at: string | null;
  readonly ended_at: string | null;
  readonly used_by: string | null;
  /** What the last decision rests on; null for none yet. */
  readonly decision_basis: DecisionBasis | null;
}

const ID_LETTERS = 28;

/** An id of 131 random bits, in letters alone: no piece of it is taken for anybody's number, in an address or in a log. */
export function newId(): string {
  return Array.from({ length: ID_LETTERS }, () => String.fromCharCode(97 + randomInt(26))).join('');
}

export function isId(text: string): boolean {
  return /^[a-z]{28}$/u.test(text);
}

/** The status on a day, YYYY-MM-DD in Asia/Shanghai. `statusSql` says the same in SQL. */
export function statusOn({ state, ends_on, used_by }: Authorization, today: string): AuthorizationStatus {
  if ((state === 'REQUESTED' || state === 'GRANTED') && ends_on < today) return 'EXPIRED';
  return state === 'GRANTED' && used_by !== null ? 'USED' : state;
}

/** SQL: the status on a day, both given as SQL. */
export function statusSql(row: string, today: string): string {
  return (
    `(case when ${row}.state in ('REQUESTED', 'GRANTED') and ${row}.ends_on < ${today} then 'EXPIRED'` +
    ` when ${row}.state = 'GRANTED' and ${row}.used_by is not null then 'USED' else ${row}.state end)`
  );
}

/** When it ends or has ended: an instant in Asia/Shanghai. */
export function endOf({ ended_at, ends_on }: Authorization): string {
  return ended_at ?? `${ends_on}T23:59:59+08:00`;
}
