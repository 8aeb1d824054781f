import { createHmac } from 'node:crypto';
import { type ComparingKeys, comparisonHash } from '../../platform/persons/comparison.ts';
import { derive } from '../../platform/secrets.ts';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';

/** The hashes under which somebody whose name was proven is known: to delegations here, and to registrations. */
export interface PersonHashes {
  readonly personHash: string;
  readonly representativeHash: string;
}

/** The keyed hash under which a person who decides for companies is known here: it tells no number, and no other hash of it. */
export function personHasher(secret: Uint8Array): (number: PersonalNumber) => string {
  const key = derive(secret, 'authorizations:persons');
  return ({ type, value }) => createHmac('sha256', key).update(`${type} ${value}`).digest('base64url');
}

export function personHashes(secret: Uint8Array, keys: ComparingKeys): (number: PersonalNumber) => PersonHashes {
  const hashOf = personHasher(secret);
  return (number) => ({ personHash: hashOf(number), representativeHash: comparisonHash(number, keys) });
}
