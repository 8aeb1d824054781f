import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { ARREARS, codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

const city = await testCity();
const NAME = '云泽晨光机械有限公司';
const CODE = codeOf(1);
const YEARS = [2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025];

await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
await city.take('tax.credit-rating', csv(RATINGS, ...YEARS.map((year) => [NAME, CODE, year, 'A', '云泽市税务局'])));
await city.take(
  'tax.arrears',
  csv(ARREARS, ...[1, 2, 3].map((month) => [NAME, CODE, `2024-0${month}-05`, '增值税', 100, '云泽市税务局'])),
);
const newestFirst = [...YEARS].reverse();

const inTax = (list: string) => `{ subject(identifier: "${CODE}") { tax { ${list} } } }`;
async function ratings(args: string, fields = 'totalCount nodes { year } pageInfo { hasNextPage endCursor }') {
  const { data, errors } = await city.ask(inTax(`creditRatings${args} { ${fields} }`));
  return { list: data?.subject?.tax?.creditRatings, errors };
}
const yearsOf = (list: { nodes: { year: number }[] }) => list.nodes.map(({ year }) => year);

describe('A page', () => {
  it.each([
    ['', newestFirst.slice(0, 10)],
    ['(first: null)', newestFirst.slice(0, 10)],
    ['(first: 1)', [2025]],
    ['(first: 100)', newestFirst],
  ])('holds what `first` says, newest first: %s', async (args, years) => {
    const { list, errors } = await ratings(args);
    expect(errors).toEqual([]);
    expect(yearsOf(list)).toEqual(years);
    expect(list.totalCount).toBe(12);
    expect(list.pageInfo.hasNextPage).toBe(years.length < 12);
  });

  it.each([0, 101, -1, 2_147_483_647])(
    'of %d is refused where it was asked for, with what is possible',
    async (first) => {
      const { errors } = await ratings(`(first: ${first})`);
      expect(errors).toEqual([
        {
          message: `参数 first 须为 1 至 100 的整数,收到 ${first}。`,
          path: ['subject', 'tax', 'creditRatings'],
          extensions: { code: 'BAD_USER_INPUT', department: 'tax', argument: 'first' },
        },
      ]);
    },
  );

  it('of more subjects than 100, or none, is refused as well', async () => {
    for (const first of [0, 101]) {
      const { status, data, errors } = await city.ask(`{ subjects(first: ${first}) { totalCount } }`);
      expect({ status, data }).toEqual({ status: 200, data: { subjects: null } });
      expect(errors[0]).toMatchObject({
        path: ['subjects'],
        extensions: { code: 'BAD_USER_INPUT', argument: 'first' },
      });
    }
  });

  it('says the same in nodes, in edges and in pageInfo, together or alone', async () => {
    const parts = ['totalCount', 'nodes { id year }', 'edges { cursor node { year } }'];
    const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
    const { list } = await ratings('(first: 5)', [...parts, pageInfo].join(' '));
    expect(list.edges.map((edge: { node: { year: number } }) => edge.node.year)).toEqual(yearsOf(list));
    expect(list.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: list.edges[0].cursor,
      endCursor: list.edges[4].cursor,
    });
    for (const part of [...parts, pageInfo]) expect(list).toMatchObject((await ratings('(first: 5)', part)).list);
  });

  it('of nothing has no cursors', async () => {
    const { list } = await ratings(
      '(filter: { years: [1999] })',
      'totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }',
    );
    expect(list).toEqual({
      totalCount: 0,
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('can stand beside other pages of the same list', async () => {
    const { data } = await city.ask(
      inTax(`one: creditRatings(first: 1) { nodes { year } } three: creditRatings(first: 3) { nodes { year } totalCount }
        old: creditRatings(filter: { years: [2014, 2015] }) { totalCount edges { of: node { y: year } } }
        creditRatings(first: 2) { a: nodes { year } b: nodes { year id } ...More }`) +
        'fragment More on TaxCreditRatingConnection { count: totalCount b: nodes { version } }',
    );
    const { one, three, old, creditRatings } = data.subject.tax;
    expect([yearsOf(one), yearsOf(three), three.totalCount]).toEqual([[2025], [2025, 2024, 2023], 12]);
    expect(old).toEqual({ totalCount: 2, edges: [{ of: { y: 2015 } }, { of: { y: 2014 } }] });
    expect(creditRatings).toMatchObject({
      count: 12,
      a: [{ year: 2025 }, { year: 2024 }],
      b: [{ version: 1 }, { version: 1 }],
    });
  });
});

describe('A cursor', () => {
  const cursor = async (args: string, list = 'creditRatings') =>
    (await city.ask(inTax(`${list}${args} { pageInfo { endCursor } }`))).data.subject.tax[list].pageInfo
      .endCursor as string;

  it('leads on from where its page ended', async () => {
    const after = await cursor('(first: 5)');
    const { list } = await ratings(`(first: 5, after: "${after}")`, 'nodes { year } pageInfo { hasPreviousPage }');
    expect(yearsOf(list)).toEqual(newestFirst.slice(5, 10));
    expect(list.pageInfo.hasPreviousPage).toBe(true);
    expect(await cursor('(first: 5)')).toBe(after);
  });

  it('tells nothing of what it stands for', async () => {
    const after = await cursor('(first: 1)');
    expect(Buffer.from(after, 'base64url').toString('latin1')).not.toMatch(/2025|12-31/u);
  });

  it('is refused where it does not belong', async () => {
    const own = await cursor('(first: 5)');
    const instant = new Date(Date.now() + 1_000);
    city.setNow(instant);
    const known = await city.ask(
      inTax('creditRatings(first: 5) { pageInfo { endCursor } }'),
      {},
      { 'credit-as-of': instant.toISOString() },
    );
    const foreign = [
      ['another list', await cursor('(first: 2)', 'arrears')],
      ['another filter', await cursor('(first: 2, filter: { grades: ["A"] })')],
      ['another instant', known.data.subject.tax.creditRatings.pageInfo.endCursor],
      ['a cut one', own.slice(0, -4)],
      ['a changed one', `${own.startsWith('A') ? 'B' : 'A'}${own.slice(1)}`],
      ['an empty one', ''],
      ['a made one', Buffer.from('["2020-12-31","x"]').toString('base64url')],
      ['a long one', own.repeat(100)],
      ['words', '第二页'],
    ];
    for (const [what, after] of foreign) {
      const { errors } = await ratings(`(first: 5, after: ${JSON.stringify(after)})`);
      expect(errors, what).toHaveLength(1);
      expect(errors[0], what).toMatchObject({
        path: ['subject', 'tax', 'creditRatings'],
        extensions: { code: 'BAD_USER_INPUT', argument: 'after' },
      });
    }
  });
});

describe('Walking through all pages', () => {
  const LIST = `query ($code: String!, $first: Int, $after: String) { subject(identifier: $code) { market {
    penalties(first: $first, after: $after) { totalCount nodes { documentNumber decidedOn } pageInfo { hasNextPage endCursor } } } } }`;
  interface Node {
    readonly documentNumber: string;
    readonly decidedOn: string;
  }
  const days = fc.integer({ min: 1, max: 5 }).map((day) => `2024-01-0${day}`); // few, so that many are equal
  const walks = fc.record({
    before: fc.array(days, { maxLength: 25 }),
    between: fc.array(days, { maxLength: 6 }),
    first: fc.integer({ min: 1, max: 7 }),
  });

  it('gives each record once and in order, also when others are added meanwhile', async () => {
    let subjects = 100;
    await fc.assert(
      fc.asyncProperty(walks, async ({ before, between, first }) => {
        subjects += 1;
        const [name, code] = [`云泽第${subjects}有限公司`, codeOf(subjects)];
        await city.take('credit.subject', subjectsFile([[name, code]]));
        const add = (prefix: string, decided: readonly string[]) =>
          city.take(
            'market.penalty',
            csv(
              PENALTIES,
              ...decided.map((day, index) => penalty(name, code, `${prefix}${index}号`, day, 100, '2030-01-01')),
            ),
          );
        if (before.length > 0) await add('甲', before);
        const seen: Node[] = [];
        let after: string | null = null;
        do {
          const { data, errors } = await city.ask(LIST, { code, first, after });
          expect(errors).toEqual([]);
          const page = data.subject.market.penalties;
          expect(page.nodes.length).toBeLessThanOrEqual(first);
          if (after === null) expect(page.totalCount).toBe(before.length);
          seen.push(...page.nodes);
          if (after === null && between.length > 0) await add('乙', between);
          after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
        } while (after !== null);
        const numbers = seen.map(({ documentNumber }) => documentNumber);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(numbers.filter((number) => number.startsWith('甲'))).toHaveLength(before.length);
        const decided = seen.map(({ decidedOn }) => decidedOn);
        expect(decided).toEqual([...decided].sort().reverse());
        const whole = await city.ask(LIST, { code, first: 100 });
        const order = whole.data.subject.market.penalties.nodes.map((node: Node) => node.documentNumber);
        expect(numbers).toEqual(order.filter((number: string) => numbers.includes(number)));
      }),
      { numRuns: 15 },
    );
  });
});
