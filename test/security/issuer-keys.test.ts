import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { KeyPair } from '../../gateway/demonstration/keys.ts';
import { gatewayDatabase, identityServer, register } from './identity.ts';
import { keyOf, testIssuer, tokenOf } from './issuer.ts';

const { sql } = await gatewayDatabase();
await register(sql, 'bank', 'BANK');
const [first, second] = [keyOf('issuer one'), keyOf('issuer two')];

const bearer = async (url: string) => ({ authorization: `Bearer ${await tokenOf(url, 'bank')}` });

/** A token in every way like the issuer's, but for its key. */
async function forged(issuer: string, { privateKey }: KeyPair, kid: string): Promise<{ authorization: string }> {
  const token = await new SignJWT({ client_id: 'bank' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setIssuer(issuer)
    .setAudience('credit-graph')
    .setSubject('bank')
    .setJti('one')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey);
  return { authorization: `Bearer ${token}` };
}

/** A server with a clock of its own, which goes on by as much as a test says. */
async function clocked(issuer: string) {
  let ahead = 0;
  const server = await identityServer(sql, issuer, { now: () => new Date(Date.now() + ahead) });
  const pass = (seconds: number) => {
    ahead += seconds * 1000;
  };
  return { ...server, pass };
}

describe('The keys of an issuer', () => {
  it('are asked for once, however many tokens come', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    const headers = await bearer(issuer.url);
    const told = await Promise.all(Array.from({ length: 20 }, () => server.ask(headers)));
    expect(told.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(issuer.keysAsked()).toBe(1);
  });

  it('may be rotated with overlap: tokens of the old and of the new key are believed', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    const old = await bearer(issuer.url);
    expect((await server.ask(old)).status).toBe(200);
    issuer.rotate([second, first]);
    server.pass(60);
    const fresh = await bearer(issuer.url);
    expect(Buffer.from(fresh.authorization.slice(7).split('.')[0] ?? '', 'base64url').toString()).toContain(
      second.publicJwk.kid,
    );
    expect((await server.ask(fresh)).status).toBe(200);
    expect((await server.ask(old)).status).toBe(200);
  });

  it('that are withdrawn are believed no longer than the few minutes until they are asked for again', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    const old = await bearer(issuer.url);
    expect((await server.ask(old)).status).toBe(200);
    issuer.rotate([second]);
    server.pass(301);
    await server.ask(old); // has them asked for, beside
    await expect.poll(async () => (await server.ask(old)).reason).toBe('KEY_UNKNOWN');
  });

  it('are asked for once a minute at the most, however many unknown ones are named', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    await server.ask(await bearer(issuer.url));
    const flood = async (from: number) => {
      const forgeries = Array.from({ length: 60 }, (_, at) => forged(issuer.url, second, `made-up-${from + at}`));
      return Promise.all((await Promise.all(forgeries)).map((headers) => server.ask(headers)));
    };
    expect(new Set((await flood(0)).map(({ reason }) => reason))).toEqual(new Set(['KEY_UNKNOWN']));
    expect(issuer.keysAsked()).toBe(1);
    server.pass(61);
    await flood(100);
    await flood(200);
    expect(issuer.keysAsked()).toBe(2);
    expect((await server.ask(await bearer(issuer.url))).status).toBe(200);
  });

  it('are no keys of somebody who merely uses their name', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    const told = await server.ask(await forged(issuer.url, second, first.publicJwk.kid));
    expect(told).toMatchObject({ status: 401, reason: 'TOKEN_INVALID' });
    expect((await server.ask(await forged(issuer.url, first, first.publicJwk.kid))).status).toBe(200);
  });
});

describe('An issuer that does not answer', () => {
  it('costs nothing to tokens of keys that are known, also when those are due', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    const headers = await bearer(issuer.url);
    expect((await server.ask(headers)).status).toBe(200);
    issuer.fail(true);
    for (const seconds of [0, 301, 61]) {
      server.pass(seconds);
      expect((await server.ask(headers)).status).toBe(200);
    }
  });

  it('has tokens of new keys refused with a word that says so and when to come again', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    await server.ask(await bearer(issuer.url));
    issuer.fail(true);
    server.pass(61);
    const told = await server.ask(await forged(issuer.url, second, second.publicJwk.kid));
    expect(told).toMatchObject({ status: 401, reason: 'ISSUER_UNREACHABLE' });
    expect(told.text).toContain('"retryAfter":60');
  });

  it('from the first has every token refused, and is asked again seconds after it is back', async () => {
    const issuer = await testIssuer(sql);
    const server = await clocked(issuer.url);
    const headers = await bearer(issuer.url);
    issuer.fail(true);
    expect(await server.ask(headers)).toMatchObject({ status: 401, reason: 'ISSUER_UNREACHABLE' });
    expect((await server.ask()).caller?.role).toBe('ANONYMOUS');
    issuer.fail(false);
    expect((await server.ask(headers)).reason).toBe('ISSUER_UNREACHABLE');
    server.pass(5);
    expect((await server.ask(headers)).status).toBe(200);
  });
});
