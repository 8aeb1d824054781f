import { beforeAll, describe, expect, it } from 'vitest';
import { isFar, testCity } from '../support/city.ts';
import { ARREARS, codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

// Statements can be counted where the departments live in this process; elsewhere they are the same.

const city = await testCity();
const OFFICE = '云泽市税务局';
const companies = Array.from({ length: 60 }, (_, index) => ({
  name: `云泽第${100 + index}有限公司`,
  code: codeOf(index + 1),
}));
const CODE = codeOf(1);

/** Of whom there is no record. */
const bare = Array.from({ length: 6 }, (_, index) => ({
  name: `云泽第${200 + index}有限公司`,
  code: codeOf(index + 70),
}));

await city.take('credit.subject', subjectsFile([...companies, ...bare].map(({ name, code }) => [name, code] as const)));
await city.take(
  'tax.credit-rating',
  csv(RATINGS, ...companies.flatMap(({ name, code }) => [2023, 2024].map((year) => [name, code, year, 'A', OFFICE]))),
);
await city.take(
  'tax.arrears',
  csv(ARREARS, ...companies.map(({ name, code }) => [name, code, '2024-01-05', '增值税', 10, OFFICE])),
);
await city.take(
  'market.penalty',
  csv(PENALTIES, ...companies.map(({ name, code }, index) => penalty(name, code, `罚${index}号`, '2025-01-06', 100))),
);

/** The names of the statements that a question cost, in order of the alphabet. */
async function statementsOf(question: string, headers: Record<string, string> = {}) {
  const { errors, data, status } = await city.ask(question, {}, headers);
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return { names: city.statements.map((text) => /\/\* (\S+) \*\//u.exec(text)?.[1]).sort(), data };
}

const SLICES = `listings { totalCount nodes { reason } }
  market { registration { status { label } } penalties { totalCount nodes { documentNumber fine { amount } } } }
  tax { creditRatings { totalCount nodes { year grade { code } } edges { cursor } pageInfo { endCursor } } arrears { totalCount } }
  courts { dishonestDebtorEntries { totalCount nodes { caseNumber } } }
  environment { creditRatings { totalCount } penalties { totalCount } }`;
const DEPARTMENTS = [
  'courts.Subject.courts',
  'environment.Subject.environment',
  'market.Subject.market',
  'tax.Subject.tax',
];

describe.skipIf(isFar)('The statements of a question', () => {
  it('for a profile are one for each department that is asked', async () => {
    const { names } = await statementsOf(`{ subject(identifier: "${CODE}") { name ${SLICES} } }`);
    expect(names).toEqual(['courts.Subject.courts', 'credit.Query.subject', ...DEPARTMENTS.slice(1)]);
    const few = await statementsOf(`{ subject(identifier: "${CODE}") { name tax { arrears { totalCount } } } }`);
    expect(few.names).toEqual(['credit.Query.subject', 'tax.Subject.tax']);
  });

  it('are as many for an earlier instant', async () => {
    city.setNow(new Date(Date.now() + 1_000));
    const { names, data } = await statementsOf(`{ subject(identifier: "${CODE}") { name ${SLICES} } }`, {
      'credit-as-of': new Date().toISOString(),
    });
    expect(names).toHaveLength(5);
    expect(data.subject.market.penalties.totalCount).toBe(1);
  });

  it('for a page of 50 subjects are one for each department', async () => {
    const { names, data } = await statementsOf(`{ subjects(first: 50) { totalCount nodes { id name ${SLICES} } } }`);
    expect(data.subjects.nodes).toHaveLength(50);
    for (const { tax, market } of data.subjects.nodes)
      expect([tax.creditRatings.totalCount, market.penalties.totalCount]).toEqual([2, 1]);
    expect(names).toEqual(['courts.Subject.courts', 'credit.Query.subjects', ...DEPARTMENTS.slice(1)]);
  });

  it('do not grow with lists, aliases or fragments within a slice', async () => {
    const { names, data } = await statementsOf(`{ subject(identifier: "${CODE}") { ...Tax } }
      fragment Tax on Subject { tax { ...Lists } tax { creditRatings { totalCount } } }
      fragment Lists on TaxSlice { a: creditRatings(first: 1) { nodes { year } } b: arrears { totalCount }
        c: creditRatings(filter: { isLatest: true }) { nodes { year } edges { cursor } } }`);
    expect(names).toEqual(['credit.Query.subject', 'tax.Subject.tax']);
    expect(data.subject.tax).toMatchObject({
      a: { nodes: [{ year: 2024 }] },
      b: { totalCount: 1 },
      creditRatings: { totalCount: 2 },
    });
  });

  it('are shared by callers who ask the same of other subjects at once, and each is told its own', async () => {
    const known = companies.slice(0, 12).map(({ code }) => code);
    const asked = [...known, codeOf(99), known[0] ?? '', '91990105MA0K1AAA0X'];
    const question = `query Shared($code: String!) { subject(identifier: $code) { name ${SLICES} } }`;
    const alone = [];
    for (const code of asked) alone.push(await city.ask(question, { code }));
    const together = await Promise.all(asked.map((code) => city.ask(question, { code })));
    expect(together.map(({ data, errors }) => ({ data, errors }))).toEqual(
      alone.map(({ data, errors }) => ({ data, errors })),
    );
    expect(new Set(together.slice(0, 12).map(({ data }) => data.subject.name)).size).toBe(12);
    // Of fourteen readable numbers and thirteen subjects; how many come together is the machine's.
    const names = city.statements.map((text) => /\/\* (\S+) \*\//u.exec(text)?.[1]);
    for (const name of ['credit.Query.subject', ...DEPARTMENTS])
      expect(names.filter((one) => one === name).length).toBeLessThan(10);
  });

  it('of verdicts are shared by callers who ask about other subjects at once, and each is told its own', async () => {
    const asked = [...companies.slice(0, 6), ...bare].map(({ code }) => code);
    const question = `query Verdicts($code: String!) { subject(identifier: $code) { verdicts { item { code } outcome } } }`;
    const alone = [];
    for (const code of asked) alone.push(await city.ask(question, { code }));
    const together = await Promise.all(asked.map((code) => city.ask(question, { code })));
    expect(together.map(({ data, errors }) => ({ data, errors }))).toEqual(
      alone.map(({ data, errors }) => ({ data, errors })),
    );
    expect(new Set(together.map(({ text }) => text)).size).toBe(2);
    const names = city.statements.map((text) => /\/\* (\S+) \*\//u.exec(text)?.[1]);
    for (const name of ['market.Query.recordPresence', 'tax.Query.recordPresence'])
      expect(names.filter((one) => one === name).length).toBeLessThan(10);
  });

  it('are one for each slice that is asked for under a name of its own', async () => {
    const { names } = await statementsOf(
      `{ subject(identifier: "${CODE}") { one: tax { arrears { totalCount } } two: tax { creditRatings { totalCount } } } }`,
    );
    expect(names).toEqual(['credit.Query.subject', 'tax.Subject.tax', 'tax.Subject.tax']);
  });

  it('for the subject of each record of a list are one', async () => {
    const { names, data } = await statementsOf(
      `{ subjects(first: 40) { nodes { tax { creditRatings { nodes { subject { name district { label } } } } } } } }`,
    );
    expect(names).toEqual(['credit.Query.subjects', 'credit.Subject', 'tax.Subject.tax']);
    const [first] = data.subjects.nodes;
    expect(first.tax.creditRatings.nodes).toEqual(
      Array(2).fill({ subject: { name: expect.stringMatching(/^云泽第/u), district: null } }),
    );
  });

  it('for what a record says itself are none more: its item, authority, grade and subject id', async () => {
    const { names } = await statementsOf(
      `{ subject(identifier: "${CODE}") { tax { creditRatings { nodes { id item { title department { label } } authority { name }
        grade { label scheme { label } } subject { id } publication { endsOn } marks isInForce } } } } }`,
    );
    expect(names).toEqual(['credit.Query.subject', 'tax.Subject.tax']);
  });

  it('for the instants of many timelines are one more', async () => {
    const { names, data } = await statementsOf(
      '{ subjects(first: 50) { nodes { a: records { asOf } b: records { asOf } } } }',
    );
    expect(data.subjects.nodes).toHaveLength(50);
    expect(names).toEqual(['credit.Query.subjects', 'credit.RecordSummaryConnection.asOf']);
  });

  it('are none for introspection, the type name and what is refused', async () => {
    expect((await statementsOf('{ __typename __schema { queryType { name } } }')).names).toEqual([]);
    await city.ask('{ subject(identifier: "1") { id name }');
    await city.ask(`{ subject(identifier: "${CODE}") { score } }`);
    await city.ask(`query @asOf(known: "9999-01-01T00:00:00Z") { subject(identifier: "${CODE}") { id } }`);
    expect(city.statements).toEqual([]);
  });

  it('carry values apart from their text: other words, the same statement', async () => {
    const textOf = async (identifier: string, years: string) => {
      await city.ask(
        `{ subject(identifier: "${identifier}") { tax { creditRatings(filter: { years: ${years} }) { nodes { year } } } } }`,
      );
      return [...city.statements].sort();
    };
    const texts = await textOf(CODE, '[2023]');
    expect(texts).toHaveLength(2);
    expect(await textOf(codeOf(2).toLowerCase(), '[1999, 2024]')).toEqual(texts);
    expect(texts.join()).not.toMatch(/2023|1999|9199/u);
  });
});

describe.skipIf(isFar)('The statement of a profile', () => {
  beforeAll(async () => {
    const { admin } = city.database;
    await admin.unsafe(`
      insert into tax.tax_credit_ratings
      select copy.* from tax.tax_credit_ratings r, generate_series(1, 200) n,
        jsonb_populate_record(r, jsonb_build_object('id', 'copy ' || n || r.id, 'subject_id', n || ' copy of ' || r.subject_id)) copy`);
    await admin.unsafe('analyze tax.tax_credit_ratings');
  });

  it.each([
    ['now', {}],
    ['of an earlier instant', { 'credit-as-of': new Date().toISOString() }],
  ])('%s goes by the index of subjects, through many rows and under row security', async (_when, headers) => {
    const { admin } = city.database;
    city.setNow(new Date(Date.now() + 60_000));
    await statementsOf(
      `{ subject(identifier: "${CODE}") { tax { creditRatings(first: 5) { nodes { year } } } } }`,
      headers,
    );
    const text = city.statements.find((one) => one.includes('tax.Subject.tax')) ?? '';
    // The plan for values that are not known yet, as the server makes it of a statement that is used often.
    const places = new Set(text.match(/\$\d+/gu)).size;
    const plan = await admin.begin(async (transaction) => {
      await transaction.unsafe('set local plan_cache_mode = force_generic_plan');
      await transaction.unsafe(`set local role "${city.database.name}_tax_public"`);
      await transaction.unsafe(`prepare hot as ${text}`).simple();
      const explained = await transaction.unsafe(`explain execute hot(${Array(places).fill('null').join()})`).simple();
      await transaction.unsafe('deallocate hot');
      return explained;
    });
    const lines = plan.map((row) => String(row['QUERY PLAN'])).join('\n');
    expect(lines).toMatch(/Index Scan (?:using|on) tax_credit_ratings_by_subject/u);
    expect(lines).not.toContain('Seq Scan');
  });
});
