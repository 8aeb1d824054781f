import { Refusal } from '../../platform/errors.ts';
import type { LeavingAnswer } from '../answer-steps.ts';
import type { CallerContext } from '../facing.ts';
import { codesOf } from './trace.ts';

/** Codes of what the chain refuses for a time. */
const RETRIED: ReadonlySet<string> = new Set(['AUDIT_UNAVAILABLE', 'TOO_MANY_SUBJECTS']);

/**
 * Commits how each traced question ended before its answer leaves, and puts the receipt into the answer. An answer that
 * cannot be recorded does not leave.
 */
export async function recordAnswer({ body, http, contextValue }: LeavingAnswer<CallerContext>): Promise<void> {
  const { trace } = contextValue;
  const answer = body.singleResult;
  try {
    const receipt = await trace?.end(answer);
    if (receipt) answer.extensions = { ...answer.extensions, receipt };
    else contextValue.noteRefusal?.(codesOf(answer));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { cost } = answer.extensions ?? {};
    body.singleResult = { errors: [error.toJSON()], extensions: { cost } };
    http.status = 503;
  }
  const refused = body.singleResult.errors?.find(({ extensions }) => RETRIED.has(String(extensions?.code)));
  if (refused) http.headers.set('retry-after', String(refused.extensions?.retryAfter));
}
