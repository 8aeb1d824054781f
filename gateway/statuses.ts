import type { IncomingMessage } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';

/**
 * Which edition of GraphQL over HTTP decides the status of an answer in `application/graphql-response+json`: the one that
 * graphql-http's audits check (400 for a wrong question, 200 for a partial answer), or the draft of August 2026 (422, 294).
 */
export type StatusEdition = 'audited' | 'draft';

const MODERN = 'application/graphql-response+json';
const LEGACY = 'application/json';

/** The media type that an `Accept` header prefers of the two that answers come in; null where it accepts neither. */
export function mediaTypeFor(accept: string | undefined): string | null {
  if (accept === undefined || accept.trim() === '') return LEGACY;
  let best: { readonly type: string; readonly quality: number } | undefined;
  for (const part of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim());
    const given = parameters.find((one) => one.startsWith('q='))?.slice(2);
    const quality = given === undefined ? 1 : Number(given);
    const type = [LEGACY, MODERN].find((one) => one === range || range === 'application/*' || range === '*/*');
    if (type && quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type ?? null;
}

/**
 * The status of a GraphQL answer. A client that names `application/json`, the type of old, is answered 200 whatever is
 * wrong with its question, as it expects; one that names no type learns it from the status.
 */
export function statusOf(
  answer: Pick<FormattedExecutionResult, 'data' | 'errors'>,
  { method, headers: { accept } }: Pick<IncomingMessage, 'method' | 'headers'>,
  edition: StatusEdition,
  status = 200,
): number {
  const isModern = mediaTypeFor(accept) === MODERN;
  if (status === 200) return isModern && edition === 'draft' && answer.data && answer.errors?.length ? 294 : 200;
  const code = String(answer.errors?.[0]?.extensions?.code);
  if (status !== 400 || NO_QUESTION.has(code)) return status;
  if (isModern) return edition === 'draft' && code !== 'GRAPHQL_PARSE_FAILED' ? 422 : 400;
  return method === 'POST' && accept?.toLowerCase().includes(LEGACY) ? 200 : 400;
}

/** What is no well-formed request at all: 400 for everybody. */
const NO_QUESTION = new Set(['BAD_REQUEST', 'PERSISTED_QUERY_NOT_FOUND', 'METHOD_NOT_ALLOWED']);
