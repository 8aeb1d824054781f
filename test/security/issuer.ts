import type { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK } from 'jose';
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  customFetch,
  type DPoP,
  discoveryRequest,
  type GenerateKeyPairOptions,
  generateKeyPair,
  type PrivateKey,
  PrivateKeyJwt,
  processClientCredentialsResponse,
  processDiscoveryResponse,
} from 'oauth4webapi';
import type postgres from 'postgres';
import { afterAll } from 'vitest';
import { derivedKeyPair, type KeyPair } from '../../gateway/demonstration/keys.ts';
import { demonstrationProvider } from '../../gateway/demonstration/provider.ts';
import { createLog } from '../../platform/log.ts';
import { TEST_SECRET } from '../support/database.ts';

/** A certified OpenID provider on real HTTP, whose keys a test may change and which it may take away. */
export interface TestIssuer {
  readonly url: string;
  /** How often its keys were asked for. */
  readonly keysAsked: () => number;
  /** Signs with the first of these keys and publishes all. */
  rotate(keys: readonly KeyPair[]): void;
  /** Answers every request with an error, or as it should again. */
  fail(isDown: boolean): void;
}

export const keyOf = (name: string): KeyPair => derivedKeyPair(TEST_SECRET, name);

export async function testIssuer(
  sql: postgres.Sql,
  personClaims: Parameters<typeof demonstrationProvider>[0]['personClaims'] = () => undefined,
): Promise<TestIssuer> {
  let asked = 0;
  let isDown = false;
  let answer: ReturnType<ReturnType<typeof demonstrationProvider>['callback']>;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') asked += 1;
    if (isDown) {
      response.writeHead(503).end();
      return;
    }
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rotate = (keys: readonly KeyPair[]) => {
    const people = { page: { clientId: 'page', callback: `${url}/callback` }, accountClaims: () => undefined };
    const shared = { secret: TEST_SECRET, sql, personClaims, ...people, log: createLog('silent') };
    const resource = 'https://credit-graph.example/graphql';
    answer = demonstrationProvider({ issuer: url, audience: 'credit-graph', resource, keys, ...shared }).callback();
  };
  rotate([keyOf('issuer one')]);
  return {
    url,
    keysAsked: () => asked,
    rotate,
    fail(down) {
      isDown = down;
    },
  };
}

export interface Asking {
  /** The client's key; without it, the one that follows from its name. */
  readonly key?: KeyPair;
  readonly dpop?: ReturnType<typeof DPoP>;
  readonly scope?: string;
  /** Is told what is sent for the token. */
  readonly onBody?: (body: string) => void;
}

/** A token that a client asked for as clients do: with an assertion of its key, over HTTP. */
export async function tokenOf(issuer: string, client: string, options: Asking = {}): Promise<string> {
  const insecure = { [allowInsecureRequests]: true };
  const url = new URL(issuer);
  const server = await processDiscoveryResponse(url, await discoveryRequest(url, insecure));
  const { privateJwk } = options.key ?? keyOf(client);
  const key = {
    key: (await importJWK(privateJwk, 'ES256')) as webcrypto.CryptoKey,
    kid: privateJwk.kid,
  } satisfies PrivateKey;
  const parameters = new URLSearchParams(options.scope === undefined ? {} : { scope: options.scope });
  const response = await clientCredentialsGrantRequest(server, { client_id: client }, PrivateKeyJwt(key), parameters, {
    ...insecure,
    ...(options.dpop && { DPoP: options.dpop }),
    [customFetch]: (address, init) => {
      options.onBody?.(String(init.body));
      return fetch(address, init as RequestInit);
    },
  });
  return (await processClientCredentialsResponse(server, { client_id: client }, response)).access_token;
}

/** A key of a client to which its tokens are bound. */
export async function dpopKey(): Promise<webcrypto.CryptoKeyPair> {
  const options: GenerateKeyPairOptions = { extractable: true };
  return (await generateKeyPair('ES256', options)) as webcrypto.CryptoKeyPair;
}
