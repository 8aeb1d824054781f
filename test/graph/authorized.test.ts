import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import {
  askingAs,
  authorized,
  companyOf,
  DECLINE,
  GRANT,
  HILL_BANK,
  namedBy,
  newKey,
  REQUEST,
  REVOKE,
  RIVER_BANK,
  registerLenders,
} from '../support/lending.ts';
import { codeOf, csv, RATINGS, subjectsFile } from './files.ts';

// A story of two banks and a company: asked, declined, asked again, granted, looked at, taken back.

const [MILL, MILL_CODE] = ['云泽水车造纸有限公司', codeOf(61)];
const [WELL, WELL_CODE] = ['云泽古井食品有限公司', codeOf(62)];
const OFFICE = '云泽市税务局';
const BILLS = '纳税人名称,纳税人识别号,税款所属期,税种,应缴税额(万元),实缴税额(元),主管税务机关,缴款日期';

const city = await testCity();
await city.take(
  'credit.subject',
  subjectsFile([
    [MILL, MILL_CODE],
    [WELL, WELL_CODE],
  ]),
);
const months = ['01', '02', '03', '04', '05'];
await city.take(
  'tax.payment',
  csv(
    BILLS,
    ...[MILL, WELL].flatMap((name, at) =>
      months.map((month) => [
        name,
        [MILL_CODE, WELL_CODE][at] ?? '',
        `2026-${month}`,
        '增值税',
        '1',
        '10000',
        OFFICE,
        '',
      ]),
    ),
  ),
);
await city.take(
  'tax.credit-rating',
  csv(
    RATINGS,
    [MILL, MILL_CODE, '2024', 'A', OFFICE],
    [MILL, MILL_CODE, '2025', 'C', OFFICE],
    [WELL, WELL_CODE, '2025', 'C', OFFICE],
  ),
);
await city.followed();
await registerLenders(city);
const identify = namedBy({
  river: RIVER_BANK,
  hill: HILL_BANK,
  mill: companyOf(MILL_CODE),
  well: companyOf(WELL_CODE),
});
const askAs = askingAs(await city.another({ identify }));

const TAX = `query Tax($code: String!, $after: String) { subject(identifier: $code) {
  tax { payments(first: 2, after: $after) { totalCount nodes { id year paid { amount } } pageInfo { endCursor } } }
} }`;
const RATED = `query Rated($code: String!) { subject(identifier: $code) {
  tax { creditRatings { totalCount nodes { year grade { code } score } } }
  records(filter: { items: ["tax.credit-rating", "tax.payment"] }) { totalCount nodes { item { code } } }
} }`;
const LIST = `query List($status: [AuthorizationStatus!], $before: Date, $first: Int, $after: String) {
  authorizations(status: $status, expiresBefore: $before, first: $first, after: $after) {
    totalCount nodes { id status endsAt subject { name } grantee { name } } pageInfo { hasNextPage endCursor } } }`;
const under = (id: string) => ({ 'credit-authorization': id });
const codesOf = ({ errors }: { errors: readonly { extensions: Record<string, unknown> }[] }) =>
  errors.map(({ extensions }) => extensions.code);
const listed = async (name: string, variables: Record<string, unknown> = {}) =>
  (await askAs(name, LIST, variables)).data.authorizations;

describe('An authorization, from request to revocation', () => {
  it('is asked for by a bank, granted by the company, presented with questions and taken back', async () => {
    const variables = { subject: MILL_CODE, blocks: ['tax'], purpose: 'PRE_LOAN', until: '2026-12-31', key: newKey() };
    const { requestAuthorization: asked } = (await askAs('river', REQUEST, variables)).data;
    expect(asked).toMatchObject({
      status: 'REQUESTED',
      purpose: 'PRE_LOAN',
      isContinuous: true,
      grantedAt: null,
      endsAt: '2026-12-31T23:59:59+08:00',
      grantee: { name: '云泽江畔银行' },
      blocks: [{ code: 'tax', label: '纳税' }],
      subject: { id: MILL_CODE, name: MILL },
    });
    expect(asked.confirmationUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/authorizations\/[a-z]{28}$/u);

    // What is only asked for opens nothing, and says so.
    const early = await askAs('river', TAX, { code: MILL_CODE }, under(asked.id));
    expect([early.status, early.errors[0]?.extensions]).toEqual([
      403,
      expect.objectContaining({ code: 'AUTHORIZATION_REQUIRED', reason: 'REQUESTED' }),
    ]);
    const { grantAuthorization: granted } = (await askAs('mill', GRANT, { id: asked.id, key: newKey() })).data;
    expect([granted.status, typeof granted.grantedAt]).toEqual(['GRANTED', 'string']);

    const first = await askAs('river', TAX, { code: MILL_CODE }, under(asked.id));
    const { payments } = first.data.subject.tax;
    expect([payments.totalCount, payments.nodes[0].paid.amount, first.errors]).toEqual([5, '10000.00', []]);
    const after = payments.pageInfo.endCursor;
    const second = await askAs('river', TAX, { code: MILL_CODE, after }, under(asked.id));
    expect(second.data.subject.tax.payments.nodes).toHaveLength(2);

    // Without it, of another company, and by another bank: as if there were none.
    const without = await askAs('river', TAX, { code: MILL_CODE, after });
    expect([without.data.subject.tax.payments, ...codesOf(without)]).toEqual([null, 'FORBIDDEN']);
    const another = await askAs('river', TAX, { code: WELL_CODE }, under(asked.id));
    expect([another.data.subject.tax.payments, ...codesOf(another)]).toEqual([null, 'AUTHORIZATION_REQUIRED']);
    const stolen = await askAs('hill', TAX, { code: MILL_CODE }, under(asked.id));
    expect([stolen.data, ...codesOf(stolen)]).toEqual([null, 'AUTHORIZATION_REQUIRED']);

    await askAs('mill', REVOKE, { id: asked.id, key: newKey() });
    const ended = await askAs('river', TAX, { code: MILL_CODE, after }, under(asked.id));
    expect([ended.status, ended.data, ended.errors[0]?.extensions]).toEqual([
      403,
      null,
      { code: 'AUTHORIZATION_ENDED', reason: 'REVOKED' },
    ]);
  });

  it('opens rows and fields of its company and items alone, in lists, counts and the timeline', async () => {
    const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL_CODE, blocks: ['tax'] });
    const { data } = await askAs('river', RATED, { code: MILL_CODE }, under(id));
    expect(data.subject.tax.creditRatings.nodes.map((node: { grade: { code: string } }) => node.grade.code)).toEqual([
      'C',
      'A',
    ]);
    expect(data.subject.records.totalCount).toBe(7);
    const other = await askAs('river', RATED, { code: WELL_CODE }, under(id));
    expect([other.data.subject.tax.creditRatings.totalCount, other.data.subject.records.totalCount]).toEqual([0, 0]);
    const utilities = await authorized(askAs, {
      bank: 'river',
      company: 'mill',
      subject: MILL_CODE,
      blocks: ['utilities'],
    });
    const elsewhere = await askAs('river', RATED, { code: MILL_CODE }, under(utilities));
    expect([elsewhere.data.subject.tax.creditRatings.totalCount, elsewhere.data.subject.records.totalCount]).toEqual([
      1, 1,
    ]);
    const refused = await askAs('river', TAX, { code: MILL_CODE }, under(utilities));
    expect([refused.data.subject.tax.payments, ...codesOf(refused)]).toEqual([null, 'AUTHORIZATION_REQUIRED']);
    const who = await askAs('river', '{ viewer { access { level { code } extent } } }', {}, under(utilities));
    expect(who.data.viewer.access).toContainEqual({ level: { code: 'AUTHORIZED' }, extent: 'GRANTED' });
    // Two presented together open what each of them does.
    const both = await askAs('river', TAX, { code: MILL_CODE }, under(`${utilities}, ${id}`));
    expect([both.data.subject.tax.payments.totalCount, both.errors]).toEqual([5, []]);
  });

  it('ends with its last day in Asia/Shanghai', async () => {
    const id = await authorized(askAs, {
      bank: 'river',
      company: 'mill',
      subject: MILL_CODE,
      blocks: ['tax'],
      until: '2026-11-22',
    });
    try {
      city.setNow(new Date('2026-11-22T23:59:59+08:00'));
      expect((await askAs('river', TAX, { code: MILL_CODE }, under(id))).errors).toEqual([]);
      city.setNow(new Date('2026-11-23T00:00:00+08:00'));
      const over = await askAs('river', TAX, { code: MILL_CODE }, under(id));
      expect(over.errors[0]?.extensions).toEqual({ code: 'AUTHORIZATION_ENDED', reason: 'EXPIRED' });
      const { nodes } = await listed('mill', { status: ['EXPIRED'] });
      expect(nodes.map((node: { id: string }) => node.id)).toContain(id);
      const late = await askAs('mill', REVOKE, { id, key: newKey() });
      expect(late.errors[0]?.extensions).toEqual({ code: 'AUTHORIZATION_STATE', reason: 'EXPIRED' });
    } finally {
      city.setNow(new Date('2026-11-21T10:00:00+08:00'));
    }
  });

  it('cannot be decided twice, nor by anybody else, who is told no more than of one that does not exist', async () => {
    const id = await authorized(askAs, { bank: 'river', subject: MILL_CODE, blocks: ['tax'] });
    const codes: unknown[] = [];
    for (const [name, document] of [
      ['well', GRANT],
      ['river', GRANT],
      ['mill', REVOKE],
      ['mill', DECLINE],
      ['mill', GRANT],
      ['mill', DECLINE],
    ] as const) {
      const { data, errors } = await askAs(name, document, { id, key: newKey() });
      codes.push(data === null ? [errors[0]?.extensions.code, errors[0]?.extensions.reason] : Object.values(data)[0]);
    }
    expect(codes).toEqual([
      ['AUTHORIZATION_UNKNOWN', undefined],
      ['FORBIDDEN', undefined],
      ['AUTHORIZATION_STATE', 'REQUESTED'],
      expect.objectContaining({ status: 'DECLINED' }),
      ['AUTHORIZATION_STATE', 'DECLINED'],
      ['AUTHORIZATION_STATE', 'DECLINED'],
    ]);
    const stranger = await askAs('well', GRANT, { id, key: newKey() });
    for (const nobodys of ['z'.repeat(28), 'no id at all', '\0'])
      expect((await askAs('well', GRANT, { id: nobodys, key: newKey() })).errors).toEqual(stranger.errors);
  });

  it('is made once however often and by how many it is tried under one key, and other content under it is refused', async () => {
    const variables = {
      subject: WELL_CODE,
      blocks: ['tax', 'utilities'],
      purpose: 'IN_LOAN',
      until: '2026-12-01',
      key: newKey(),
    };
    const before = (await listed('hill')).totalCount;
    const answers = await Promise.all(Array.from({ length: 12 }, () => askAs('hill', REQUEST, variables)));
    const [made, ...others] = answers.map(({ data }) => data.requestAuthorization);
    expect(others.every((one) => JSON.stringify(one) === JSON.stringify(made))).toBe(true);
    expect((await listed('hill')).totalCount).toBe(before + 1);
    const other = await askAs('hill', REQUEST, { ...variables, until: '2026-12-02' });
    expect(codesOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    // The same key of another bank is another key.
    const theirs = await askAs('river', REQUEST, variables);
    expect(theirs.data.requestAuthorization.id).not.toBe(made.id);
    const decided = { id: made.id, key: newKey() };
    const grants = await Promise.all(Array.from({ length: 12 }, () => askAs('well', GRANT, decided)));
    const [granted] = grants.map(({ data }) => data.grantAuthorization);
    expect(new Set(grants.map(({ text }) => text)).size).toBe(1);
    expect(granted.status).toBe('GRANTED');
    // Answered as it was then, also once it has been taken back.
    await askAs('well', REVOKE, { id: made.id, key: newKey() });
    expect((await askAs('well', GRANT, decided)).data.grantAuthorization.status).toBe('GRANTED');
    expect((await listed('hill', { status: ['REVOKED'] })).nodes.map((node: { id: string }) => node.id)).toContain(
      made.id,
    );
  });

  it('is listed for the bank that asked and the company that was asked, by last day, page by page', async () => {
    const untils = ['2027-03-03', '2027-01-01', '2027-02-02'];
    for (const until of untils)
      await authorized(askAs, { bank: 'hill', company: 'well', subject: WELL_CODE, blocks: ['tax'], until });
    const first = await listed('hill', { status: ['GRANTED'], first: 2 });
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([3, true]);
    const second = await listed('hill', { status: ['GRANTED'], first: 2, after: first.pageInfo.endCursor });
    const days = [...first.nodes, ...second.nodes].map(({ endsAt }) => endsAt.slice(0, 10));
    expect(days).toEqual([...untils].sort());
    expect((await listed('hill', { status: ['GRANTED'], before: '2027-02-02' })).totalCount).toBe(1);
    expect(
      (await listed('mill')).nodes.every((node: { subject: { name: string } }) => node.subject.name === MILL),
    ).toBe(true);
    const others = await askAs('river', LIST, { status: ['GRANTED'], first: 2, after: first.pageInfo.endCursor });
    expect(codesOf(others)).toEqual(['BAD_USER_INPUT']);
  });

  it('is asked for in words that exist, of a company that is known, until a day within a year', async () => {
    const right = { subject: MILL_CODE, blocks: ['tax'], purpose: 'PRE_LOAN', until: '2026-12-31' };
    const refusals = await Promise.all(
      [
        { ...right, blocks: ['tax', 'horoscope'] },
        { ...right, blocks: [] },
        { ...right, until: '2026-11-20' },
        { ...right, until: '2027-12-31' },
        { ...right, subject: codeOf(999) },
        { ...right, key: '' },
      ].map((wrong) => askAs('river', REQUEST, { key: newKey(), ...wrong })),
    );
    expect(refusals.map(({ errors }) => [errors[0]?.extensions.code, errors[0]?.extensions.argument])).toEqual([
      ['BAD_USER_INPUT', 'blocks'],
      ['BAD_USER_INPUT', 'blocks'],
      ['BAD_USER_INPUT', 'until'],
      ['BAD_USER_INPUT', 'until'],
      ['BAD_USER_INPUT', 'subject'],
      ['BAD_USER_INPUT', 'idempotencyKey'],
    ]);
    const byCompany = await askAs('mill', REQUEST, { ...right, key: newKey() });
    expect(codesOf(byCompany)).toEqual(['FORBIDDEN']);
    const byGet = await fetch(
      `${await city.gateway({ identify: async () => RIVER_BANK })}?query=${encodeURIComponent('mutation { revokeAuthorization(id: "x", idempotencyKey: "k") { id } }')}`,
      { headers: { 'apollo-require-preflight': 'true' } },
    );
    expect(byGet.status).toBe(405);
  });
});
