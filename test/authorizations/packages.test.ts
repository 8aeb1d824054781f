import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { demonstrationFiles } from '../../demonstration/index.ts';
import { behindWithBills, cleanCompany, dishonestDebtor, riversideShop } from '../../demonstration/story.ts';
import type { OutcomeLine } from '../../gateway/audit/line.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport, type Transport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { demonstrated } from '../support/demonstrated.ts';
import { guide } from '../support/guide.ts';
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

const [CLEAN = '', DEBTOR = '', BEHIND = '', SHOP = ''] = [
  cleanCompany,
  dishonestDebtor,
  behindWithBills,
  riversideShop,
].map((one) => one.creditCode ?? '');

const ITEMS =
  /^(?:credit\.subject|market\.(?:registration|annual)|tax\.(?:credit|arrears|payment)|labour\.social|utilities|courts|environment\.(?:credit|discharge))/u;

const city = await testCity({ audit: {} });
for (const { item, path } of demonstrationFiles) if (ITEMS.test(item)) await city.take(item, { path });
await city.followed();
await registerLenders(city);
const identify = namedBy({
  river: RIVER_BANK,
  hill: HILL_BANK,
  clean: companyOf(CLEAN),
  debtor: companyOf(DEBTOR),
  behind: companyOf(BEHIND),
  shop: companyOf(SHOP),
});
const askAs = askingAs(await city.another({ identify }));

/** The departments, of which some are not there: nobody listens at their addresses. */
function transportsWithout(...names: readonly string[]) {
  const silent = names.map((name) => {
    const sign = viewerSigner(name, viewerKeyOf(TEST_SECRET, name));
    const { title } = city.city.transports.get(name) ?? { title: name };
    return [name, farTransport(name, title, new URL('http://127.0.0.1:1/graphql'), sign)] as const;
  });
  afterAll(() => Promise.all(silent.map(([, transport]) => transport.close())));
  return new Map([...city.city.transports, ...silent]);
}
const withoutTax = askingAs(await city.another({ identify, transports: transportsWithout('tax') }));
const withoutCredit = askingAs(await city.another({ identify, transports: transportsWithout('credit') }));
const withoutAll = askingAs(
  await city.another({ identify, transports: transportsWithout(...city.city.transports.keys()) }),
);

const B1 = readFileSync(new URL('b1.graphql', import.meta.url), 'utf8');
/** B2 of the ten questions, as its users wrote it. */
const B2 = readFileSync(new URL('b2.graphql', import.meta.url), 'utf8');

const OUTCOMES = `query Outcomes($requests: [FinancingPackageRequest!]!) { financingPackages(requests: $requests) {
  outcome missing { code } message retryAfter
  package { blocks { block { code } isGranted verdicts { item { code } outcome retryAfter } } subject { id tax { payments { totalCount } } } } } }`;

/** How the question of this request id ended, as the chain says. */
async function outcomeOf(requestId: string | null): Promise<OutcomeLine | undefined> {
  const [row] = await city.database.admin<{ body: OutcomeLine }[]>`
    select body from audit.lines where body ->> 'request' = ${requestId} and body ->> 'kind' = 'OUTCOME'`;
  return row?.body;
}

type Blocks = readonly {
  readonly block: { readonly code: string };
  readonly verdicts: readonly { readonly item: { readonly code: string }; readonly outcome: string }[];
}[];
const verdictsOf = (blocks: Blocks): Record<string, string> =>
  Object.fromEntries(blocks.flatMap(({ verdicts }) => verdicts.map(({ item, outcome }) => [item.code, outcome])));
const codes = (terms: readonly { readonly code: string }[]): readonly string[] => terms.map(({ code }) => code);

describe('Financing packages', () => {
  it('of three companies: one revoked a second ago has ended, one with tax down is partial, one is complete', async () => {
    const bank = 'river';
    const ended = await authorized(askAs, { bank, company: 'debtor', subject: DEBTOR, blocks: ['tax'] });
    const partial = await authorized(askAs, {
      bank,
      company: 'behind',
      subject: BEHIND,
      blocks: ['annual-report', 'tax'],
    });
    const whole = ['registration', 'annual-report', 'courts', 'environment'];
    const complete = await authorized(askAs, { bank, company: 'clean', subject: CLEAN, blocks: whole });
    await askAs('debtor', REVOKE, { id: ended, key: newKey() });
    const requests = [
      { identifier: DEBTOR, authorization: ended },
      { identifier: BEHIND, authorization: partial },
      { identifier: CLEAN, authorization: complete },
    ];
    const { status, data, errors, text, requestId } = await withoutTax('river', B2, { requests });
    expect(status).toBe(200);
    const [first, second, third] = data.financingPackages;
    expect(first).toMatchObject({ outcome: 'AUTHORIZATION_ENDED', package: null, retryAfter: null });
    expect(first.message).toContain('已撤回');
    expect(codes(first.missing)).toEqual(['tax']);
    expect(second).toMatchObject({ identifier: BEHIND, outcome: 'PARTIAL', retryAfter: 5 });
    expect(codes(second.missing)).toEqual(['tax']);
    expect(second.package.subject.market.registration.establishedOn).toBe('2017-06-24');
    expect(third).toMatchObject({ outcome: 'COMPLETE', missing: [], message: null, retryAfter: null });
    const [report] = third.package.subject.market.annualReports.nodes;
    expect(Number(report.revenue.amount)).toBeGreaterThan(0);
    expect(third.package.authorization).toMatchObject({ id: complete, purpose: 'PRE_LOAN', isContinuous: true });
    // What is missing is told as missing, at its place, and nothing else is.
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['financingPackages.1.package.subject.tax', 'SOURCE_UNAVAILABLE'],
      ['financingPackages.2.package.subject.tax', 'SOURCE_UNAVAILABLE'],
    ]);
    // A package names the receipt of its answer, and the chain what became of each company.
    const { receipt } = JSON.parse(text).extensions;
    expect([second.package.receipt, third.package.receipt]).toEqual([receipt.id, receipt.id]);
    const line = await outcomeOf(requestId);
    expect(line).toMatchObject({
      purpose: 'PRE_LOAN_REVIEW',
      authorizations: [ended, partial, complete].sort(),
      codes: { AUTHORIZATION_ENDED: 1, PARTIAL: 1, COMPLETE: 1, SOURCE_UNAVAILABLE: 2 },
      silent: ['tax'],
    });
    const lookedAt = (subject: string) =>
      line?.looks.filter(({ subjects }) => subjects.includes(subject)).flatMap(({ items }) => items);
    expect(lookedAt(BEHIND)).toEqual(expect.arrayContaining(['market.annual-report', 'tax.payment']));
    expect(lookedAt(CLEAN)).toContain('courts.enforcement-case');
    expect(lookedAt(DEBTOR)).toEqual([]);
  });

  it('leave a line where all are refused, too, which tells what of each company', async () => {
    const requests = [{ identifier: CLEAN, authorization: 'a'.repeat(28) }];
    const { errors, text, requestId } = await askAs('river', OUTCOMES, { requests });
    expect(errors).toEqual([]);
    expect(await outcomeOf(requestId)).toMatchObject({
      question: JSON.parse(text).extensions.receipt.id,
      authorizations: [],
      codes: { AUTHORIZATION_REQUIRED: 1 },
      looks: [],
    });
  });

  it('have a verdict for each item: of what is granted by its records, of the rest that it is not', async () => {
    const blocks = ['tax', 'utilities', 'social-insurance', 'provident-fund'];
    const id = await authorized(askAs, { bank: 'river', company: 'behind', subject: BEHIND, blocks });
    const { data, errors } = await askAs('river', OUTCOMES, {
      requests: [{ identifier: BEHIND, authorization: id }],
    });
    expect(errors).toEqual([]);
    const [result] = data.financingPackages;
    // Nobody submits the provident fund here: it is missing, and nobody could answer it later.
    expect([result.outcome, codes(result.missing), result.retryAfter]).toEqual(['COMPLETE', ['provident-fund'], null]);
    expect(verdictsOf(result.package.blocks)).toMatchObject({
      'tax.payment': 'RECORDS',
      'tax.arrears': 'NONE',
      'utilities.payment': 'RECORDS',
      'labour.social-insurance': 'RECORDS',
      'provident-fund': 'NOT_COVERED',
      'market.annual-report': 'NOT_AUTHORIZED',
      'environment.credit-rating': 'NOT_AUTHORIZED',
      'market.registration': 'RECORDS',
      'courts.dishonest-debtor': 'NONE',
    });
    expect(result.package.subject.tax.payments.totalCount).toBeGreaterThan(0);
  });

  it('say what does not apply to a kind of subject, and what nobody ever submitted', async () => {
    const blocks = ['registration', 'annual-report', 'penalties-and-lists'];
    const id = await authorized(askAs, { bank: 'river', company: 'shop', subject: SHOP, blocks });
    const { data } = await askAs('river', OUTCOMES, { requests: [{ identifier: SHOP, authorization: id }] });
    expect(verdictsOf(data.financingPackages[0].package.blocks)).toMatchObject({
      'market.registration': 'RECORDS',
      'market.annual-report': 'NOT_APPLICABLE',
      'market.penalty': 'NOT_COVERED',
    });
  });

  it('are answered by the departments while the credit office is silent', async () => {
    const id = await authorized(askAs, { bank: 'river', company: 'behind', subject: BEHIND, blocks: ['tax'] });
    const asked = { requests: [{ identifier: BEHIND, authorization: id }] };
    const { data, errors } = await withoutCredit('river', OUTCOMES, asked);
    expect(errors).toEqual([]);
    const [result] = data.financingPackages;
    expect([result.outcome, result.package.subject.id]).toEqual(['COMPLETE', BEHIND]);
    expect(result.package.subject.tax.payments.totalCount).toBeGreaterThan(0);
    const byName = { requests: [{ identifier: behindWithBills.name, authorization: id }] };
    const unknown = await withoutCredit('river', OUTCOMES, byName);
    expect(unknown.data.financingPackages[0]).toMatchObject({ outcome: 'UNAVAILABLE', package: null, retryAfter: 5 });
  });

  it('are partial where a department gives its verdict and then falls silent', async () => {
    const tax = city.city.transports.get('tax');
    if (!tax) throw new Error('there is no tax department');
    const failing: Transport = {
      ...tax,
      async ask(question, viewer, signal) {
        if (question.query.includes('recordPresence')) return tax.ask(question, viewer, signal);
        throw new Error('gone in between');
      },
    };
    const ask = await city.another({ identify, transports: new Map([...city.city.transports, ['tax', failing]]) });
    const behind = await authorized(askAs, { bank: 'river', company: 'behind', subject: BEHIND, blocks: ['tax'] });
    const clean = await authorized(askAs, { bank: 'river', company: 'clean', subject: CLEAN, blocks: ['courts'] });
    const { data, errors } = await askingAs(ask)(
      'river',
      `query($requests: [FinancingPackageRequest!]!) { all: financingPackages(requests: $requests) { is: outcome ...More } }
       fragment More on FinancingPackageResult { lacks: missing { label c: code } message retryAfter package { subject { tax { payments { totalCount } } } } }`,
      {
        requests: [
          { identifier: BEHIND, authorization: behind },
          { identifier: CLEAN, authorization: clean },
        ],
      },
    );
    expect(data.all[0]).toMatchObject({ is: 'PARTIAL', lacks: [{ label: '纳税', c: 'tax' }], retryAfter: 5 });
    expect(data.all[0].message).toContain('不等于没有');
    expect(data.all[1]).toMatchObject({ is: 'COMPLETE', lacks: [], message: null, retryAfter: null });
    expect(errors.map(({ extensions }) => extensions.code)).toContain('SOURCE_UNAVAILABLE');
  });

  it('are refused each by itself: an unknown company, no authorization, one that the company has not granted', async () => {
    const asked = await authorized(askAs, { bank: 'river', subject: CLEAN, blocks: ['tax'] });
    const granted = await authorized(askAs, { bank: 'river', company: 'clean', subject: CLEAN, blocks: ['tax'] });
    const others = await authorized(askAs, { bank: 'hill', company: 'clean', subject: CLEAN, blocks: ['tax'] });
    const nobodys = 'a'.repeat(28);
    const unknown = '91990102MA0000009T';
    const { data, errors } = await askAs('river', OUTCOMES, {
      requests: [
        { identifier: unknown, authorization: granted },
        { identifier: CLEAN, authorization: nobodys },
        { identifier: CLEAN, authorization: others },
        { identifier: CLEAN, authorization: asked },
        { identifier: DEBTOR, authorization: granted },
        { identifier: cleanCompany.name, authorization: granted },
      ],
    });
    expect(errors).toEqual([]);
    const results: readonly { outcome: string; missing: readonly { code: string }[]; message: string }[] =
      data.financingPackages;
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'SUBJECT_UNKNOWN',
      'AUTHORIZATION_REQUIRED',
      'AUTHORIZATION_REQUIRED',
      'AUTHORIZATION_REQUIRED',
      'AUTHORIZATION_REQUIRED',
      'COMPLETE',
    ]);
    // Another bank's authorization is told like one that does not exist; what was asked for is named as such.
    expect(results[2]).toEqual(results[1]);
    expect(codes(results[1]?.missing ?? [])).toEqual([
      'annual-report',
      'tax',
      'social-insurance',
      'utilities',
      'environment',
    ]);
    expect([codes(results[3]?.missing ?? []), results[3]?.message]).toEqual([
      ['tax'],
      expect.stringContaining('待企业确认'),
    ]);
  });

  it('are unavailable where nobody answers, and a single use is then not used up', async () => {
    const id = await authorized(askAs, {
      bank: 'river',
      company: 'clean',
      subject: CLEAN,
      blocks: ['tax'],
      isContinuous: false,
    });
    const requests = [{ identifier: CLEAN, authorization: id }];
    const nobody = await withoutAll('river', OUTCOMES, { requests });
    expect(nobody.data.financingPackages[0]).toMatchObject({ outcome: 'UNAVAILABLE', package: null, retryAfter: 5 });
    const refused = await askAs('river', OUTCOMES, { requests }, { 'credit-authorization': id });
    expect([refused.data, refused.errors[0]?.extensions]).toEqual([
      null,
      { code: 'AUTHORIZATION_REQUIRED', reason: 'SINGLE_USE' },
    ]);
    const address = `${await city.gateway({ identify })}?${new URLSearchParams({ query: OUTCOMES, variables: JSON.stringify({ requests }) })}`;
    const byGet = await fetch(address, { headers: { 'test-as': 'river', 'apollo-require-preflight': 'true' } });
    expect([byGet.status, await byGet.text()]).toEqual([400, expect.stringContaining('POST')]);
    const again = await askAs('river', OUTCOMES, { requests });
    expect(again.data.financingPackages[0].outcome).toBe('COMPLETE');
    const once = await askAs('river', OUTCOMES, { requests });
    expect(once.data.financingPackages[0]).toMatchObject({ outcome: 'AUTHORIZATION_ENDED', package: null });
  });

  it('under one authorization for a single use go to one of twenty that ask at once', async () => {
    const id = await authorized(askAs, {
      bank: 'river',
      company: 'clean',
      subject: CLEAN,
      blocks: ['tax'],
      isContinuous: false,
    });
    const requests = [{ identifier: CLEAN, authorization: id }];
    const answers = await Promise.all(Array.from({ length: 20 }, () => askAs('river', OUTCOMES, { requests })));
    const outcomes = answers.map(({ data }) => data.financingPackages[0].outcome);
    expect(outcomes.filter((outcome) => outcome === 'COMPLETE')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'AUTHORIZATION_ENDED')).toHaveLength(19);
    // To look what became of it uses nothing up, and presents nothing.
    const asked =
      'query($requests: [FinancingPackageRequest!]!) { financingPackages(requests: $requests) { outcome } }';
    const fresh = await authorized(askAs, {
      bank: 'river',
      company: 'clean',
      subject: CLEAN,
      blocks: ['tax'],
      isContinuous: false,
    });
    const looked = { requests: [{ identifier: CLEAN, authorization: fresh }] };
    await askAs('river', asked, looked);
    const { data } = await askAs('river', OUTCOMES, looked);
    expect(data.financingPackages[0].outcome).toBe('COMPLETE');
  });

  it('begin with whom they are about and what is authorized already: B1 of the ten questions', async () => {
    const id = await authorized(askAs, { bank: 'hill', company: 'clean', subject: CLEAN, blocks: ['tax'] });
    const identifiers = [CLEAN, dishonestDebtor.name, '91990181MAOC7R4PXR'];
    const { data, errors } = await askAs('hill', B1, { identifiers });
    expect(errors).toEqual([]);
    const outcomes = data.subjectsByIdentifier.map((one: { outcome: string }) => one.outcome);
    expect(outcomes).toEqual(['FOUND', 'FOUND', 'MALFORMED']);
    expect(data.authorizations.nodes).toContainEqual({
      id,
      status: 'GRANTED',
      endsAt: '2026-12-31T23:59:59+08:00',
      confirmationUrl: expect.stringContaining(`/authorizations/${id}`),
      subject: { creditCode: CLEAN },
    });
  });

  it('are for banks, and for a hundred companies at a time', async () => {
    const request = { identifier: CLEAN, authorization: 'a'.repeat(28) };
    const company = await askAs('clean', OUTCOMES, { requests: [request] });
    expect([company.data.financingPackages, company.errors[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
    const many = Array.from({ length: 101 }, () => request);
    const tooMany = await askAs(
      'river',
      'query($requests: [FinancingPackageRequest!]!) { financingPackages(requests: $requests) { outcome } }',
      { requests: many },
    );
    expect([tooMany.status, tooMany.errors[0]?.extensions]).toEqual([
      400,
      expect.objectContaining({ code: 'BAD_USER_INPUT', argument: 'requests' }),
    ]);
    const hundred = await askAs(
      'river',
      'query($requests: [FinancingPackageRequest!]!) { financingPackages(requests: $requests) { outcome } }',
      { requests: many.slice(1) },
    );
    expect(hundred.data.financingPackages).toHaveLength(100);
    // B2 of a hundred companies is within what a bank may ask at once.
    const dry = await askAs('river', B2, { requests: many.slice(1) }, { 'credit-dry-run': 'true' });
    const { requested, limit } = JSON.parse(dry.text).extensions.cost;
    expect(requested).toBeLessThanOrEqual(limit);
  });
});

describe('The guide for banks (docs/bank.md)', () => {
  it('leads from a key pair to a verified package, and to a refusal once the company takes it back', async () => {
    const { origin, askAs: asReady } = await demonstrated(city);
    const page = await guide('docs/bank.md');
    const decided = async (document: string, file = 'authorization.json'): Promise<void> => {
      const { id } = (await page.json(file)).data.requestAuthorization;
      const { data, text } = await asReady('SUBJECT', document, { id, key: newKey() });
      if (!data) throw new Error(text);
    };
    const environment = {
      CITY: origin,
      DATABASE_URL: city.database.url,
      DATA_DIR: page.folder,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
    };
    const { code, out } = await page.run(environment, {
      '4.': () => decided(GRANT),
      '6.': () => decided(REVOKE),
    });
    expect([code, code === 0 ? '' : out]).toEqual([0, '']);
    expect((await page.json('package.json')).data.financingPackages[0]).toMatchObject({
      outcome: 'COMPLETE',
      package: { subject: { name: behindWithBills.name } },
    });
    expect(out).toMatch(/^tax tax\.payment RECORDS/mu);
    expect(out).toMatch(/^utilities utilities\.payment RECORDS/mu);
    expect(out).toMatch(/^courts courts\.dishonest-debtor NONE/mu);
    expect(out).toMatch(/^相符:.*用途 PRE_LOAN_REVIEW/mu);
    expect(out).toContain('page two: ');
    expect((await page.json('loan.json')).data.reportLoan.balance).toEqual({ amount: '480000' });
    // The company's ready representative is the person whom its registration names.
    const { id } = (await page.json('authorization.json')).data.requestAuthorization;
    const [row] = await city.database
      .admin`select decision_basis as basis from gateway.authorizations where id = ${id}`;
    expect(row?.basis).toBe('REGISTRATION');
    const [afterwards] = (await page.json('afterwards.json')).data.financingPackages;
    expect(afterwards).toMatchObject({ outcome: 'AUTHORIZATION_ENDED' });
  });
});
