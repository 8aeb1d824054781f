import { beforeAll, describe, expect, it } from 'vitest';
import { isFar, testCity } from '../support/city.ts';
import { scanned, searchPlan } from './plans.ts';

// A district's board of penalties, of which most have ended: those are not read.

const city = await testCity({ demonstration: true });
await city.followed();
const { admin } = city.database;

const BOARD = `query Board($items: [String!]!, $districts: [String!]!) {
  records(filter: { items: $items, districts: $districts }, first: 20) { totalCount nodes { id } }
}`;
const ITEMS = ['market.penalty', 'tax.penalty', 'environment.penalty'];
const VISIBLE = `r.superseded_at is null and r.withheld_reason is null and r.access_level = 'PUBLIC' and r.published_on <= '2026-11-21'
  and (r.publication_ends_on is null or r.publication_ends_on >= '2026-11-21')`;
let district = '';

beforeAll(async () => {
  await admin.unsafe(`
    insert into credit.record_index
    select n.* from generate_series(1, 40000) g, credit.record_index r,
      lateral jsonb_populate_record(r, jsonb_build_object('id', 'copy' || g, 'sorted_on', r.sorted_on - (g % 900) * interval '1 day',
        'publication_ends_on', case when g % 20 = 0 then '2027-01-01' else '2026-01-01' end)) n
    where r.id = (select r.id from credit.record_index r where ${VISIBLE} and r.item = 'market.penalty' order by r.id limit 1)`);
  await admin.unsafe('vacuum (analyze) credit.record_index');
  const [found] = await admin.unsafe(`
    select s.district from credit.record_index r join credit.subjects s on s.id = r.subject_id and s.superseded_at is null
    where r.id = 'copy1'`);
  district = String(found?.district);
});

describe('A board', () => {
  it('counts and shows what reading every line finds', async () => {
    const lines = await admin<{ id: string }[]>`
      select r.id from credit.record_index r join credit.subjects s on s.id = r.subject_id and s.superseded_at is null
      where ${admin.unsafe(VISIBLE)} and r.item = any(${ITEMS}) and s.district = ${district} and s.is_shown
      order by r.sorted_on desc, r.id collate "C" desc`;
    const { data, errors } = await city.ask(BOARD, { items: ITEMS, districts: [district] });
    expect(errors).toEqual([]);
    expect(lines.length).toBeGreaterThan(2_000);
    expect(data.records).toEqual({ totalCount: lines.length, nodes: lines.slice(0, 20).map(({ id }) => ({ id })) });
  });

  it.skipIf(isFar)('is counted by what is published and not by what has ended, under row security', async () => {
    const plan = await searchPlan(city, BOARD, { items: ITEMS, districts: [district] });
    expect(scanned(plan)).toContain('record_index_published');
    expect(plan).not.toMatch(/Seq Scan on record_index/u);
  });
});
