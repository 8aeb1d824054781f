import { readFileSync } from 'node:fs';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as creditCode from '../../schema/identifiers/credit-code.ts';
import { IdentifierError } from '../../schema/identifiers/errors.ts';
import * as organizationCode from '../../schema/identifiers/organization-code.ts';
import { creditAlphabet, creditCodes, exchanges, substitutions } from './numbers.ts';

interface Vector {
  readonly code: string;
  readonly expected: string;
}
const vectors = parseCsv<Vector>(readFileSync(new URL('credit-code-vectors.csv', import.meta.url), 'utf8'), {
  columns: true,
});

function errorOf(text: string): IdentifierError {
  try {
    creditCode.parse(text);
  } catch (error) {
    if (error instanceof IdentifierError) return error;
    throw error;
  }
  throw new Error('a valid credit code, where an error was expected');
}

describe('a credit code', () => {
  it('has 138 vectors from other validators, 130 of them plainly valid', () => {
    expect(vectors).toHaveLength(138);
    expect(vectors.filter((vector) => vector.expected === 'valid')).toHaveLength(130);
  });

  it.each(vectors.filter((vector) => vector.expected === 'valid'))(
    '$code is valid, and so is its organisation code',
    ({ code }) => {
      const parsed = creditCode.parse(code);
      expect(parsed).toBe(code);
      expect(organizationCode.isOrganizationCode(creditCode.organizationCodeOf(parsed))).toBe(true);
    },
  );

  it.each(vectors.filter((vector) => vector.expected.startsWith('fails the check digit but IS')))(
    '$code fails the check, is known to have been issued, and passes',
    ({ code }) => {
      expect(creditCode.checkCharacter(code.slice(0, 17))).not.toBe(code.at(17));
      expect(creditCode.isKnownException(code)).toBe(true);
      expect(creditCode.parse(code)).toBe(code);
    },
  );

  it.each([
    ['111000000000116156', 'CHECKSUM'],
    ['91110000600037341N', 'CHECKSUM'],
    ['9111000060003IOZSV', 'FORMAT'],
    ['12345', 'LENGTH'],
    ['123-45-6789', 'LENGTH'],
  ])('the vector %s is refused as %s', (code, kind) => {
    expect(vectors.find((vector) => vector.code === code)?.expected).toMatch(/^invalid/);
    expect(errorOf(code).kind).toBe(kind);
  });

  it('has no vector that no test here covers', () => {
    const covered = /^(valid$|valid after upper-casing$|invalid|fails the check digit but IS)/;
    expect(vectors.filter((vector) => !covered.test(vector.expected))).toEqual([]);
    expect(vectors.filter((vector) => vector.expected.startsWith('invalid'))).toHaveLength(5);
  });

  it('is read in lower case, full width and with blanks', () => {
    expect(creditCode.parse('71310106424845496e')).toBe('71310106424845496E');
    expect(creditCode.parse('　９１４４０３００ １９２２０３８２１６\u200B')).toBe('914403001922038216');
    expect(creditCode.parse('91330282l07196379d')).toBe('91330282L07196379D');
  });

  it.each([
    ['91440300192203821', '6'],
    ['91440300708461136', 'T'],
    ['12100000400002259', 'P'],
    ['91130200699229617', 'X'],
    ['91230500MA1B3N1N2', 'M'],
    ['12100000707137123', 'P'],
    ['12100000400000624', 'D'],
    ['9111000071093123X', 'X'],
  ])('of the first 17 places %s ends in %s', (first17, check) => {
    expect(creditCode.checkCharacter(first17)).toBe(check);
  });

  it.each([
    ['91350100M0001TGQXM', '1'],
    ['91350211M0000XUF46', 'R'],
    ['91350203M0001FUE2P', 'J'],
    ['91350203M0001QAY9B', '9'],
  ])('%s of the Fujian pilots would end in %s', (code, computed) => {
    expect(creditCode.checkCharacter(code.slice(0, 17))).toBe(computed);
    expect(creditCode.isCreditCode(code)).toBe(true);
  });

  it('quoted from memory, fails both checks', () => {
    expect(errorOf('91520000714307865D').kind).toBe('CHECKSUM');
    expect(organizationCode.isOrganizationCode('714307865')).toBe(false);
  });

  it('of a kind that does not exist is a wrong component', () => {
    const error = errorOf('941100006000373413');
    expect(error.kind).toBe('COMPONENT');
    expect(error.message).toContain('94');
  });

  it.each(['000000000000000000', '111111111111111111', '123456789012345678', '999999999999999999'])(
    'is not the placeholder %s',
    (text) => {
      expect(creditCode.isCreditCode(text)).toBe(false);
    },
  );

  it.each([
    ['914403001922038216', 'ENTERPRISE'],
    ['92340602MA2PEL3T3X', 'INDIVIDUAL_BUSINESS'],
    ['12100000400002259P', 'PUBLIC_INSTITUTION'],
    ['71310106424845496E', 'OTHER_ORGANIZATION'],
  ])('%s tells that its subject is of kind %s', (code, kind) => {
    expect(creditCode.kindOf(creditCode.parse(code))).toBe(kind);
  });

  it('tells the region of first registration, also an abolished one', () => {
    expect(creditCode.registrationRegionOf(creditCode.parse('914403001922038216'))).toBe('440300');
  });

  it('with a letter for a digit is refused with the code that may be meant', () => {
    const error = errorOf('9144O3001922O38216');
    expect([error.kind, error.nearMiss]).toEqual(['FORMAT', '914403001922038216']);
    expect(error.message).toContain('第5位');
    expect(error.message).toContain('“914403001922038216”');
  });

  it('with look-alikes that do not make it valid is refused without a hint', () => {
    expect(errorOf('9111000060003IOZSV').nearMiss).toBeUndefined();
  });

  it('that fails the check and reads as an ID number is not repeated', () => {
    const error = errorOf('131102198001011234');
    expect(error.kind).toBe('CHECKSUM');
    expect(error.message).not.toMatch(/\d{4}/);
    expect(error.nearMiss).toBeUndefined();
  });

  it('with neighbours exchanged, or with a wrong last character, carries a hint only if there is one candidate', () => {
    expect(errorOf('914403001922038261').nearMiss).toBe('914403001922038216');
    expect(errorOf('91110000600037341N').nearMiss).toBe('91110000600037341L');
    expect(errorOf('914403001922038217').nearMiss).toBeUndefined();
  });
});

describe('for every credit code', () => {
  it('any single substitution is detected', () => {
    fc.assert(
      fc.property(creditCodes, (code) => {
        expect(substitutions(code, creditAlphabet).filter(creditCode.isCreditCode)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('any exchange of neighbours is detected', () => {
    fc.assert(
      fc.property(creditCodes, (code) => {
        expect(exchanges(code).filter(creditCode.isCreditCode)).toEqual([]);
      }),
    );
  });

  it('what is printed reads back as itself', () => {
    fc.assert(fc.property(creditCodes, (code) => creditCode.parse(creditCode.format(code)) === code));
  });

  it('the kind is known, and a hint is itself valid', () => {
    fc.assert(
      fc.property(creditCodes, fc.nat(16), (code, at) => {
        expect(creditCode.kindOf(code)).toMatch(/^[A-Z_]+$/);
        const swapped = exchanges(code)[at];
        if (swapped === undefined) return;
        const hint = errorOf(swapped).nearMiss;
        if (hint !== undefined) expect(creditCode.isCreditCode(hint)).toBe(true);
      }),
    );
  });
});
