import { createHash, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type AccessConfig, networks } from '../../platform/access-settings.ts';

/** SHA-256 of the certificate that a caller showed to the proxy before us, base64url (RFC 8705 `x5t#S256`). */
export type ReadCertificate = (request: IncomingMessage) => string | undefined;

/** Believes the header that hands a certificate on from configured proxies alone; from anybody else it is not there. */
export function certificateReader(config: Pick<AccessConfig, 'certificateHeader' | 'trustedProxies'>): ReadCertificate {
  const isTrusted = networks(config.trustedProxies);
  return (request) => {
    if (!isTrusted(request.socket.remoteAddress)) return undefined;
    const given = request.headersDistinct[config.certificateHeader] ?? [];
    return given.length === 1 ? thumbprintOf(given[0] ?? '') : undefined;
  };
}

/**
 * What proxies write into such a header: a thumbprint (hexadecimal, with or without colons; base64url), or the certificate
 * as PEM (percent-encoded, nginx `$ssl_client_escaped_cert`) or as DER in base64 (HAProxy; between colons RFC 9440).
 */
export function thumbprintOf(text: string): string | undefined {
  const value = text.trim();
  if (value.length > 12_000) return undefined;
  const hex = value.replace(/^SHA-?256[=:]/iu, '').replaceAll(':', '');
  if (/^[0-9a-f]{64}$/iu.test(hex)) return Buffer.from(hex, 'hex').toString('base64url');
  if (/^[\w-]{43}$/u.test(value)) return value;
  try {
    const certificate = value.startsWith('-----BEGIN')
      ? decodeURIComponent(value.replaceAll('+', '%2B'))
      : Buffer.from(value.replace(/^:(.*):$/su, '$1'), 'base64');
    return createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  } catch {
    return undefined;
  }
}
