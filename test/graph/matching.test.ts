import { beforeAll, describe, expect, it } from 'vitest';
import { checkDigit } from '../../schema/identifiers/registration-number.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { isFar, testCity } from '../support/city.ts';
import { codeOf, csv, RATINGS, subjectsFile } from './files.ts';

const city = await testCity();
const STORY = codeOf(1);
const OLD_NUMBER = `33010200001234${checkDigit('33010200001234')}`;
const OPERATOR = madeUpCode('MA900009', '92');
/** Names of people that businesses go by, and of shops that begin like one. */
const PEOPLE = ['王小明', '柏小明', '欧阳小明', '司空明', '郝小明(个体工商户)', '柳明(个体户)'];
const SHOPS = ['冷饮店', '好再来', '江南春饭馆', '李春花理发店', '牛肉铺'];
const shopCode = (at: number) => madeUpCode(`MA9001${String(at).padStart(2, '0')}`, '92');

await city.take(
  'credit.subject',
  csv(
    '机构名称,统一社会信用代码,注册号,行政区划,曾用名',
    ['云泽晨光机械(集团)有限公司', STORY, OLD_NUMBER, '990102', '云泽市第二机床厂(至2019-05-01)'],
    ['云泽晨星机械有限公司', codeOf(2), '', '990103', ''],
    ['云泽晨光贸易有限公司', codeOf(3), '', '990103', ''],
    ['沧浪亭园林股份有限公司', codeOf(4), '', '990104', ''],
    ['云泽暮雨木业有限公司', codeOf(5), '', '990104', '云泽晨曦木业有限公司'],
    ['云泽晨曦木业有限公司', codeOf(6), '', '990102', ''],
    ['ABC Trading 贸易有限公司', codeOf(7), '', '', ''],
    ['王小明', OPERATOR, '', '990102', ''],
    ...[...PEOPLE.slice(1), ...SHOPS].map((name, at) => [name, shopCode(at), '', '990121', '']),
    ...Array.from({ length: 40 }, (_, index) => [`云泽第${100 + index}机械有限公司`, codeOf(100 + index), '', '', '']),
  ),
);
await city.take('tax.credit-rating', csv(RATINGS, ['云泽无人知晓有限公司', codeOf(50), 2024, 'A', '云泽市税务局']));

/** P1 of the design: what a portal asks for what somebody typed into its search box. */
const P1 = `query P1Search($text: String!, $district: String) {
  subjects(search: $text, first: 10) {
    totalCount
    nodes { id name kind isVerified district { label } formerNames { name until } market { registration { status { label } } } }
  }
  matchSubjects(name: $text, district: $district) { matchedName reasons score subject { id name district { label } } }
}`;
async function typed(text: string, district: string | null = null) {
  const { status, data, errors } = await city.ask(P1, { text, district });
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return data;
}
const MATCH = `query ($name: String!, $district: String, $first: Int) {
  matchSubjects(name: $name, district: $district, first: $first) { matchedName reasons score subject { id } } }`;
async function match(name: string, more: { district?: string; first?: number } = {}) {
  const { status, data, errors } = await city.ask(MATCH, { name, ...more });
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return data.matchSubjects as { matchedName: string; reasons: string[]; score: string; subject: { id: string } }[];
}

describe('Whatever is typed into the search box, the company that is meant comes first, with the reason', () => {
  it.each([
    ['its name', '云泽晨光机械(集团)有限公司', ['EXACT']],
    ['one wrong character', '云泽晨广机械(集团)有限公司', ['TYPO', 'PINYIN']],
    ['one wrong character that sounds otherwise', '云泽晨元机械(集团)有限公司', ['TYPO']],
    ['one character too few', '云泽晨光机(集团)有限公司', ['TYPO']],
    ['one character too many', '云泽市晨光机械(集团)有限公司', ['TYPO']],
    ['two characters swapped', '云泽光晨机械(集团)有限公司', ['TYPO']],
    ['a 15-digit number', OLD_NUMBER, ['EXACT']],
    ['its credit code', STORY.toLowerCase(), ['EXACT']],
    ['a former name', '云泽市第二机床厂', ['EXACT', 'FORMER_NAME']],
    ['a former name with a wrong character', '云泽市第二机庄厂', ['TYPO', 'FORMER_NAME']],
    ['the traditional script', '雲澤晨光機械(集團)有限公司', ['SCRIPT_OR_WIDTH']],
    ['full-width brackets', '云泽晨光机械（集团）有限公司', ['SCRIPT_OR_WIDTH']],
    ['no brackets', '云泽晨光机械集团有限公司', ['SCRIPT_OR_WIDTH']],
    ['gaps', '云泽 晨光机械 (集团) 有限公司', ['EXACT']],
    ['a part', '晨光机械', ['PART']],
    ['a part in the traditional script', '晨光機械', ['PART', 'SCRIPT_OR_WIDTH']],
    ['an abbreviation', '云泽晨光集团', ['ABBREVIATION']],
    ['the first characters of its words', '晨机集团', ['ABBREVIATION']],
    ['pinyin', 'chenguangjixie', ['PINYIN']],
    ['pinyin with gaps and capitals', 'Yunze Chenguang Jixie', ['PINYIN']],
    ['the initials of its pinyin', 'yzcgjx', ['PINYIN']],
  ])('%s', async (_way, text, reasons) => {
    const [first] = (await typed(text)).matchSubjects;
    expect(first).toMatchObject({ subject: { id: STORY, district: { label: '临江区' } }, reasons });
  });

  it('滄 for 沧', async () => {
    const { subjects, matchSubjects } = await typed('滄浪亭');
    expect(subjects).toMatchObject({ totalCount: 1, nodes: [{ id: codeOf(4), name: '沧浪亭园林股份有限公司' }] });
    expect(matchSubjects[0]).toMatchObject({ subject: { id: codeOf(4) }, reasons: ['PART', 'SCRIPT_OR_WIDTH'] });
  });

  it('and by its numbers the list finds it too', async () => {
    for (const text of [OLD_NUMBER, STORY, STORY.slice(8, 17)])
      expect((await typed(text)).subjects).toMatchObject({ totalCount: 1, nodes: [{ id: STORY }] });
  });
});

describe('A match', () => {
  it('says how alike a name is, from 0 to 1, the most alike first', async () => {
    const matches = await match('云泽晨光机械有限公司', { first: 20 });
    const scores = matches.map(({ score }) => Number(score));
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
    for (const { score } of matches) expect(score).toMatch(/^(?:1|0\.\d{1,3})$/u);
    expect((await match('云泽晨星机械有限公司'))[0]).toMatchObject({ score: '1', subject: { id: codeOf(2) } });
  });

  it('is the bearer of a name today before one who bore it once', async () => {
    expect(await match('云泽晨曦木业有限公司')).toMatchObject([
      { subject: { id: codeOf(6) }, score: '1', reasons: ['EXACT'] },
      { subject: { id: codeOf(5) }, score: '0.98', reasons: ['EXACT', 'FORMER_NAME'] },
      ...Array((await match('云泽晨曦木业有限公司')).length - 2).fill({}),
    ]);
  });

  it('names each subject once, by its most alike name', async () => {
    const ids = (await match('云泽晨曦木业', { first: 20 })).map(({ subject }) => subject.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is of the district asked for, or of what is below it', async () => {
    const districtsOf = async (district?: string) =>
      (await match('云泽晨光', district === undefined ? {} : { district })).map(({ subject }) => subject.id);
    expect(await districtsOf('990103')).toEqual([codeOf(3)]);
    expect((await districtsOf('990100'))[0]).toBe((await districtsOf())[0]);
    expect(await districtsOf('990000')).toContain(STORY);
    expect(await districtsOf('990105')).toEqual([]);
  });

  it.each(['云泽无人知晓有限公司', '无人知晓', codeOf(50)])('is never an unconfirmed subject: %s', async (name) => {
    expect((await match(name)).map(({ subject }) => subject.id)).not.toContain(codeOf(50));
  });

  it('is never a person: a business that goes by its operator’s name is found by its number alone', async () => {
    expect(await match('王小明')).toEqual([]);
    expect(await match('wangxiaoming')).toEqual([]);
    const { data } = await city.ask(`{ subjects(search: "王小明") { totalCount }
      subject(identifier: "${OPERATOR}") { name } subjectsByIdentifier(identifiers: ["王小明"]) { outcome candidates { score } } }`);
    expect(data).toEqual({
      subjects: { totalCount: 0 },
      subject: { name: '王小明' },
      subjectsByIdentifier: [{ outcome: 'UNKNOWN', candidates: [] }],
    });
  });

  it.each(PEOPLE)('nor is a person found by a part of the name, or listed: %s', async (name) => {
    const text = name.replace(/\(.*/u, '');
    const { data, errors } = await city.ask(
      `query ($name: String!, $part: String!) { matchSubjects(name: $name, first: 20) { matchedName } found: subjects(search: $name) { nodes { name } }
         byPart: subjects(search: $part, first: 100) { nodes { name } } of: subjects(filter: { districts: ["990121"] }) { totalCount nodes { name } }
         shops: subjects(filter: { kinds: [INDIVIDUAL_BUSINESS] }, first: 100) { totalCount nodes { name } }
         subjectsByIdentifier(identifiers: [$name]) { outcome candidates { matchedName } } }`,
      { name: text, part: text.slice(-2) },
    );
    expect(errors).toEqual([]);
    const named =
      JSON.stringify(data)
        .match(/"(?:name|matchedName)":"[^"]*"/gu)
        ?.join() ?? '';
    for (const person of PEOPLE) expect(named).not.toContain(`"${person}"`);
    expect(data.of.totalCount).toBe(SHOPS.length);
    expect(data.of.nodes.map((node: { name: string }) => node.name).sort()).toEqual([...SHOPS].sort());
    expect(data.shops.totalCount).toBe(SHOPS.length);
  });

  it.each(SHOPS)('but a shop is, whatever surname it begins with: %s', async (name) => {
    expect((await match(name))[0]).toMatchObject({ matchedName: name, reasons: ['EXACT'] });
  });

  it('carries what other departments hold of the subject', async () => {
    await city.take('tax.credit-rating', csv(RATINGS, ['云泽晨星机械有限公司', codeOf(2), 2025, 'A', '云泽市税务局']));
    const { data } = await city.ask(
      '{ matchSubjects(name: "云泽晨星机械有限公司", first: 1) { subject { tax { creditRatings { nodes { year } } } listings { totalCount } } } }',
    );
    expect(data.matchSubjects).toEqual([
      { subject: { tax: { creditRatings: { nodes: [{ year: 2025 }] } }, listings: { totalCount: 0 } } },
    ]);
  });

  it('is found by the new name at once and by the old one as a former name, after the registry says so', async () => {
    await city.take('credit.subject', subjectsFile([['云泽改名一号有限公司', codeOf(60)]]));
    await city.take(
      'credit.subject',
      subjectsFile([['云泽新名二号有限公司', codeOf(60), '云泽改名一号有限公司']], ',曾用名'),
    );
    expect((await match('云泽改名一号有限公司'))[0]).toMatchObject({
      subject: { id: codeOf(60) },
      reasons: ['EXACT', 'FORMER_NAME'],
    });
    expect((await match('云泽新名二号有限公司'))[0]).toMatchObject({ score: '1', subject: { id: codeOf(60) } });
  });

  it('becomes possible when the registry confirms a subject that a department had met', async () => {
    await city.take('tax.credit-rating', csv(RATINGS, ['云泽后来确认有限公司', codeOf(61), 2024, 'A', '云泽市税务局']));
    expect((await match('云泽后来确认有限公司')).map(({ subject }) => subject.id)).not.toContain(codeOf(61));
    await city.take('credit.subject', subjectsFile([['云泽后来确认有限公司', codeOf(61)]]));
    expect((await match('云泽后来确认有限公司'))[0]).toMatchObject({ score: '1', subject: { id: codeOf(61) } });
  });

  it.each([
    [{ name: '' }, 'name', '2 至 100 个字'],
    [{ name: '云' }, 'name', '收到 1 个'],
    [{ name: '云'.repeat(101) }, 'name', '收到 101 个'],
    [{ name: '\0\u200b()' }, 'name', '收到 0 个'],
    [{ name: '云泽', district: '临江区' }, 'district', '六位行政区划代码'],
    [{ name: '云泽', first: 0 }, 'first', '1 至 20'],
    [{ name: '云泽', first: 21 }, 'first', '收到 21'],
  ])('of what cannot be meant is refused: %j', async (variables, argument, said) => {
    const { status, errors } = await city.ask(MATCH, variables);
    expect(status).toBe(200);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(said),
        path: ['matchSubjects'],
        extensions: { code: 'BAD_USER_INPUT', argument },
      },
    ]);
  });

  it.skipIf(isFar)('costs one statement, whatever is asked of the subject there', async () => {
    await match('云泽晨广机械');
    expect(city.statements).toHaveLength(1);
    expect(city.statements[0]).toContain('/* credit.Query.matchSubjects */');
    await city.ask(
      '{ matchSubjects(name: "晨光") { subject { name formerNames { name } listings { totalCount nodes { reason } } } } }',
    );
    expect(city.statements).toHaveLength(1);
  });
});

describe('Among many names alike', () => {
  beforeAll(async () => {
    await city.database.admin.unsafe('analyze credit.subject_names');
  });

  it('the one that is meant is still found, with what PostgreSQL knows of the names', async () => {
    expect((await match('云泽弟117机械有限公司'))[0]).toMatchObject({ subject: { id: codeOf(117) } });
    expect((await match('云泽晨广机械(集团)有限公司'))[0]).toMatchObject({ subject: { id: STORY } });
  });
});
