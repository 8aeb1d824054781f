import { createECDH, createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { derive } from '../../platform/secrets.ts';
import type { PublicKey } from '../register/credentials.ts';

/** A key pair of the demonstration (P-256, ES256): the same at every start and in every instance of an installation. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly privateJwk: PublicKey & { readonly d: string };
  readonly publicJwk: PublicKey;
}

/** The order of the curve P-256 (FIPS 186-4, D.1.2.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Derived from the installation's secret, so that no key of the demonstration lies anywhere. */
export function derivedKeyPair(secret: Uint8Array, purpose: string): KeyPair {
  // 48 bytes of which the remainder is taken: no scalar is likelier than another in any way that matters (FIPS 186-5, A.2.1).
  const wide = BigInt(`0x${derive(secret, `demonstration key ${purpose}`, 48).toString('hex')}`);
  const scalar = Buffer.from(((wide % (ORDER - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  // RFC 7638: members in this order, nothing else.
  const kid = createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url');
  const publicJwk: PublicKey = { kty: 'EC', crv: 'P-256', x, y, kid, use: 'sig', alg: 'ES256' };
  const privateJwk = { ...publicJwk, d: scalar.toString('base64url') };
  return { privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }), privateJwk, publicJwk };
}
