import { createHmac } from 'node:crypto';
import { derive } from '../../platform/secrets.ts';
import { canonical } from './canonical.ts';
import type { Digest } from './digest.ts';
import type { OutcomeLine } from './line.ts';
import { type PublicJwk, signedText } from './signing.ts';

/** The `typ` of a receipt's JWS. */
export const RECEIPT_TYPE = 'credit-receipt+jws';

/** What a receipt says: who was told what at which instant, by hashes (docs/audit.md shows how each is made). */
export interface ReceiptPayload {
  readonly id: string;
  readonly request: string;
  readonly issuedAt: string;
  readonly client: string | null;
  readonly purpose: string | null;
  readonly authorizations: readonly string[];
  readonly asOf: string | null;
  readonly outcome: string;
  readonly document: string;
  /** Of `operationName`, null where none was named; absent in receipts of before. */
  readonly operation?: string | null | undefined;
  readonly variables: string;
  readonly answer: string;
}

/** `extensions.receipt` of an answer. */
export interface Receipt {
  readonly id: string;
  readonly answerHash: string;
  /** A JWS of the payload. */
  readonly signature: string;
  /** The key of the variables' hash, which is nowhere else but with us: without it nobody can try variables out. */
  readonly variablesKey: string;
}

type Told = Omit<OutcomeLine, 'signature'>;

/** What is signed of an outcome, worked out of its line alone, so that the line need only keep the signature. */
export function payloadOf(line: Told): ReceiptPayload {
  return {
    id: line.question,
    request: line.request,
    issuedAt: line.at,
    client: line.who.client,
    purpose: line.purpose,
    authorizations: line.authorizations,
    asOf: line.asOf,
    outcome: line.outcome,
    document: line.document,
    ...(line.version === undefined ? {} : { operation: line.operation ?? null }),
    variables: line.variables,
    answer: line.answer,
  };
}

export function receiptText(line: Told, key: Pick<PublicJwk, 'alg' | 'kid'>): string {
  return signedText(payloadOf(line), RECEIPT_TYPE, key);
}

/** A hash of what was answered: data and errors as they were sent, without the extensions. */
export function answerHash(answer: { readonly data?: unknown; readonly errors?: unknown }, digest: Digest): string {
  const { data, errors } = answer;
  return digest.of(canonical({ data: data ?? null, errors: errors ?? [] }));
}

/** Keys of the hashes of variables, one for each question. */
export function variablesKeys(secret: Uint8Array): (question: string) => string {
  const key = derive(secret, 'audit variables');
  return (question) => createHmac('sha256', key).update(question).digest('base64url');
}

/** A hash of variables that says nothing about them without its key. */
export function variablesHash(variables: unknown, key: string, digest: Digest): string {
  return digest.of(canonical({ key, variables: variables ?? {} }));
}
