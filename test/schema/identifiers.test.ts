import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as caseNumber from '../../schema/identifiers/case-number.ts';
import * as creditCode from '../../schema/identifiers/credit-code.ts';
import { IdentifierError } from '../../schema/identifiers/errors.ts';
import * as idNumber from '../../schema/identifiers/id-number.ts';
import * as organizationCode from '../../schema/identifiers/organization-code.ts';
import * as registrationNumber from '../../schema/identifiers/registration-number.ts';
import * as taxRegistrationNumber from '../../schema/identifiers/tax-registration-number.ts';
import { creditCodes, exchanges, idNumbers, organizationCodes, registrationNumbers, substitutions } from './numbers.ts';

function errorOf(parse: () => string): IdentifierError {
  try {
    parse();
  } catch (error) {
    if (error instanceof IdentifierError) return error;
    throw error;
  }
  throw new Error('a valid number, where an error was expected');
}

describe('an organisation code', () => {
  it.each([
    ['19220382', '1'],
    ['70846113', '6'],
    ['40000225', '9'],
    ['71093123', 'X'],
    ['MA1B3N1N', '2'],
  ])('of the first eight places %s ends in %s', (first8, check) => {
    expect(organizationCode.checkCharacter(first8)).toBe(check);
    expect(organizationCode.format(organizationCode.parse(`${first8}-${check}`))).toBe(`${first8}-${check}`);
  });

  it('is read with any hyphen, in any width and case', () => {
    for (const text of ['19220382－1', '19220382—1', '１９２２０３８２１', ' 19220382 - 1 ']) {
      expect(organizationCode.parse(text)).toBe('192203821');
    }
    expect(organizationCode.parse('71093123-x')).toBe('71093123X');
  });

  it.each([
    ['19220382', 'LENGTH'],
    ['19220382A', 'FORMAT'],
    ['192203822', 'CHECKSUM'],
    ['000000000', 'COMPONENT'],
  ])('%s is refused as %s', (text, kind) => {
    expect(errorOf(() => organizationCode.parse(text)).kind).toBe(kind);
  });

  it('with a look-alike letter is refused with the code that may be meant', () => {
    expect(errorOf(() => organizationCode.parse('I92203821')).nearMiss).toBe('192203821');
  });

  it('reveals a slip of one digit', () => {
    fc.assert(
      fc.property(organizationCodes, (code) => {
        const ninth = '0123456789X';
        const slips = [...ninth].map((check) => code.slice(0, 8) + check).filter((other) => other !== code);
        expect(slips.filter(organizationCode.isOrganizationCode)).toEqual([]);
      }),
    );
  });
});

describe('a registration number', () => {
  it.each([
    ['31023000171614', '6'],
    ['31023000171615', '4'],
    ['11010800000001', '6'],
    ['33020300003063', '9'],
  ])('of the first 14 digits %s ends in %s', (first14, check) => {
    expect(registrationNumber.checkDigit(first14)).toBe(check);
    expect(registrationNumber.parse(first14 + check)).toBe(first14 + check);
  });

  it('from before 2007 has 13 digits and no check', () => {
    expect(registrationNumber.parse('4201001101234')).toBe('4201001101234');
  });

  it.each([
    ['31023000171614', 'LENGTH'],
    ['31023000171614A', 'FORMAT'],
    ['310230001716145', 'CHECKSUM'],
    ['000000000000000', 'COMPONENT'],
    ['0000000000000', 'COMPONENT'],
  ])('%s is refused as %s', (text, kind) => {
    expect(errorOf(() => registrationNumber.parse(text)).kind).toBe(kind);
  });

  it('with a letter for a digit is refused with the number that may be meant', () => {
    expect(errorOf(() => registrationNumber.parse('3102300O1716146')).nearMiss).toBe('310230001716146');
  });

  it('of 15 digits reveals every substitution', () => {
    fc.assert(
      fc.property(registrationNumbers, (number) => {
        expect(substitutions(number, '0123456789').filter(registrationNumber.isRegistrationNumber)).toEqual([]);
      }),
    );
  });
});

describe('a tax registration number', () => {
  it('is a region and an organisation code', () => {
    expect(taxRegistrationNumber.parse('440300192203821')).toBe('440300192203821');
    expect(errorOf(() => taxRegistrationNumber.parse('440300192203822')).kind).toBe('CHECKSUM');
    expect(errorOf(() => taxRegistrationNumber.parse('000000192203821')).kind).toBe('COMPONENT');
  });
});

describe('an ID number', () => {
  it('is the example of the standard, also with a small x', () => {
    expect(idNumber.parse('11010519491231002x')).toBe('11010519491231002X');
  });

  it.each([
    ['1101051949123100', 'LENGTH'],
    ['1101051949123100XX', 'FORMAT'],
    ['110105194902310021', 'COMPONENT'],
    ['980105194912310021', 'COMPONENT'],
    ['110105299912310021', 'COMPONENT'],
    ['110105194912310021', 'CHECKSUM'],
  ])('with a mistake is refused as it should, and never repeated: case %#', (text, kind) => {
    const error = errorOf(() => idNumber.parse(text));
    expect(error.kind).toBe(kind);
    expect(error.message).not.toMatch(/\d{4}/);
  });

  it('reveals every substitution and exchange that leaves a date', () => {
    fc.assert(
      fc.property(idNumbers, (number) => {
        expect(substitutions(number, '0123456789').filter(idNumber.isIdNumber)).toEqual([]);
        expect(exchanges(number).filter(idNumber.isIdNumber)).toEqual([]);
      }),
    );
  });
});

describe('a case number', () => {
  it.each([
    ['(2019)皖1122执1194号', '（2019）皖1122执1194号'],
    ['（2019）皖1122执恢12号之一', '（2019）皖1122执恢12号之一'],
    ['〔2016〕最高法民终 1 号', '（2016）最高法民终1号'],
    ['(2013)随中执字第00012-1号', '（2013）随中执字第00012-1号'],
    ['（２０２１）鄂１３０３执保３号', '（2021）鄂1303执保3号'],
  ])('%s is printed %s', (text, printed) => {
    const number = caseNumber.parse(text);
    expect(caseNumber.format(number)).toBe(printed);
    expect(caseNumber.parse(printed)).toBe(number);
  });

  it.each([
    ['2019皖1122执1194号', 'FORMAT'],
    ['（2019）皖1122执1194', 'FORMAT'],
    ['（1019）皖1122执1194号', 'COMPONENT'],
    [`（2019）皖1122执${'1'.repeat(60)}号`, 'LENGTH'],
  ])('%s is refused as %s', (text, kind) => {
    expect(errorOf(() => caseNumber.parse(text)).kind).toBe(kind);
    expect(caseNumber.isCaseNumber(text)).toBe(false);
  });
});

describe('every number', () => {
  const modules = [
    { name: 'credit code', ...creditCode, is: creditCode.isCreditCode, valid: creditCodes },
    {
      name: 'organisation code',
      ...organizationCode,
      is: organizationCode.isOrganizationCode,
      valid: organizationCodes,
    },
    {
      name: 'registration number',
      ...registrationNumber,
      is: registrationNumber.isRegistrationNumber,
      valid: registrationNumbers,
    },
    { name: 'ID number', ...idNumber, is: idNumber.isIdNumber, valid: idNumbers },
  ];
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'0123456789OISZABX-－　\u200B１Ｘx'), minLength: 9, maxLength: 18 }),
    ...modules.map((module): fc.Arbitrary<string> => module.valid),
  );

  it.each(modules)('compacted twice is the same as compacted once: $name', ({ compact }) => {
    fc.assert(fc.property(texts, (text) => compact(compact(text)) === compact(text)));
  });

  it.each(modules)(
    'is valid exactly when it parses, and parsing fails only in the four ways: $name',
    ({ parse, is }) => {
      fc.assert(
        fc.property(texts, (text) => {
          if (is(text)) expect(is(parse(text))).toBe(true);
          else expect(errorOf(() => parse(text)).kind).toMatch(/^(FORMAT|LENGTH|CHECKSUM|COMPONENT)$/);
        }),
      );
    },
  );

  it('reads back from print as itself', () => {
    fc.assert(fc.property(organizationCodes, (code) => organizationCode.parse(organizationCode.format(code)) === code));
    fc.assert(
      fc.property(
        registrationNumbers,
        (number) => registrationNumber.parse(registrationNumber.format(number)) === number,
      ),
    );
    fc.assert(fc.property(idNumbers, (number) => idNumber.parse(idNumber.format(number)) === number));
  });
});
