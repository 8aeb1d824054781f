import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** A place in a list: the values it is ordered by and the id that settles ties. */
export type Place = readonly string[];

/** Makes and opens cursors. Sealed: a caller can neither read one nor make one, nor use it in another list. */
export interface CursorSeal {
  seal(place: Place, binding: string): string;
  /** Undefined for what was not sealed here, or was sealed for another list, filter, instant or view. */
  open(cursor: string, binding: string): Place | undefined;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM; the nonce is a keyed hash of what is sealed, so that equal answers stay equal byte for byte and no
 * nonce serves two places. `binding` is authenticated and not carried.
 */
export function cursorSeal(key: Buffer): CursorSeal {
  const nonceOf = (plain: Buffer, binding: string): Buffer =>
    createHmac('sha256', key).update(binding).update('\0').update(plain).digest().subarray(0, NONCE_BYTES);
  return {
    seal(place, binding) {
      const plain = Buffer.from(JSON.stringify(place));
      const nonce = nonceOf(plain, binding);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    open(cursor, binding) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.length > 1024) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(binding))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
        return JSON.parse(plain.toString('utf8')) as Place;
      } catch {
        return undefined;
      }
    },
  };
}
