import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { nameRows } from '../../subgraphs/credit/names/keys.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { isFar, testCity } from '../support/city.ts';
import { codeOf, subjectsFile } from './files.ts';
import { searchPlan } from './plans.ts';

// A register in which a word stands in more names than a search counts.

const city = await testCity();
await city.take(
  'credit.subject',
  subjectsFile([
    ['晨光', codeOf(1)],
    ['晨光机械有限公司', codeOf(2)],
    ['晨光厂', codeOf(3)],
    ['云泽晨光厂', codeOf(4)],
    ['新晨光', codeOf(5)],
    ['暮雨木业有限公司', codeOf(6)],
  ]),
);
const COPIES = 10_050;
const MORE = 25_100;

beforeAll(async () => {
  const { admin } = city.database;
  const copies = Array.from({ length: COPIES }, (_, at) => ({
    id: codeOf(1_000 + at),
    name: `云泽第${at}贸易有限公司`,
  }));
  const names = copies.flatMap((copy) => nameRows({ ...copy, kind: 'ENTERPRISE', formerNames: [] }));
  await admin`
    insert into credit.subjects select (jsonb_populate_record(s, jsonb_build_object('id', c.id, 'credit_code', c.id, 'name', c.name))).*
    from credit.subjects s, json_to_recordset(${JSON.stringify(copies)}::text::json) as c(id text, name text) where s.id = ${codeOf(1)}`;
  await admin`
    insert into credit.subject_names
    select * from json_populate_recordset(null::credit.subject_names, ${JSON.stringify(names)}::text::json)`;
  // More names with a word than are put in order: these are gone through.
  await admin.unsafe(`
    insert into credit.subjects select (jsonb_populate_record(s, jsonb_build_object('id', 'MANY' || g, 'credit_code', 'MANY' || g, 'name', '云泽另' || g || '批发有限公司'))).*
    from credit.subjects s, generate_series(1, ${MORE}) g where s.id = '${codeOf(1)}'`);
  await admin.unsafe(`
    insert into credit.subject_names (subject_id, key, name, is_former, folded, grams, sound)
    select s.id, s.id, s.name, false, s.name, array['云泽', '泽另', '批发', '发有', '有限', '限公', '公司'], ''
    from credit.subjects s where s.id like 'MANY%'`);
  await admin.unsafe('analyze credit.subjects');
  await admin.unsafe('analyze credit.subject_names');
});

const SEARCH = `query ($text: String, $first: Int, $after: String, $filter: SubjectFilter) {
  subjects(search: $text, first: $first, after: $after, filter: $filter) {
    totalCount isTotalCountExact nodes { name } pageInfo { hasNextPage endCursor } } }`;
async function page(variables: Record<string, unknown>) {
  const { data, errors } = await city.ask(SEARCH, variables);
  expect(errors).toEqual([]);
  return data.subjects;
}

/** The names of all pages, one after the other; each page tells how many there are. */
async function walked(text: string, first: number, total: number): Promise<readonly string[]> {
  const names: string[] = [];
  let after: string | null = null;
  do {
    const { nodes, pageInfo, totalCount } = await page({ text, first, after });
    expect(totalCount).toBe(total);
    names.push(...nodes.map(({ name }: { name: string }) => name));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return names;
}

describe('A search', () => {
  it('answers the very name first, then names that begin with the word, then the shorter ones', async () => {
    const { nodes } = await page({ text: '晨光' });
    expect(nodes.map(({ name }: { name: string }) => name)).toEqual([
      '晨光',
      '晨光厂',
      '晨光机械有限公司',
      '新晨光',
      '云泽晨光厂',
    ]);
  });

  it.each([1, 2, 3])('walks over all of that by %i', async (first) => {
    expect(await walked('晨光', first, 5)).toEqual(['晨光', '晨光厂', '晨光机械有限公司', '新晨光', '云泽晨光厂']);
  });

  it('of several words wants all of them in one name', async () => {
    expect((await page({ text: '晨光 机械' })).nodes).toEqual([{ name: '晨光机械有限公司' }]);
    expect((await page({ text: '机械　晨光' })).nodes).toEqual([{ name: '晨光机械有限公司' }]);
    expect((await page({ text: '晨光 木业' })).nodes).toEqual([]);
  });

  it('refuses a word of one character beside others', async () => {
    const { errors } = await city.ask(SEARCH, { text: '晨光 厂' });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'search' } }]);
  });

  it('counts to 10000 and says that there are at least so many', async () => {
    for (const question of [{ text: '贸易' }, { text: '贸易有限 云泽' }, { filter: { kinds: ['ENTERPRISE'] } }, {}])
      expect(await page({ ...question, first: 1 })).toMatchObject({ totalCount: 10_000, isTotalCountExact: false });
    expect(await page({ text: '第9999', first: 1 })).toMatchObject({ totalCount: 1, isTotalCountExact: true });
    expect(await page({ text: '云泽第1', first: 1 })).toMatchObject({ totalCount: 1_161, isTotalCountExact: true });
  });

  it('counts a subject once, by however many of its names it is found', async () => {
    await city.take(
      'credit.subject',
      subjectsFile(
        [
          ['云泽今名有限公司', codeOf(7), '老字号甲厂;老字号乙厂'],
          ['老字号今厂', codeOf(8), '老字号旧厂'],
        ],
        ',曾用名',
      ),
    );
    for (const filter of [null, { kinds: ['ENTERPRISE'] }]) {
      const found = await page({ text: '老字号', filter });
      expect(found).toMatchObject({ totalCount: 2, isTotalCountExact: true });
      expect(found.nodes).toEqual([{ name: '老字号今厂' }, { name: '云泽今名有限公司' }]);
    }
  });

  it('begins the page of a word that all have with the shortest names', async () => {
    const { nodes } = await page({ text: '贸易', first: 3 });
    expect(nodes).toEqual([0, 1, 2].map((at) => ({ name: `云泽第${at}贸易有限公司` })));
  });

  it('of a word that all have goes on from page to page, one that had it in a former name among them', async () => {
    const rows = [
      ['云泽行', codeOf(9), '贸易老行;批发老行'],
      ['云泽老字号行', codeOf(10), '老批发行'],
    ] as const;
    await city.take('credit.subject', subjectsFile(rows, ',曾用名'));
    const walk = async (text: string): Promise<readonly string[]> => {
      const walked: string[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < 3; pages++) {
        const { nodes, pageInfo, ...count } = await page({ text, first: 4, after });
        expect(count).toEqual({ totalCount: 10_000, isTotalCountExact: false });
        walked.push(...nodes.map(({ name }: { name: string }) => name));
        after = pageInfo.endCursor;
      }
      return walked;
    };
    // It stood in a name that begins with the word; then come those of the shortest names.
    const others = Array.from({ length: 11 }, (_, at) => `云泽第${at}贸易有限公司`).sort((a, b) => a.length - b.length);
    expect(await walk('贸易')).toEqual(['云泽行', ...others]);
    const more = Array.from({ length: 12 }, (_, at) => `云泽另${at + 1}批发有限公司`).sort(
      (a, b) => a.length - b.length,
    );
    // More than 25,000 have it: who came last is put in order only where its name begins with it.
    expect(await walk('批发')).toEqual(['云泽行', ...more.slice(0, 11)]);
    expect(await walk('批发有限')).toEqual(more);
    // Whom it is the very name of, and whose name begins with it, is among them however late it came.
    const late = [
      ['批发', codeOf(15), ''],
      ['批发第一有限公司', codeOf(16), ''],
    ] as const;
    await city.take('credit.subject', subjectsFile(late, ',曾用名'));
    expect((await walk('批发')).slice(0, 3)).toEqual(['批发', '云泽行', '批发第一有限公司']);
    expect((await walk('批发 有限')).slice(0, 2)).toEqual(['批发第一有限公司', more[0]]);
  });

  it('hides whoever goes by a person’s name now behind none of its names, and puts who has another name in its place', async () => {
    const operator = madeUpCode('MA900009', '92');
    const shops = [
      ['王小明', operator, '新月小吃店'],
      ['新月馆', codeOf(11), ''],
      ['新月大饭店', codeOf(12), ''],
      ['甲新月店', codeOf(13), ''],
      ['乙记面馆', codeOf(14), '新月面馆'],
    ] as const;
    await city.take('credit.subject', subjectsFile(shops, ',曾用名'));
    const whole = await page({ text: '新月' });
    const names = whole.nodes.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['新月馆', '乙记面馆', '新月大饭店', '甲新月店']);
    for (const first of [1, 2]) expect(await walked('新月', first, 4)).toEqual(names);
    const byName = `{ matchSubjects(name: "新月小吃店") { subject { id } }
      subjectsByIdentifier(identifiers: ["新月小吃店"]) { subject { id } candidates { subject { id } } } }`;
    expect(JSON.stringify((await city.ask(byName)).data)).not.toContain(operator);
    expect((await page({ text: operator })).nodes).toEqual([{ name: '王小明' }]);
    // As it was kept before, and what the migration makes of that.
    const { admin } = city.database;
    await admin`update credit.subject_names set folded = '新月小吃店', grams = '{新月,月小,小吃,吃店}' where subject_id = ${operator} and is_former`;
    expect((await page({ text: '新月小吃' })).nodes).toEqual([{ name: '王小明' }]);
    const migration = new URL('../../subgraphs/credit/migrations/0007_hide-operators-shops.sql', import.meta.url);
    await admin.unsafe(readFileSync(migration, 'utf8'));
    expect((await page({ text: '新月小吃' })).nodes).toEqual([]);
    await city.take('credit.subject', subjectsFile([['新月小吃店', operator, '王小明']], ',曾用名'));
    expect((await page({ text: '新月小吃' })).nodes).toEqual([{ name: '新月小吃店' }]);
    expect((await page({ text: '王小明' })).nodes).toEqual([]);
  });

  it('that a filter leaves few of is counted to its end', async () => {
    const filter = { districts: ['990199'] };
    for (const text of ['晨光', '贸易', '第9999'])
      expect(await page({ text, filter })).toMatchObject({ totalCount: 0, isTotalCountExact: true, nodes: [] });
    const found = await page({ text: '晨光', filter: { kinds: ['ENTERPRISE'] }, first: 2 });
    expect(found).toMatchObject({ totalCount: 5, isTotalCountExact: true });
    expect(found.nodes).toEqual([{ name: '晨光' }, { name: '晨光厂' }]);
  });
});

describe.skipIf(isFar)('The statement', () => {
  /** The tables that PostgreSQL reads from end to end for this question, with the values of the question. */
  async function scansOf(question: string, variables: Record<string, unknown>): Promise<readonly string[]> {
    const asked: { text: string; parameters: readonly unknown[] }[] = [];
    const credit = city.city.near.get('credit');
    if (!credit) throw new Error('the credit office is elsewhere');
    const { searches } = credit.clients;
    Object.assign(credit.clients, {
      searches: {
        read(...[text, parameters = [], options]: Parameters<typeof searches.read>) {
          if (!text.startsWith('/* credit.subject_names */')) asked.push({ text, parameters });
          return searches.read(text, parameters, options);
        },
      },
    });
    const { errors } = await city.ask(question, variables);
    Object.assign(credit.clients, { searches });
    expect({ errors, statements: asked.length }).toEqual({ errors: [], statements: 1 });
    const [{ text, parameters } = { text: '', parameters: [] }] = asked;
    const plan = await city.database.admin.unsafe(`explain (analyze, timing off) ${text}`, parameters as string[]);
    const lines = plan.map((row) => String(row['QUERY PLAN'])).filter((line) => !line.includes('never executed'));
    expect(lines.join('\n')).toContain('Index');
    return lines.flatMap((line) => /Seq Scan on (subject\w*)/u.exec(line)?.[1] ?? []);
  }

  it.each(['晨光', '第9999', '晨光 机械', '无此'])(
    'of a search goes by index for a word that few have: %s',
    async (text) => {
      expect(await scansOf(SEARCH, { text })).toEqual([]);
    },
  );

  it('of a long name looks up its rarest pairs alone, and reads what it finds once', async () => {
    const text = '云泽第9876贸易有限公司';
    const lookedUp = async () => {
      const plan = await searchPlan(city, SEARCH, { text });
      const [, pairs = ''] = /Index Cond: \(grams @> '\{([^}]*)\}'/u.exec(plan) ?? [];
      return { pairs: pairs.split(',').sort(), times: plan.split('subject_names_by_grams').length - 1 };
    };
    // The first search of a process has the statistics read, and does not wait for them.
    await expect.poll(lookedUp).toEqual({ pairs: ['76', '87', '98'], times: 1 });
    expect((await page({ text })).nodes).toEqual([{ name: text }]);
  });

  it.each(['云泽晨光机戒有限公司', '晨光', 'chenguang'])('of a match goes by index: %s', async (name) => {
    expect(await scansOf('query ($name: String!) { matchSubjects(name: $name) { score } }', { name })).toEqual([]);
  });

  it('of a page of names goes by index', async () => {
    const identifiers = Array.from({ length: 100 }, (_, at) => `云泽第${at}贸易有限厂`);
    expect(
      await scansOf(
        'query ($identifiers: [String!]!) { subjectsByIdentifier(identifiers: $identifiers) { outcome } }',
        {
          identifiers,
        },
      ),
    ).toEqual([]);
  });
});
