import { Agent } from 'undici';
import { afterAll } from 'vitest';
import type { Asker } from './askers.ts';
import { headersOf } from './standings.ts';

/** All that a caller sees of an answer, but for what tells the time of day and the connection. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

const NOT_TOLD = ['date', 'connection', 'keep-alive'];

/** Sends requests to a gateway as an asker. Call it at the top. */
export function askingAt(url: string): (asker: Asker, sent: Sent) => Promise<Received> {
  const agent = new Agent({ connections: 16, headersTimeout: 120_000, bodyTimeout: 120_000 });
  afterAll(() => agent.close());
  return async ({ name, ...asking }, { method = 'POST', path = '/graphql', headers, body }) => {
    const said: Record<string, string | string[]> = { 'test-as': name, ...headersOf(asking) };
    for (const [header, value] of Object.entries(headers))
      said[header] = typeof value === 'string' ? value : [...value];
    return again(async () => {
      const {
        statusCode,
        headers: received,
        body: content,
      } = await agent.request({
        origin: new URL(url).origin,
        method: method as 'POST',
        path,
        headers: said,
        ...(body === undefined ? {} : { body }),
      });
      const told = Object.entries(received).filter(([header]) => !NOT_TOLD.includes(header));
      return { status: statusCode, headers: Object.fromEntries(told), text: await content.text() };
    });
  };
}

/** A connection that the gateway ends (it was idle, or what came was too large to be read) may end under the next request. */
async function again<T>(request: () => Promise<T>, times = 3): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (times === 0 || !['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(code))) throw error;
    return again(request, times - 1);
  }
}

/** A GraphQL question as it is sent, under a request id that is always the same. */
export function asked(question: { readonly query: string; readonly variables?: object }, headers: object = {}): Sent {
  return {
    headers: { 'content-type': 'application/json', 'x-request-id': 'the-same-question', ...headers },
    body: JSON.stringify(question),
  };
}
