import { type GraphQLSchema, getArgumentValues } from 'graphql';
import { DatabaseError } from '../../platform/database/index.ts';
import {
  authorizationEnded,
  authorizationRequired,
  badRequest,
  badUserInput,
  serviceUnavailable,
} from '../../platform/errors.ts';
import type { Grant } from '../../platform/viewer/grants.ts';
import type { Caller } from '../access/caller.ts';
import { assertScope } from '../access/scopes.ts';
import type { AcceptedQuestion } from '../executor/executor.ts';
import { fieldsOf, fragmentsOf } from '../selections.ts';
import { isId, statusOn } from './authorization.ts';
import type { Authorizations } from './service.ts';
import type { PresentedAuthorization } from './store.ts';
import { giveBackUses } from './uses.ts';

/** The header by which a bank presents authorizations with any question. */
export const AUTHORIZATION_HEADER = 'credit-authorization';

const MOST = 100;

/** What `financingPackages` is asked for. */
export interface PackageRequest {
  readonly identifier: string;
  readonly authorization: string;
}

/** The authorizations of the caller's that a question presents, and what they grant. */
export interface Presented {
  readonly byId: ReadonlyMap<string, PresentedAuthorization>;
  /** Those of the header: they open for the whole question, and not for packages alone. */
  readonly named: ReadonlySet<string>;
  /** Good ones of a company that another opens for this question already: a package shows what one of them grants, never of two. */
  readonly besides: ReadonlySet<string>;
  readonly grants: readonly Grant[];
  /** Whether packages are asked for, with an authorization or without a good one. */
  readonly arePackages: boolean;
  /** The usage item that the authorizations stand for; null where there is none or several. */
  readonly usageItem: string | null;
  /** When they were read, by this process's own clock. */
  readonly readAt: number;
}

export const NONE_PRESENTED: Presented = {
  byId: new Map(),
  named: new Set(),
  besides: new Set(),
  grants: [],
  arePackages: false,
  usageItem: null,
  readAt: 0,
};

export interface Presenting {
  readonly view: GraphQLSchema;
  readonly question: AcceptedQuestion;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly header: string | null;
  /** The method of the request: asked by GET, nothing is used up. */
  readonly method: string | undefined;
  readonly caller: Caller;
  readonly today: string;
  readonly requestId: string;
  /** The usage item that the question names itself. */
  readonly purpose: string | null;
  /** Whether it is only tried out: nothing is used up. */
  readonly isTrial: boolean;
}

/**
 * Reads which authorizations a bank presents, by header or with `financingPackages`, and what they grant today: one statement
 * for each question, so that one that was revoked counts no more, whatever page of whatever list is asked for.
 * @throws Refusal where the header names an authorization that does not hold (a package has its outcome instead), and
 * `SERVICE_UNAVAILABLE` where they cannot be read.
 */
export async function presentedBy(
  presenting: Presenting,
  authorizations: Authorizations | undefined,
): Promise<Presented> {
  const { header, caller, today, requestId } = presenting;
  if (caller.role !== 'BANK' || caller.client === null) return NONE_PRESENTED;
  const named = namedIn(header);
  const { requests, arePackages } = packagesIn(presenting);
  const requested = requests.map(({ authorization }) => authorization).filter(isId);
  if (named.length + requested.length === 0) return { ...NONE_PRESENTED, arePackages: requests.length > 0 };
  assertScope('credit:authorization', caller);
  if (!authorizations) throw unavailable();
  const readAt = performance.now();
  const isGet = presenting.method === 'GET';
  const claims = arePackages && !isGet && !presenting.isTrial ? requested : [];
  const found = await authorizations.store
    .present([...new Set([...named, ...requested])], [...new Set(claims)], caller.client, {
      today,
      question: requestId,
    })
    .catch((error: unknown) => {
      throw error instanceof DatabaseError && error.code !== 'INTERNAL' ? unavailable() : error;
    });
  const known = new Map(found.map((one) => [one.id, one]));
  const besides = besidesOthers(named, requested, known, today);
  const surplus = found.filter(({ id, isClaimed }) => isClaimed && besides.has(id)).map(({ id }) => id);
  if (surplus.length > 0)
    await authorizations.store.giveBack(surplus, requestId).catch(() => {
      throw unavailable();
    });
  const byId = new Map(found.map((one) => [one.id, besides.has(one.id) ? { ...one, isClaimed: false } : one]));
  if (arePackages && isGet && found.some((one) => !one.is_continuous && statusOn(one, today) === 'GRANTED'))
    throw badRequest('一次性授权只能以 POST 使用:GET 不改变任何状态。');
  // The table `usage-items` has one for each purpose of a loan: naming the authorization names it.
  const [usageItem = null, another] = new Set(found.map(({ purpose }) => `${purpose}_REVIEW`));
  const presented: Presented = {
    byId,
    named: new Set(named),
    besides,
    grants: grantsOf(found.filter((one) => isGood(one, today) && !besides.has(one.id))),
    arePackages: requests.length > 0,
    usageItem: another === undefined ? usageItem : null,
    readAt,
  };
  try {
    for (const id of named) assertNamed(byId.get(id), today);
    assertPurpose(presenting.purpose, presented);
  } catch (refusal) {
    await giveBackUses(presented, requestId, authorizations);
    throw refusal;
  }
  return presented;
}

/**
 * Which authorizations the company took back while the question was being answered. What is found within a second need not be
 * asked about.
 * @throws Refusal `SERVICE_UNAVAILABLE` where that is not known.
 */
export async function revokedMeanwhile(
  { byId, besides, readAt }: Presented,
  { today, requestId }: Pick<Presenting, 'today' | 'requestId'>,
  authorizations: Authorizations | undefined,
): Promise<ReadonlySet<string>> {
  const held = [...byId.values()].filter((one) => isGood(one, today) && !besides.has(one.id));
  const [first] = held;
  if (!first || performance.now() - readAt < UNASKED_MS) return new Set();
  const ids = held.map(({ id }) => id);
  const asked = { today, question: requestId };
  const found = await authorizations?.store.present(ids, [], first.client_id, asked).catch(() => {
    throw unavailable();
  });
  return new Set(found?.filter(({ state }) => state === 'REVOKED').map(({ id }) => id));
}

const UNASKED_MS = 700;

/** Whether it opens anything to this question: in force, and for more uses than one or claimed by this. */
export function isGood(authorization: PresentedAuthorization, today: string): boolean {
  const { is_continuous, isClaimed } = authorization;
  return isClaimed || (is_continuous && statusOn(authorization, today) === 'GRANTED');
}

/** Of several good authorizations of one company, those of packages that do not come first; the header's come before all. */
function besidesOthers(
  named: readonly string[],
  requested: readonly string[],
  known: ReadonlyMap<string, PresentedAuthorization>,
  today: string,
): ReadonlySet<string> {
  const first = new Map<string, string>();
  const besides = new Set<string>();
  for (const id of [...named, ...requested]) {
    const one = known.get(id);
    if (!one || !isGood(one, today)) continue;
    const before = first.get(one.subject_id) ?? id;
    first.set(one.subject_id, before);
    if (before !== id && !named.includes(id)) besides.add(id);
  }
  return besides;
}

/** What authorizations grant, each subject once. */
function grantsOf(authorizations: readonly PresentedAuthorization[]): readonly Grant[] {
  const items = new Map<string, Set<string>>();
  for (const { subject_id, items: own } of authorizations)
    items.set(subject_id, new Set([...(items.get(subject_id) ?? []), ...own]));
  return [...items].map(([subject, own]) => ({ subject, items: [...own].sort() }));
}

/** @throws Refusal `BAD_USER_INPUT` for a header that is no list of authorizations. */
function namedIn(header: string | null): readonly string[] {
  if (header === null) return [];
  const ids = header.split(',').map((id) => id.trim());
  if (ids.length <= MOST && ids.every(isId)) return ids;
  throw badUserInput(`请求头 Credit-Authorization 须为以逗号分隔的授权标识,至多 ${MOST} 个。`, {
    argument: 'Credit-Authorization',
  });
}

/** @throws Refusal `BAD_USER_INPUT` for a purpose that is not that of the authorizations: companies are told what they granted. */
function assertPurpose(purpose: string | null, { byId, usageItem }: Presented): void {
  if (purpose === null || byId.size === 0 || purpose === usageItem) return;
  throw badUserInput(
    `请求头 Credit-Purpose 与所出示授权的用途(${usageItem ?? '不止一种'})不符。出示授权时可以不写,或写与授权相同的应用事项。`,
    { argument: 'Credit-Purpose' },
  );
}

function assertNamed(authorization: PresentedAuthorization | undefined, today: string): void {
  const status = authorization && statusOn(authorization, today);
  if (status === 'GRANTED' && authorization?.is_continuous) return;
  if (status === 'GRANTED')
    throw authorizationRequired(
      '请求头 Credit-Authorization 中有一次性授权:它只能以 financingPackages 使用,一次用尽。',
      { reason: 'SINGLE_USE' },
    );
  if (status === 'REVOKED' || status === 'EXPIRED' || status === 'USED')
    throw authorizationEnded('请求头 Credit-Authorization 中有授权已经终止。如仍需查询,请请企业重新授权。', status);
  throw authorizationRequired('请求头 Credit-Authorization 中有授权不存在、不属于本客户或企业尚未同意。', {
    reason: status ?? 'UNKNOWN',
  });
}

/**
 * All package requests of a question, wherever it asks for them, and whether it asks for packages themselves: what happened
 * to an authorization can be looked up without using it up.
 * @throws Refusal `BAD_USER_INPUT` for more than a question may ask.
 */
function packagesIn({ view, question, variables }: Presenting): {
  readonly requests: readonly PackageRequest[];
  readonly arePackages: boolean;
} {
  const field = view.getQueryType()?.getFields().financingPackages;
  const { operation, document } = question;
  if (!field || operation.operation !== 'query') return { requests: [], arePackages: false };
  const fragments = fragmentsOf(document);
  const nodes = fieldsOf(operation.selectionSet, fragments, variables).filter(
    ({ name }) => name.value === 'financingPackages',
  );
  const requests = nodes.flatMap((node) => {
    const { requests: given } = getArgumentValues(field, node, variables);
    return given as readonly PackageRequest[];
  });
  if (requests.length > MOST) {
    throw badUserInput(`参数 requests 一次至多 ${MOST} 家,收到 ${requests.length} 家。请分成几次。`, {
      argument: 'requests',
    });
  }
  const arePackages = nodes.some(({ selectionSet }) =>
    fieldsOf(selectionSet, fragments).some(({ name }) => name.value === 'package'),
  );
  return { requests, arePackages };
}

function unavailable() {
  return serviceUnavailable('授权登记暂时无法查询,因此不能凭授权查询。请在 5 秒后重试。');
}
