import { X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { thumbprintOf } from '../../gateway/access/certificate.ts';
import { gatewayDatabase, identityServer, register } from './identity.ts';
import { keyOf, testIssuer } from './issuer.ts';

const { sql } = await gatewayDatabase();
const issuer = await testIssuer(sql);
await register(sql, 'bank', 'BANK');

/** A made-up bank's certificate (P-256, self-signed, CN=bank.credit-graph.example, until 2126), public like all of its kind. */
const PEM = `-----BEGIN CERTIFICATE-----
MIIBnzCCAUWgAwIBAgIUD+d1pEc/ZAtx24Cl6kl3JCrayEswCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZYmFuay5jcmVkaXQtZ3JhcGguZXhhbXBsZTAgFw0yNjExMjIw
NDQ2MDhaGA8yMTI2MTAyOTA0NDYwOFowJDEiMCAGA1UEAwwZYmFuay5jcmVkaXQt
Z3JhcGguZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKucZM+KAdO2
4RtnINb1A5+G5eroOgQHePZ3CO6iDwxiIL5enKBJIrCW7pOEIdA9kRi3BbmgHYTC
Lsr43ICE/aGjUzBRMB0GA1UdDgQWBBTlTkpML9ysuZIde6+bTocvloewzzAfBgNV
HSMEGDAWgBTlTkpML9ysuZIde6+bTocvloewzzAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIQCB77zWhcwGZMgTcQDfy4G7loFwGvf2AGD/6GlJMljM
owIgAvDg+F2jgWU2vG61UcApVSzU3G+mbjUgcBE/Ju0H2JE=
-----END CERTIFICATE-----`;
const certificate = new X509Certificate(PEM);
const hex = certificate.fingerprint256;
const thumbprint = Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url');
const other = Buffer.alloc(32, 7).toString('base64url');

/** A token that the issuer bound to a certificate (RFC 8705). */
async function boundTo(x5t: unknown, more: Record<string, unknown> = {}): Promise<string> {
  const { privateKey, publicJwk } = keyOf('issuer one');
  const token = new SignJWT({ client_id: 'bank', cnf: { 'x5t#S256': x5t }, ...more })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: publicJwk.kid })
    .setIssuer(issuer.url)
    .setAudience('credit-graph')
    .setSubject('bank')
    .setJti('one')
    .setIssuedAt()
    .setExpirationTime('5m');
  return `Bearer ${await token.sign(privateKey)}`;
}

const proxied = await identityServer(sql, issuer.url, { settings: { TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' } });
const authorization = await boundTo(thumbprint);

describe('A token that is bound to a certificate', () => {
  const der = certificate.raw.toString('base64');
  it.each([
    ['its thumbprint with colons', hex],
    ['its thumbprint in hexadecimal', hex.replaceAll(':', '').toLowerCase()],
    ['its thumbprint in base64url', thumbprint],
    ['PEM, percent-encoded (nginx)', encodeURIComponent(PEM)],
    ['DER in base64 (HAProxy)', der],
    ['DER between colons (RFC 9440)', `:${der}:`],
  ])('is good where a trusted proxy hands on %s', async (_title, header) => {
    const told = await proxied.ask({ authorization, 'client-cert': header });
    expect(told.caller).toMatchObject({ role: 'BANK', client: 'bank' });
  });

  it.each([
    ['no certificate', undefined],
    ['another one', other],
    ['something that is none', 'none'],
    ['nothing', ''],
  ])('is refused where the proxy hands on %s', async (_title, header) => {
    const told = await proxied.ask({ authorization, ...(header === undefined ? {} : { 'client-cert': header }) });
    expect(told).toMatchObject({ status: 401, reason: 'CERTIFICATE_MISMATCH' });
  });

  it.each([
    ['no proxy is configured', {}],
    ['only others are', { TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.2,::1' }],
    [
      'the certificate stands in another header',
      { TRUSTED_PROXIES: '127.0.0.1', CLIENT_CERTIFICATE_HEADER: 'x-client-cert' },
    ],
  ])('is refused, whatever the header says, where %s', async (_title, settings: Record<string, string>) => {
    const server = await identityServer(sql, issuer.url, { settings });
    const told = await server.ask({ authorization, 'client-cert': thumbprint });
    expect(told).toMatchObject({ status: 401, reason: 'CERTIFICATE_MISMATCH' });
  });

  it('is refused with a signature, type, audience or issuer that does not hold, or without a claim that must be there', async () => {
    const [head = '', body = '', signature = ''] = authorization.split('.');
    const forgeries = [
      `${head}.${body}.${[...signature].reverse().join('')}`,
      await boundTo(thumbprint, { client_id: undefined }),
      await boundTo(thumbprint, { client_id: 7 }),
      await boundTo([thumbprint]),
      await boundTo(thumbprint, { cnf: { 'x5t#S256': thumbprint, jkt: other } }),
      await boundTo(thumbprint, { cnf: { kid: 'one' } }),
    ];
    for (const forgery of forgeries)
      expect((await proxied.ask({ authorization: forgery, 'client-cert': thumbprint })).status).toBe(401);
  });
});

describe('What a proxy writes', () => {
  it('is a thumbprint or a certificate, and never half of one', () => {
    for (const text of [
      '',
      ':',
      '::',
      'a'.repeat(42),
      'z'.repeat(64),
      PEM.slice(0, 200),
      '%',
      `:${'A'.repeat(20_000)}:`,
    ])
      expect(thumbprintOf(text)).toBeUndefined();
    expect(thumbprintOf(` ${hex} `)).toBe(thumbprint);
  });
});
