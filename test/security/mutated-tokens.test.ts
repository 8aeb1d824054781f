import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { allowInsecureRequests, validateJwtAccessToken } from 'oauth4webapi';
import { afterAll, describe, expect, it } from 'vitest';
import { gatewayDatabase, identityServer, register } from './identity.ts';
import { type Signer, signed, signer } from './tokens.ts';

/** How many tokens are made; `npm run prove` makes 10,000. */
const RUNS = Number(process.env.MUTATED_TOKENS ?? 300);
const ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'RS256'];
const REQUIRED = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];

const { sql } = await gatewayDatabase();
await register(sql, 'bank', 'BANK');
await register(sql, 'auditor', 'AUDITOR');

const published = {
  ES256: signer('ES256', 'elliptic'),
  RS256: signer('RS256', 'rsa'),
  EdDSA: signer('EdDSA', 'edwards'),
};
const unpublished = signer('ES256', 'elliptic');
/** By their names: what a failure shows must hold no key. */
const signerNamed: Readonly<Record<string, Signer>> = { ...published, PS256: published.RS256, unpublished };
const jwks = { keys: Object.values(published).map(({ publicJwk }) => publicJwk) };
const server = createServer((request, response) => {
  const isKeys = request.url === '/keys';
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isKeys ? jwks : { issuer: issuer, jwks_uri: `${issuer}/keys` }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const gateway = await identityServer(sql, issuer);

/** What jose says of a token, with the demands of RFC 9068 that it knows nothing of. */
const joseKeys = createLocalJWKSet(jwks);
async function joseTakes(token: string): Promise<boolean> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, joseKeys, {
      issuer,
      audience: 'credit-graph',
      algorithms: ALGORITHMS,
      typ: 'at+jwt',
      requiredClaims: REQUIRED,
      clockTolerance: 30,
    });
    const isTyped = ['client_id', 'sub', 'jti'].every((claim) => typeof payload[claim] === 'string');
    // jose alone knows the extension b64 (RFC 7797), which no access token has a use for.
    return isTyped && !isBound(payload.cnf) && protectedHeader.crit === undefined;
  } catch {
    return false;
  }
}

/** A bearer's token is bound to nothing; `{}` binds to nothing. */
function isBound(confirmation: unknown): boolean {
  return confirmation !== undefined && JSON.stringify(confirmation) !== '{}';
}

async function oauthTakes(token: string): Promise<boolean> {
  const as = { issuer, jwks_uri: `${issuer}/keys` };
  try {
    const request = new Request(gateway.url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    await validateJwtAccessToken(as, request, 'credit-graph', {
      [allowInsecureRequests]: true,
      signingAlgorithms: ALGORITHMS,
    });
    return true;
  } catch {
    return false;
  }
}

const now = Math.floor(Date.now() / 1000);
const odd = fc.constantFrom<unknown>(null, '', 0, true, [], {}, 'x', -1, 1e300, ['credit-graph', 'x']);

/** Each member of header and claims as it should be, or as it should not. */
const headers = fc.record(
  {
    alg: fc.constantFrom<unknown>('none', 'None', 'HS256', 'ES384', 'RS384', 'es256', '', null, 7, ...ALGORITHMS),
    typ: fc.constantFrom<unknown>('at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', 'dpop+jwt', undefined, null, 7),
    kid: fc.constantFrom<unknown>('elliptic', 'rsa', 'edwards', 'unknown', '../keys/elliptic', '', undefined, null, 7),
    crit: fc.constantFrom<unknown>(['exp'], ['b64'], [], 'exp', null),
    jku: fc.constant('https://credit-graph.example/keys'),
    jwk: fc.constant({ kty: 'oct', k: 'AAAA' }),
    b64: fc.boolean(),
  },
  { requiredKeys: [] },
);
const claims = fc.record(
  {
    iss: fc.oneof(fc.constantFrom<unknown>(issuer, `${issuer}/`, `${issuer}.example`, undefined), odd),
    aud: fc.oneof(fc.constantFrom<unknown>('credit-graph', ['x', 'credit-graph'], 'Credit-Graph', undefined), odd),
    exp: fc.oneof(fc.constantFrom<unknown>(now + 7_200, now - 7_200, String(now + 7_200), undefined), odd),
    nbf: fc.oneof(fc.constantFrom<unknown>(now - 7_200, now + 7_200, undefined), odd),
    iat: fc.oneof(fc.constantFrom<unknown>(now - 60, undefined), odd),
    sub: fc.oneof(fc.constantFrom<unknown>('bank', undefined), odd),
    jti: fc.oneof(fc.constantFrom<unknown>('one', undefined), odd),
    client_id: fc.oneof(fc.constantFrom<unknown>('auditor', 'nobody', undefined), odd),
    cnf: fc.oneof(fc.constantFrom<unknown>({ jkt: 'x' }, { kid: 'x' }, { jkt: 'x', kid: 'y' }), odd),
    scope: odd,
    role: fc.constant('AUDITOR'),
  },
  { requiredKeys: [] },
);
const mutation = fc.record({
  signer: fc.constantFrom('ES256', 'RS256', 'EdDSA', 'ES256', 'RS256', 'EdDSA', 'unpublished'),
  headers: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
  claims: fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: claims }),
  bytes: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        at: fc.double({ min: 0, max: 0.999, noNaN: true }),
        put: fc.constantFrom('', 'A', '.', '_', '=', '%', 'é'),
      }),
    },
  ),
});

function spoiled(token: string, bytes: { readonly at: number; readonly put: string } | undefined): string {
  if (bytes === undefined) return token;
  const at = Math.floor(bytes.at * token.length);
  return `${token.slice(0, at)}${bytes.put}${token.slice(at + 1)}`;
}

describe('Of every token', () => {
  it.each(ALGORITHMS)(
    'signed with %s by a key that the issuer publishes, gateway and libraries think well',
    async (alg) => {
      const token = signed(signerNamed[alg] ?? unpublished, { alg }, { iss: issuer });
      expect([await joseTakes(token), await oauthTakes(token)]).toEqual([true, true]);
      expect((await gateway.ask({ authorization: `Bearer ${token}` })).caller?.client).toBe('bank');
    },
  );

  it(`out of ${RUNS} made at random, gateway, jose and oauth4webapi think alike`, { timeout: 1_200_000 }, async () => {
    let [taken, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(mutation, async ({ signer: name, headers: header, claims: body, bytes }) => {
        const token = spoiled(signed(signerNamed[name] ?? unpublished, header, { iss: issuer, ...body }), bytes);
        const [jose, oauth] = [await joseTakes(token), await oauthTakes(token)];
        const told = await gateway.ask({ authorization: `Bearer ${token}` });
        const client = jose ? JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).client_id : '';
        const isExpected = jose && ['bank', 'auditor'].includes(client);
        if (isExpected) taken += 1;
        else refused += 1;
        // Never the token itself: a failure is told by what was done to it.
        expect({ jose, oauth, status: told.status, client: told.caller?.client }).toEqual({
          jose: oauth,
          oauth: jose,
          status: isExpected ? 200 : 401,
          client: isExpected ? client : undefined,
        });
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 20);
    expect(refused).toBeGreaterThan(RUNS / 4);
  });
});
