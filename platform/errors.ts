import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';

/**
 * Every error that a caller of the graph can meet, in one place: a stable English code and a Chinese sentence that
 * says what was expected and what to do. Nothing of ours (SQL, stack, host, library text) goes into one of them.
 */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'QUESTION_TOO_LARGE'
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'AUTHORIZATION_REQUIRED'
  | 'AUTHORIZATION_ENDED'
  | 'AUTHORIZATION_STATE'
  | 'AUTHORIZATION_UNKNOWN'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'SOURCE_UNAVAILABLE'
  | 'TIME_BUDGET_EXCEEDED'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'TOO_MANY_SUBJECTS'
  | 'TRUSTED_DOCUMENT_REQUIRED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'SERVICE_UNAVAILABLE'
  | 'AUDIT_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

/** What a caller sees of an error. */
export interface ErrorAnswer {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly [key: string]: unknown };
}

/** A refusal of ours. Only errors made here reach a caller as they are; all others are told as internal. */
export class Refusal extends GraphQLError {}

function refusal(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}): Refusal {
  return new Refusal(message, { extensions: { code, ...extensions } });
}

/** The question is wrong: `message` says what was expected and with which value. */
export function badUserInput(message: string, extensions?: Record<string, unknown>): Refusal {
  return refusal('BAD_USER_INPUT', message, extensions);
}

/** The question is larger than this service reads (bytes, tokens, depth): HTTP 413 or 400, never parsed further. */
export function questionTooLarge(message: string, extensions?: Record<string, unknown>): Refusal {
  return refusal('QUESTION_TOO_LARGE', message, extensions);
}

export function badRequest(message: string): Refusal {
  return refusal('BAD_REQUEST', message);
}

/** No proof of who is asking, or one that does not hold. */
export function unauthenticated(message: string): Refusal {
  return refusal('UNAUTHENTICATED', message);
}

/** A field or record that this viewer may see only with the subject's authorization. */
export function authorizationRequired(message: string, extensions?: Record<string, unknown>): Refusal {
  return refusal('AUTHORIZATION_REQUIRED', message, extensions);
}

/** The authorization that was presented is over: `reason` says how (`REVOKED`, `EXPIRED`, `USED`). */
export function authorizationEnded(message: string, reason: string): Refusal {
  return refusal('AUTHORIZATION_ENDED', message, { reason });
}

/** An authorization cannot go from where it stands (`reason`) to where it was asked to. */
export function authorizationState(message: string, reason: string): Refusal {
  return refusal('AUTHORIZATION_STATE', message, { reason });
}

/** There is no such authorization, or it is somebody else's: the two are told alike. */
export function authorizationUnknown(): Refusal {
  return refusal('AUTHORIZATION_UNKNOWN', '没有这份授权,或它与本次调用方无关。请核对授权标识。');
}

/** An idempotency key was used before, for something else. */
export function idempotencyKeyReused(): Refusal {
  return refusal('IDEMPOTENCY_KEY_REUSED', '此幂等键已用于另一内容:重试须与首次内容相同,新的操作请用新的幂等键。', {
    argument: 'idempotencyKey',
  });
}

export function forbidden(message: string): Refusal {
  return refusal('FORBIDDEN', message);
}

/** A department did not answer: what it holds is unknown, which is not the same as nothing. `retryAfter` in seconds. */
export function sourceUnavailable(department: string, title: string, retryAfter = 5): Refusal {
  return refusal(
    'SOURCE_UNAVAILABLE',
    `${title}暂未应答,其数据此次未知(不等于没有)。请在 ${retryAfter} 秒后重试;回答的其余部分有效。`,
    { department, retryAfter },
  );
}

/** The time for the whole answer is over: what was not asked by then is unknown. */
export function timeBudgetExceeded(milliseconds: number): Refusal {
  return refusal(
    'TIME_BUDGET_EXCEEDED',
    `本次回答的时限 ${milliseconds} 毫秒已到,此处未及查询(不等于没有)。请减少所查的内容或分成几次;回答的其余部分有效。`,
    { limit: milliseconds },
  );
}

/** More than the client may ask at once. `retryAfter` in seconds, from then on the same question is allowed. */
export function rateLimited(retryAfter: number): Refusal {
  return refusal('RATE_LIMITED', `提问过快。请在 ${retryAfter} 秒后重试,并按 RateLimit-* 响应头放慢。`, { retryAfter });
}

/** The day's quota is used up. */
export function quotaExceeded(retryAfter: number, limit: number): Refusal {
  return refusal(
    'QUOTA_EXCEEDED',
    `今日额度(${limit} 点)不足以回答此问。额度于北京时间零时恢复(${retryAfter} 秒后);如需更多,请联系信用办。`,
    { retryAfter, limit },
  );
}

/** More subjects were looked at within an hour than the table `bulk-look-rules` permits the client; auditors were told. */
export function tooManySubjects(retryAfter: number, path?: readonly string[]): Refusal {
  return new Refusal(
    `一小时内查询的主体过多,非公开信息暂停提供,已报告审计人员。请在 ${retryAfter} 秒后重试,或与信用办联系。`,
    { extensions: { code: 'TOO_MANY_SUBJECTS' satisfies ErrorCode, retryAfter }, ...(path ? { path } : {}) },
  );
}

/** This client asks registered documents only, by their hash. */
export function trustedDocumentRequired(): Refusal {
  return refusal(
    'TRUSTED_DOCUMENT_REQUIRED',
    '此客户端只能提交已登记的查询:请以 documentId 或 extensions.persistedQuery.sha256Hash 给出其哈希;新的查询请先登记。',
  );
}

/** The hash of no document that this caller may ask for. Clients know the code from Apollo: they then send the text. */
export function persistedQueryNotFound(): Refusal {
  return refusal('PERSISTED_QUERY_NOT_FOUND', '没有此哈希的已登记查询。请先登记,或(在允许时)提交完整的 query。');
}

/** What the gateway needs for any answer to this caller is not there just now. `retryAfter` in seconds. */
export function serviceUnavailable(message: string, retryAfter = 5): Refusal {
  return refusal('SERVICE_UNAVAILABLE', message, { retryAfter });
}

/** Who looks at what cannot be recorded just now, so nothing that is not public is shown. `retryAfter` in seconds. */
export function auditUnavailable(path?: readonly string[], retryAfter = 5): Refusal {
  return new Refusal(
    `查询记录暂时无法写入,因此不提供任何非公开的信息。请在 ${retryAfter} 秒后重试;只查公开信息的,不注明用途、不出示授权即可照常查询。`,
    { extensions: { code: 'AUDIT_UNAVAILABLE' satisfies ErrorCode, retryAfter }, ...(path ? { path } : {}) },
  );
}

/** We are wrong. `reference` is in the log beside what really happened. */
export function internalError(reference: string = randomUUID()): Refusal {
  return refusal('INTERNAL_SERVER_ERROR', `服务内部出错,已记录。如需协助,请提供编号 ${reference}。`, { reference });
}
