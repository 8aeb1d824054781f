import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson, targetOf } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import { cursorSeal } from '../../platform/records/cursor.ts';
import { derive } from '../../platform/secrets.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditAnswers } from './answer.ts';
import type { BulkLooks } from './bulk-looks.ts';
import { keepingChanges } from './changes.ts';
import type { Digest } from './digest.ts';
import type { SigningKeys } from './key-file.ts';
import type { Asker } from './line.ts';
import type { AuditReader } from './read.ts';
import { variablesKeys } from './receipt.ts';
import { refusals } from './refusals.ts';
import type { AuditStore } from './store.ts';
import { QuestionTrace, type Trace, type TracedQuestion } from './trace.ts';

/** The audit chain as the gateway uses it. */
export interface Audit {
  readonly answers: AuditAnswers;
  trace(question: TracedQuestion): Trace;
  /** Notes, if it can, that a registered client was refused before it could see more than the public. */
  refused(caller: Caller, requestId: string, codes: Readonly<Record<string, number>>, viewer?: Viewer): void;
  /** Serves the public keys; false for other requests. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

export interface AuditOptions {
  readonly store: Pick<AuditStore, 'append'>;
  readonly reader: AuditReader;
  readonly digest: Digest;
  readonly keys: () => SigningKeys;
  readonly secret: Uint8Array;
  readonly log: Log;
  /** Ids of questions; tests fix them. Default: 128 random bits. */
  readonly newId?: (() => string) | undefined;
  readonly now?: (() => Date) | undefined;
  readonly bulk?: Pick<BulkLooks, 'stoppedFor'> | undefined;
}

/** Where the public keys are found (RFC 8615; the name is the one that OpenID providers use). */
export const KEYS_PATH = '/.well-known/jwks.json';

export function createAudit(options: AuditOptions): Audit {
  const { store, reader, digest, keys, secret, log, now = () => new Date() } = options;
  const { newId = () => randomBytes(16).toString('base64url') } = options;
  const tracing = {
    append: store.append,
    digest,
    signer: () => keys().current,
    variablesKeyOf: variablesKeys(secret),
    newId,
    now,
    stoppedFor: (who: Asker) => options.bulk?.stoppedFor(who),
  };
  return {
    answers: {
      reader,
      seal: cursorSeal(derive(secret, 'cursor:audit')),
      variablesKeyOf: tracing.variablesKeyOf,
      keepChange: keepingChanges(store, now),
    },
    trace: (question) => new QuestionTrace(question, tracing),
    refused: refusals(store, log, now),
    handle(request, response) {
      if (targetOf(request).pathname !== KEYS_PATH || request.method !== 'GET') return false;
      response.setHeader('cache-control', 'public, max-age=300');
      sendJson(response, 200, { keys: keys().published });
      return true;
    },
  };
}
