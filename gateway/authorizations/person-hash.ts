import { createHmac } from 'node:crypto';
import { derive } from '../../platform/secrets.ts';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';

/** The keyed hash under which a person who decides for companies is known here: it tells no number, and no other hash of it. */
export function personHasher(secret: Uint8Array): (number: PersonalNumber) => string {
  const key = derive(secret, 'authorizations:persons');
  return ({ type, value }) => createHmac('sha256', key).update(`${type} ${value}`).digest('base64url');
}
