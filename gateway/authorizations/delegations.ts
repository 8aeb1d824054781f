import { authorizationUnknown, badUserInput, forbidden, idempotencyKeyReused } from '../../platform/errors.ts';
import { idNumberIn } from '../../schema/identifiers/personal-number.ts';
import type { OwnContext } from '../own/asks.ts';
import { isId, newId } from './authorization.ts';
import type { Delegation } from './delegation-store.ts';
import { attemptOf } from './idempotency.ts';
import { claimedBy, openOf, tried } from './resolvers.ts';

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
  const subject = await ownCompany(context);
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

/** Takes it back. */
export async function endDelegation(
  _root: unknown,
  { id, idempotencyKey }: { readonly id: string; readonly idempotencyKey: string },
  context: OwnContext,
) {
  const subject = await ownCompany(context);
  const { delegations, key } = openOf(context);
  const attempt = attemptOf(idempotencyKey, ['company', context.caller.client, subject], ['end delegation', id], key);
  if (!isId(id)) throw authorizationUnknown();
  const ended = await tried(delegations.end(id, subject, context.now().toISOString(), attempt));
  if (ended === 'OTHER_CONTENT') throw idempotencyKeyReused();
  if (!ended) throw authorizationUnknown();
  return shown(ended);
}

export async function listDelegations(_root: unknown, _args: unknown, context: OwnContext) {
  const subject = await ownCompany(context);
  return (await tried(openOf(context).delegations.of(subject, MOST))).map(shown);
}

function shown({ id, ends_on, made_at, ended_at }: Delegation) {
  return { id, endsOn: ends_on, madeAt: made_at, endedAt: ended_at };
}

/**
 * The company whose own representative calls: the one that the credential names, else the only one whose registration names
 * the person. Whom it delegated to may decide, and delegates to nobody.
 */
async function ownCompany(context: OwnContext): Promise<string> {
  const { registered, vouched, doubt } = await openOf(context).representation.deciding(claimedBy(context.caller));
  const [company, another] = [...registered, ...vouched];
  if (company !== undefined && another === undefined) return company;
  throw doubt ?? forbidden('只对企业经核验的代表开放;代表几家企业的,凭证须载明为哪一家。');
}
