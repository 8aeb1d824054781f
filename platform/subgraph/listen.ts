import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { badRequest, internalError, Refusal, unauthenticated } from '../errors.ts';
import { type Listening, listen, readJsonBody, sendJson, sendRefusal, targetOf } from '../http.ts';
import type { Log } from '../log.ts';
import type { Department } from './department.ts';

/** The header that carries the gateway's signed viewer to a department. */
export const VIEWER_HEADER = 'credit-viewer';

/** A department's questions may be larger than a caller's: the gateway writes one for each of up to 100 subjects. */
const LARGEST_QUESTION_BYTES = 1024 * 1024;

const question = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Serves one department over HTTP: `POST /graphql` for the gateway alone, `GET /health/live` for whoever watches it. */
export function listenForGateway(
  department: Department,
  address: { host: string; port: number },
  log: Log,
): Promise<Listening> {
  return listen(
    (request, response) => answer(department, request, response),
    address,
    (error, response) => {
      if (error instanceof Refusal) return sendRefusal(response, error);
      const refusal = internalError();
      log.error(
        { department: department.card.name, reference: refusal.extensions.reference, message: String(error) },
        'a request failed',
      );
      return sendRefusal(response, refusal);
    },
  );
}

async function answer(department: Department, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = targetOf(request);
  if (pathname === '/health/live') return sendJson(response, 200, { department: department.card.name, isAlive: true });
  if (pathname !== '/graphql' || request.method !== 'POST') {
    throw unauthenticated('这里是部门子图,只接受网关的 POST /graphql。');
  }
  const token = request.headers[VIEWER_HEADER];
  if (typeof token !== 'string') throw unauthenticated('本部门只接受网关签发的调用凭证。');
  const body = question.safeParse(await readJsonBody(request, LARGEST_QUESTION_BYTES));
  if (!body.success) throw badRequest('请求体须含字符串 query。');
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  sendJson(response, 200, await department.ask(body.data, token, left.signal));
}
