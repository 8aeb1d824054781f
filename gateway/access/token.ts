import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { clockSkew, clockTolerance, jwksCache, validateJwtAccessToken } from 'oauth4webapi';
import type { Issuer, KnownIssuer } from './issuer.ts';
import { ALGORITHMS, CredentialRefusal } from './refusal.ts';

/** A request as far as its credential goes. */
export interface PresentedToken {
  readonly scheme: 'bearer' | 'dpop';
  readonly token: string;
  readonly proof: string | undefined;
  readonly method: string;
  /** The address that the caller asked, as a proof must name it. */
  readonly url: string;
  /** SHA-256 of the caller's TLS certificate, base64url, as a trusted proxy tells it. */
  readonly certificate: string | undefined;
}

/** What a token that holds says, and the proof that was used up with it. */
export interface VerifiedToken {
  readonly claims: JWTPayload & { readonly client_id: string };
  readonly proof: { readonly key: string; readonly jti: string; readonly issuedAt: number } | undefined;
}

export interface TokenTerms {
  readonly issuer: Issuer;
  readonly audience: string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** By how much the clocks of callers, issuer and gateway may differ. */
const TOLERANCE_SECONDS = 30;
/** How old a proof may be, or how far ahead of our clock. */
export const PROOF_SECONDS = 60;
/** What RFC 9068 §2.2 demands. */
const REQUIRED_CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];

/**
 * Checks an access token (RFC 9068): bearer, or bound to a key (DPoP, RFC 9449) or to a certificate (RFC 8705).
 * @throws CredentialRefusal for whatever does not hold.
 */
export async function verifyToken(presented: PresentedToken, terms: TokenTerms): Promise<VerifiedToken> {
  const { kid, confirmation } = glimpse(presented.token);
  if (presented.proof !== undefined) assertAlgorithm(presented.proof, 'PROOF_INVALID');
  const known = await terms.issuer.knowing(kid);
  try {
    return confirmation === 'x5t#S256'
      ? await verifyWithCertificate(presented, known, terms)
      : await verifyWithKey(presented, known, terms);
  } catch (error) {
    throw error instanceof CredentialRefusal ? error : new CredentialRefusal(await problemOf(presented, known, terms));
  }
}

/** What must be known of a token before it is believed: which key it names, and how it says that it is bound. */
function glimpse(token: string): { readonly kid: string | undefined; readonly confirmation: string | undefined } {
  const { kid } = assertAlgorithm(token, 'TOKEN_INVALID');
  try {
    const { cnf } = decodeJwt(token);
    const confirmation = typeof cnf === 'object' && cnf !== null ? Object.keys(cnf).sort().join(' ') : undefined;
    return { kid, confirmation };
  } catch {
    throw new CredentialRefusal('TOKEN_INVALID');
  }
}

function assertAlgorithm(
  jws: string,
  problem: 'TOKEN_INVALID' | 'PROOF_INVALID',
): { readonly kid: string | undefined } {
  try {
    const { alg, kid, crit } = decodeProtectedHeader(jws);
    const isOurs = (ALGORITHMS as readonly unknown[]).includes(alg) && crit === undefined;
    if (isOurs && (kid === undefined || typeof kid === 'string')) return { kid };
  } catch {
    // not even a header
  }
  throw new CredentialRefusal(problem);
}

/** A token for anybody who holds it, or for whoever holds the key that it names. */
async function verifyWithKey(
  presented: PresentedToken,
  { server, jwks }: KnownIssuer,
  { audience, now }: TokenTerms,
): Promise<VerifiedToken> {
  const { scheme, token, proof, method, url } = presented;
  const headers = { authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { dpop: proof }) };
  // Keys are fetched by ./issuer.ts alone: handed over as just come, to an issuer never seen, they are not asked for again.
  const claims = await validateJwtAccessToken({ ...server }, new Request(url, { method, headers }), audience, {
    [jwksCache]: { jwks: { keys: [...jwks.keys] }, uat: Math.floor(Date.now() / 1000) },
    [clockSkew]: Math.round((now() - Date.now()) / 1000),
    [clockTolerance]: TOLERANCE_SECONDS,
    signingAlgorithms: [...ALGORITHMS],
  });
  if (proof === undefined) return { claims, proof: undefined };
  const { jti, iat } = decodeJwt(proof);
  const key = (claims.cnf as { readonly jkt?: string } | undefined)?.jkt;
  if (jti === undefined || iat === undefined || key === undefined || Math.abs(now() / 1000 - iat) > PROOF_SECONDS)
    throw new CredentialRefusal('PROOF_INVALID');
  return { claims, proof: { key, jti, issuedAt: iat } };
}

/** A token for the connection that shows a certificate, which the proxy before us has checked. */
async function verifyWithCertificate(
  { scheme, token, proof, certificate }: PresentedToken,
  known: KnownIssuer,
  terms: TokenTerms,
): Promise<VerifiedToken> {
  if (scheme !== 'bearer' || proof !== undefined) throw new CredentialRefusal('REQUEST_MALFORMED');
  const payload = await verifyAlone(token, known, terms);
  const { client_id: client, cnf } = payload;
  if (typeof client !== 'string') throw new CredentialRefusal('TOKEN_INVALID');
  const expected = (cnf as Readonly<Record<string, unknown>> | undefined)?.['x5t#S256'];
  if (certificate === undefined || certificate !== expected) throw new CredentialRefusal('CERTIFICATE_MISMATCH');
  return { claims: { ...payload, client_id: client }, proof: undefined };
}

/** A token by itself, whatever it is bound to. */
async function verifyAlone(
  token: string,
  { server, jwks }: KnownIssuer,
  { audience, now }: TokenTerms,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keysOf(jwks), {
    issuer: server.issuer,
    audience,
    algorithms: [...ALGORITHMS],
    typ: 'at+jwt',
    requiredClaims: REQUIRED_CLAIMS,
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(now()),
  });
  return payload;
}

const imported = new WeakMap<KnownIssuer['jwks'], ReturnType<typeof createLocalJWKSet>>();

/** The keys, imported once for as long as they are the issuer's. */
function keysOf(jwks: KnownIssuer['jwks']): ReturnType<typeof createLocalJWKSet> {
  const kept = imported.get(jwks) ?? createLocalJWKSet({ keys: [...jwks.keys] });
  imported.set(jwks, kept);
  return kept;
}

/** Why a token was refused: it does not hold by itself, or what came with it does not fit it. */
async function problemOf(
  { token }: PresentedToken,
  known: KnownIssuer,
  terms: TokenTerms,
): Promise<'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'PROOF_INVALID'> {
  try {
    const { cnf } = await verifyAlone(token, known, terms);
    return cnf === undefined ? 'TOKEN_INVALID' : 'PROOF_INVALID';
  } catch (error) {
    return error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID';
  }
}
