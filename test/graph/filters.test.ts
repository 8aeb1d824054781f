import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { ARREARS, codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

const city = await testCity();
const NAME = '云泽晨光机械有限公司';
const CODE = codeOf(1);
const OFFICE = codeOf(900);
const OTHER_OFFICE = codeOf(901);

await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
await city.take(
  'tax.credit-rating',
  csv(
    `${RATINGS},评价单位统一社会信用代码,评定时间,有效期止`,
    [NAME, CODE, 2021, 'A', '云泽市税务局', OFFICE, '2022-04-10', '2023-04-10'],
    [NAME, CODE, 2022, 'A', '云泽市税务局', OFFICE, '2023-04-11', '2026-11-20'],
    [NAME, CODE, 2023, 'A', '云泽市税务局', OTHER_OFFICE, '2024-04-12', '2026-11-21'],
    [NAME, CODE, 2024, 'A', '云泽市税务局', '', '2025-04-13', ''],
    [NAME, CODE, 2025, 'A', '云泽市税务局', '', '', ''],
  ),
);
await city.take(
  'tax.arrears',
  csv(
    ARREARS,
    [NAME, CODE, '2024-01-10', '增值税', '99.99', '云泽市税务局'],
    [NAME, CODE, '2024-04-10', '企业所得税', '100', '云泽市税务局'],
    [NAME, CODE, '2024-07-10', '增值税', '100.01', '云泽市税务局'],
  ),
);
await city.take(
  'market.penalty',
  csv(
    PENALTIES,
    penalty(NAME, CODE, '云市监罚〔2025〕1号', '2025-01-06', 1000),
    penalty(NAME, CODE, '云市监罚〔2025〕2号', '2025-02-06', 5000).map((cell) =>
      cell === '罚款' ? '警告、罚款' : cell,
    ),
  ),
);

/** The values of `field` that a filter leaves of a list. */
async function left(list: string, filter: string | Record<string, unknown>, field: string) {
  const [slice, name] = list.split('.');
  const [written, variables] = typeof filter === 'string' ? [filter, {}] : ['$filter', { filter }];
  const declared = typeof filter === 'string' ? '' : 'query ($filter: RecordFilter)';
  const question = `${declared} { subject(identifier: "${CODE}") { ${slice} { ${name}(filter: ${written}) { totalCount nodes { value: ${field} } } } } }`;
  const { data, errors, status } = await city.ask(question, variables);
  const found = data?.subject?.[slice ?? '']?.[name ?? ''];
  const values = found?.nodes.map(({ value }: { value: unknown }) => value);
  if (found) expect(found.totalCount).toBe(values.length);
  return { values, errors, status };
}
const years = async (filter: string) => (await left('tax.creditRatings', filter, 'year')).values;
const arrears = async (filter: string) => (await left('tax.arrears', filter, 'decidedOn')).values;

describe('Each part of a filter', () => {
  it.each([
    ['{}', [2025, 2024, 2023, 2022, 2021]],
    [
      '{ years: null, grades: null, isLatest: null, isInForce: null, ids: null, decidedOn: null }',
      [2025, 2024, 2023, 2022, 2021],
    ],
    ['{ years: [2021, 2024, 1999] }', [2024, 2021]],
    ['{ years: [] }', []],
    ['{ years: 2022 }', [2022]],
    ['{ grades: ["A"] }', [2025, 2024, 2023, 2022, 2021]],
    ['{ grades: ["a", "B", "A级"] }', []],
    ['{ decidedOn: { from: "2023-04-11", until: "2024-04-12" } }', [2023, 2022]],
    ['{ decidedOn: { from: "2024-04-13" } }', [2024]],
    ['{ decidedOn: { until: "2022-04-10" } }', [2021]],
    ['{ decidedOn: { from: "2024-01-01", until: "2023-01-01" } }', []],
    ['{ decidedOn: {} }', [2025, 2024, 2023, 2022, 2021]],
    [`{ authorities: ["${OFFICE}"] }`, [2022, 2021]],
    [`{ authorities: ["${OFFICE}", "${OTHER_OFFICE}"] }`, [2023, 2022, 2021]],
    ['{ isInForce: true }', [2025, 2024, 2023]],
    ['{ isInForce: false }', [2022, 2021]],
    ['{ isLatest: true }', [2025]],
    ['{ isLatest: false }', [2025, 2024, 2023, 2022, 2021]],
  ])('of ratings by %s', async (filter, expected) => {
    expect(await years(filter)).toEqual(expected);
  });

  it.each([
    ['{ types: ["VALUE_ADDED_TAX"] }', ['2024-07-10', '2024-01-10']],
    ['{ types: ["CORPORATE_INCOME_TAX", "TARIFF"] }', ['2024-04-10']],
    ['{ amount: { from: "100" } }', ['2024-07-10', '2024-04-10']],
    ['{ amount: { from: 99.995, until: 100.00 } }', ['2024-04-10']],
    ['{ amount: { until: "99.99" } }', ['2024-01-10']],
    ['{ amount: { from: -1, until: 0 } }', []],
  ])('of arrears by %s', async (filter, expected) => {
    expect(await arrears(filter)).toEqual(expected);
  });

  it('finds one of several types of a record', async () => {
    const numbers = async (filter: string) => (await left('market.penalties', filter, 'documentNumber')).values;
    expect(await numbers('{ types: ["WARNING"] }')).toEqual(['云市监罚〔2025〕2号']);
    expect(await numbers('{ types: ["WARNING", "FINE"], amount: { until: 1000 } }')).toEqual(['云市监罚〔2025〕1号']);
  });

  it('finds records by their ids, wherever they are', async () => {
    const { values: ids } = await left('tax.creditRatings', '{}', 'id');
    const some = [ids[3], ids[1], 'unknown', ids[1]];
    expect((await left('tax.creditRatings', { ids: some }, 'year')).values).toEqual([2024, 2022]);
    expect((await left('tax.arrears', { ids: some }, 'id')).values).toEqual([]);
  });
});

describe('A filter as a whole', () => {
  it.each([
    ['{ years: [2021, 2023], isInForce: true }', [2023]],
    ['{ years: [2022], isInForce: true }', []],
    [`{ authorities: ["${OFFICE}"], decidedOn: { from: "2023-01-01" } }`, [2022]],
    ['{ isLatest: true, years: [2024] }', []],
    ['{ isLatest: true, isInForce: true, grades: ["A", "B"] }', [2025]],
  ])('must be satisfied by one and the same record: %s', async (filter, expected) => {
    expect(await years(filter)).toEqual(expected);
  });

  it('is not satisfied by what a kind of record does not have', async () => {
    expect(await arrears('{ years: [2024] }')).toEqual([]);
    expect(await arrears('{ grades: ["A"] }')).toEqual([]);
    expect(await years('{ types: ["VALUE_ADDED_TAX"] }')).toEqual([]);
    expect(await years('{ amount: { from: 0 } }')).toEqual([]);
    expect((await left('market.penalties', '{ years: [2025] }', 'id')).values).toEqual([]);
  });
});

describe('A filter that cannot be meant', () => {
  it.each(['ids', 'years', 'grades', 'types', 'authorities'])('with more than 100 %s is refused', async (name) => {
    const value = { years: 2024, authorities: CODE }[name] ?? 'A';
    const { errors, values } = await left('tax.creditRatings', { [name]: Array(101).fill(value) }, 'id');
    expect(values).toBeUndefined();
    expect(errors).toMatchObject([
      { path: ['subject', 'tax', 'creditRatings'], extensions: { code: 'BAD_USER_INPUT', argument: `filter.${name}` } },
    ]);
    expect(errors[0]?.message).toContain('至多 100 个值,收到 101 个');
    expect((await left('tax.creditRatings', { [name]: Array(100).fill(value) }, 'id')).errors).toEqual([]);
  });

  it.each([
    [{ decidedOn: { from: '2024-02-30' } }, 'YYYY-MM-DD 形式的日期'],
    [{ decidedOn: { from: '0000-01-01' } }, 'YYYY-MM-DD 形式的日期'],
    [{ decidedOn: { from: 20240101 } }, 'YYYY-MM-DD 形式的日期'],
    [{ amount: { from: '1e3' } }, '十进制数字'],
    [{ amount: { from: '１００' } }, '十进制数字'],
    [{ amount: { from: '9'.repeat(21) } }, '十进制数字'],
    [{ authorities: ['云泽市税务局'] }, '统一社会信用代码'],
    [{ years: [2_147_483_648] }, 'Int'],
    [{ years: ['2024'] }, 'Int'],
    [{ isLatest: 'yes' }, 'Boolean'],
    [{ score: 1 }, 'score'],
    [JSON.parse('{"__proto__":{"years":[2024]}}'), '__proto__'],
    [{ constructor: 1, toString: 'x' }, 'RecordFilter'],
    [[{}, {}], '$filter'],
  ])('is refused before anything is asked: %j', async (filter, said) => {
    const { status, errors } = await left('tax.creditRatings', filter, 'id');
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ message: expect.stringContaining(said), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it.each([{ ids: ['\0'] }, { grades: ['A', 'A\0'] }, { types: ['\0FINE'] }])(
    'with a NUL in it is refused: %j',
    async (filter) => {
      const { status, errors } = await left('tax.creditRatings', filter, 'id');
      expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 200, code: 'BAD_USER_INPUT' });
    },
  );

  it.each([{ grades: ["A' or '1'='1", '%', 'A\\'] }, { types: ['\ud800', '😀', '{', 'NULL', '"'] }])(
    'finds nothing where it only looks like SQL: %j',
    async (filter) => {
      const { values, errors } = await left('tax.creditRatings', filter, 'id');
      expect({ values, errors }).toEqual({ values: [], errors: [] });
    },
  );
});
