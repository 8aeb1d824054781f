import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JWK } from 'jose';

/** Somebody who signs tokens, also with a header that no library would write. */
export interface Signer {
  readonly algorithm: 'ES256' | 'RS256' | 'EdDSA';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: JWK & { readonly kid: string };
}

export function signer(algorithm: Signer['algorithm'], kid: string): Signer {
  const { privateKey, publicKey } = MAKE[algorithm]();
  return {
    algorithm,
    privateKey,
    publicKey,
    publicJwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, use: 'sig' },
  };
}

const MAKE = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

/**
 * A token that is right (RFC 9068, client `bank`, five minutes) but for these members of its header and claims; one that is
 * undefined is left out. Signed as the header says where the key can do that, with HS256 under the public key's text.
 */
export function signed(by: Signer, header: Record<string, unknown>, claims: Record<string, unknown>): string {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 300 };
  const body = { sub: 'bank', client_id: 'bank', jti: 'one', aud: 'credit-graph', ...times, ...claims };
  const head = { alg: by.algorithm, typ: 'at+jwt', kid: by.publicJwk.kid, ...header };
  const text = [head, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signatureOf(by, head.alg, text).toString('base64url')}`;
}

function signatureOf({ algorithm, privateKey, publicKey }: Signer, alg: unknown, text: string): Buffer {
  if (alg === 'none') return Buffer.alloc(0);
  if (alg === 'HS256')
    return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(text)
      .digest();
  const bytes = Buffer.from(text);
  if (algorithm === 'EdDSA') return sign(null, bytes, privateKey);
  if (algorithm === 'ES256') return sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return alg === 'PS256'
    ? sign('sha256', bytes, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    : sign('sha256', bytes, privateKey);
}
