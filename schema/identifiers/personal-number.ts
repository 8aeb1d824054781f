import { compactText } from './compact-text.ts';
import { checkCharacter, isIdNumber } from './id-number.ts';
import { hasLegacyIdShape } from './id-shape.ts';

/**
 * A number that is a natural person's: the ID number itself (公民身份号码), or a sole trader's old tax number, which was that
 * number with or without two more digits. Nothing that leaves this process may hold `value`: see platform/persons/seal.ts.
 */
export interface PersonalNumber {
  readonly type: 'ID_NUMBER' | 'TAX_REGISTRATION_NUMBER';
  /** An ID number in 18 places; a tax number as it was given, compact. */
  readonly value: string;
}

/** The ID number that a text is, one of 15 places as the 18 that it became (GB 11643-1999); undefined for anything else. */
export function idNumberIn(text: string): PersonalNumber | undefined {
  const value = inFull(compactText(text));
  return value === undefined ? undefined : { type: 'ID_NUMBER', value };
}

/** A sole trader's tax number that is built on an ID number: 15, 17, 18 or 20 places; undefined for anything else. */
export function personalTaxNumberIn(text: string): PersonalNumber | undefined {
  const value = compactText(text);
  return idNumberWithin({ value }) && { type: 'TAX_REGISTRATION_NUMBER', value };
}

/** The ID number itself, also where a tax number is built on it. */
export function idNumberWithin({ value }: Pick<PersonalNumber, 'value'>): PersonalNumber | undefined {
  return idNumberIn([17, 20].includes(value.length) && /\d{2}$/.test(value) ? value.slice(0, -2) : value);
}

function inFull(number: string): string | undefined {
  if (isIdNumber(number)) return number;
  if (!hasLegacyIdShape(number)) return undefined;
  const first17 = `${number.slice(0, 6)}19${number.slice(6)}`;
  return first17 + checkCharacter(first17);
}

/**
 * How an ID number is shown where a statute orders it: `FIRST_10_LAST_4` as on the court's list of dishonest debtors
 * (3423011964****3224), `WITHOUT_BIRTH_DATE` as for major tax violations (420106********1234), `NONE` not at all.
 */
export type IdNumberMask = 'FIRST_10_LAST_4' | 'WITHOUT_BIRTH_DATE' | 'NONE';

export function isIdNumberMask(text: string): text is IdNumberMask {
  return ['FIRST_10_LAST_4', 'WITHOUT_BIRTH_DATE', 'NONE'].includes(text);
}

/** The ID number with what the statute hides as stars; null for what is shown not at all or is no ID number. */
export function maskedIdNumber({ type, value }: PersonalNumber, mask: IdNumberMask): string | null {
  if (type !== 'ID_NUMBER' || mask === 'NONE') return null;
  return mask === 'FIRST_10_LAST_4'
    ? `${value.slice(0, 10)}****${value.slice(14)}`
    : `${value.slice(0, 6)}********${value.slice(14)}`;
}
