import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose';

/** A public key by which a client is known. */
export type PublicKey = JWK & { readonly kid: string; readonly kty: string };

/** What no public key has (RFC 7518 §6): whoever hands one in has handed in a secret. */
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const MOST_KEYS = 10;

/**
 * The public keys of a JWKS, or of one JWK, as a client hands them in; a key without `kid` is given its thumbprint.
 * @throws Error with a Chinese sentence, which never repeats a part of a key.
 */
export async function publicKeys(text: string): Promise<readonly PublicKey[]> {
  const given = parsed(text);
  const keys: readonly unknown[] = Array.isArray(given?.keys) ? given.keys : given?.kty === undefined ? [] : [given];
  if (keys.length === 0 || keys.length > MOST_KEYS)
    throw new Error(`公钥文件应为 JWKS(形如 {"keys":[…]},1 至 ${MOST_KEYS} 个公钥)或一个 JWK。`);
  return Promise.all(keys.map((key, at) => publicKey(key, at + 1)));
}

async function publicKey(given: unknown, at: number): Promise<PublicKey> {
  if (typeof given !== 'object' || given === null) throw new Error(`第 ${at} 个公钥不是 JSON 对象。`);
  const jwk = given as JWK;
  if (PRIVATE_PARTS.some((part) => part in jwk))
    throw new Error(`第 ${at} 个密钥含有私钥部分:只应提交公钥。私钥已经外泄,请另生成一对密钥。`);
  const algorithm = ALGORITHMS[`${jwk.kty} ${jwk.crv ?? ''}`.trim()];
  if (!algorithm) throw new Error(`第 ${at} 个公钥的类型不受支持:应为 EC P-256、OKP Ed25519 或 RSA(2048 位以上)。`);
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new Error(`第 ${at} 个公钥的 use 应为 sig。`);
  if (jwk.alg !== undefined && !algorithm.includes(jwk.alg))
    throw new Error(`第 ${at} 个公钥的 alg 应为 ${algorithm.join('、')}。`);
  const key = await importJWK(jwk, jwk.alg ?? algorithm[0] ?? '').catch(() => undefined);
  const bits = Buffer.from(jwk.n ?? '', 'base64url').length * 8;
  if (!key || (jwk.kty === 'RSA' && bits < 2048))
    throw new Error(`第 ${at} 个公钥不可用:内容不完整,或 RSA 不足 2048 位。`);
  const kid = typeof jwk.kid === 'string' && jwk.kid !== '' ? jwk.kid : await calculateJwkThumbprint(jwk);
  const { kty = '', crv, x, y, n, e, alg } = jwk;
  const parts = { kty, crv, x, y, n, e, alg };
  return {
    ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)),
    kty,
    kid,
    use: 'sig',
  };
}

const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'EC P-256': ['ES256'],
  'OKP Ed25519': ['EdDSA', 'Ed25519'],
  RSA: ['PS256', 'RS256'],
};

function parsed(text: string): { readonly keys?: unknown; readonly kty?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A new secret: 256 random bits, so that one plain hash of it gives nothing away. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Whether a secret is the one of any of these hashes; how long it takes does not tell which. */
export function isSecretOf(secret: string, hashes: readonly string[]): boolean {
  const given = Buffer.from(secretHash(secret));
  return hashes.filter((hash) => hash.length === given.length && timingSafeEqual(given, Buffer.from(hash))).length > 0;
}
