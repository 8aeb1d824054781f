import fc from 'fast-check';
import { expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

// Two companies with the same visible records; the second has hidden ones beside them, at all times and of all kinds.
// Whatever is asked, in whatever words: the answers for both are the same, byte for byte, but for ids and names.

const city = await testCity();
const PLAIN = { name: '云泽甲木有限公司', code: codeOf(1) };
const SHADED = { name: '云泽乙木有限公司', code: codeOf(2) };
// The clock is the machine's own: the fines are of last year, for their publication ends by law after three years.
const YEAR = new Date().getFullYear() - 1;
const OFFICE = '云泽市税务局';
type Row = readonly (string | number)[];

const fine =
  (number: number, day: string, yuan: number, ends = '') =>
  (of: typeof PLAIN) =>
    penalty(of.name, of.code, `罚${number}号`, day, yuan, ends);
const rating = (year: number, grade: string) => (of: typeof PLAIN) => [of.name, of.code, year, grade, OFFICE];
type RowOf = (of: typeof PLAIN) => Row;

/** Rows of both, and rows of the shaded one alone, in one file: all are recorded at one instant. */
async function take(item: string, headers: string, visible: readonly RowOf[], hidden: readonly RowOf[]) {
  const rows = [...[PLAIN, SHADED].flatMap((of) => visible.map((row) => row(of))), ...hidden.map((row) => row(SHADED))];
  const report = await city.take(item, csv(headers, ...rows));
  expect(report.rejected).toBe(0);
}

city.setNow(new Date());
await city.take('credit.subject', subjectsFile([PLAIN, SHADED].map(({ name, code }) => [name, code] as const)));
const instants: (string | null)[] = [null];
const remember = () => instants.push(new Date().toISOString());

remember();
await take(
  'market.penalty',
  PENALTIES,
  [1, 3, 5, 7, 9].map((day) => fine(day, `${YEAR}-01-0${day}`, day * 1000)),
  [
    fine(2, `${YEAR}-01-02`, 0), // a mere warning
    fine(4, `${YEAR}-01-05`, 4000, `${YEAR}-02-01`), // its publication is over
    fine(6, `${YEAR}-01-06`, 6000), // to be taken back
    fine(8, `${YEAR}-02-08`, 8000), // to end
  ],
);
await take(
  'tax.credit-rating',
  RATINGS,
  [2018, 2020, 2022].map((year) => rating(year, 'A')),
  [rating(2017, 'B'), rating(2019, 'C'), rating(2021, 'A'), rating(2024, 'D')],
);
remember();
await take('market.penalty', PENALTIES, [fine(3, `${YEAR}-01-03`, 3333)], [fine(6, `${YEAR}-01-06`, 0)]);
await take('tax.credit-rating', RATINGS, [], [rating(2021, 'B')]);
remember();
await take('market.penalty', PENALTIES, [], [fine(8, `${YEAR}-02-08`, 8000, `${YEAR}-06-01`)]);
remember();
await new Promise((resolve) => setTimeout(resolve, 5));
city.setNow(new Date());

await city.followed();

const allIds = (
  await city.database.admin<{ id: string }[]>`
  select id from market.administrative_penalties union select id from tax.tax_credit_ratings`
).map(({ id }) => id);

const years = fc.array(fc.integer({ min: 2016, max: 2025 }), { maxLength: 6 });
const day = fc.integer({ min: 1, max: 9 }).map((date) => `${YEAR}-01-0${date}`);
const amount = fc.integer({ min: 0, max: 10_000 }).map(String);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const filters = fc.record({
  years: maybe(years),
  grades: maybe(fc.subarray(['A', 'B', 'C', 'D'])),
  types: maybe(fc.subarray(['FINE', 'WARNING'])),
  decidedOn: maybe(fc.record({ from: maybe(day), until: maybe(day) })),
  amount: maybe(fc.record({ from: maybe(amount), until: maybe(amount) })),
  isInForce: maybe(fc.boolean()),
  isLatest: maybe(fc.boolean()),
});
type Question = typeof questions extends fc.Arbitrary<infer Asked> ? Asked : never;
const questions = fc.record({
  filter: fc.option(filters, { nil: null }),
  first: fc.integer({ min: 1, max: 6 }),
  pages: fc.integer({ min: 1, max: 3 }),
  known: fc.constantFrom(...instants),
});

const LISTS = `query Lists($identifier: String!, $filter: RecordFilter, $first: Int, $ratings: String, $penalties: String) {
  subject(identifier: $identifier) {
    tax { creditRatings(filter: $filter, first: $first, after: $ratings) {
      totalCount nodes { id year grade { code } version marks } edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
    records(filter: $filter, first: $first) { totalCount nodes { id title year grade { code } documentNumber decidedOn types { code } amount { amount } marks versions { version } }
      edges { cursor } pageInfo { hasNextPage endCursor } }
    recordCounts { class count }
    market { penalties(filter: $filter, first: $first, after: $penalties) {
      totalCount nodes { id documentNumber decidedOn isInForce version marks fine { amount } publication { endsOn } }
      edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
  }
}`;

/** The bytes of the pages of a question, with ids and cursors numbered as they come. */
async function pagesOf(of: typeof PLAIN, { filter, first, pages, known }: Question) {
  const headers: Record<string, string> = known === null ? {} : { 'credit-as-of': known };
  const variables: Record<string, unknown> = { identifier: of.code, first, filter };
  const texts: string[] = [];
  for (let page = 0; page < pages; page++) {
    const { text, data } = await city.ask(LISTS, variables, headers);
    texts.push(text);
    variables.ratings = data?.subject?.tax?.creditRatings.pageInfo.endCursor ?? variables.ratings;
    variables.penalties = data?.subject?.market?.penalties.pageInfo.endCursor ?? variables.penalties;
  }
  const numbers = new Map<string, number>();
  return texts.join('\n').replaceAll(/"(id|cursor|startCursor|endCursor)":"([^"]+)"/gu, (_all, key, value) => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return `"${key}":#${number}`;
  });
}

it('Records that a visitor may not see change no answer to any question', { timeout: 240_000 }, async () => {
  let answers = 0;
  await fc.assert(
    fc.asyncProperty(questions, async (question) => {
      const [plain, shaded] = [await pagesOf(PLAIN, question), await pagesOf(SHADED, question)];
      expect(shaded).toBe(plain);
      answers += plain.includes('"fine":{') ? 1 : 0;
    }),
    { numRuns: 120 },
  );
  expect(answers).toBeGreaterThan(5);
});

it('Nor does asking for them by their ids', async () => {
  const visible = new Set<string>();
  const seen = await city.ask(LISTS, { identifier: SHADED.code, first: 100 });
  for (const list of [seen.data.subject.tax.creditRatings, seen.data.subject.market.penalties])
    for (const { id } of list.nodes) visible.add(id);
  expect(visible.size).toBe(8);
  const hidden = allIds.filter((id) => !visible.has(id));
  expect(hidden).toHaveLength(8 + 4 + 4);
  for (const known of instants) {
    const { data } = await city.ask(
      LISTS,
      { identifier: SHADED.code, filter: { ids: hidden } },
      known === null ? {} : { 'credit-as-of': known },
    );
    if (data.subject === null) continue;
    expect(data.subject.tax.creditRatings).toMatchObject({ totalCount: 0, nodes: [] });
    expect(data.subject.market.penalties).toMatchObject({ totalCount: 0, nodes: [] });
  }
});
