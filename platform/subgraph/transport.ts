import type { FormattedExecutionResult } from 'graphql';
import { Pool } from 'undici';
import { abortSignalOf, type Leaving } from '../leaving.ts';
import type { HandViewer } from '../viewer/handed.ts';
import type { Question, SignViewer } from '../viewer/token.ts';
import type { Viewer } from '../viewer/viewer.ts';
import type { Department } from './department.ts';
import { VIEWER_HEADER } from './listen.ts';

/** A department as others reach it: in this process or over HTTP, the same question and the same answer. */
export interface Transport {
  readonly department: string;
  /** The department's Chinese name, for people. */
  readonly title: string;
  readonly isNear: boolean;
  /** @throws whatever kept the department from answering; the caller says what that means. */
  ask(question: Question, viewer: Viewer, signal: Leaving): Promise<FormattedExecutionResult>;
  close(): Promise<void>;
}

/**
 * Nothing of an answer came: nobody listens, or the connection ended before an answer began, as one does that was kept alive
 * for too long. Whoever only reads may ask again at once.
 */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** The department lives in this process: no HTTP, no serialising; whether the viewer is for it is checked all the same. */
export function nearTransport(department: Department, hand: HandViewer): Transport {
  return {
    department: department.card.name,
    title: department.card.title,
    isNear: true,
    ask: (question, viewer, signal) => department.ask(question, hand(viewer, question), signal),
    close: async () => {},
  };
}

/** The parser's own error repeats what it stumbled over, which has no place in a log. */
function parsed(text: string): FormattedExecutionResult {
  try {
    return JSON.parse(text) as FormattedExecutionResult;
  } catch {
    throw new Error('the department answered something that is not JSON');
  }
}

/** The largest answer that a department may send. */
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** One for each question that a gateway lets to a department at once (gateway/departments), and some for looking whether it is back. */
const CONNECTIONS = 34;

/** How undici and the socket say that a connection was refused, or ended before an answer began. */
const NOTHING_CAME = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function unansweredOr(error: unknown): unknown {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return NOTHING_CAME.has(String(code)) ? new Unanswered('the department gave no answer', { cause: error }) : error;
}

/** The department lives behind a URL. It need not be up when this is made. */
export function farTransport(name: string, title: string, url: URL, sign: SignViewer): Transport {
  const pool = new Pool(url.origin, { connections: CONNECTIONS, pipelining: 1, connect: { timeout: 1_000 } });
  return {
    department: name,
    title,
    isNear: false,
    async ask(question, viewer, signal) {
      const asked = pool.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: {
          'content-type': 'application/json',
          [VIEWER_HEADER]: sign(viewer, question),
          // The department goes by what was signed; proxies between read the header.
          ...(viewer.trace === undefined ? {} : { traceparent: viewer.trace }),
        },
        body: JSON.stringify(question),
        signal: abortSignalOf(signal),
      });
      const { statusCode, headers, body } = await asked.catch((error: unknown) => {
        throw unansweredOr(error);
      });
      const isJson = String(headers['content-type'] ?? '').startsWith('application/json');
      if (statusCode !== 200 || !isJson) {
        await body.dump();
        throw new Error(`the department answered with status ${statusCode}`);
      }
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > LARGEST_ANSWER_BYTES) throw new Error('the department answered more than is accepted');
        chunks.push(chunk);
      }
      return parsed(Buffer.concat(chunks).toString('utf8'));
    },
    close: () => pool.destroy(),
  };
}
