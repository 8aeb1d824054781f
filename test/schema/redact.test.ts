import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { checkCharacter, isIdNumber } from '../../schema/identifiers/id-number.ts';
import { isOrganizationCode } from '../../schema/identifiers/organization-code.ts';
import { hiddenIdNumber, looksLikeIdNumber, withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { creditCodes, idNumbers, legacyIdNumbers, registrationNumbers } from './numbers.ts';

describe('a text without ID numbers', () => {
  it.each([
    ['被执行人张某（11010519491231002X）', `被执行人张某（${hiddenIdNumber}）`],
    ['一一０：11010519491231002x，余', `一一０：${hiddenIdNumber}，余`],
    ['wrong check 110105194912310021', `wrong check ${hiddenIdNumber}`],
    ['full width １１０１０５１９４９１２３１００２Ｘ.', `full width ${hiddenIdNumber}.`],
    ['set apart 110105 19491231 002X.', `set apart ${hiddenIdNumber}.`],
    ['hyphens 110105-19491231-002X', `hyphens ${hiddenIdNumber}`],
    ['zero width 110105\u200B19491231\u200B002X', `zero width ${hiddenIdNumber}`],
    ['15 digits 110105491231002 here', `15 digits ${hiddenIdNumber} here`],
    ['old tax number 11010519491231002X01', `old tax number ${hiddenIdNumber}01`],
    ['older tax number 11010549123100201', `older tax number ${hiddenIdNumber}`],
    ['two 110105194912310021 110105194912310021', `two ${hiddenIdNumber} ${hiddenIdNumber}`],
    [
      'after digits that make up a credit code 13652825193804020005.',
      `after digits that make up a credit code 13${hiddenIdNumber}.`,
    ],
    ['after a digit 936070319401219797X.', `after a digit 9${hiddenIdNumber}.`],
    ['glued A11010519491231002X', `glued A${hiddenIdNumber}`],
  ])('case %#: hides what looks like one', (text, hidden) => {
    expect(withoutIdNumbers(text)).toBe(hidden);
  });

  it.each([
    '914403001922038216',
    '914403001922038216、91440300708461136T 914403001922038216',
    '排污许可证 91130200699229617X001P',
    '914403001922038216001P',
    '注册号 110108000000016',
    '（2019）皖1122执1194号',
    '2018-01-01 12:30:45 至 2099-12-31',
    '电话 0722-3312345 13800000000',
    '110105194913310021',
    '罚款 123456789012345678 元',
    '3423011964****3224',
    '',
  ])('is unchanged where there is none: %s', (text) => {
    expect(withoutIdNumbers(text)).toBe(text);
  });

  it('holds no valid ID number any more, whatever stood around it', () => {
    const around = fc.string({ unit: fc.constantFrom(...'0123456789X 号：A-，。\n'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(around, idNumbers), { minLength: 1, maxLength: 3 }), around, (parts, end) => {
        const text = parts.map(([before, number]) => before + number).join('') + end;
        const hidden = withoutIdNumbers(text);
        expect(hidden).toContain(hiddenIdNumber);
        for (let at = 0; at + 18 <= hidden.length; at++) {
          const window = hidden.slice(at, at + 18);
          expect(/^\d{17}[\dX]$/.test(window) && isIdNumber(window)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds no 15-digit ID number that stands alone', () => {
    fc.assert(fc.property(legacyIdNumbers, (number) => withoutIdNumbers(`号${number}。`) === `号${hiddenIdNumber}。`));
  });

  it('holds none that passes a credit code’s check and names a district’s region, but no organisation', () => {
    // Who was born in the urban area of 滁州 has 341101 19…, in which a credit code has 110119, a district of 北京.
    const both = Array.from({ length: 999 }, (_, sequence) => `34110119500115${String(sequence + 1).padStart(3, '0')}`)
      .map((first17) => first17 + checkCharacter(first17))
      .filter((number) => isCreditCode(number) && !isOrganizationCode(number.slice(8, 17)));
    expect(both.length).toBeGreaterThan(20);
    for (const number of both) {
      expect(withoutIdNumbers(`张某，${number}。`)).toBe(`张某，${hiddenIdNumber}。`);
      expect(looksLikeIdNumber(number)).toBe(true);
    }
  });

  it('still holds every credit code', () => {
    fc.assert(
      fc.property(creditCodes, (code) => withoutIdNumbers(`企业（${code}）`) === `企业（${code}）`),
      { numRuns: 1000 },
    );
  });

  it('still holds every registration number without a date of birth in it', () => {
    fc.assert(
      fc.property(registrationNumbers, (number) => {
        fc.pre(!looksLikeIdNumber(number));
        expect(withoutIdNumbers(number)).toBe(number);
      }),
    );
  });

  it('is the same when it is hidden twice', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), idNumbers, legacyIdNumbers), (text) => {
        expect(withoutIdNumbers(withoutIdNumbers(text))).toBe(withoutIdNumbers(text));
      }),
    );
  });
});

describe('what looks like an ID number', () => {
  it('has a province and a date of birth, in 18 or 15 places', () => {
    expect(looksLikeIdNumber('11010519491231002x')).toBe(true);
    expect(looksLikeIdNumber('110105 1949-12-31 0021')).toBe(true);
    expect(looksLikeIdNumber('110105491231002')).toBe(true);
    expect(looksLikeIdNumber('911156198108030024')).toBe(true);
    expect(looksLikeIdNumber('110105194913310021')).toBe(false);
    expect(looksLikeIdNumber('010105194912310021')).toBe(false);
    expect(looksLikeIdNumber('914403001922038216')).toBe(false);
  });
});
