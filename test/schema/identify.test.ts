import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify, parseAs } from '../../schema/identifiers/index.ts';
import { creditCodes, idNumbers, legacyIdNumbers, organizationCodes, registrationNumbers } from './numbers.ts';

describe('identify', () => {
  it.each([
    ['914403001922038216', 'CREDIT_CODE', '914403001922038216'],
    ['　９１１１００００７１０９３１２３ｘｘ ', 'CREDIT_CODE', '9111000071093123XX'],
    ['310230001716146', 'REGISTRATION_NUMBER', '310230001716146'],
    ['4201001101234', 'REGISTRATION_NUMBER', '4201001101234'],
    ['19220382-1', 'ORGANIZATION_CODE', '192203821'],
    ['71093123x', 'ORGANIZATION_CODE', '71093123X'],
    ['91350100M0001TGQXM', 'CREDIT_CODE', '91350100M0001TGQXM'],
  ])('reads %s as %s', (text, type, value) => {
    expect(identify(text)).toEqual({ type, value });
  });

  it.each([
    ['91110000600037341n', 'CHECKSUM', '91110000600037341N'],
    ['9144O3001922O38216', 'FORMAT', '9144O3001922O38216'],
    ['310230001716145', 'CHECKSUM', '310230001716145'],
    ['192203822', 'CHECKSUM', '192203822'],
    ['12345', 'LENGTH', '12345'],
    ['123-45-6789', 'LENGTH', '123-45-6789'],
    [' \u200B　', 'FORMAT', ''],
    ['9'.repeat(5000), 'LENGTH', '9'.repeat(100)],
  ])('case %#: says that %s is wrong as %s and gives it back compact', (text, kind, value) => {
    const found = identify(text);
    expect(found.problem?.kind).toBe(kind);
    expect(found.value).toBe(value);
  });

  it.each(['', ' ', '-'])('refuses the ID number of the standard, set apart by %j, without repeating it', (gap) => {
    const found = identify(['110105', '19491231', '002X'].join(gap));
    expect(found.problem?.kind).toBe('COMPONENT');
    expect(found.problem?.message).toContain('不接受公民身份号码');
    expect(found.problem?.message).not.toMatch(/\d{4}/);
    expect(found.value).toBe('');
  });

  it.each([
    '1101051949123100',
    '110105194913310022',
    '1101051949123100221',
    '11010519491231002X01',
    'ID11010519491231002X',
    'ID110105491231002',
  ])('repeats no mistyped or embedded ID number: case %#', (text) => {
    const found = identify(text);
    expect(found.problem).toBeDefined();
    expect(found.value).toBe('');
    expect(found.problem?.message).not.toMatch(/491231|491331/);
  });

  it('finds the type of every valid number', () => {
    fc.assert(
      fc.property(creditCodes, (code) => {
        expect(identify(code)).toEqual({ type: 'CREDIT_CODE', value: code });
      }),
    );
    fc.assert(
      fc.property(registrationNumbers, (number) => {
        expect(identify(number)).toEqual({ type: 'REGISTRATION_NUMBER', value: number });
      }),
    );
    fc.assert(
      fc.property(organizationCodes, (code) => {
        expect(identify(code)).toEqual({ type: 'ORGANIZATION_CODE', value: code });
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'0123456789OISZAXY-'), minLength: 9, maxLength: 20 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = identify(text);
        expect(found.problem === undefined).toBe(found.type !== undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('never repeats an ID number, in what is given back, in the message or in the hint', () => {
    fc.assert(
      fc.property(idNumbers, fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), (number, before, after) => {
        const found = identify(before + number + after);
        const said = `${found.value} ${found.problem?.message} ${found.problem?.nearMiss}`;
        expect(found.problem).toBeDefined();
        expect(said.includes(number) || said.includes(number.slice(0, 14))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('repeats a 15-digit ID number only where it is a valid registration number', () => {
    fc.assert(
      fc.property(legacyIdNumbers, (number) => {
        const found = identify(number);
        if (found.type === 'REGISTRATION_NUMBER') return;
        expect(found.value).toBe('');
        expect(found.problem?.message).not.toContain(number);
      }),
    );
  });
});

describe('parseAs', () => {
  it.each([
    ['TAX_REGISTRATION_NUMBER', '440300192203821', 'TAX_REGISTRATION_NUMBER', '440300192203821'],
    ['TAX_REGISTRATION_NUMBER', '914403001922038216', 'CREDIT_CODE', '914403001922038216'],
    ['INSTITUTION_CERTIFICATE_NUMBER', '事证第112000000012号', 'INSTITUTION_CERTIFICATE_NUMBER', '112000000012'],
    ['SOCIAL_ORGANIZATION_NUMBER', '社证字第 4012 号', 'SOCIAL_ORGANIZATION_NUMBER', '社证字第4012号'],
    ['ORGANIZATION_CODE', '19220382-1', 'ORGANIZATION_CODE', '192203821'],
  ] as const)('reads a column of %s: %s', (column, text, type, value) => {
    expect(parseAs(column, text)).toEqual({ type, value });
  });

  it.each([
    ['TAX_REGISTRATION_NUMBER', '440300192203822', 'CHECKSUM'],
    ['INSTITUTION_CERTIFICATE_NUMBER', '1120000000', 'LENGTH'],
    ['INSTITUTION_CERTIFICATE_NUMBER', '11200000001A', 'FORMAT'],
    ['SOCIAL_ORGANIZATION_NUMBER', '无', 'LENGTH'],
    ['SOCIAL_ORGANIZATION_NUMBER', '尚未办理', 'FORMAT'],
    ['CREDIT_CODE', '1', 'LENGTH'],
  ] as const)('refuses in a column of %s the cell %s as %s', (column, text, kind) => {
    expect(parseAs(column, text).problem?.kind).toBe(kind);
  });

  it('refuses an ID number in any column and does not repeat it', () => {
    const columns = ['CREDIT_CODE', 'TAX_REGISTRATION_NUMBER', 'SOCIAL_ORGANIZATION_NUMBER'] as const;
    fc.assert(
      fc.property(idNumbers, fc.constantFrom(...columns), fc.constantFrom('', '01'), (number, column, suffix) => {
        const found = parseAs(column, number + suffix);
        expect(found.problem).toBeDefined();
        expect(found.value).toBe('');
        expect(found.problem?.message).not.toContain(number.slice(0, 14));
      }),
    );
  });
});
