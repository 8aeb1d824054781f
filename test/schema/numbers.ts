import fc from 'fast-check';
import { table } from '../../schema/codes/index.ts';
import * as creditCode from '../../schema/identifiers/credit-code.ts';
import * as idNumber from '../../schema/identifiers/id-number.ts';
import * as organizationCode from '../../schema/identifiers/organization-code.ts';
import * as registrationNumber from '../../schema/identifiers/registration-number.ts';

/** Made-up numbers whose check digits fit, for properties. */

export const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

const regions = table('regions')
  .rows.filter((row) => row.extra.level !== 'NATION' && /^\d{6}$/.test(row.code))
  .map((row) => row.code);
const region = fc.constantFrom(...regions);
const sequence = (length: number) => digits('0123456789', length);

export const organizationCodes = digits('0123456789ABCDEFGHJKLMNPQRTUWXY', 8)
  .filter((eight) => !/^(.)\1{7}/.test(eight))
  .map((eight) => organizationCode.parse(eight + organizationCode.checkCharacter(eight)));

export const creditCodes = fc
  .tuple(fc.constantFrom(...table('credit-code-kinds').rows.map((row) => row.code)), region, organizationCodes)
  .map((parts) => parts.join(''))
  .map((first17) => creditCode.parse(`${first17}${creditCode.checkCharacter(first17)}`));

export const registrationNumbers = fc
  .tuple(region, sequence(8))
  .map((parts) => parts.join(''))
  .map((first14) => registrationNumber.parse(first14 + registrationNumber.checkDigit(first14)));

const birthDates = fc
  .date({ min: new Date('1930-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));

export const idNumbers = fc
  .tuple(region, birthDates, sequence(3))
  .map((parts) => parts.join(''))
  .map((first17) => idNumber.parse(first17 + idNumber.checkCharacter(first17)));

export const legacyIdNumbers = fc
  .tuple(
    region,
    birthDates.filter((date) => date.startsWith('19')),
    sequence(3),
  )
  .map(([place, date, rest]) => place + date.slice(2) + rest);

/** Every text that differs from the given one in a single place. */
export function substitutions(text: string, alphabet: string): readonly string[] {
  return [...text].flatMap((original, at) =>
    [...alphabet].filter((other) => other !== original).map((other) => text.slice(0, at) + other + text.slice(at + 1)),
  );
}

/** Every text with two unequal neighbours exchanged. */
export function exchanges(text: string): readonly string[] {
  return [...text.slice(1)].flatMap((second, at) =>
    second === text.charAt(at) ? [] : [text.slice(0, at) + second + text.charAt(at) + text.slice(at + 2)],
  );
}

function digits(alphabet: string, length: number) {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
}
