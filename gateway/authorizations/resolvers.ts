import { DatabaseError } from '../../platform/database/index.ts';
import {
  authorizationState,
  authorizationUnknown,
  badUserInput,
  forbidden,
  idempotencyKeyReused,
  type Refusal,
  serviceUnavailable,
} from '../../platform/errors.ts';
import { connection } from '../../platform/records/connection.ts';
import { pageOf } from '../../platform/records/list-arguments.ts';
import type { Caller } from '../access/caller.ts';
import { askerOf } from '../audit/trace.ts';
import type { OwnContext } from '../own/asks.ts';
import {
  type Authorization,
  type AuthorizationStatus,
  isId,
  type LoanPurpose,
  newId,
  statusOn,
} from './authorization.ts';
import { blocksOf } from './blocks.ts';
import { attemptOf } from './idempotency.ts';
import { STATUS_LABELS } from './labels.ts';
import type { Claimed } from './representative.ts';
import type { Authorizations } from './service.ts';
import { shownAuthorization } from './shown.ts';
import type { Change, Outcome, Whose } from './store.ts';

const LONGEST_DAYS = 366;

interface Requested {
  readonly subject: string;
  readonly blocks: readonly string[];
  readonly purpose: LoanPurpose;
  readonly until: string;
  readonly isContinuous: boolean;
  readonly idempotencyKey: string;
}

interface Decided {
  readonly id: string;
  readonly idempotencyKey: string;
}

interface Listed {
  readonly status?: readonly AuthorizationStatus[] | null;
  readonly expiresBefore?: string | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

export const authorizationMutations = {
  async requestAuthorization(_root: unknown, asked: Requested, context: OwnContext) {
    const { caller, viewer } = context;
    const { client, organisation } = bankOf(caller);
    const authorizing = openOf(context);
    const { subject, purpose, until, isContinuous } = asked;
    const blocks = blocksOf(asked.blocks, viewer.today);
    if (until < viewer.today || until > daysAfter(viewer.today, LONGEST_DAYS)) {
      throw badUserInput(`参数 until 须为今天(${viewer.today})起一年之内的日期,收到 ${until}。`, { argument: 'until' });
    }
    const content = ['request', subject, blocks.map(({ code }) => code), purpose, until, isContinuous];
    const attempt = attemptOf(asked.idempotencyKey, ['bank', client], content, authorizing.key);
    const found = await context.asks.subjectOf(subject, context);
    if (found === null)
      throw badUserInput('参数 subject 须为已知企业的主体标识(Subject.id)。', { argument: 'subject' });
    const made = {
      id: newId(),
      subject_id: found,
      client_id: client,
      grantee_name: organisation.name,
      grantee_credit_code: organisation.creditCode,
      blocks: blocks.map(({ code }) => code),
      items: [...new Set(blocks.flatMap(({ items }) => items))],
      purpose,
      is_continuous: isContinuous,
      ends_on: until,
      requested_at: context.now().toISOString(),
    };
    const kept = done(await tried(authorizing.store.request(made, attempt)), context);
    await keepChange('REQUEST', kept, context);
    return shownAuthorization(kept, context);
  },
  grantAuthorization: deciding('GRANT'),
  declineAuthorization: deciding('DECLINE'),
  revokeAuthorization: deciding('REVOKE'),
};

function deciding(change: Change) {
  return async (_root: unknown, asked: Decided, context: OwnContext) =>
    shownAuthorization(await decide(change, asked, context), context);
}

/** Has a company's representative decide. @throws Refusal for a key that is none, an authorization that is not theirs to decide, or one that stands elsewhere. */
export async function decide(change: Change, asked: Decided, context: OwnContext): Promise<Authorization> {
  const { caller, viewer } = context;
  const claimed = claimedBy(caller);
  const authorizing = openOf(context);
  const { subject, personHash } = claimed;
  const actor = ['company', caller.client, subject, personHash];
  const attempt = attemptOf(asked.idempotencyKey, actor, [change, asked.id], authorizing.key);
  if (!isId(asked.id)) throw authorizationUnknown();
  const at = { today: viewer.today, now: context.now().toISOString(), by: personHash };
  const representative = await authorizing.representation.deciding(claimed);
  const outcome = await tried(authorizing.store.change(asked.id, change, representative, at, attempt));
  if (outcome.is === 'UNKNOWN' && representative.doubt) throw representative.doubt;
  const changed = done(outcome, context);
  await keepChange(change, changed, context);
  return changed;
}

async function keepChange(
  change: 'REQUEST' | Change,
  authorization: Authorization,
  context: OwnContext,
): Promise<void> {
  const { audit, caller, viewer } = context;
  await audit?.keepChange(change, authorization, { who: askerOf(caller, viewer), request: viewer.requestId });
}

export async function listAuthorizations(_root: unknown, asked: Listed, context: OwnContext) {
  const { caller, viewer } = context;
  const { store, seal, representation } = openOf(context);
  const whose: Whose =
    caller.role === 'BANK' ? { client: bankOf(caller).client } : await representation.looking(claimedBy(caller));
  const filter = { status: asked.status ?? null, expiresBefore: asked.expiresBefore ?? null };
  const list = `Query.authorizations ${JSON.stringify(whose)}`;
  const page = pageOf<typeof filter>(list, { ...asked, first: asked.first ?? 50, filter }, viewer, seal);
  const span = { limit: page.first + 1, after: page.after };
  const { total, rows } = await tried(store.page(whose, filter, span, viewer.today));
  const shown = rows.map((row) => ({ ...shownAuthorization(row, context), place: [row.ends_on, row.id] }));
  return connection(shown, page, total, ({ place }) => place, seal);
}

/** The bank that asks. @throws Refusal `FORBIDDEN` for anybody else. */
export function bankOf({ role, client, organisation }: Caller) {
  if (role !== 'BANK' || client === null) throw forbidden('只对登记的合作银行开放。');
  return { client, organisation: organisation ?? { name: client, creditCode: null } };
}

/** Whom a caller says to be. @throws Refusal `FORBIDDEN` for another role, and for one whose real name was not proven. */
export function claimedBy({ role, ownSubject, personHash = null, representativeHash = null }: Caller): Claimed {
  if (role !== 'SUBJECT') throw forbidden('只对企业经核验的代表开放。');
  if (ownSubject === null && personHash === null) throw forbidden('须持实名认证的凭证,方可代表企业决定授权。');
  return { subject: ownSubject, personHash, representativeHash };
}

export function openOf({ authorizing }: OwnContext): Authorizations {
  if (!authorizing) throw unavailable();
  return authorizing;
}

/** What the database answers, or that it does not. */
export async function tried<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof DatabaseError && error.code !== 'INTERNAL' ? unavailable() : error;
  }
}

function unavailable(): Refusal {
  return serviceUnavailable('授权登记暂时无法读写。请在 5 秒后重试;以同一幂等键重试不会重复办理。');
}

function done(outcome: Outcome, { viewer }: OwnContext): Authorization {
  if (outcome.is === 'DONE') return outcome.authorization;
  if (outcome.is === 'OTHER_CONTENT') throw idempotencyKeyReused();
  if (outcome.is !== 'WRONG_STATE') throw authorizationUnknown();
  const status = statusOn(outcome.authorization, viewer.today);
  throw authorizationState(`这份授权现为${STATUS_LABELS[status]},不能如此变更。`, status);
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
