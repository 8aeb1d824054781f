import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { explained } from '../../cli/explained.ts';
import type { ChangeLine, OutcomeLine } from '../../gateway/audit/line.ts';
import { settleClaims } from '../../gateway/authorizations/claims.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { codeOf, csv, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import {
  askingAs,
  authorized,
  companyOf,
  namedBy,
  newKey,
  REVOKE,
  RIVER_BANK,
  registerLenders,
} from '../support/lending.ts';

// What a bank might try with an authorization beyond what its company granted.

const city = await testCity({ audit: {} });
const [MILL, SHOP] = [codeOf(1), codeOf(2)];
const NAMES = { [MILL]: '云泽甲木机械有限公司', [SHOP]: '云泽乙木贸易有限公司' };
const narrow = { ...RIVER_BANK, scopes: ['credit:purpose'] };
const identify = namedBy({ river: RIVER_BANK, narrow, mill: companyOf(MILL), shop: companyOf(SHOP) });
const askAs = askingAs(await city.another({ identify }));

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile(Object.entries(NAMES).map(([code, name]) => [name, code] as const)));
  await city.take(
    'tax.payment',
    csv('纳税人名称,纳税人识别号,税款所属期,税种,应缴税额(万元),实缴税额(元),主管税务机关,缴款日期', [
      ...[NAMES[MILL] ?? '', MILL, '2025年', '增值税', '54', '540000', '云泽市税务局', '2026-01-15'],
    ]),
  );
  await registerLenders(city);
});

const once = () =>
  authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'], isContinuous: false });
const continuous = (company: string, subject: string) =>
  authorized(askAs, { bank: 'river', company, subject, blocks: ['tax'] });
const STATUS = 'query($id: [AuthorizationStatus!]) { authorizations(status: $id) { nodes { id status } } }';
const statusOf = async (id: string): Promise<string | undefined> => {
  const { data } = await askAs('river', STATUS, {});
  return data.authorizations.nodes.find((one: { id: string }) => one.id === id)?.status;
};
const PACKAGE = `query($requests: [FinancingPackageRequest!]!) { financingPackages(requests: $requests) {
  outcome message retryAfter missing { code }
  package { blocks { isGranted verdicts { outcome } } subject { id tax { payments { totalCount } } labour { socialInsurance { totalCount } } } } } }`;
const fetched = async (id: string): Promise<string> => {
  const { data } = await askAs('river', PACKAGE, { requests: [{ identifier: MILL, authorization: id }] });
  return data.financingPackages[0].outcome;
};
const usedBy = async (id: string): Promise<string | null> => {
  const [row] = await city.database.admin`select used_by from gateway.authorizations where id = ${id}`;
  return row?.used_by;
};
const BESIDE = `query($id: ID!, $company: String!, $skip: Boolean = false) {
  financingPackages(requests: [{ identifier: $company, authorization: $id }]) @skip(if: $skip) { outcome package { asOf } }
  subject(identifier: "${MILL}") { tax { payments { totalCount } } } }`;

describe('An authorization for one use', () => {
  it('is used by what it shows beside a package that is refused, and shows nothing again', async () => {
    const id = await once();
    const first = await askAs('river', BESIDE, { id, company: SHOP });
    expect(first.data.financingPackages[0].outcome).toBe('AUTHORIZATION_REQUIRED');
    expect(first.data.subject.tax.payments.totalCount).toBe(1);
    expect(await statusOf(id)).toBe('USED');
    const again = await askAs('river', BESIDE, { id, company: SHOP });
    expect(again.data.subject.tax.payments).toBeNull();
  });

  it('whose answer cannot leave, since its line is not taken, is given back and can be fetched afterwards', async () => {
    const { admin } = city.database;
    const id = await once();
    await admin.unsafe(`
      create function audit.refuse_outcomes() returns trigger language plpgsql as $$
      begin if new.body ->> 'kind' = 'OUTCOME' then raise exception 'no room' using errcode = 'disk_full'; end if; return new; end $$;
      create trigger refuse_outcomes before insert on audit.lines for each row execute function audit.refuse_outcomes()`);
    const failed = await askAs('river', PACKAGE, { requests: [{ identifier: MILL, authorization: id }] });
    await admin`drop trigger refuse_outcomes on audit.lines`;
    expect([failed.status, failed.data, failed.errors[0]?.extensions.code]).toEqual([503, null, 'AUDIT_UNAVAILABLE']);
    expect(await usedBy(id)).toBeNull();
    await pause(600); // the chain is tried again after half a second
    expect(await fetched(id)).toBe('COMPLETE');
    expect(await statusOf(id)).toBe('USED');
    expect(await fetched(id)).toBe('AUTHORIZATION_ENDED');
  });

  it('that its gateway claimed and never settled is settled as the chain says: used where an answer may have left, else given back', async () => {
    const { admin } = city.database;
    const reader = city.audit?.audit.answers.reader;
    if (!reader) throw new Error('there is no chain');
    const settled = async (seconds?: number) => settleClaims(city.authorizations.store, reader, new Date(), seconds);
    // As a gateway leaves it that dies after its answer's line, and one that dies before.
    const [told, untold] = [await once(), await once()];
    const left = await askAs('river', PACKAGE, { requests: [{ identifier: MILL, authorization: told }] });
    await admin`update gateway.authorizations set state = 'GRANTED', ended_at = null where id = ${told}`;
    await admin`update gateway.authorizations set used_by = 'a request that died', used_at = now() where id = ${untold}`;
    await settled();
    expect([await usedBy(told), await usedBy(untold)]).toEqual([left.requestId, 'a request that died']);
    await settled(0);
    expect([await statusOf(told), await statusOf(untold)]).toEqual(['USED', 'GRANTED']);
    expect([await fetched(told), await fetched(untold)]).toEqual(['AUTHORIZATION_ENDED', 'COMPLETE']);
  });

  it('opens nothing under a package that is left out of the question', async () => {
    const id = await once();
    const { data, errors } = await askAs('river', BESIDE, { id, company: MILL, skip: true });
    expect(data.subject.tax.payments).toBeNull();
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await statusOf(id)).toBe('GRANTED');
  });
});

/** Of two companies' packages the one ends whose company takes its authorization back while both are being found. */
async function packagesEnd(askSlowly: typeof askAs): Promise<void> {
  const [mill, shop] = [await continuous('mill', MILL), await continuous('shop', SHOP)];
  const requests = [
    { identifier: MILL, authorization: mill },
    { identifier: SHOP, authorization: shop },
  ];
  const asked = askSlowly('river', PACKAGE, { requests });
  await pause(300);
  await askAs('mill', REVOKE, { id: mill, key: newKey() });
  const { data, errors, requestId } = await asked;
  const [first, second] = data.financingPackages;
  expect(first).toMatchObject({
    outcome: 'AUTHORIZATION_ENDED',
    package: null,
    missing: [{ code: 'tax' }],
    retryAfter: null,
  });
  expect(first.message).toContain('已撤回');
  expect([second.outcome, second.package.subject.tax.payments.totalCount]).toEqual(['COMPLETE', 0]);
  // Nothing of the package that has ended is left among the errors.
  expect(errors.map(({ path }) => path?.slice(0, 2).join('.'))).toEqual(['financingPackages.1']);
  const [line] = await city.database.admin<{ body: OutcomeLine }[]>`
    select body from audit.lines where body ->> 'request' = ${requestId} and body ->> 'kind' = 'OUTCOME'`;
  expect(line?.body.packages?.map(({ outcome }) => outcome)).toEqual(['AUTHORIZATION_ENDED', 'COMPLETE']);
  expect(line?.body.verdicts?.of.map(({ subject }) => subject)).toEqual([SHOP]);
}

describe('Two authorizations of one company', () => {
  it('open two packages in two questions, and in one question the first alone: none shows what the other grants', async () => {
    const tax = await continuous('mill', MILL);
    const labour = await authorized(askAs, {
      bank: 'river',
      company: 'mill',
      subject: MILL,
      blocks: ['social-insurance'],
      isContinuous: false,
    });
    const both = [tax, labour].map((authorization) => ({ identifier: MILL, authorization }));
    const { data } = await askAs('river', PACKAGE, { requests: both });
    const [first, second] = data.financingPackages;
    expect(first.package.subject).toMatchObject({
      tax: { payments: { totalCount: 1 } },
      labour: { socialInsurance: null },
    });
    expect(second).toMatchObject({ outcome: 'ASKED_TWICE', package: null, missing: [{ code: 'social-insurance' }] });
    expect(second.message).toContain('请另行查询');
    // What was refused used nothing up.
    const alone = await askAs('river', PACKAGE, { requests: both.slice(1) });
    const [own] = alone.data.financingPackages;
    expect(own.package.subject).toMatchObject({
      tax: { payments: null },
      labour: { socialInsurance: { totalCount: 0 } },
    });
    expect(await fetched(labour)).toBe('AUTHORIZATION_ENDED');
    // One that is presented by header opens for the whole question, and comes before any package's.
    const fresh = await authorized(askAs, {
      bank: 'river',
      company: 'mill',
      subject: MILL,
      blocks: ['social-insurance'],
    });
    const beside = await askAs(
      'river',
      PACKAGE,
      { requests: [{ identifier: MILL, authorization: fresh }] },
      { 'credit-authorization': tax },
    );
    expect(beside.data.financingPackages[0].outcome).toBe('ASKED_TWICE');
  });
});

describe('An authorization', () => {
  it('that is taken back while its question is being answered ends its own package there, and any other question', async () => {
    const tax = city.city.transports.get('tax') as Transport;
    const slow: Transport = {
      ...tax,
      async ask(question, viewer, signal) {
        const answer = await tax.ask(question, viewer, signal);
        await pause(1_500);
        return answer;
      },
    };
    const transports = new Map([...city.city.transports, ['tax', slow]]);
    const askSlowly = askingAs(await city.another({ identify, transports }));
    await packagesEnd(askSlowly);
    const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'] });
    const question = `{ subject(identifier: "${MILL}") { tax { payments { totalCount } } } }`;
    const asked = askSlowly('river', question, {}, { 'credit-authorization': id });
    await pause(300);
    await askAs('mill', REVOKE, { id, key: newKey() });
    const { data, errors } = await asked;
    expect(data).toBeNull();
    expect(errors[0]?.extensions).toMatchObject({ code: 'AUTHORIZATION_ENDED', reason: 'REVOKED' });
  });

  it('is not asked under another purpose than its company granted it for', async () => {
    const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'] });
    const question = `{ subject(identifier: "${MILL}") { tax { payments { totalCount } } } }`;
    const under = (purpose: string) =>
      askAs('river', question, {}, { 'credit-authorization': id, 'credit-purpose': purpose });
    expect((await under('POST_LOAN_REVIEW')).errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'Credit-Purpose',
    });
    expect((await under('PRE_LOAN_REVIEW')).errors).toEqual([]);
  });

  it('is told by a dry run for what it opens, and an authorization that does not hold is refused there, too', async () => {
    const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'] });
    const question = `{ subject(identifier: "${MILL}") { tax { payments { totalCount } } } }`;
    const dry = (headers: Record<string, string>) =>
      askAs('river', question, {}, { 'credit-dry-run': 'true', ...headers });
    const withheld = async (headers: Record<string, string>) =>
      JSON.parse((await dry(headers)).text).extensions.dryRun.withheld.map((one: { path: string[] }) =>
        one.path.join('.'),
      );
    expect(await withheld({})).toEqual(['subject.tax.payments']);
    expect(await withheld({ 'credit-authorization': id })).toEqual([]);
    expect((await dry({ 'credit-authorization': 'nonsense' })).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('cannot be presented or asked for by a client that is held to less than its role', async () => {
    const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'] });
    const question = `{ subject(identifier: "${MILL}") { name } }`;
    const presented = await askAs('narrow', question, {}, { 'credit-authorization': id });
    expect(presented.errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(presented.errors[0]?.message).toContain('credit:authorization');
    const asking = `mutation { requestAuthorization(subject: "${MILL}", blocks: ["tax"], purpose: PRE_LOAN, until: "2026-12-31", idempotencyKey: "k") { id } }`;
    const refused = await askAs('narrow', asking);
    expect(refused.errors[0]?.message).toContain('credit:write');
    expect((await askAs('narrow', question, {}, { 'credit-purpose': 'PRE_LOAN_REVIEW' })).errors).toEqual([]);
  });
});

it('What a bank’s own lists and requests tell leaves lines, and each company of a package its outcome', async () => {
  const lines = async () =>
    city.database.admin<{ body: OutcomeLine }[]>`
      select body from audit.lines where body ->> 'kind' = 'OUTCOME' order by sequence desc limit 1`;
  const listed = await askAs('river', STATUS, {});
  expect((await lines())[0]?.body.request).toBe(listed.requestId);
  const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'] });
  const requests = [
    { identifier: MILL, authorization: id },
    { identifier: SHOP, authorization: id },
  ];
  await askAs(
    'river',
    'query($requests: [FinancingPackageRequest!]!) { financingPackages(requests: $requests) { outcome package { asOf } } }',
    { requests },
  );
  const [line] = await lines();
  expect(line?.body).toMatchObject({
    outcome: 'PARTIAL',
    packages: [
      { subject: MILL, authorization: id, outcome: 'COMPLETE' },
      { subject: SHOP, authorization: id, outcome: 'AUTHORIZATION_REQUIRED' },
    ],
  });
});

it('What is done with an authorization stands in the chain: asked for, granted, taken back, by whom and for what', async () => {
  const id = await authorized(askAs, { bank: 'river', company: 'mill', subject: MILL, blocks: ['tax'] });
  await askAs('mill', REVOKE, { id, key: newKey() });
  const lines = await city.database.admin<{ body: ChangeLine }[]>`
    select body from audit.lines where body ->> 'kind' = 'CHANGE' and body -> 'authorizations' ? ${id} order by sequence`;
  expect(lines.map(({ body }) => [body.change, body.who.role])).toEqual([
    ['REQUEST', 'BANK'],
    ['GRANT', 'SUBJECT'],
    ['REVOKE', 'SUBJECT'],
  ]);
  expect(lines[1]?.body).toMatchObject({ subject: MILL, grantee: 'river-bank', blocks: ['tax'], isContinuous: true });
  expect(
    explained(
      lines.map(({ body }, sequence) => ({ sequence, previous: '', hash: '', body })),
      new Map(),
    ).join(),
  ).toContain(`企业撤回授权:${id}`);
});
