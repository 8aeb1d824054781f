import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUpCode } from '../departments/submitted.ts';
import { testCity } from '../support/city.ts';
import { codeOf, csv, RATINGS, subjectsFile } from './files.ts';

const city = await testCity();
const SHOP = madeUpCode('MA900001', '92');

const NAMED = [
  ['云泽晨光机械有限公司', codeOf(1), '990102', 'C3421', '云泽市第二机床厂(至2019-05-01)；晨星机械厂'],
  ['云泽暮雨（集团）股份有限公司', codeOf(2), '990103', 'C1391', ''],
  ['百分之百100%棉纺织有限公司', codeOf(3), '990103', 'C1711', ''],
  ['下划线_科技有限公司', codeOf(4), '990104', 'I6513', ''],
  ['反斜线\\科技有限公司', codeOf(5), '990104', '', ''],
  ["引号'科技有限公司", codeOf(6), '', 'I6513', ''],
  ['ABC Trading 贸易有限公司', codeOf(7), '990104', 'F5165', ''],
  ['小铺', SHOP, '990102', 'F5211', ''],
] as const;
const ALL = NAMED.map(([name]) => name);
await city.take('credit.subject', subjectsFile(NAMED, ',行政区划,行业代码,曾用名'));
// A department met a stranger: registered, and confirmed by no registration authority.
await city.take('tax.credit-rating', csv(RATINGS, ['云泽无人知晓有限公司', codeOf(50), 2024, 'A', '云泽市税务局']));

const SEARCH = `query ($search: String, $filter: SubjectFilter, $first: Int, $after: String) {
  subjects(search: $search, filter: $filter, first: $first, after: $after) {
    totalCount nodes { id name isVerified } edges { cursor node { name } } pageInfo { hasNextPage endCursor } } }`;
async function search(text: string | null, filter: Record<string, unknown> | null = null) {
  const { data, errors, status } = await city.ask(SEARCH, { search: text, filter });
  const found = data?.subjects;
  if (found) expect(found.totalCount).toBe(found.nodes.length);
  return { names: found?.nodes.map(({ name }: { name: string }) => name) as string[] | undefined, errors, status };
}
const names = async (text: string | null, filter?: Record<string, unknown>) => (await search(text, filter)).names;
const byLength = (some: readonly string[]) => [...some].sort((a, b) => a.length - b.length);

describe('A search finds subjects', () => {
  it.each([
    ['by the whole name', '云泽晨光机械有限公司', [ALL[0]]],
    ['by two characters', '暮雨', [ALL[1]]],
    ['by a former name', '第二机床', [ALL[0]]],
    ['by another former name', '晨星', [ALL[0]]],
    ['whatever the width of brackets', '暮雨(集团)', [ALL[1]]],
    ['whatever the kind of brackets', '暮雨【集团】', [ALL[1]]],
    ['whatever the width of letters', 'ＡＢＣ', [ALL[6]]],
    ['whatever their case, and across blanks', 'abctrading', [ALL[6]]],
    ['with blanks and invisible characters in the text', ' 暮\u200b 雨　', [ALL[1]]],
    ['with a per cent sign that is only itself', '0%', [ALL[2]]],
    ['with an underscore that is only itself', '线_科', [ALL[3]]],
    ['with a backslash that is only itself', '线\\科', [ALL[4]]],
    ['with a quotation mark', "号'科", [ALL[5]]],
    ['of which there are several, the shortest name first', '科技', byLength(ALL.slice(3, 6))],
  ])('%s', async (_way, text, expected) => {
    const found = await search(text);
    expect(found.errors).toEqual([]);
    expect([...(found.names ?? [])].sort()).toEqual([...expected].sort());
    expect(found.names?.map((name) => name.length)).toEqual(expected.map((name) => name?.length));
  });

  it.each([
    '%%',
    '__',
    '%_',
    '\\\\',
    '有限_公司',
    "' or 1=1 --",
    "'; drop table credit.subjects; --",
    '$1::text',
    '{}',
    '不存在',
  ])('and none where no name holds the text: %s', async (text) => {
    expect(await search(text)).toMatchObject({ names: [], errors: [] });
    expect(await names(null)).toHaveLength(ALL.length);
  });

  it('that are confirmed, and no others, though these are found by their code', async () => {
    expect(await names('无人知晓')).toEqual([]);
    expect(await names(null)).not.toContain('云泽无人知晓有限公司');
    const { data } = await city.ask(`{ subject(identifier: "${codeOf(50)}") { isVerified name } }`);
    expect(data.subject).toEqual({ isVerified: false, name: '云泽无人知晓有限公司' });
  });

  it.each(['', '云', ' 　云\u200b', 'x'.repeat(101)])(
    'not by a text that is too short or too long: %j',
    async (text) => {
      const { status, errors } = await search(text);
      expect(status).toBe(200);
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('检索词须为 2 至 100 个字'),
          path: ['subjects'],
          extensions: { code: 'BAD_USER_INPUT', argument: 'search' },
        },
      ]);
    },
  );

  it.each(['云泽\0', '\0\0'])('not by a text with a NUL: %j', async (text) => {
    const { status, errors } = await search(text);
    expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 200, code: 'BAD_USER_INPUT' });
  });

  it('by no text at all, up to 20', async () => {
    expect([...((await names(null)) ?? [])].sort()).toEqual([...ALL].sort());
  });
});

describe('A filter of subjects', () => {
  it.each([
    [{ kinds: ['INDIVIDUAL_BUSINESS'] }, ['小铺']],
    [{ kinds: ['GOVERNMENT'] }, []],
    [{ kinds: [] }, []],
    [{ districts: ['990103'] }, [ALL[2], ALL[1]]],
    [{ districts: ['990103', '990102'], kinds: ['ENTERPRISE'] }, [ALL[0], ALL[2], ALL[1]]],
    [{ districts: ['9901'] }, []],
    [{ industries: ['C'] }, [ALL[0], ALL[2], ALL[1]]],
    [{ industries: ['C13', 'I'] }, [ALL[1], ALL[3], ALL[5]]],
    [{ industries: ['C1391'] }, [ALL[1]]],
    [{ industries: ['1391'] }, [ALL[1]]],
    [{ industries: ['13'], districts: ['990103'] }, [ALL[1]]],
  ])('keeps those that satisfy all of it: %j', async (filter, expected) => {
    const found = await search(null, filter);
    expect(found.errors).toEqual([]);
    expect([...(found.names ?? [])].sort()).toEqual([...expected].sort());
  });

  it.each([
    [{ industries: ['C%'] }, 'filter.industries'],
    [{ industries: ['_'] }, 'filter.industries'],
    [{ industries: [''] }, 'filter.industries'],
    [{ industries: ['制造业'] }, 'filter.industries'],
    [{ districts: Array(101).fill('990102') }, 'filter.districts'],
    [{ industries: Array(101).fill('C') }, 'filter.industries'],
    [{ districts: ['99\0'] }, 'filter'],
  ])('that cannot be meant is refused: %j', async (filter, argument) => {
    expect((await search(null, filter)).errors).toMatchObject([
      { path: ['subjects'], extensions: { code: 'BAD_USER_INPUT', argument } },
    ]);
  });

  it('of kinds that do not exist is refused before anything is asked', async () => {
    expect((await search(null, { kinds: ['COMPANY'] })).status).toBe(400);
  });
});

it('A walk through the pages of a search gives each subject once, in the order of the whole', async () => {
  const many = Array.from(
    { length: 60 },
    (_, index) => [`云泽同名${'甲乙丙'.repeat(1 + (index % 3))}店`, codeOf(100 + index)] as const,
  );
  await city.take('credit.subject', subjectsFile(many));
  const whole = await city.ask(SEARCH, { search: '同名', first: 100 });
  const order = whole.data.subjects.nodes.map(({ id }: { id: string }) => id);
  expect(new Set(order).size).toBe(60);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 7, max: 61 }), async (first) => {
      const walked: string[] = [];
      let after: string | null = null;
      do {
        const { data } = await city.ask(SEARCH, { search: '同名', first, after });
        expect(data.subjects.totalCount).toBe(60);
        walked.push(...data.subjects.nodes.map(({ id }: { id: string }) => id));
        after = data.subjects.pageInfo.hasNextPage ? data.subjects.pageInfo.endCursor : null;
      } while (after !== null);
      expect(walked).toEqual(order);
    }),
    { numRuns: 6 },
  );
  const { endCursor } = (await city.ask(SEARCH, { search: '同名', first: 5 })).data.subjects.pageInfo;
  for (const other of [{ search: '同名甲' }, { search: null }, { search: '同名', filter: { kinds: ['ENTERPRISE'] } }]) {
    const { errors } = await city.ask(SEARCH, { ...other, after: endCursor });
    expect(errors).toMatchObject([{ path: ['subjects'], extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
  }
});
