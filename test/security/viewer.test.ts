import { beforeEach, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { testCity } from '../support/city.ts';

const city = await testCity();
let caller: Caller = ANONYMOUS;
const ask = await city.another({ identify: async () => caller });

beforeEach(() => {
  caller = ANONYMOUS;
});

const VIEWER = `{ viewer { role client organization { name } department ownSubject { id name } purpose { code label stage basis }
  purposes { code } access { level { code label } extent missing } limits { pointsPerQuestion pointsPerDay remaining resetsIn } } }`;

async function viewer(as: Partial<Caller>, purpose?: string) {
  caller = { ...ANONYMOUS, ...as };
  const { data, errors } = await ask(VIEWER, {}, purpose === undefined ? {} : { 'credit-purpose': purpose });
  expect(errors).toEqual([]);
  return data.viewer;
}

const extents = ({ access }: { access: { level: { code: string }; extent: string; missing: string | null }[] }) =>
  access.map(({ level, extent, missing }) => [level.code, extent, missing]);

describe('Query.viewer', () => {
  it('tells anybody that the public part is open, and of nothing else', async () => {
    const told = await viewer({});
    expect(told).toMatchObject({ role: 'ANONYMOUS', client: null, organization: null, purpose: null, purposes: [] });
    expect(extents(told)).toEqual([
      ['PUBLIC', 'ALL', null],
      ['AUTHORIZED', 'NONE', null],
      ['GOVERNMENT', 'NONE', null],
      ['CONFIDENTIAL', 'NONE', null],
      ['LISTED_PERSON', 'ALL', null],
      ['PERSONAL', 'NONE', null],
    ]);
    expect(told.limits).toMatchObject({ pointsPerQuestion: 15_000, remaining: null });
  });

  it('tells a department what a purpose opens, and what its own records are to it', async () => {
    const tax = {
      role: 'DEPARTMENT',
      client: 'tax',
      department: 'tax',
      organisation: { name: '税务局', creditCode: null },
    } as const;
    const purpose = '须以请求头 Credit-Purpose 注明已登记的应用事项。';
    const before = await viewer(tax);
    expect(extents(before)).toEqual([
      ['PUBLIC', 'ALL', null],
      ['AUTHORIZED', 'NONE', purpose],
      ['GOVERNMENT', 'NONE', purpose],
      ['CONFIDENTIAL', 'NONE', purpose],
      ['LISTED_PERSON', 'ALL', null],
      ['PERSONAL', 'NONE', purpose],
    ]);
    expect(before.purposes.map(({ code }: { code: string }) => code)).toContain('SUPERVISION');
    const told = await viewer(tax, 'SUPERVISION');
    expect(told).toMatchObject({
      organization: { name: '税务局' },
      purpose: { code: 'SUPERVISION', label: '日常监管' },
    });
    expect(extents(told)).toEqual([
      ['PUBLIC', 'ALL', null],
      ['AUTHORIZED', 'ALL', null],
      ['GOVERNMENT', 'ALL', null],
      ['CONFIDENTIAL', 'OWN_DEPARTMENT', null],
      ['LISTED_PERSON', 'ALL', null],
      ['PERSONAL', 'NONE', '须以依法涉及自然人的应用事项为用途。'],
    ]);
    const reviewing = await viewer(tax, 'PRACTITIONER_REVIEW');
    expect(extents(reviewing)[5]).toEqual(['PERSONAL', 'ALL', null]);
  });

  it('tells nothing of persons to analysts and banks', async () => {
    for (const role of ['ANALYST', 'BANK'] as const) {
      const told = extents(await viewer({ role, client: 'somebody' })).filter(([level]) =>
        String(level).includes('PERSON'),
      );
      expect(told).toEqual([
        ['LISTED_PERSON', 'NONE', null],
        ['PERSONAL', 'NONE', null],
      ]);
    }
  });

  it('tells a subject of its own file, and who has not proven the name what is missing', async () => {
    expect(extents(await viewer({ role: 'SUBJECT', client: 'app' }))[1]).toEqual([
      'AUTHORIZED',
      'NONE',
      '须持实名认证的凭证。',
    ]);
    const told = await viewer({ role: 'SUBJECT', client: 'app', ownSubject: '91990103MA2N7K1R10' });
    expect(told.ownSubject.id).toBe('91990103MA2N7K1R10');
    expect(extents(told)[1]).toEqual(['AUTHORIZED', 'OWN_FILE', null]);
  });

  it.each([
    ['that is not registered', 'CURIOSITY', 'DEPARTMENT'],
    ['that is another role’s', 'PRE_LOAN_REVIEW', 'DEPARTMENT'],
    ['that looks like an ID number', '11010519491231002X', 'AUDITOR'],
  ] as const)('refuses a purpose %s, and names those that may be given', async (_what, purpose, role) => {
    caller = { ...ANONYMOUS, role, client: 'somebody' };
    const { status, errors, text } = await ask(VIEWER, {}, { 'credit-purpose': purpose });
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'Credit-Purpose' } }]);
    expect(errors[0]?.message).toContain(role === 'AUDITOR' ? 'AUDIT_INSPECTION' : 'SUPERVISION');
    expect(text).not.toContain(purpose);
  });
});
