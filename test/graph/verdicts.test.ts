import { afterAll, describe, expect, it } from 'vitest';
import { behindWithBills, cleanCompany, dishonestDebtor, riversideShop } from '../../demonstration/story.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport, type Transport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { departments } from '../../subgraphs/index.ts';
import { isFar, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';

// What is known of each catalogue item of a subject: found, not found, not applicable, not to be seen, not answered.

const city = await testCity({ demonstration: true });
await city.followed();

const DEBTOR = dishonestDebtor.creditCode ?? '';
const ALL = `query($identifier: String!) { subject(identifier: $identifier) { id
  verdicts { subject { id } item { code title department { code } } outcome isStale asOf reportedThrough retryAfter }
  tax { arrears { totalCount } } courts { dishonestDebtorEntries { totalCount } } } }`;

interface Told {
  readonly item: { readonly code: string; readonly department: { readonly code: string } };
  readonly outcome: string;
}
const outcomes = (verdicts: readonly Told[]) => Object.fromEntries(verdicts.map((one) => [one.item.code, one.outcome]));

/** A gateway before the same departments, to one of which something happens on its way. */
function askWith(department: string, change: (transport: Transport) => Transport) {
  const transport = city.city.transports.get(department);
  if (!transport) throw new Error(`there is no ${department}`);
  return city.another({ transports: new Map([...city.city.transports, [department, change(transport)]]) });
}

/** Nobody listens where it should be. */
function gone({ department, title }: Transport): Transport {
  const sign = viewerSigner(department, viewerKeyOf(TEST_SECRET, department));
  const transport = farTransport(department, title, new URL('http://127.0.0.1:1/graphql'), sign);
  afterAll(() => transport.close());
  return transport;
}

describe('Subject.verdicts', () => {
  it('tell of every catalogue item whether there are records, none that may be seen, or none that could be', async () => {
    const { data, errors } = await city.ask(ALL, { identifier: DEBTOR });
    expect(errors).toEqual([]);
    const { verdicts } = data.subject;
    expect(outcomes(verdicts)).toMatchObject({
      'courts.dishonest-debtor': 'RECORDS',
      'market.registration': 'RECORDS',
      'tax.licence': 'NONE',
      // Not shown to anybody, whether there are any or not.
      'credit.key-attention-listing': 'NOT_AUTHORIZED',
    });
    const { data: catalogue } = await city.ask('{ catalogue { code } }');
    const codes = verdicts.map(({ item }: Told) => item.code);
    expect(codes).toEqual(catalogue.catalogue.map(({ code }: { code: string }) => code).sort());
    const debtor = verdicts.find(({ item }: Told) => item.code === 'courts.dishonest-debtor');
    expect(debtor).toEqual({
      subject: { id: DEBTOR },
      item: { code: 'courts.dishonest-debtor', title: '失信被执行人', department: { code: 'courts' } },
      outcome: 'RECORDS',
      isStale: expect.any(Boolean),
      asOf: expect.stringMatching(/^\d{4}-/u),
      reportedThrough: expect.stringMatching(/^\d{4}-\d\d-\d\d$/u),
      retryAfter: null,
    });
  });

  it('say what cannot be of a kind of subject', async () => {
    const { data } = await city.ask(ALL, { identifier: riversideShop.creditCode });
    expect(outcomes(data.subject.verdicts)).toMatchObject({
      'market.annual-report': 'NOT_APPLICABLE',
      'market.registration': 'RECORDS',
    });
  });

  it('agree with the lists of the same answer, for every subject of a page', async () => {
    const { data, errors } = await city.ask(`{ subjects(first: 20) { nodes { verdicts { item { code } outcome }
      courts { dishonestDebtorEntries { totalCount } } tax { arrears { totalCount } creditRatings { totalCount } } market { penalties { totalCount } } } } }`);
    expect(errors).toEqual([]);
    for (const { verdicts, courts, tax, market } of data.subjects.nodes) {
      const told = outcomes(verdicts);
      expect(told['courts.dishonest-debtor'] === 'RECORDS').toBe(courts.dishonestDebtorEntries.totalCount > 0);
      expect(told['tax.arrears'] === 'RECORDS').toBe(tax.arrears.totalCount > 0);
      expect(told['market.penalty'] === 'RECORDS').toBe(market.penalties.totalCount > 0);
      expect(told['tax.credit-rating']).toBe(tax.creditRatings.totalCount > 0 ? 'RECORDS' : 'NOT_AUTHORIZED');
    }
  });

  it.skipIf(isFar)(
    'ask each department once about all subjects of a page, whatever else is asked (counted near)',
    async () => {
      await city.ask('{ subjects(first: 20) { nodes { verdicts { outcome } again: verdicts { item { title } } } } }');
      const presence = city.statements.filter((text) => text.includes('recordPresence'));
      const asked = presence.map((text) => /^\/\* (\w+)\./u.exec(text)?.[1]).sort();
      // A visitor may ask for none of the utilities' items.
      const others = departments.map(({ name }) => name).filter((name) => name !== 'utilities');
      expect(asked).toEqual(others.sort());
    },
  );
});

describe('A department that does not answer', () => {
  it('has each of its items told as not answered, in the graph and in the extensions; the others as they are', async () => {
    const ask = await askWith('tax', gone);
    const { data, errors, text } = await ask(ALL, { identifier: DEBTOR });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['subject.tax', 'SOURCE_UNAVAILABLE'],
    ]);
    const { verdicts } = data.subject;
    for (const { item, outcome, asOf, retryAfter } of verdicts) {
      const isTax = item.department.code === 'tax';
      expect([item.code, outcome === 'UNAVAILABLE', retryAfter]).toEqual([item.code, isTax, isTax ? 5 : null]);
      if (isTax) expect(asOf).toBeNull();
    }
    const { extensions } = JSON.parse(text);
    expect(extensions.isComplete).toBe(false);
    expect(extensions.verdicts.map((one: { item: string }) => one.item)).toEqual(
      verdicts.filter(({ item }: Told) => item.department.code === 'tax').map(({ item }: Told) => item.code),
    );
    expect(extensions.verdicts[0]).toEqual({
      item: 'tax.arrears',
      title: '欠税公告',
      department: 'tax',
      outcome: 'UNAVAILABLE',
      retryAfter: 5,
    });
  });

  it('has them told so as well where it fell silent after its verdict, under whatever names they are asked for', async () => {
    const failing = (tax: Transport): Transport => ({
      ...tax,
      async ask(question, viewer, signal) {
        if (question.query.includes('recordPresence')) return tax.ask(question, viewer, signal);
        throw new Error('gone in between');
      },
    });
    const ask = await askWith('tax', failing);
    const { data } = await ask(
      `query($identifier: String!) { it: subject(identifier: $identifier) { ...Told tax { arrears { totalCount } } } }
       fragment Told on Subject { complete: verdicts { of: item { code } is: outcome again: retryAfter asOf } }`,
      { identifier: behindWithBills.creditCode },
    );
    const told = data.it.complete.map(
      (one: { of: { code: string }; is: string; again: number | null; asOf: unknown }) => [
        one.of.code.startsWith('tax.'),
        one.is === 'UNAVAILABLE',
        one.again,
      ],
    );
    expect(told).toContainEqual([true, true, 5]);
    for (const [isTax, isUnanswered] of told) expect(isUnanswered).toBe(isTax);
  });

  it('tells nothing of the rest with the credit office down: a code reaches the departments, its own items are not known', async () => {
    const ask = await askWith('credit', gone);
    const { data, text } = await ask(
      `query($identifier: String!) { subject(identifier: $identifier) { verdicts { item { code } outcome } } }`,
      {
        identifier: DEBTOR,
      },
    );
    expect(outcomes(data.subject.verdicts)).toMatchObject({
      'courts.dishonest-debtor': 'RECORDS',
      'tax.licence': 'NONE',
      'credit.serious-dishonesty-listing': 'UNAVAILABLE',
    });
    expect(JSON.parse(text).extensions.isComplete).toBe(false);
  });
});

it('A verdict is stale, and as of then, where what its department last knew stands in for it', async () => {
  let isGone = false;
  const transport = city.city.transports.get('market') as Transport;
  const market: Transport = {
    ...transport,
    async ask(question, viewer, signal) {
      if (isGone) throw new Error('gone');
      return transport.ask(question, viewer, signal);
    },
  };
  const ask = await city.another({
    transports: new Map([...city.city.transports, ['market', market]]),
    budgets: { lastKnown: () => 600 },
  });
  const question = `{ subject(identifier: "${DEBTOR}") { verdicts { item { code } outcome isStale asOf } market { penalties { totalCount } } } }`;
  const before = await ask(question);
  isGone = true;
  const after = await ask(question);
  expect([after.errors, after.data.subject.market]).toEqual([[], before.data.subject.market]);
  const { stale, isComplete } = JSON.parse(after.text).extensions;
  expect([isComplete, stale]).toMatchObject([true, [{ department: 'market' }]]);
  const ofMarket = after.data.subject.verdicts.filter(({ item }: Told) => item.code.startsWith('market.'));
  for (const one of ofMarket) {
    expect(one.isStale).toBe(true);
    if (one.asOf !== null) expect(one.asOf).toBe(stale[0].asOf);
  }
  expect(outcomes(after.data.subject.verdicts)).toEqual(outcomes(before.data.subject.verdicts));
});

it('An answer that all its departments gave says that it is complete, and one that is refused says nothing of it', async () => {
  const whole = await city.ask(
    `{ subject(identifier: "${cleanCompany.creditCode}") { name tax { arrears { totalCount } } } }`,
  );
  expect(JSON.parse(whole.text).extensions).toMatchObject({ isComplete: true });
  expect(JSON.parse(whole.text).extensions.verdicts).toBeUndefined();
  const refused = await city.ask('{ subject(identifier: "1") { score } }');
  expect(JSON.parse(refused.text).extensions.isComplete).toBeUndefined();
});
