import { beforeAll, describe, expect, it } from 'vitest';
import { isFar, testCity } from '../support/city.ts';
import { randomOf } from '../support/random.ts';
import { codeOf, csv, PENALTIES, penalty, subjectsFile } from './files.ts';
import { scanned, searchPlan } from './plans.ts';

// What a search of the index finds is what reading all of it would find, and it does not read all of it.

const city = await testCity({ demonstration: true });
await city.followed();
const { admin } = city.database;

const SEARCH = `query Search($search: String!, $after: String) {
  records(filter: { search: $search }, first: 100, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
}`;
const COPIES = 11_000;
const VISIBLE = `superseded_at is null and withheld_reason is null and access_level in ('PUBLIC', 'LISTED_PERSON') and published_on <= '2026-11-21'
  and (publication_ends_on is null or publication_ends_on >= '2026-11-21')`;
const keyOf = (part: number) =>
  `('x' || left(encode(sha256(convert_to(split_part(n.search_key, ' ', ${part}), 'UTF8')), 'hex'), 16))::bit(64)::bigint`;

beforeAll(async () => {
  await admin.unsafe(`
    create temporary table copies as
      select n.* from generate_series(1, ${COPIES}) g,
        credit.record_index r,
        lateral jsonb_populate_record(r, jsonb_build_object('id', 'copy' || g, 'document_number', '云测罚字' || g || '号',
          'sorted_on', r.sorted_on - (g % 900) * interval '1 day', 'search_key', split_part(r.search_key, ' ', 1) || ' 云测罚字' || g || '号 ' || split_part(r.search_key, ' ', 3))) n
      where r.id = (select id from credit.record_index where ${VISIBLE} and item = 'market.penalty' limit 1)`);
  await admin.unsafe(`update copies n set document_key = ${keyOf(2)}`);
  await admin.unsafe('insert into credit.record_index select * from copies');
  await admin.unsafe(`
    insert into credit.searched_texts
    select n.document_key, k.text, array(select substr(k.text, i, 2) from generate_series(1, length(k.text) - 1) i)
    from copies n, split_part(n.search_key, ' ', 2) k(text)`);
  await admin.unsafe('analyze credit.record_index');
  await admin.unsafe('analyze credit.searched_texts');
});

async function found(search: string) {
  const ids: string[] = [];
  let after: string | null = null;
  let totalCount: number;
  do {
    const { data, errors } = await city.ask(SEARCH, { search, after });
    expect(errors).toEqual([]);
    const { nodes, pageInfo } = data.records;
    totalCount = data.records.totalCount;
    ids.push(...nodes.map(({ id }: { id: string }) => id));
    after = pageInfo.hasNextPage && ids.length < 100 ? pageInfo.endCursor : null;
  } while (after !== null);
  return { totalCount, ids };
}

describe('A search of the index', () => {
  it('finds what reading every line finds, in its order, however rare or common the words are', async () => {
    const texts = await admin<{ key: string }[]>`
      select distinct search_key as key from credit.record_index where not starts_with(id, 'copy') order by 1`;
    const random = randomOf(20_261_122);
    const pieces = Array.from({ length: 25 }, () => {
      const words = (texts[random.below(texts.length)]?.key ?? '').split(' ');
      const word = Array.from(words[random.below(words.length)] ?? '');
      const at = random.below(Math.max(1, word.length - 1));
      return word.slice(at, at + 2 + random.below(6)).join('');
    });
    const chosen = [
      '罚字10999号',
      '罚字777',
      '字1234',
      '云测 罚字4321号',
      '云測罰字4321號',
      '4321号 市场监督',
      '罚字',
      '无此文号',
      '99号 罚',
    ];
    let rare = 0;
    for (const search of [...chosen, ...pieces.filter((piece) => Array.from(piece).length >= 2)]) {
      const words = search.replaceAll('測', '测').replaceAll('罰', '罚').replaceAll('號', '号').split(' ');
      const lines = await admin<{ id: string }[]>`
        select id from credit.record_index r where ${admin.unsafe(VISIBLE)} and search_key like all(${words.map((word) => `%${word.replace(/[\\%_]/gu, '\\$&')}%`)})
          and exists (select from credit.subjects s where s.id = r.subject_id and s.is_shown and s.superseded_at is null)
        order by sorted_on desc, id collate "C" desc`;
      const { totalCount, ids } = await found(search);
      expect({ search, totalCount }).toEqual({ search, totalCount: Math.min(lines.length, 10_000) });
      expect({ search, ids }).toEqual({ search, ids: lines.slice(0, ids.length).map(({ id }) => id) });
      expect(ids.length).toBe(Math.min(lines.length, 100));
      if (lines.length > 0 && lines.length < 100) rare += 1;
    }
    expect(rare).toBeGreaterThan(10);
  });

  it('goes by numbers of texts that followers give as the migration gave them to earlier lines', async () => {
    const [counted] = await admin.unsafe(`
      select count(*)::int as held, count(*) filter (where n.title_key = ${keyOf(1)} and n.authority_key = ${keyOf(3)}
        and n.document_key is not distinct from case when split_part(n.search_key, ' ', 2) <> '' then ${keyOf(2)} end)::int as same
      from credit.record_index n where n.superseded_at is null and not starts_with(n.id, 'copy')`);
    expect(counted?.held).toBeGreaterThan(100);
    expect(counted?.same).toBe(counted?.held);
  });

  it('finds a line that was stored since, by each of its texts', async () => {
    const code = codeOf(72);
    await city.take('credit.subject', subjectsFile([['云泽后来有限公司', code]]));
    await city.take(
      'market.penalty',
      csv(PENALTIES, penalty('云泽后来有限公司', code, '后来字〔2026〕88号', '2026-11-20', 500)),
    );
    await city.followed();
    for (const search of ['后来字〔2026〕88号', '来字', '(2026)88号 违法'])
      expect(await found(search), search).toMatchObject({ totalCount: 1 });
  });
});

describe.skipIf(isFar)('The statement of a search', () => {
  const planOf = (search: string) => searchPlan(city, SEARCH, { search });

  it.each(['罚字10999号', '字1234', '无此文号'])(
    'goes by indexes for words that few lines have, under row security: %s',
    async (search) => {
      const plan = await planOf(search);
      const scans = scanned(plan);
      expect(scans).toContain('searched_texts_by_grams');
      if (!search.startsWith('无')) expect(scans).toContain('record_index_by_document');
      expect(
        plan
          .split('\n')
          .filter(
            (line) => /Seq Scan on (?:record_index|searched_texts)/u.test(line) && !line.includes('never executed'),
          ),
      ).toEqual([]);
    },
  );

  it('walks down from the newest for words that many have, and looks no texts up', async () => {
    const scans = scanned(await planOf('罚字'));
    expect(scans).toContain('record_index_by_day');
    expect(scans).not.toContain('searched_texts_by_grams');
  });
});
