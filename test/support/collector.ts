import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, vi } from 'vitest';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  /** The name of the process that sent it. */
  readonly service: string;
}

/** A collector of traces: an HTTP server that decodes what OTLP posts to it. */
export interface Collector {
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** Everything that came, as it came. */
  readonly bodies: readonly string[];
  /** The spans of a trace once there are so many. */
  spansOf(traceId: string, least: number): Promise<readonly CollectedSpan[]>;
}

/** Until the test file ends. Call it at the top. */
export async function collector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    bodies.push(text);
    if (request.url === '/v1/traces')
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans)
        for (const scope of scopeSpans)
          for (const span of scope.spans) spans.push({ ...span, service: resource.attributes[0].value.stringValue });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    async spansOf(traceId, least) {
      const found = () => spans.filter((span) => span.traceId === traceId);
      await vi.waitUntil(() => found().length >= least, { timeout: 30_000, interval: 50 });
      return found();
    },
  };
}

/** Each span with those above it, from the outermost. */
export function pathsOf(spans: readonly CollectedSpan[]): readonly string[] {
  const path = (span: CollectedSpan): string => {
    const above = spans.find(({ spanId }) => spanId === span.parentSpanId);
    return `${above ? `${path(above)} > ` : ''}${span.name}`;
  };
  return spans.map(path).sort();
}
