import type { SigningKeys } from '../../gateway/audit/key-file.ts';
import { privateKeyIn, signerWith } from '../../gateway/audit/signing.ts';

// RFC 8032, 7.1, TEST 1, in the encoding of RFC 8410.
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
const current = signerWith(
  privateKeyIn(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`),
);

/** Keys that are the same at every run: everybody knows them. */
export const fixedKeys = (): SigningKeys => ({ current, published: [current.jwk] });
