import type { GraphQLFormattedError } from 'graphql';
import {
  authorizationRequired,
  type ErrorCode,
  forbidden,
  internalError,
  sourceUnavailable,
} from '../../platform/errors.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';

const FROM_DEPARTMENTS: ReadonlySet<string> = new Set<ErrorCode>([
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'AUTHORIZATION_REQUIRED',
  'SOURCE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
]);

/** Whether an error that a department answered is one of ours, with the place it belongs to. */
export function isOurError(error: GraphQLFormattedError): boolean {
  return FROM_DEPARTMENTS.has(String(error.extensions?.code)) && Array.isArray(error.path);
}

/**
 * An error that a department answered, as callers are told it. A department elsewhere may run what we have not seen, so of
 * its words only those about the caller's own input are kept, and only where they are a plain Chinese sentence.
 */
export function inOurWords(error: GraphQLFormattedError, transport: Transport): GraphQLFormattedError {
  const { department } = transport;
  const { path = [], extensions = {} } = error;
  const field = String(path.at(-1) ?? '');
  if (transport.isNear) return { ...error, extensions: { ...extensions, department } };
  const told = (refusal: { readonly message: string; readonly extensions: object }): GraphQLFormattedError => ({
    message: refusal.message,
    path,
    extensions: { ...refusal.extensions, department },
  });
  if (extensions.code === 'SOURCE_UNAVAILABLE') return told(sourceUnavailable(department, transport.title));
  if (extensions.code === 'AUTHORIZATION_REQUIRED')
    return told(authorizationRequired(`字段 ${field} 须经信用主体授权方可查询。`));
  if (extensions.code === 'FORBIDDEN') return told(forbidden(`字段 ${field} 不对当前身份开放。`));
  if (extensions.code === 'INTERNAL_SERVER_ERROR') {
    const { reference } = extensions;
    return told(internalError(typeof reference === 'string' && UUID.test(reference) ? reference : undefined));
  }
  const { argument, reason, expected } = extensions;
  const words = Object.entries({ argument, reason, expected }).filter(
    ([, value]) => typeof value === 'string' && /^[\w.[\]]{1,60}$/u.test(value),
  );
  const message = isPlainChinese(error.message) ? error.message : `${transport.title}不接受此处的查询参数。`;
  return told({ message, extensions: { code: 'BAD_USER_INPUT', ...Object.fromEntries(words) } });
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/** One short sentence with Chinese in it and no address, path, trace or statement. */
function isPlainChinese(message: string): boolean {
  const isForeign = /:\/\/|\d+(?:\.\d+){3}|[\w-]:\d{4,5}\b|\n|\bat \S+:|\b(?:select|insert|update|delete)\s/iu.test(
    message,
  );
  return message.length <= 300 && /\p{Script=Han}/u.test(message) && !isForeign;
}
