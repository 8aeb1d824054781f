import type { IncomingMessage } from 'node:http';
import { badRequest } from '../platform/errors.ts';
import { jsonObjectIn, readBody, targetOf } from '../platform/http.ts';
import { withoutIdNumbers } from '../schema/identifiers/redact.ts';

/** A question as it was sent, by POST or GET. */
export interface SentQuestion {
  /** The text of its document, if there is one. */
  readonly query: unknown;
  readonly search: string;
  readonly body: unknown;
  /** Puts another in its place, such as one with the document that a hash stands for. */
  resolve(how: (given: Readonly<Record<string, unknown>>) => Record<string, unknown>): void;
}

/** A request as it came, of which nothing was read but its bytes. */
export interface Received {
  readonly isGet: boolean;
  /** The part of its address from the question mark on. */
  readonly search: string;
  readonly body: Buffer;
}

/** @throws Refusal for what can be no question: `BAD_REQUEST`, `QUESTION_TOO_LARGE`. */
export async function receive(request: IncomingMessage): Promise<Received> {
  const { search } = targetOf(request);
  const values = search === '' ? [] : [...new URLSearchParams(search)].flat();
  // Addresses stand in the logs of every proxy between.
  if (values.some((value) => withoutIdNumbers(value) !== value))
    throw badRequest('地址中疑有公民身份号码:请改用 POST,以变量提交。');
  if (request.method === 'GET') return { isGet: true, search, body: NO_BODY };
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.toLowerCase().startsWith('application/json')) {
    throw badRequest('请以 content-type: application/json 提交 {"query": "…", "variables": {…}}。');
  }
  return { isGet: false, search, body: await readBody(request) };
}

const NO_BODY = Buffer.alloc(0);

/** @throws Refusal `BAD_REQUEST` for what is no question in JSON. */
export function questionIn({ isGet, search, body }: Received): SentQuestion {
  return isGet ? sentByGet(search) : sentByPost(search, jsonObjectIn(body));
}

function sentByPost(search: string, sent: Record<string, unknown>): SentQuestion {
  let body = sent;
  return {
    search,
    get query() {
      return body.query;
    },
    get body() {
      return body;
    },
    resolve(how) {
      body = how(body);
    },
  };
}

/** What is asked by GET: `query`, `documentId` and `extensions` of the address; what is wrong with them is said by who reads them. */
function sentByGet(search: string): SentQuestion {
  const parameters = new URLSearchParams(search);
  const names = ['query', 'documentId', 'extensions'];
  for (const name of names)
    if (parameters.getAll(name).length > 1) throw badRequest(`地址中的参数 ${name} 只能出现一次。`);
  return {
    get query() {
      return parameters.get('query') ?? undefined;
    },
    get search() {
      return `?${parameters}`;
    },
    body: '',
    resolve(how) {
      const given = Object.fromEntries(
        names.flatMap((name) => (parameters.has(name) ? [[name, parameters.get(name)]] : [])),
      );
      const extensions = objectIn(given.extensions);
      const resolved = how({ ...given, ...(extensions ? { extensions } : {}) });
      for (const name of names) {
        const value = resolved[name];
        if (value === undefined) parameters.delete(name);
        else parameters.set(name, typeof value === 'string' ? value : JSON.stringify(value));
      }
    },
  };
}

function objectIn(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
