import { createHash, randomUUID, type webcrypto } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { allowInsecureRequests, DPoP, protectedResourceRequest } from 'oauth4webapi';
import { describe, expect, it } from 'vitest';
import { sweepProofs } from '../../gateway/access/proofs.ts';
import { gatewayDatabase, identityServer, register } from './identity.ts';
import { dpopKey, testIssuer, tokenOf } from './issuer.ts';

const { database, sql, another } = await gatewayDatabase();
const issuer = await testIssuer(sql);
await register(sql, 'bank', 'BANK');
const server = await identityServer(sql, issuer.url);
const key = await dpopKey();
const stranger = await dpopKey();
const [publicJwk, privateJwk] = [await exportJWK(key.publicKey), await exportJWK(key.privateKey)];
const token = await tokenOf(issuer.url, 'bank', { dpop: DPoP({}, key) });

interface Proof {
  readonly key?: webcrypto.CryptoKeyPair;
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
}

/** The headers of a request with a proof that is right but for what is given. */
async function headers(url: string, { key: own = key, header = {}, claims = {} }: Proof = {}) {
  const ath = createHash('sha256').update(token).digest('base64url');
  const body = { jti: randomUUID(), htm: 'POST', htu: url, ath, iat: Math.floor(Date.now() / 1000), ...claims };
  const jwk = await exportJWK(own.publicKey);
  const protectedHeader = { alg: 'ES256', typ: 'dpop+jwt', jwk, ...header };
  const proof = await new SignJWT(body).setProtectedHeader(protectedHeader).sign(own.privateKey);
  return { authorization: `DPoP ${token}`, dpop: proof };
}

const minutes = (count: number): number => Math.floor(Date.now() / 1000) + count * 60;

describe('A token that is bound to a key', () => {
  it('is good with a proof of that key for this request', async () => {
    expect((await server.ask(await headers(server.url))).caller).toMatchObject({ role: 'BANK', client: 'bank' });
    expect((await server.ask(await headers(server.url, { claims: { htm: 'GET' } }), 'GET')).status).toBe(200);
  });

  it('is nothing without a proof', async () => {
    expect(await server.ask({ authorization: `Bearer ${token}` })).toMatchObject({
      status: 401,
      reason: 'PROOF_INVALID',
    });
    expect(await server.ask({ authorization: `DPoP ${token}` })).toMatchObject({
      status: 401,
      reason: 'REQUEST_MALFORMED',
    });
  });

  it.each<readonly [string, Proof]>([
    ['another key', { key: stranger }],
    ['another method', { claims: { htm: 'GET' } }],
    ['another address', { claims: { htu: 'https://credit-graph.example/graphql' } }],
    ['another path', { claims: { htu: server.url.replace('graphql', 'export') } }],
    ['another token', { claims: { ath: createHash('sha256').update('another').digest('base64url') } }],
    ['no token', { claims: { ath: undefined } }],
    ['no name of its own', { claims: { jti: undefined } }],
    ['no time', { claims: { iat: undefined } }],
    ['more than a minute ago', { claims: { iat: minutes(-1) - 5 } }],
    ['more than a minute from now', { claims: { iat: minutes(1) + 5 } }],
    ['a type of its own', { header: { typ: 'JWT' } }],
    ['the private key in it', { header: { jwk: privateJwk } }],
    ['the name of another’s key in it', { key: stranger, header: { jwk: publicJwk } }],
    ['an algorithm that anybody can sign with', { header: { alg: 'none' } }],
  ])('is refused with a proof of %s', async (_title, proof) => {
    const made = await headers(server.url, proof).catch(() => undefined);
    // jose signs with no algorithm that is none: such a proof is put together by hand.
    const given = made ?? { ...(await headers(server.url)), dpop: unsigned((await headers(server.url)).dpop) };
    const told = await server.ask(given);
    expect(told).toMatchObject({ status: 401, reason: 'PROOF_INVALID' });
    expect(told.challenges).toBe('DPoP algs="ES256 PS256 EdDSA RS256", error="invalid_dpop_proof"');
  });

  it('is taken under the address by which callers know the gateway, and under no other name that they give it', async () => {
    const behind = await identityServer(sql, issuer.url, {
      settings: { PUBLIC_URL: 'https://credit-graph.example/city/' },
    });
    const known = await headers('https://credit-graph.example/city/graphql');
    expect((await behind.ask(known)).status).toBe(200);
    expect((await behind.ask(await headers(behind.url))).reason).toBe('PROOF_INVALID');
    const named = await headers('http://elsewhere.example/graphql');
    expect((await server.ask({ ...named, host: 'elsewhere.example' })).reason).toBe('PROOF_INVALID');
  });
});

function unsigned(proof: string): string {
  const [, body = ''] = proof.split('.');
  return `${Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString('base64url')}.${body}.`;
}

describe('A proof', () => {
  it('is good once', async () => {
    const once = await headers(server.url);
    expect((await server.ask(once)).status).toBe(200);
    expect(await server.ask(once)).toMatchObject({ status: 401, reason: 'PROOF_USED' });
  });

  it('is good once also where it is sent many times at the same moment', async () => {
    const once = await headers(server.url);
    const told = await Promise.all(Array.from({ length: 20 }, () => server.ask(once)));
    expect(told.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(told.filter(({ reason }) => reason === 'PROOF_USED')).toHaveLength(19);
  });

  it('that was used is refused by a second instance, and after a restart', async () => {
    const address = 'https://credit-graph.example/graphql';
    const settings = { PUBLIC_URL: 'https://credit-graph.example' };
    const one = await identityServer(another(), issuer.url, { settings });
    const other = await identityServer(another(), issuer.url, { settings });
    const once = await headers(address);
    expect((await one.ask(once)).status).toBe(200);
    expect((await other.ask(once)).reason).toBe('PROOF_USED');
    await one.close();
    const restarted = await identityServer(another(), issuer.url, { settings });
    expect((await restarted.ask(once)).reason).toBe('PROOF_USED');
  });

  it('of the same name by another key is another proof', async () => {
    const other = await dpopKey();
    const bound = await tokenOf(issuer.url, 'bank', { dpop: DPoP({}, other) });
    const jti = randomUUID();
    expect((await server.ask(await headers(server.url, { claims: { jti } }))).status).toBe(200);
    const ath = createHash('sha256').update(bound).digest('base64url');
    const { dpop } = await headers(server.url, { key: other, claims: { jti, ath } });
    expect((await server.ask({ authorization: `DPoP ${bound}`, dpop })).status).toBe(200);
  });

  it('is forgotten when its age alone would refuse it, and not before', async () => {
    await server.ask(await headers(server.url));
    const kept = async () => Number((await sql`select count(*) from gateway.used_proofs`)[0]?.count);
    const before = await kept();
    await sweepProofs(sql);
    expect(await kept()).toBe(before);
    await database.admin`update gateway.used_proofs set expires_at = now() - interval '1 second'`;
    expect(await sweepProofs(sql)).toBe(before);
    expect(await kept()).toBe(0);
  });

  it('that oauth4webapi makes, as clients do, is as good', async () => {
    const options = { DPoP: DPoP({}, key), [allowInsecureRequests]: true };
    const response = await protectedResourceRequest(token, 'POST', new URL(server.url), new Headers(), null, options);
    expect(await response.json()).toMatchObject({ caller: { role: 'BANK' } });
  });
});
