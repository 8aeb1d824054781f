import { authorizationUnknown, badUserInput, forbidden, idempotencyKeyReused } from '../../platform/errors.ts';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { idNumberIn } from '../../schema/identifiers/personal-number.ts';
import type { Caller } from '../access/caller.ts';
import type { OwnContext } from '../own/asks.ts';
import { isId, newId } from './authorization.ts';
import type { Delegation } from './delegation-store.ts';
import { attemptOf } from './idempotency.ts';
import { openOf, tried } from './resolvers.ts';

const MOST = 100;

interface Asked {
  readonly idNumber: string;
  readonly until: string;
  readonly idempotencyKey: string;
}

/** Has a company's representative let somebody else decide, too. Of the person nothing is kept but a keyed hash. */
export async function delegateDecisions(
  _root: unknown,
  { idNumber, until, idempotencyKey }: Asked,
  context: OwnContext,
) {
  const subject = companyOf(context.caller);
  const { delegations, hashOf, key } = openOf(context);
  const { today } = context.viewer;
  const number = idNumberIn(idNumber);
  // What was given is not repeated: it may be somebody's.
  if (!number) throw badUserInput('参数 idNumber 须为有效的公民身份号码,并以变量提交。', { argument: 'idNumber' });
  if (until < today) throw badUserInput(`参数 until 不得早于今天(${today}),收到 ${until}。`, { argument: 'until' });
  const person = hashOf(number);
  const attempt = attemptOf(
    idempotencyKey,
    ['company', context.caller.client, subject],
    ['delegate', person, until],
    key,
  );
  const row: Delegation = {
    id: newId(),
    subject_id: subject,
    person_hash: person,
    ends_on: until,
    made_at: context.now().toISOString(),
    ended_at: null,
  };
  const made = await tried(delegations.make(row, attempt));
  if (made === 'OTHER_CONTENT') throw idempotencyKeyReused();
  return shown(made);
}

/** Takes it back; again, it is answered the same. */
export async function endDelegation(_root: unknown, { id }: { readonly id: string }, context: OwnContext) {
  const subject = companyOf(context.caller);
  const { delegations } = openOf(context);
  const ended = isId(id) ? await tried(delegations.end(id, subject, context.now().toISOString())) : undefined;
  if (!ended) throw authorizationUnknown();
  return shown(ended);
}

export async function listDelegations(_root: unknown, _args: unknown, context: OwnContext) {
  const subject = companyOf(context.caller);
  return (await tried(openOf(context).delegations.of(subject, MOST))).map(shown);
}

function shown({ id, ends_on, made_at, ended_at }: Delegation) {
  return { id, endsOn: ends_on, madeAt: made_at, endedAt: ended_at };
}

/** The company whose own representative calls; whom it delegated to may decide, and delegates to nobody. */
function companyOf({ role, ownSubject }: Caller): string {
  if (role === 'SUBJECT' && ownSubject !== null && isCreditCode(ownSubject)) return ownSubject;
  throw forbidden('只对企业经核验的代表开放。');
}
