import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import { derive } from '../secrets.ts';

/** The keys under which natural persons' numbers are kept; every importer of an installation has the same. */
export interface PersonKeys {
  /** Tells one city's keys from another's and opens nothing. */
  readonly id: string;
  /** Of the hash by which a number is found again. */
  readonly lookUp: Buffer;
  /** Of hashes that tell whether two numbers are one person's, and by which nobody is found (comparison.ts). */
  readonly comparing: Buffer;
  /** Of the keys of single persons: without it none of them opens anything. */
  readonly wrapping: Buffer;
}

/** A personal number as it may leave the process that read it, and as it is stored. */
export interface SealedNumber {
  readonly type: PersonalNumber['type'];
  /** Whose keys it was sealed with (`PersonKeys.id`). */
  readonly keyId: string;
  /** HMAC-SHA256, base64url: the same number has the same hash, and the hash tells no number without the key. */
  readonly hash: string;
  /** The number under the person's own key (AES-256-GCM: nonce, ciphertext, tag; base64url). */
  readonly sealedNumber: string;
  /** That key under the installation's (likewise): destroyed with its row, it leaves nothing that could be opened. */
  readonly sealedKey: string;
}

export function personKeys(secret: Uint8Array): PersonKeys {
  return {
    id: derive(secret, 'persons:id', 9).toString('base64url'),
    lookUp: derive(secret, 'persons:look-up'),
    comparing: derive(secret, 'persons:comparing'),
    wrapping: derive(secret, 'persons:wrapping'),
  };
}

/** The hash by which a personal number is looked up. */
export function lookUpHash({ type, value }: PersonalNumber, keys: Pick<PersonKeys, 'lookUp'>): string {
  return createHmac('sha256', keys.lookUp).update(`${type} ${value}`).digest('base64url');
}

/** Seals a personal number under a new key of its own. */
export function seal(number: PersonalNumber, keys: PersonKeys): SealedNumber {
  const key = randomBytes(32);
  const hash = lookUpHash(number, keys);
  return {
    type: number.type,
    keyId: keys.id,
    hash,
    sealedNumber: encrypt(Buffer.from(number.value), key, hash),
    sealedKey: encrypt(key, keys.wrapping, hash),
  };
}

/** Opens a sealed number. @throws Error when a part of it is another's, or was changed, or the key is not the installation's. */
export function open(
  { type, hash, sealedNumber, sealedKey }: Omit<SealedNumber, 'keyId'>,
  keys: PersonKeys,
): PersonalNumber {
  const key = decrypt(sealedKey, keys.wrapping, hash);
  return { type, value: decrypt(sealedNumber, key, hash).toString() };
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bound to the hash of the number, so that no part of one person's row opens within another's. */
function encrypt(content: Buffer, key: Buffer, owner: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

function decrypt(text: string, key: Buffer, owner: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(-TAG_BYTES)];
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner)).setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
