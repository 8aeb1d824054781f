import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { canonical } from './canonical.ts';

/** Signature algorithms: EdDSA over Ed25519 (RFC 8037), and SM2 with SM3 (GB/T 32918, which JOSE has no registered name for). */
export const SIGNATURES = ['ed25519', 'sm2'] as const;
export type SignatureName = (typeof SIGNATURES)[number];

/** A public key as it is published (RFC 7517); its `kid` is its thumbprint (RFC 7638). */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string | undefined;
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
}

/** Who vouches for heads and receipts: one key. */
export interface Signer {
  readonly jwk: PublicJwk;
  /** The signature of a text in UTF-8, base64url. */
  sign(text: string): string;
}

export function generatedKey(name: SignatureName): KeyObject {
  const { privateKey } =
    name === 'sm2' ? generateKeyPairSync('ec', { namedCurve: 'SM2' }) : generateKeyPairSync('ed25519');
  // A key of this curve signs by SM2, and not by ECDSA, only once OpenSSL has read it from its encoding.
  return privateKeyIn(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
}

export function signerWith(privateKey: KeyObject): Signer {
  const jwk = publicJwkOf(privateKey);
  const hash = hashFor(jwk);
  return { jwk, sign: (text) => sign(hash, Buffer.from(text), privateKey).toString('base64url') };
}

/** Whether a text was signed with the private part of this key. */
export function isSignedBy(jwk: PublicJwk, text: string, signature: string): boolean {
  try {
    return verify(hashFor(jwk), Buffer.from(text), keyOf(jwk), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** A payload and its signature as a compact JWS (RFC 7515). */
export function jws(payload: object, type: string, signer: Signer): string {
  const text = signedText(payload, type, signer.jwk);
  return `${text}.${signer.sign(text)}`;
}

/** What of a JWS is signed: header and payload, each in its one form, so that it can be made again from what is kept. */
export function signedText(payload: object, type: string, { alg, kid }: Pick<PublicJwk, 'alg' | 'kid'>): string {
  return [{ alg, kid, typ: type }, payload].map((part) => Buffer.from(canonical(part)).toString('base64url')).join('.');
}

/** The payload of a JWS of this type that one of the keys signed; undefined for anything else. */
export function openedJws(text: string, type: string, keys: readonly PublicJwk[]): Record<string, unknown> | undefined {
  try {
    const [head = '', body = '', signature = ''] = text.split('.');
    const read = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    const { alg, kid, typ } = read(head);
    const key = keys.find((one) => one.kid === kid && one.alg === alg);
    return key && typ === type && isSignedBy(key, `${head}.${body}`, signature) ? read(body) : undefined;
  } catch {
    return undefined;
  }
}

const SM2_POINT_BYTES = 64;

function publicJwkOf(privateKey: KeyObject): PublicJwk {
  const publicKey = createPublicKey(privateKey);
  if (publicKey.asymmetricKeyType === 'ed25519') {
    const { x = '' } = publicKey.export({ format: 'jwk' });
    const needed = { crv: 'Ed25519', kty: 'OKP', x };
    return { ...needed, kid: thumbprint(needed), alg: 'EdDSA', use: 'sig' };
  }
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-SM2_POINT_BYTES);
  const [x, y] = [point.subarray(0, 32).toString('base64url'), point.subarray(32).toString('base64url')];
  const needed = { crv: 'SM2', kty: 'EC', x, y };
  return { ...needed, kid: thumbprint(needed), alg: 'SM2', use: 'sig' };
}

function thumbprint(members: object): string {
  return createHash('sha256').update(canonical(members)).digest('base64url');
}

function hashFor({ alg }: Pick<PublicJwk, 'alg'>): string | null {
  return alg === 'SM2' ? 'sm3' : null;
}

/** SubjectPublicKeyInfo of an SM2 key up to its point (RFC 8998): Node reads no JWK of that curve. */
const SM2_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d03420004', 'hex');

function keyOf({ kty, crv, x, y = '' }: PublicJwk): KeyObject {
  if (crv !== 'SM2') return createPublicKey({ key: { kty, crv, x } as JsonWebKey, format: 'jwk' });
  const point = [x, y].map((part) => Buffer.from(part, 'base64url'));
  return createPublicKey({ key: Buffer.concat([SM2_PREFIX, ...point]), format: 'der', type: 'spki' });
}

export function privateKeyIn(pem: string): KeyObject {
  return createPrivateKey(pem);
}
