import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdentifierError } from '../../schema/identifiers/errors.ts';
import * as permitNumber from '../../schema/identifiers/permit-number.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { creditAlphabet, creditCodes, organizationCodes, substitutions } from './numbers.ts';

const EXAMPLE = '91130200699229617X001P';

const counts = fc.integer({ min: 0, max: 999 }).map((count) => String(count).padStart(3, '0'));
const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const ofCreditCodes = fc.tuple(creditCodes, counts, letters).map((parts) => parts.join(''));
const checkLetters = fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ');
const ofOthers = fc
  .tuple(organizationCodes, checkLetters, counts, letters)
  .map(([code, check, count, letter]) => `H9421303${code}${check}${count}${letter}`);

function errorOf(text: string): IdentifierError {
  try {
    permitNumber.parse(text);
  } catch (error) {
    if (error instanceof IdentifierError) return error;
    throw error;
  }
  throw new Error('a valid number, where an error was expected');
}

describe('a permit number', () => {
  it('is the example of the standard, for either of the unit’s places', () => {
    for (const number of [EXAMPLE, '91130200699229617X002P']) {
      expect(permitNumber.format(permitNumber.parse(number))).toBe(number);
      expect(permitNumber.creditCodeOf(permitNumber.parse(number))).toBe('91130200699229617X');
    }
  });

  it('is read in any width and case, with blanks', () => {
    for (const text of [' 91130200699229617x 001p ', '９１１３０２００６９９２２９６１７Ｘ００１Ｐ'])
      expect(permitNumber.parse(text)).toBe(EXAMPLE);
  });

  it('of a unit without a credit code holds its organisation code, or neither', () => {
    const one = permitNumber.parse('H9130200699229617a001P');
    expect([permitNumber.creditCodeOf(one), permitNumber.organizationCodeOf(one)]).toEqual([undefined, '699229617']);
    const neither = permitNumber.parse('H9130200000000012A001P');
    expect([permitNumber.creditCodeOf(neither), permitNumber.organizationCodeOf(neither)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(permitNumber.organizationCodeOf(permitNumber.parse(EXAMPLE))).toBeUndefined();
  });

  it.each([
    ['91130200699229617X', 'LENGTH'],
    ['91130200699229617X001', 'LENGTH'],
    ['91130200699229617X0011', 'FORMAT'],
    ['91130200699229617X00AP', 'FORMAT'],
    ['91130200699229617A001P', 'CHECKSUM'],
    ['98130200699229617X001P', 'COMPONENT'],
    ['91130200699229617V001P', 'FORMAT'],
    ['H9130200699229618A001P', 'CHECKSUM'],
    ['H9000000699229617A001P', 'COMPONENT'],
    ['H9130200699229617O001P', 'FORMAT'],
    ['H91302006992296175001P', 'FORMAT'],
    ['', 'LENGTH'],
  ])('%s is refused as %s', (text, kind) => {
    expect(errorOf(text).kind).toBe(kind);
    expect(permitNumber.isPermitNumber(text)).toBe(false);
  });

  it('with a look-alike letter is refused with the number that may be meant', () => {
    expect(errorOf('9113O200699229617X001P').nearMiss).toBe(EXAMPLE);
    expect(errorOf('91130200699229617X0O1P').nearMiss).toBe(EXAMPLE);
  });

  it('of any credit code, or of any unit without one, is taken and kept as it is', () => {
    fc.assert(
      fc.property(fc.oneof(ofCreditCodes, ofOthers), (number) => {
        expect(permitNumber.isPermitNumber(number)).toBe(true);
        expect(permitNumber.parse(number)).toBe(number);
        expect(permitNumber.parse(number.toLowerCase())).toBe(number);
      }),
    );
  });

  it('reveals every slip within its credit code, unless it makes the number one of a unit without a code', () => {
    fc.assert(
      fc.property(ofCreditCodes, (number) => {
        const slips = substitutions(number.slice(0, 18), creditAlphabet).map((code) => code + number.slice(18));
        expect(slips.filter((slip) => !slip.startsWith('H9') && permitNumber.isPermitNumber(slip))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('never throws but with an IdentifierError, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', minLength: 22, maxLength: 22 })), (text) => {
        expect(permitNumber.isPermitNumber(text)).toBe(false);
        expect(errorOf(text)).toBeInstanceOf(IdentifierError);
      }),
    );
  });

  it('with an ID number in place of the code is refused without repeating it', () => {
    const text = '11010519491231002X001P';
    expect(withoutIdNumbers(text)).not.toContain('19491231');
    expect(errorOf(text).message).not.toMatch(/1949/u);
  });
});
