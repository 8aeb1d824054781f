import { request } from 'node:http';
import { afterAll } from 'vitest';
import { createGateway, type GatewayAddress, type GatewayOptions } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { createLog } from '../../platform/log.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { departments } from '../../subgraphs/index.ts';
import { TEST_SECRET } from '../support/database.ts';

// A gateway on real HTTP before departments that nobody runs: what is refused before work never gets as far.

const nowhere = new URL('http://127.0.0.1:9/graphql');

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the question made of it
  readonly body: any;
  readonly code: string | undefined;
}

export interface LoneGateway {
  readonly url: string;
  /** Posts a question, or the text of a body, from an address of this machine. */
  post(body: unknown, headers?: Record<string, string>, from?: string): Promise<Sent>;
  get(search: string, headers?: Record<string, string>): Promise<Sent>;
}

/** A gateway with these limits, until the test file ends. */
export async function loneGateway(
  options: Partial<GatewayOptions>,
  address: Pick<GatewayAddress, 'isForCredentials'> = {},
): Promise<LoneGateway> {
  const transports = new Map(
    departments.map(({ name, title }) => [
      name,
      farTransport(name, title, nowhere, viewerSigner(name, Buffer.from(TEST_SECRET))),
    ]),
  );
  const gateway = await createGateway({
    supergraphSdl: committedSupergraph(),
    transports,
    log: createLog('silent'),
    ...options,
  });
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0, ...address });
  afterAll(async () => {
    await listening.close(500);
    await gateway.stop();
    for (const transport of transports.values()) await transport.close();
  });
  const url = `http://127.0.0.1:${listening.port}/graphql`;
  const send = (method: string, search: string, headers: Record<string, string>, body?: string, from = '127.0.0.1') =>
    new Promise<Sent>((resolve, reject) => {
      const sent = request(url + search, { method, headers, localAddress: from, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const answer = JSON.parse(text);
          const code = answer.errors?.[0]?.extensions?.code;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer, code });
        });
      });
      sent.on('error', reject).end(body);
    });
  return {
    url,
    post: (body, headers = {}, from = undefined) =>
      send(
        'POST',
        '',
        { 'content-type': 'application/json', ...headers },
        typeof body === 'string' ? body : JSON.stringify(body),
        from,
      ),
    get: (search, headers = {}) => send('GET', search, { 'apollo-require-preflight': '1', ...headers }),
  };
}
