import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../gateway/audit/canonical.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import { STANDINGS } from '../security/standings.ts';
import { ownerOf, viewerAs } from '../support/viewers.ts';

const SUBJECT = '91990102MA2N7K1R10';
const TRACED = new Set([
  'BANK+GRANT',
  'BANK+GRANT OTHER',
  'SUBJECT OTHER',
  'SUBJECT OWN',
  'DEPARTMENT OTHER+PURPOSE',
  'DEPARTMENT OWN+PURPOSE',
  'DEPARTMENT OTHER+PERSONS',
  'DEPARTMENT OWN+PERSONS',
  'CREDIT_OFFICE+PURPOSE',
  'CREDIT_OFFICE OWN+PURPOSE',
  'AUDITOR+PURPOSE',
]);

describe('Who is traced', () => {
  it.each(Object.keys(STANDINGS))('%s', (name) => {
    const asking =
      STANDINGS[name]?.({ department: 'tax', subject: SUBJECT }) ??
      STANDINGS[name]?.({ department: 'credit', subject: SUBJECT });
    if (!asking) throw new Error(`nobody stands as ${name}`);
    const { role, department, ownSubject } = asking.caller;
    const grants = asking.authorization === undefined ? [] : [{ subject: SUBJECT, items: ['tax.arrears'] }];
    const viewer = { ...viewerAs({ role, department, ownSubject, purpose: asking.purpose }), grants };
    expect(seesMoreThanPublic(viewer)).toBe(TRACED.has(name));
  });

  it('is a person in its own file, and a bank with an authorization', () => {
    const grants = [{ subject: SUBJECT, items: ['tax.arrears'] }];
    const bank = { ...viewerAs({ role: 'BANK', purpose: null }), grants };
    expect([seesMoreThanPublic(ownerOf('person-pseudonym')), seesMoreThanPublic(bank)]).toEqual([true, true]);
    expect(seesMoreThanPublic({ ...bank, grants: [] })).toBe(false);
  });
});

/** Its types say that it is a module. */
const formOf = canonicalize as unknown as (value: unknown) => string;

describe('The canonical form', () => {
  it('is that of RFC 8785, 3.2.2 to 3.2.4', () => {
    const given = {
      // biome-ignore lint/correctness/noPrecisionLoss: the number of the RFC's own example
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonical(given)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const sorted = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(canonical(sorted)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('is the library’s of the RFC’s author, of any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(canonical(value)).toBe(formOf(value));
      }),
    );
  });

  it('leaves out what JSON has no place for, and refuses numbers that it cannot hold', () => {
    expect(canonical({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
    expect(() => canonical({ a: Number.NaN })).toThrow('JSON has no such number');
  });
});
