import { internalError } from '../errors.ts';
import { type Listening, listen, sendJson, targetOf } from '../http.ts';
import type { Log } from '../log.ts';

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** Serves `GET /metrics` at an address of its own, which callers of the graph have no way to. */
export async function serveMetrics(
  metrics: { readonly contentType: string; text(): Promise<string> },
  address: MetricsAddress,
  log: Log,
): Promise<Listening> {
  try {
    return await listen(
      async (request, response) => {
        if (targetOf(request).pathname !== '/metrics' || request.method !== 'GET')
          return sendJson(response, 404, { errors: [{ message: '这里只有 GET /metrics。' }] });
        const body = Buffer.from(await metrics.text());
        response.writeHead(200, { 'content-type': metrics.contentType, 'content-length': body.length }).end(body);
      },
      address,
      (error, response) => {
        const refusal = internalError();
        log.error({ reference: refusal.extensions.reference, message: String(error) }, 'the figures could not be told');
        sendJson(response, 500, { errors: [refusal.toJSON()] });
      },
    );
  } catch (error) {
    throw new Error(`不能在 ${address.host}:${address.port} 提供指标,请检查 METRICS_HOST 与 METRICS_PORT。`, {
      cause: error,
    });
  }
}
