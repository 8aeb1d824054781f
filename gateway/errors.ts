import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { internalError, Refusal } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { stackInSources } from '../platform/source-stack.ts';
import { OWN_SUBGRAPH } from './own/name.ts';
import { inChinese } from './sentences.ts';

/**
 * An error as the caller is told it: our refusals as they are, GraphQL's own findings in our words, anything else as
 * internal with a reference number. No library text, SQL, stack or host gets past this.
 */
export function toldToCaller(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const { path, locations, extensions } = formatted;
  const place = { ...(locations?.length ? { locations } : {}), ...(path ? { path } : {}) };
  const code = String(extensions?.code ?? '');
  if (original instanceof Refusal) return { message: original.message, ...place, extensions: original.extensions };
  if (extensions?.department !== undefined)
    return { message: formatted.message, ...place, extensions: ownExtensions(extensions) };
  if (FINDINGS.has(code)) {
    const told = { message: inChinese(formatted.message, code), ...place };
    return { ...told, extensions: { code: TOO_MANY_TOKENS.test(formatted.message) ? 'QUESTION_TOO_LARGE' : code } };
  }
  const refusal = internalError();
  const cause =
    original instanceof Error
      ? { name: original.name, message: original.message, stack: stackInSources(original.stack) }
      : {};
  log.error({ reference: refusal.extensions.reference, cause }, 'a question failed');
  return { ...refusal.toJSON(), ...place };
}

/** Codes under which graphql-js and Apollo Server report what is wrong with a question. */
const FINDINGS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** How the parser of graphql 16.15 says it (“more that”). */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens/u;

/** What a department may say beside its code; what the executor adds (service names, exceptions) stays behind. */
function ownExtensions(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { code, retryAfter, argument, reason, reference, expected, limit } = extensions;
  const department = extensions.department === OWN_SUBGRAPH ? undefined : extensions.department;
  return Object.fromEntries(
    Object.entries({ code, department, retryAfter, argument, reason, reference, expected, limit }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
