import { describe, expect, it } from 'vitest';
import { blacklistedCompany } from '../../demonstration/story.ts';
import { isFar, TODAY, testCity } from '../support/city.ts';
import { ARREARS, codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

// The index across departments: boards, timelines, permanent addresses, counts. Whatever it says is what the departments'
// own tables say, told by plain SQL.

const city = await testCity({ demonstration: true });
await city.followed();
const { admin } = city.database;

const BOARD = `query Board($filter: RecordFilter, $first: Int, $after: String) {
  records(filter: $filter, first: $first, after: $after) {
    totalCount
    nodes {
      id title item { code title department { code } } subject { id name district { code } } authority { name } documentNumber
      decidedOn amount { amount } types { code label } publication { publishedOn endsOn } isInForce
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** All pages of a board. */
async function board(filter: object, first = 100) {
  const nodes: Record<string, unknown>[] = [];
  let after: string | null = null;
  for (;;) {
    const { data, errors } = await city.ask(BOARD, { filter, first, after });
    expect(errors).toEqual([]);
    nodes.push(...data.records.nodes);
    if (!data.records.pageInfo.hasNextPage) return { totalCount: data.records.totalCount, nodes };
    after = data.records.pageInfo.endCursor;
  }
}

const VISIBLE = `superseded_at is null and withheld_reason is null and access_level = 'PUBLIC' and published_on <= '2026-11-21'
  and (publication_ends_on is null or publication_ends_on >= '2026-11-21')`;

describe('The board of penalties of a district', () => {
  it('is the union of three departments’ tables, newest first, each once, without what is withheld or has ended', async () => {
    const unionOf = (condition: string) =>
      admin.unsafe<{ id: string; department: string }[]>(`
        select p.id, department from (${['market', 'tax', 'environment']
          .map(
            (name) =>
              `select id, '${name}' as department, subject_id, sorted_on from ${name}.administrative_penalties where ${condition}`,
          )
          .join(' union all ')}) p
        join credit.subjects s on s.id = p.subject_id and s.superseded_at is null
        where s.district = '990102' order by p.sorted_on desc, p.id collate "C" desc`);
    const union = await unionOf(VISIBLE);
    const items = ['market.penalty', 'tax.penalty', 'environment.penalty'];
    const found = await board({ items, districts: ['990102'] }, 7);
    expect(found.nodes.map(({ id }) => id)).toEqual(union.map(({ id }) => id));
    expect(found.totalCount).toBe(union.length);
    expect(union.length).toBeGreaterThan(10);
    expect(new Set(union.map(({ department }) => department)).size).toBe(3);
    expect((await unionOf('superseded_at is null')).length).toBeGreaterThan(union.length);
  });

  it.skipIf(isFar)('is two statements in all: page with count, and the subjects of the page', async () => {
    await city.ask(BOARD, { filter: { districts: ['990102'] }, first: 20 });
    expect(city.statements.map((text) => /\/\* (\S+) \*\//u.exec(text)?.[1])).toEqual([
      'credit.Query.records',
      'credit.Subject',
    ]);
  });

  it('repeats nothing on page two when a record came in between', async () => {
    const filter = { items: ['market.penalty'] };
    const first = (await city.ask(BOARD, { filter, first: 5 })).data.records;
    const code = codeOf(71);
    await city.take('credit.subject', subjectsFile([['云泽新来有限公司', code]]));
    await city.take('market.penalty', csv(PENALTIES, penalty('云泽新来有限公司', code, '新1号', '2026-11-20', 500)));
    await city.followed();
    const second = (await city.ask(BOARD, { filter, first: 5, after: first.pageInfo.endCursor })).data.records;
    const seen = new Set(first.nodes.map(({ id }: { id: string }) => id));
    expect(second.nodes.filter(({ id }: { id: string }) => seen.has(id))).toEqual([]);
    expect(second.totalCount).toBe(first.totalCount + 1);
    const [newest] = (await city.ask(BOARD, { filter, first: 1 })).data.records.nodes;
    expect(newest).toMatchObject({ documentNumber: '新1号', subject: { id: code }, amount: { amount: '500.00' } });
  });

  it('is found by words of its title, number or authority, in any width', async () => {
    const { totalCount, nodes } = await board({ search: '新1号' });
    expect([totalCount, nodes[0]?.documentNumber]).toEqual([1, '新1号']);
    for (const search of ['新', '  ', ' 新\u200b', '\u200b\u200b', '新'.repeat(101)]) {
      const wrong = await city.ask(BOARD, { filter: { search } });
      expect(wrong.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter.search' });
    }
  });

  it('is found by several words in any order and place, and by what is written in the traditional script', async () => {
    const numbers = async (search: string) =>
      (await board({ search })).nodes.map(({ documentNumber }) => documentNumber);
    for (const search of ['市场监督 新1号', '新1号 违法', '云澤市市場監督管理局 新1號', ' 新 1 号 ', '違法經營 新1号'])
      expect(await numbers(search), search).toEqual(['新1号']);
    for (const search of ['新1号 税务局', '新1号%', '新_号', '%%', '__', '\\\\'])
      expect(await numbers(search), search).toEqual([]);
  });

  it('is counted to 10000, and says that there are at least so many', async () => {
    const COUNT =
      'query ($filter: RecordFilter) { records(filter: $filter, first: 1) { totalCount isTotalCountExact } }';
    await admin`
      insert into credit.record_index
      select n.* from generate_series(1, 10001) g, credit.record_index r,
        lateral jsonb_populate_record(r, jsonb_build_object('id', 'counted' || g)) n
      where r.id = (select id from credit.record_index where ${admin.unsafe(VISIBLE)} and item = 'market.penalty' limit 1)`;
    // What so many rows are planned by otherwise comes some time later, from autovacuum.
    await admin`analyze credit.record_index`;
    try {
      const many = await city.ask(COUNT, { filter: { items: ['market.penalty'] } });
      expect(many.data.records).toEqual({ totalCount: 10_000, isTotalCountExact: false });
      const few = await city.ask(COUNT, { filter: { items: ['market.penalty'], ids: ['counted1', 'counted2'] } });
      expect(few.data.records).toEqual({ totalCount: 2, isTotalCountExact: true });
    } finally {
      await admin`delete from credit.record_index where starts_with(id, 'counted')`;
    }
  });

  it('is found by its authority’s code, in small letters too', async () => {
    const [found] = await admin<{ code: string; held: number }[]>`
      select authority_credit_code as code, count(*)::int as held from market.administrative_penalties
      where authority_credit_code ~ '[A-Z]' and ${admin.unsafe(VISIBLE)} group by 1 order by 2 desc limit 1`;
    expect(found?.held).toBeGreaterThan(0);
    const counts = await Promise.all(
      [found?.code, found?.code.toLowerCase()].map(async (code) => {
        const { totalCount } = await board({ items: ['market.penalty'], authorities: [code] });
        return totalCount;
      }),
    );
    expect(counts).toEqual([found?.held, found?.held]);
  });
});

describe('A filter of records', () => {
  it('by class and department is the same as by the items of these', async () => {
    const [byClass, byItems, byDepartment] = await Promise.all([
      board({ classes: ['EVALUATION'] }),
      board({ items: ['tax.credit-rating', 'environment.credit-rating'] }),
      board({ departments: ['tax'], classes: ['EVALUATION'] }),
    ]);
    expect(byClass.nodes).toEqual(byItems.nodes);
    expect(byDepartment.nodes.every(({ item }) => (item as { code: string }).code === 'tax.credit-rating')).toBe(true);
    expect(byDepartment.totalCount).toBeGreaterThan(20);
  });

  it('by grade, year and latest counts a subject’s latest rating of an item alone', async () => {
    const { data } = await city.ask(
      `query Latest($filter: RecordFilter) { records(filter: $filter, first: 100) { nodes { year grade { code } subject { id } } } }`,
      { filter: { items: ['tax.credit-rating'], isLatest: true } },
    );
    const subjects = data.records.nodes.map((node: { subject: { id: string } }) => node.subject.id);
    expect(new Set(subjects).size).toBe(subjects.length);
    const { data: graded } = await city.ask(
      `query Grades($filter: RecordFilter) { records(filter: $filter, first: 100) { totalCount nodes { year grade { code rank scheme { code } } } } }`,
      { filter: { items: ['tax.credit-rating'], grades: ['A'], years: [2025] } },
    );
    expect(graded.records.totalCount).toBeGreaterThan(0);
    for (const node of graded.records.nodes) expect(node).toMatchObject({ year: 2025, grade: { code: 'A', rank: 1 } });
  });

  it('in a department’s own list knows item, class and department, and refuses what only the index knows', async () => {
    const ask = (filter: object) =>
      city.ask(
        `query Own($filter: RecordFilter) { subjects(first: 100) { nodes { market { penalties(filter: $filter) { totalCount } } } } }`,
        { filter },
      );
    const counts = async (filter: object) =>
      (await ask(filter)).data.subjects.nodes.map(
        (node: { market: { penalties: { totalCount: number } } }) => node.market.penalties.totalCount,
      );
    const all = await counts({});
    expect(await counts({ items: ['market.penalty'], classes: ['ADMINISTRATIVE'], departments: ['market'] })).toEqual(
      all,
    );
    expect(new Set(await counts({ departments: ['tax'] }))).toEqual(new Set([0]));
    const refused = await ask({ districts: ['990102'] });
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter.districts' });
  });
});

const RECORD = `query Record($id: ID!) { record(id: $id) {
  id item { code } documentNumber amount { amount } marks versions { version recordedAt supersededAt } subject { id } } }`;

describe('A record', () => {
  const code = codeOf(72);
  const name = '云泽固定地址有限公司';
  const fined = (yuan: number, ends = '') => csv(PENALTIES, penalty(name, code, '固1号', '2026-03-02', yuan, ends));

  it('keeps its address over a correction, and is read at both instants', async () => {
    await city.take('credit.subject', subjectsFile([[name, code]]));
    await city.take('market.penalty', fined(1000));
    await city.followed();
    const { data } = await city.ask(BOARD, { filter: { search: '固1号' } });
    const [{ id }] = data.records.nodes;
    const first = (await city.ask(RECORD, { id })).data.record;
    expect(first).toMatchObject({
      documentNumber: '固1号',
      amount: { amount: '1000.00' },
      marks: [],
      subject: { id: code },
    });
    await city.take('market.penalty', fined(2000));
    await city.followed();
    const second = (await city.ask(RECORD, { id })).data.record;
    expect(second).toMatchObject({ id, amount: { amount: '2000.00' }, marks: ['CORRECTED'] });
    expect(second.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    city.setNow(new Date());
    const then = await city.ask(RECORD, { id }, { 'credit-as-of': second.versions[1].recordedAt });
    // As it was known then: nobody knew of the second version, nor that the first would end.
    expect(then.data.record).toMatchObject({
      amount: { amount: '1000.00' },
      versions: [{ version: 1, supersededAt: null }],
    });
    expect(second.versions[1].supersededAt).toBe(second.versions[0].recordedAt);
    city.setNow(TODAY);
  });

  it('is the department’s own record of that id', async () => {
    const { data } = await city.ask(
      `query Both($identifier: String!) { subject(identifier: $identifier) {
        records(first: 5) { totalCount nodes { id decidedOn documentNumber amount { amount } authority { name } } }
        market { penalties(first: 5) { totalCount nodes { id decidedOn documentNumber amount: fine { amount } authority { name } } } } } }`,
      { identifier: code },
    );
    expect(data.subject.records).toEqual(data.subject.market.penalties);
  });

  it('is absent everywhere on the day after its publication ends, at its address, in lists and in counts', async () => {
    await city.take('market.penalty', fined(2000, '2026-11-25'));
    await city.followed();
    const { data } = await city.ask(BOARD, { filter: { search: '固1号' } });
    const [{ id }] = data.records.nodes;
    const seen = async () => {
      const { data: found } = await city.ask(
        `query Seen($id: ID!, $identifier: String!) {
          record(id: $id) { id }
          records(filter: { search: "固1号" }) { totalCount nodes { id } }
          subject(identifier: $identifier) { records { totalCount } recordCounts { class count } } }`,
        { id, identifier: code },
      );
      const counts = found.subject.recordCounts.find((one: { class: string }) => one.class === 'ADMINISTRATIVE');
      return [found.record?.id ?? null, found.records.totalCount, found.subject.records.totalCount, counts.count];
    };
    city.setNow(new Date('2026-11-25T23:59:59+08:00'));
    expect(await seen()).toEqual([id, 1, 1, 1]);
    city.setNow(new Date('2026-11-26T00:00:00+08:00'));
    expect(await seen()).toEqual([null, 0, 0, 0]);
    city.setNow(TODAY);
  });

  it('that nobody knows is null, and what is no id is refused', async () => {
    expect((await city.ask(RECORD, { id: 'A'.repeat(22) })).data).toEqual({ record: null });
    const { errors } = await city.ask(RECORD, { id: '一二三' });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
  });
});

describe('The counts of a subject’s sections', () => {
  const COUNTS = `query Counts($identifier: String!) { subject(identifier: $identifier) {
    recordCounts { class count asOf } records(first: 100) { totalCount nodes { item { class } } } } }`;

  it('are those of its timeline', async () => {
    const [busiest] = await admin<{ id: string }[]>`
      select subject_id as id from credit.record_index where superseded_at is null group by 1 order by count(*) desc limit 1`;
    const { data } = await city.ask(COUNTS, { identifier: busiest?.id });
    const { recordCounts, records } = data.subject;
    const told = Object.fromEntries(
      recordCounts.map((one: { class: string; count: number }) => [one.class, one.count]),
    );
    const counted: Record<string, number> = Object.fromEntries(Object.keys(told).map((name) => [name, 0]));
    for (const node of records.nodes) counted[node.item.class] = (counted[node.item.class] ?? 0) + 1;
    expect(told).toEqual(counted);
    expect(records.totalCount).toBeGreaterThan(3);
  });

  it('count one listing once: no list comes from a department and from the credit office, too', async () => {
    const { data } = await city.ask(
      `query ($identifier: String!) { subject(identifier: $identifier) {
        recordCounts { class count } records(filter: { classes: [SERIOUS_DISHONESTY] }) { nodes { item { code } } } } }`,
      { identifier: blacklistedCompany.creditCode },
    );
    const { recordCounts, records } = data.subject;
    expect(recordCounts).toContainEqual({ class: 'SERIOUS_DISHONESTY', count: 1 });
    expect(records.nodes).toEqual([{ item: { code: 'labour.wage-arrears' } }]);
    const twice = await admin`
      select subject_id from credit.record_index where superseded_at is null and class = 'SERIOUS_DISHONESTY'
      group by subject_id, authority_name, document_number, decided_on having count(*) > 1`;
    expect(twice).toEqual([]);
  });

  it('are null, never 0, where a department was never followed to its end', async () => {
    const code = codeOf(73);
    await city.take('credit.subject', subjectsFile([['云泽未知有限公司', code]]));
    await city.take(
      'tax.arrears',
      csv(ARREARS, ['云泽未知有限公司', code, '2026-10-01', '增值税', 5000, '云泽市税务局']),
    );
    await city.take('tax.credit-rating', csv(RATINGS, ['云泽未知有限公司', code, 2025, 'A', '云泽市税务局']));
    await city.followed();
    const [market] = await admin`select * from credit.followers where name = 'records:market'`;
    await admin.begin(async (transaction) => {
      await transaction`lock table credit.followers in share row exclusive mode`;
      await transaction`update credit.followers set reached_at = null where name = 'records:market'`;
    });
    const { data } = await city.ask(COUNTS, { identifier: code });
    const counts = Object.fromEntries(data.subject.recordCounts.map((one: { class: string }) => [one.class, one]));
    expect(counts.ADMINISTRATIVE).toEqual({ class: 'ADMINISTRATIVE', count: null, asOf: null });
    expect(counts.EVALUATION).toMatchObject({ count: 1 });
    await admin`update credit.followers set reached_at = ${market?.reached_at} where name = 'records:market'`;
  });
});

describe('The index', () => {
  it('has a stored record without anybody waiting for it', async () => {
    const code = codeOf(74);
    await city.take('credit.subject', subjectsFile([['云泽快来有限公司', code]]));
    await city.take('market.penalty', csv(PENALTIES, penalty('云泽快来有限公司', code, '快1号', '2026-03-02', 100)));
    await expect.poll(async () => (await board({ search: '快1号' })).totalCount, { timeout: 10_000 }).toBe(1);
  });

  it('says nothing of records that may not be seen, in lists, counts, filters or at their address', async () => {
    const hidden = await admin<{ id: string; item: string; subjectId: string }[]>`
      select r.id, r.item, r.subject_id as "subjectId" from credit.record_index r where r.superseded_at is null
      and (r.withheld_reason is not null or r.access_level not in ('PUBLIC', 'LISTED_PERSON')) order by r.id limit 40`;
    expect(hidden.length).toBeGreaterThan(10);
    const found = await board({ ids: hidden.map(({ id }) => id) });
    expect(found).toEqual({ totalCount: 0, nodes: [] });
    for (const { id } of hidden.slice(0, 5)) expect((await city.ask(RECORD, { id })).data).toEqual({ record: null });
  });

  it('keeps no fact of a record above the record’s own level', async () => {
    const [scores] = await admin<{ held: number }[]>`
      select count(*)::int as held from credit.record_index r join environment.environmental_credit_ratings e using (id, version)
      where r.amount is not null or r.title like '%' || e.score::text || '%'`;
    expect(scores?.held).toBe(0);
  });
});

describe('The catalogue', () => {
  it('names what a visitor may ask for, with its fields, department and when it was received', async () => {
    const { data, errors } = await city.ask(
      `{ catalogue { code title class department { code label } basis frequency { code } submission receivedAt provider { name } fields { name title type level { code } } } }`,
    );
    expect(errors).toEqual([]);
    const codes = data.catalogue.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(['tax.arrears', 'market.penalty', 'credit.incentive-listing']));
    const arrears = data.catalogue.find(({ code }: { code: string }) => code === 'tax.arrears');
    expect(arrears).toMatchObject({ title: '欠税公告', department: { code: 'tax', label: '税务部门' } });
    expect(arrears.receivedAt).toMatch(/^\d{4}-/u);
    const rating = data.catalogue.find(({ code }: { code: string }) => code === 'environment.credit-rating');
    expect(rating.fields.map(({ name }: { name: string }) => name)).toContain('grade');
    expect(rating.fields.map(({ name }: { name: string }) => name)).not.toContain('score');
  });

  it('hangs on every record, with what only the credit office knows of the item', async () => {
    const { data, errors } = await city.ask(
      `{ records(filter: { items: ["tax.arrears"] }, first: 1) { nodes { item { receivedAt reportedThrough } subject { tax { arrears(first: 1) { nodes { item { code receivedAt reportedThrough submission } } } } } } } }`,
    );
    expect(errors).toEqual([]);
    const [record] = data.records.nodes;
    expect(record.subject.tax.arrears.nodes[0].item).toEqual({
      code: 'tax.arrears',
      receivedAt: record.item.receivedAt,
      reportedThrough: record.item.reportedThrough,
      submission: 'CHANGES',
    });
  });

  it('tells the same of the credit office’s own records', async () => {
    const { data, errors } = await city.ask(
      `{ records(filter: { items: ["credit.incentive-listing"] }, first: 1) { nodes { item { receivedAt reportedThrough }
         subject { listings(first: 1) { nodes { item { code receivedAt reportedThrough provider { name } } } } } } } }`,
    );
    expect(errors).toEqual([]);
    const [{ item, subject }] = data.records.nodes;
    expect(item.reportedThrough).toMatch(/^\d{4}-/u);
    expect(subject.listings.nodes[0].item).toMatchObject({ ...item, provider: { name: '信用办' } });
  });
});
