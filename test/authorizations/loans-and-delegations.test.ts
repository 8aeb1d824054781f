import { describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { idNumberIn } from '../../schema/identifiers/personal-number.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import {
  askingAs,
  authorized,
  companyOf,
  GRANT,
  HILL_BANK,
  namedBy,
  newKey,
  REVOKE,
  RIVER_BANK,
  registerLenders,
} from '../support/lending.ts';

const [MILL, MILL_CODE] = ['云泽水磨建材有限公司', codeOf(71)];
const [KILN, KILN_CODE] = ['云泽砖窑制造有限公司', codeOf(72)];
/** A made-up number of a made-up person, whose check digit holds. */
const NUMBER = '11010519491231002X';

const city = await testCity();
await city.take(
  'credit.subject',
  subjectsFile(
    [
      [MILL, MILL_CODE, '990102'],
      [KILN, KILN_CODE, '990103'],
    ],
    ',所在区划',
  ),
);
await registerLenders(city);
const person = (number: string): Caller => ({
  ...ANONYMOUS,
  role: 'SUBJECT',
  client: 'test-subject',
  personHash: city.authorizations.hashOf(idNumberIn(number) ?? { type: 'ID_NUMBER', value: number }),
});
const identify = namedBy({
  river: RIVER_BANK,
  hill: HILL_BANK,
  mill: companyOf(MILL_CODE),
  kiln: companyOf(KILN_CODE),
  delegate: person(NUMBER),
  office: { ...ANONYMOUS, role: 'CREDIT_OFFICE', client: 'office', department: 'credit' },
});
const askAs = askingAs(await city.another({ identify }));
const codes = ({ errors }: { errors: readonly { extensions: Record<string, unknown> }[] }) =>
  errors.map(({ extensions }) => extensions.code);

const REPORT = `mutation Report($authorization: ID!, $loan: LoanReportInput!, $key: String!) {
  reportLoan(authorization: $authorization, loan: $loan, idempotencyKey: $key) {
    loanNumber month product { code label } amount { amount } balance { amount currency } subject { name } reportedAt } }`;
const STATISTICS = `query Loans($from: String!, $until: String!) { loanStatistics(from: $from, until: $until) { groups {
  month bank { name } district { code } applied approved amount { amount } balance { amount } overdue } } }`;

describe('Loans that banks report', () => {
  const loan = (loanNumber: string, month: string, balance: string, more: object = {}) => ({
    loanNumber,
    month,
    balance,
    product: 'CREDIT_LOAN',
    appliedOn: '2026-08-01',
    approvedOn: '2026-08-20',
    amount: '500000.00',
    termMonths: 12,
    annualRate: '3.85',
    ...more,
  });
  const PURPOSE = { 'credit-purpose': 'DATA_CORRECTION' };
  const report = (bank: string, authorization: string, one: object, key = newKey()) =>
    askAs(bank, REPORT, { authorization, loan: one, key });
  const groups = async (who: string) =>
    (await askAs(who, STATISTICS, { from: '2026-09', until: '2026-10' }, who === 'office' ? PURPOSE : {})).data
      .loanStatistics.groups;

  it('add up to balances by bank, district and month, of the bank itself and of the whole city for the credit office', async () => {
    const mill = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL_CODE, blocks: ['tax'] });
    const kiln = await authorized(askAs, { bank: 'river', company: 'kiln', subject: KILN_CODE, blocks: ['tax'] });
    const hill = await authorized(askAs, { bank: 'hill', company: 'mill', subject: MILL_CODE, blocks: ['tax'] });
    const key = newKey();
    const first = await report('river', mill, loan('R-1', '2026-09', '500000'), key);
    expect(first.data.reportLoan).toMatchObject({
      loanNumber: 'R-1',
      month: '2026-09',
      product: { code: 'CREDIT_LOAN', label: '信易贷' },
      balance: { amount: '500000', currency: 'CNY' },
      subject: { name: MILL },
    });
    // Tried again it is the same; corrected, the last word stands.
    expect((await report('river', mill, loan('R-1', '2026-09', '500000'), key)).text).toBe(first.text);
    expect(codes(await report('river', mill, loan('R-1', '2026-09', '1'), key))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    await report('river', mill, loan('R-1', '2026-09', '450000.50'));
    await report('river', mill, loan('R-1', '2026-10', '400000', { isOverdue: true }));
    await report('river', mill, loan('R-2', '2026-10', '0', { approvedOn: null, amount: '90000' }));
    await report('river', kiln, loan('R-3', '2026-10', '123.45'));
    await report('hill', hill, loan('R-1', '2026-10', '7'));
    const told = (rows: Awaited<ReturnType<typeof groups>>) =>
      rows.map(
        (row: {
          month: string;
          bank: { name: string };
          district: { code: string };
          applied: number;
          approved: number;
          amount: { amount: string };
          balance: { amount: string };
          overdue: number;
        }) => [
          row.month,
          row.bank.name,
          row.district.code,
          row.applied,
          row.approved,
          row.amount.amount,
          row.balance.amount,
          row.overdue,
        ],
      );
    const river = [
      ['2026-09', 'river-bank', '990102', 1, 1, '500000.00', '450000.50', 0],
      ['2026-10', 'river-bank', '990102', 2, 1, '500000.00', '400000.00', 1],
      ['2026-10', 'river-bank', '990103', 1, 1, '500000.00', '123.45', 0],
    ];
    expect(told(await groups('river'))).toEqual(river);
    const whole = [river[0], ['2026-10', 'hill-bank', '990102', 1, 1, '500000.00', '7.00', 0], river[1], river[2]];
    expect(told(await groups('office'))).toEqual(whole);
    expect(codes(await askAs('office', STATISTICS, { from: '2026-09', until: '2026-10' }))).toEqual(['FORBIDDEN']);
    expect(codes(await askAs('mill', STATISTICS, { from: '2026-09', until: '2026-10' }))).toEqual(['FORBIDDEN']);
    // Also once the authorization has been taken back; not of another bank's, nor of one never granted.
    await askAs('mill', REVOKE, { id: mill, key: newKey() });
    expect((await report('river', mill, loan('R-1', '2026-11', '1'))).errors).toEqual([]);
    expect(codes(await report('hill', mill, loan('H-9', '2026-10', '1')))).toEqual(['AUTHORIZATION_UNKNOWN']);
    const asked = await authorized(askAs, { bank: 'river', subject: MILL_CODE, blocks: ['tax'] });
    expect(codes(await report('river', asked, loan('R-9', '2026-10', '1')))).toEqual(['AUTHORIZATION_UNKNOWN']);
    const wrong = [
      { month: '2026-13' },
      { month: '2027-01' },
      { product: 'LOTTERY' },
      { balance: '-1' },
      { approvedOn: null },
      { loanNumber: NUMBER },
    ];
    for (const one of wrong) {
      const { errors, text } = await report('river', kiln, loan('R-4', '2026-10', '5', one));
      expect([one, errors[0]?.extensions.code]).toEqual([one, 'BAD_USER_INPUT']);
      expect(text).not.toContain(NUMBER);
    }
  });
});

describe('A delegation', () => {
  const DELEGATE = `mutation Delegate($idNumber: String!, $until: Date!, $key: String!) {
    delegateDecisions(idNumber: $idNumber, until: $until, idempotencyKey: $key) { id endsOn endedAt } }`;
  const END = 'mutation End($id: ID!, $key: String!) { endDelegation(id: $id, idempotencyKey: $key) { id endedAt } }';

  it('lets a person decide for the company, until its last day or until it is ended, and keeps no number', async () => {
    const asked = () => authorized(askAs, { bank: 'river', subject: MILL_CODE, blocks: ['tax'] });
    const before = await asked();
    expect(codes(await askAs('delegate', GRANT, { id: before, key: newKey() }))).toEqual(['AUTHORIZATION_UNKNOWN']);
    const variables = { idNumber: NUMBER, until: '2026-11-30', key: newKey() };
    const made = await askAs('mill', DELEGATE, variables);
    expect(made.data.delegateDecisions).toMatchObject({ endsOn: '2026-11-30', endedAt: null });
    expect((await askAs('mill', DELEGATE, variables)).text).toBe(made.text);
    expect((await askAs('mill', '{ delegations { id } }')).data.delegations).toHaveLength(1);
    const granted = await askAs('delegate', GRANT, { id: before, key: newKey() });
    expect(granted.data.grantAuthorization.status).toBe('GRANTED');
    const elsewhere = await authorized(askAs, { bank: 'river', subject: KILN_CODE, blocks: ['tax'] });
    expect(codes(await askAs('delegate', GRANT, { id: elsewhere, key: newKey() }))).toEqual(['AUTHORIZATION_UNKNOWN']);
    expect(codes(await askAs('delegate', DELEGATE, { ...variables, key: newKey() }))).toEqual(['FORBIDDEN']);
    const after = await asked();
    try {
      city.setNow(new Date('2026-12-01T00:00:00+08:00'));
      expect(codes(await askAs('delegate', GRANT, { id: after, key: newKey() }))).toEqual(['AUTHORIZATION_UNKNOWN']);
    } finally {
      city.setNow(new Date('2026-11-21T10:00:00+08:00'));
    }
    const { id } = made.data.delegateDecisions;
    const end = { id, key: newKey() };
    expect(codes(await askAs('kiln', END, end))).toEqual(['AUTHORIZATION_UNKNOWN']);
    const ended = await askAs('mill', END, end);
    expect(ended.data.endDelegation.endedAt).not.toBeNull();
    city.setNow(new Date('2026-11-22T10:00:00+08:00'));
    for (const retried of [end, { id, key: newKey() }])
      expect((await askAs('mill', END, retried)).text).toBe(ended.text);
    city.setNow(new Date('2026-11-21T10:00:00+08:00'));
    expect(codes(await askAs('mill', END, { ...end, id: before }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(codes(await askAs('delegate', GRANT, { id: after, key: newKey() }))).toEqual(['AUTHORIZATION_UNKNOWN']);
    const wrong = await askAs('mill', DELEGATE, { ...variables, idNumber: '110105194912310021', key: newKey() });
    expect([codes(wrong), wrong.text.includes('110105194912310021')]).toEqual([['BAD_USER_INPUT'], false]);
    for (const table of ['delegations', 'idempotency_keys', 'authorizations']) {
      const rows = await city.database.admin.unsafe(`select t::text as row from gateway.${table} t`);
      expect(rows.filter(({ row }) => String(row).includes(NUMBER))).toEqual([]);
    }
  });
});
