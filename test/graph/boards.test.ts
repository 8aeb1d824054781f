import { beforeAll, describe, expect, it } from 'vitest';
import { statement } from '../../platform/records/statement.ts';
import { eyesOf, partsByEnd, visibleRows } from '../../platform/records/visibility.ts';
import { isFar, testCity } from '../support/city.ts';
import { viewerAs } from '../support/viewers.ts';
import { scanned, searchPlan } from './plans.ts';

// A district's board of penalties, of which most have ended: those are not read.

const city = await testCity({ demonstration: true });
await city.followed();
const { admin } = city.database;

const BOARD = `query Board($items: [String!]!, $districts: [String!]!, $first: Int = 20, $after: String) {
  records(filter: { items: $items, districts: $districts }, first: $first, after: $after) {
    totalCount nodes { id } pageInfo { hasNextPage endCursor }
  }
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
  await admin.unsafe('vacuum (analyze) credit.record_index, credit.subjects');
  const [found] = await admin.unsafe(`
    select s.district from credit.record_index r join credit.subjects s on s.id = r.subject_id and s.superseded_at is null
    where r.id = 'copy1'`);
  district = String(found?.district);
});

describe('A board', () => {
  it('counts and shows what reading every line finds, page by page', async () => {
    const lines = await admin<{ id: string }[]>`
      select r.id from credit.record_index r join credit.subjects s on s.id = r.subject_id and s.superseded_at is null
      where ${admin.unsafe(VISIBLE)} and r.item = any(${ITEMS}) and s.district = ${district} and s.is_shown
      order by r.sorted_on desc, r.id collate "C" desc`;
    expect(lines.length).toBeGreaterThan(2_000);
    const walked: { readonly id: string }[] = [];
    let after: string | null = null;
    do {
      const { data, errors } = await city.ask(BOARD, { items: ITEMS, districts: [district], first: 90, after });
      expect(errors).toEqual([]);
      expect(data.records.totalCount).toBe(lines.length);
      walked.push(...data.records.nodes);
      after = data.records.pageInfo.hasNextPage ? data.records.pageInfo.endCursor : null;
    } while (after !== null);
    expect(walked).toEqual(lines.map(({ id }) => ({ id })));
  });

  it.each([
    ['by items', { items: ITEMS }, `r.item = any('{${ITEMS}}')`],
    ['by items, one of them named twice', { items: [...ITEMS, ...ITEMS] }, `r.item = any('{${ITEMS}}')`],
    ['by departments', { departments: ['market', 'tax'] }, `r.department in ('market', 'tax')`],
    ['by class', { classes: ['ADMINISTRATIVE'] }, `r.class = 'ADMINISTRATIVE'`],
    [
      'by class and department',
      { classes: ['REGISTRATION'], departments: ['market'] },
      `r.item = 'market.registration'`,
    ],
    ['by an item that is of another department', { items: ['tax.arrears'], departments: ['market'] }, 'false'],
    [
      'by items, of which one holds nothing of the kind',
      { items: [...ITEMS, 'tax.credit-rating'], years: [2025] },
      "r.item = any('{tax.credit-rating}') and r.year = 2025",
    ],
    [
      'by a department, of whose items the public may not see one',
      { departments: ['labour'] },
      `r.department = 'labour'`,
    ],
  ])('that is not counted is walked to, the newest of all its items first: %s', async (_how, filter, condition) => {
    const lines = await admin<{ id: string }[]>`
      select r.id from credit.record_index r join credit.subjects s on s.id = r.subject_id and s.superseded_at is null
      where ${admin.unsafe(`${VISIBLE} and ${condition}`)} and s.is_shown
      order by r.sorted_on desc, r.id collate "C" desc limit 400`;
    const walked: { readonly id: string }[] = [];
    let after: string | null = null;
    do {
      const { data, errors } = await city.ask(
        'query ($filter: RecordFilter!, $after: String) { records(filter: $filter, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { filter, after },
      );
      expect(errors).toEqual([]);
      walked.push(...data.records.nodes);
      after = data.records.pageInfo.hasNextPage ? data.records.pageInfo.endCursor : null;
    } while (after !== null && walked.length < 400);
    expect(walked).toEqual(lines.map(({ id }) => ({ id })));
  });

  it.skipIf(isFar)('that is not counted is walked to by the index of its items alone', async () => {
    const newest = 'query ($items: [String!]!) { records(filter: { items: $items }, first: 20) { nodes { id } } }';
    const plan = await searchPlan(city, newest, { items: ITEMS });
    expect(plan).toMatch(/Index Only Scan using record_index_by_item on record_index/u);
    expect(scanned(plan)).not.toContain('record_index_by_day');
  });

  it.skipIf(isFar)('is read where it is published and not where it has ended, under row security', async () => {
    const plan = await searchPlan(city, BOARD, { items: ITEMS, districts: [district] });
    expect(scanned(plan)).toContain('record_index_published');
    // Nor is the page walked to, by day or by item.
    const carriedOut = plan.split('\n').filter((line) => !line.includes('never executed'));
    expect(carriedOut.join('\n')).not.toMatch(/Seq Scan on record_index|record_index_by_(?:day|item)/u);
    expect(plan).not.toMatch(/Filter: \(\(publication_ends_on.*\n.*Rows Removed by Filter: \d{5}/u);
  });

  it('of a district where nobody is, and of subjects whom nobody knows, is empty', async () => {
    const { data } = await city.ask(BOARD, { items: ITEMS, districts: ['990199'] });
    expect(data.records).toMatchObject({ totalCount: 0, nodes: [] });
    const hide = (isShown: boolean) =>
      admin`update credit.subjects set is_shown = ${isShown} where district = ${district} and superseded_at is null returning id`;
    const hidden =
      await admin`select id from credit.subjects where district = ${district} and superseded_at is null and not is_shown`;
    await hide(false);
    try {
      const unknown = await city.ask(BOARD, { items: ITEMS, districts: [district] });
      expect(unknown.data.records).toMatchObject({ totalCount: 0, nodes: [] });
    } finally {
      await hide(true);
      await admin`update credit.subjects set is_shown = false where id = any(${hidden.map(({ id }) => id)}) and superseded_at is null`;
    }
  });
});

describe('The parts of what is seen, by when its publication ends', () => {
  const kind = { table: 'credit.record_index', department: 'credit', items: [], index: {} };
  const seenBy = async (standing: Parameters<typeof viewerAs>[0], isInParts: boolean) => {
    const to = statement();
    const eyes = eyesOf(viewerAs(standing), to);
    const parts = isInParts ? partsByEnd(kind, 'r', eyes) : [''];
    const lines = parts.map((part) => `(select r.id ${visibleRows(kind, 'r', null, eyes)}${part})`);
    const rows = await admin.unsafe(
      `select count(*)::int, count(distinct id)::int as "ids" from (${lines.join(' union all ')}) l`,
      to.parameters as never[],
    );
    return { ids: Number(rows[0]?.ids), lines: Number(rows[0]?.count), parts: parts.length };
  };

  it.each([
    [{ role: 'ANONYMOUS' }, 2],
    [{ role: 'PORTAL' }, 2],
    [{ role: 'ANALYST' }, 2],
    [{ role: 'BANK', purpose: 'PRE_LOAN_REVIEW' }, 2],
    [{ role: 'DEPARTMENT', department: 'market' }, 2],
    [
      {
        role: 'BANK',
        purpose: 'PRE_LOAN_REVIEW',
        grants: [{ subject: '91990102MA00000011', items: ['market.penalty'] }],
      },
      2,
    ],
    [{ role: 'AUDITOR', purpose: 'AUDIT_INSPECTION' }, 1],
    [{ role: 'CREDIT_OFFICE', purpose: 'DATA_CORRECTION' }, 1],
    [{ role: 'DEPARTMENT', department: 'market', purpose: 'SUPERVISION' }, 1],
    [{ role: 'SUBJECT', ownSubject: '91990102MA00000011' }, 1],
  ] as const)('are all of it, each once: %j', async (standing, parts) => {
    const whole = await seenBy(standing, false);
    expect(whole.ids).toBeGreaterThan(2_000);
    expect(await seenBy(standing, true)).toEqual({ ...whole, parts });
  });
});
