import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Keeps values in cookies: nobody else can read or make one. */
export interface CookieSeal {
  seal(value: object, purpose: string): string;
  /** Undefined for what was not sealed here for this purpose. */
  open(text: string | undefined, purpose: string): Readonly<Record<string, unknown>> | undefined;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function cookieSeal(key: Buffer): CookieSeal {
  return {
    seal(value, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const content = Buffer.from(JSON.stringify(value));
      return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    open(text, purpose) {
      const bytes = Buffer.from(text ?? '', 'base64url');
      if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.length > 4_096) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(purpose))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
        return JSON.parse(plain.toString()) as Readonly<Record<string, unknown>>;
      } catch {
        return undefined;
      }
    },
  };
}

/** The cookie of a name, as a request carries it. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** No script reads it, no other site's request carries it, and it is sent to our own pages alone. */
export function setCookie(name: string, value: string, seconds: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : '';
  return `${name}=${value}; Path=/authorizations; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
