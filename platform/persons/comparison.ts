import { createHmac } from 'node:crypto';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import type { PersonKeys } from './seal.ts';

/** The keys that comparing takes; between threads they are plain bytes. */
export interface ComparingKeys extends Pick<PersonKeys, 'id'> {
  readonly comparing: Uint8Array;
}

/**
 * A keyed hash of a personal number, by which it can be told that another is the same: `<id of the keys>.<HMAC-SHA256>`. It is
 * another hash than that by which persons are found, so that the two lead from no record of a person to anything else.
 */
export function comparisonHash({ type, value }: PersonalNumber, { id, comparing }: ComparingKeys): string {
  return `${id}.${createHmac('sha256', comparing).update(`${type} ${value}`).digest('base64url')}`;
}
