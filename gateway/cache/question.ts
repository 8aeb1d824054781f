import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../platform/errors.ts';
import type { Caller } from '../access/caller.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import { questionIn, type Received, type SentQuestion } from '../request.ts';
import { textHash } from '../text-hash.ts';

/** A question that a kept answer may answer. */
export interface KeepableQuestion {
  /** What makes two questions one: whatever their answer can depend on beside the departments' data. */
  readonly key: string;
  /** The text of its document, where it was sent with one. */
  readonly sentText: unknown;
  /** The question itself, its document in place of a hash. */
  readonly asked: SentQuestion;
  /** Whether it is to be asked anew all the same (RFC 9111, 5.2.1). */
  readonly isWantedFresh: boolean;
}

export interface AskedAs {
  readonly caller: Caller;
  /** The day of the answer, YYYY-MM-DD. */
  readonly today: string;
  /** The supergraph that answers. */
  readonly edition: string;
  readonly trusted: TrustedDocuments;
}

/** Those who see what everybody sees, and nothing that is theirs alone. */
const PUBLIC_ROLES: readonly string[] = ['ANONYMOUS', 'PORTAL'];
/** What asks for something else than the question alone says. */
const SPECIAL_HEADERS = ['credit-purpose', 'credit-authorization', 'credit-as-of', 'credit-dry-run'];
/** What makes a GET one that no page elsewhere can send (Apollo Server's CSRF prevention). */
const PREFLIGHTED = ['x-apollo-operation-name', 'apollo-require-preflight'];
const LONGEST_ACCEPT = 200;
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=utf-?8)?\s*$/iu;

/** Undefined where it must be asked anew, and where it is none: whoever answers it says so. */
export function keepableQuestion(
  request: IncomingMessage,
  received: Received,
  { caller, today, edition, trusted }: AskedAs,
): KeepableQuestion | undefined {
  const { headers } = request;
  const { accept = '', 'content-type': contentType, 'cache-control': wish = '' } = headers;
  if (!PUBLIC_ROLES.includes(caller.role) || caller.department !== null || caller.ownSubject !== null) return undefined;
  if (SPECIAL_HEADERS.some((name) => headers[name] !== undefined)) return undefined;
  if (accept.length > LONGEST_ACCEPT || (contentType !== undefined && !JSON_TYPE.test(contentType))) return undefined;
  if (received.isGet && !PREFLIGHTED.some((name) => headers[name])) return undefined;
  if (/no-store/iu.test(wish)) return undefined;
  try {
    const asked = questionIn(received);
    const sentText = asked.query;
    asked.resolve((given) => trusted.resolved(given, caller));
    const how = received.isGet ? 'GET' : 'POST';
    const parts = [edition, caller.role, today, accept, how, asked.search, inShort(asked.body)];
    const key = hash('sha256', JSON.stringify(parts), 'base64url');
    return { key, sentText, asked, isWantedFresh: /no-cache|max-age=0(?!\d)/iu.test(wish) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A body with the hash of its document, which is known of most, in place of its text. */
function inShort(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') return body;
  return [textHash(body.query), { ...body, query: undefined }];
}
