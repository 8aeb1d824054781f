import { forbidden } from '../../platform/errors.ts';
import type { Caller } from './caller.ts';

/**
 * What of its role's rights a client, or one of its tokens, is held to. A client that is registered without scopes, and a token
 * of it that names none of them, has them all.
 */
export const SCOPES = {
  /** To name what a question is for, and so to see what is the government's or the own department's. */
  'credit:purpose': '注明应用事项',
  /** To name a purpose whose basis extends to natural persons. */
  'credit:persons': '查询自然人',
  /** To present companies' authorizations. */
  'credit:authorization': '凭授权查询',
  /** To change something: to ask for, grant, decline and revoke authorizations, to report loans. */
  'credit:write': '办理(变更)',
} as const;

export type Scope = keyof typeof SCOPES;

/** Whether a client's registration, narrowed by its token, lets it do this. */
export function mayUse(scope: Scope, { scopes }: Pick<Caller, 'scopes'>): boolean {
  return scopes === null || scopes.includes(scope);
}

/** @throws Refusal `FORBIDDEN` where it does not. */
export function assertScope(scope: Scope, caller: Pick<Caller, 'scopes'>): void {
  if (!mayUse(scope, caller)) throw forbidden(`本客户登记的或本令牌所限的权限范围不含 ${scope}(${SCOPES[scope]})。`);
}

/** What is left of registered scopes under a token's `scope`; null: all. A token narrows, and never widens. */
export function narrowed(registered: readonly string[], scope: unknown): readonly string[] | null {
  const known = Object.keys(SCOPES);
  const granted = registered.length === 0 ? known : registered;
  const named = typeof scope === 'string' ? scope.split(' ').filter((one) => known.includes(one)) : [];
  if (named.length === 0) return registered.length === 0 ? null : granted;
  return granted.filter((one) => named.includes(one));
}
