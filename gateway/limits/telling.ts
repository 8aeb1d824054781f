import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../../platform/errors.ts';
import { sendJson, statusFor } from '../../platform/http.ts';
import type { AnswerStep } from '../answer-steps.ts';
import { mediaTypeFor, type StatusEdition, statusOf } from '../statuses.ts';
import type { Arrival } from './index.ts';

/** What the limits tell of one request: `extensions.cost`, what a dry run found, headers and status. */
export interface Told {
  readonly arrival: Arrival;
  readonly request: IncomingMessage;
}

/** Puts `extensions.cost` into each answer, what a dry run found, and the status that the client expects. */
export function tellingCost(edition: StatusEdition): AnswerStep<Told> {
  return ({ body, http, contextValue: { arrival, request } }) => {
    body.singleResult.extensions = { ...body.singleResult.extensions, ...extensionsOf(arrival) };
    arrival.isRefused = body.singleResult.data === undefined;
    http.status = statusOf(body.singleResult, request, edition, http.status);
  };
}

/** Answers a question that is refused before it is validated, in the form of every other answer. */
export function refuseQuestion(
  response: ServerResponse,
  refusal: Refusal,
  { arrival, request }: Told,
  edition: StatusEdition,
): void {
  tellLimits(response, arrival);
  arrival.isRefused = true;
  response.setHeader('cache-control', 'no-store');
  const answer = { errors: [refusal.toJSON()], extensions: extensionsOf(arrival) };
  const status = statusOf(answer, request, edition, statusOfRefusal(refusal));
  sendJson(response, status, answer, mediaTypeFor(request.headers.accept) ?? undefined);
}

/** `Credit-Cost`, `RateLimit-*`, `Retry-After`. */
export function tellLimits(response: ServerResponse, { bill }: Arrival): void {
  if (response.headersSent) return;
  for (const [name, value] of Object.entries(bill.headers())) response.setHeader(name, value);
}

/** The status of a question that was read and refused: one that asks too much is no larger than what we read. */
export function statusOfRefusal({ extensions }: Pick<Refusal, 'extensions'>): number {
  return extensions.code === 'QUESTION_TOO_LARGE' ? 400 : statusFor(String(extensions.code));
}

function extensionsOf({ bill, dryRun }: Arrival): Record<string, unknown> {
  return { cost: bill.told, ...(dryRun ? { dryRun } : {}) };
}
