import { expect, it } from 'vitest';
import { addDays } from '../../schema/calendar/days.ts';
import { testCity } from '../support/city.ts';
import { codeOf, csv, PENALTIES, penalty, subjectsFile } from './files.ts';

// One record on its way through its term, day by day: it is there on each day up to the last, and from the next on
// absent everywhere at once, whatever is asked and however. Beside it one that stays, so that a list is never empty.

const city = await testCity();
const [NAME, CODE] = ['云泽渡口仓储有限公司', codeOf(1)];
const OFFICE = '云泽市市场监督管理局';
const noon = (day: string) => new Date(`${day}T12:00:00+08:00`);

city.setNow(noon('2026-01-12'));
await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
await city.take(
  'market.penalty',
  csv(
    PENALTIES,
    penalty(NAME, CODE, '云市监罚〔2025〕1号', '2025-02-03', 400),
    // General: published for one year by the rules of 2026, which are more favourable than those of its day.
    penalty(NAME, CODE, '云市监罚〔2025〕2号', '2025-11-30', 900).with(-1, '一般'),
    // Minor: not published any more when those rules come.
    penalty(NAME, CODE, '云市监罚〔2026〕3号', '2026-01-10', 700).with(-1, '轻微'),
  ),
);
// As if it had been recorded by the clock of this test, so that what was known on a day of the term can be asked for too.
const known = '2026-01-12T12:00:00+08:00';
await city.followed();
for (const table of ['market.administrative_penalties', 'credit.subjects', 'credit.record_index'])
  await city.database.admin.unsafe(`update ${table} set recorded_at = $1::timestamptz - interval '1 hour'`, [known]);
const rows = await city.database.admin<{ id: string; documentNumber: string }[]>`
  select id, document_number as "documentNumber" from market.administrative_penalties`;
const idOf = (number: string) => rows.find(({ documentNumber }) => documentNumber === number)?.id ?? '';

const PUBLICATION = 'publication { publishedOn deadline endsOn repairEligibleFrom isProvisional }';

/** In how many ways a record of this number, decision day and fine shows itself. */
async function waysToSee(number: string, decidedOn: string, yuan: number): Promise<readonly string[]> {
  const id = idOf(number);
  const question = `query ($code: String!, $id: ID!, $day: Date!, $yuan: Decimal!) {
    subject(identifier: $code) { market {
      listed: penalties(first: 100) { totalCount nodes { id } edges { cursor node { id } } }
      byId: penalties(filter: { ids: [$id] }) { totalCount nodes { id } pageInfo { endCursor } }
      byDay: penalties(filter: { decidedOn: { from: $day, until: $day } }) { totalCount nodes { id } }
      byAmount: penalties(filter: { amount: { from: $yuan, until: $yuan } }) { totalCount nodes { id } }
      byType: penalties(filter: { types: ["FINE"] }) { totalCount nodes { id } }
      inForce: penalties(filter: { isInForce: true }) { totalCount nodes { id } }
      latest: penalties(filter: { isLatest: true }) { totalCount nodes { id } }
    } timeline: records(first: 100) { totalCount nodes { id title } } }
    board: records(filter: { items: ["market.penalty"], ids: [$id] }) { totalCount nodes { id documentNumber } }
    record(id: $id) { id documentNumber versions { version } }
    subjects(search: "渡口仓储") { totalCount nodes { market { found: penalties { totalCount nodes { id documentNumber } } } } }
  }`;
  const variables = { code: CODE, id, day: decidedOn, yuan: String(yuan) };
  const answers = [await city.ask(question, variables), await city.ask(question, variables, { 'credit-as-of': known })];
  const seen: string[] = [];
  for (const [index, { data, errors, text }] of answers.entries()) {
    expect(errors).toEqual([]);
    const { timeline } = data.subject;
    const lists = { ...data.subject.market, ...data.subjects.nodes[0].market, timeline, board: data.board };
    for (const [name, list] of Object.entries<{ totalCount: number; nodes: { id: string }[] }>(lists)) {
      expect(list.nodes, name).toHaveLength(list.totalCount);
      if (list.nodes.some((node) => node.id === id)) seen.push(`${name}${index}`);
    }
    if (data.record !== null) seen.push(`record${index}`);
    if (text.includes(id) || text.includes(number)) seen.push(`text${index}`);
  }
  return seen.sort();
}

const EVERYWHERE = [
  ...['byAmount', 'byDay', 'byId', 'byType', 'found', 'inForce', 'listed', 'text'],
  ...['timeline', 'board', 'record'],
].flatMap((way) => [`${way}0`, `${way}1`]);

it('A record is seen on every day of its term and, from the day after its last, nowhere', async () => {
  const general = ['云市监罚〔2025〕2号', '2025-11-30', 900] as const;
  const walk = ['2026-01-12', '2026-03-31', '2026-04-01', '2026-11-28', '2026-11-29', '2026-11-30'];
  for (const day of walk) {
    city.setNow(noon(day));
    expect(await waysToSee(...general), day).toEqual(expect.arrayContaining(EVERYWHERE));
  }
  for (const day of ['2026-12-01', '2026-12-02', '2027-01-31', '2027-11-30', '2031-01-01']) {
    city.setNow(noon(day));
    expect(await waysToSee(...general), day).toEqual([]);
  }
  city.setNow(new Date('2026-11-30T23:59:59.999+08:00'));
  expect(await waysToSee(...general)).toEqual(expect.arrayContaining(EVERYWHERE));
  city.setNow(new Date('2026-12-01T00:00:00+08:00'));
  expect(await waysToSee(...general)).toEqual([]);
});

it('A minor one of before 2026-04-01 goes on the day on which it is no longer published in principle', async () => {
  const minor = ['云市监罚〔2026〕3号', '2026-01-10', 700] as const;
  const last = '2026-03-31';
  for (const offset of [-2, -1, 0]) {
    city.setNow(noon(addDays(last, offset)));
    expect(await waysToSee(...minor)).toEqual(expect.arrayContaining([...EVERYWHERE, 'latest0', 'latest1']));
  }
  for (const offset of [1, 2, 300]) {
    city.setNow(noon(addDays(last, offset)));
    expect(await waysToSee(...minor)).toEqual([]);
  }
});

it('The index lets go of it on that day, too: board, search, timeline, address and counts', async () => {
  await city.followed();
  const [number, id] = ['云市监罚〔2025〕2号', idOf('云市监罚〔2025〕2号')];
  const question = `query ($code: String!, $id: ID!, $number: String!) {
    board: records(filter: { ids: [$id] }) { totalCount nodes { id } }
    found: records(filter: { search: $number }) { totalCount nodes { id } }
    record(id: $id) { id }
    subject(identifier: $code) {
      records { totalCount nodes { id } }
      recordCounts { class count }
    }
  }`;
  const seen = async (at: Date) => {
    city.setNow(at);
    const { data, errors, text } = await city.ask(question, { code: CODE, id, number });
    expect(errors).toEqual([]);
    const { board, found, record, subject } = data;
    const counts: { class: string; count: number }[] = subject.recordCounts;
    const penalties = counts.find((one) => one.class === 'ADMINISTRATIVE')?.count;
    return [
      board.totalCount,
      found.totalCount,
      record?.id === id,
      subject.records.totalCount,
      penalties,
      text.includes(id),
    ];
  };
  expect(await seen(new Date('2026-11-30T23:59:59.999+08:00'))).toEqual([1, 1, true, 2, 2, true]);
  expect(await seen(new Date('2026-12-01T00:00:00+08:00'))).toEqual([0, 0, false, 1, 1, false]);
  expect(await seen(noon('2026-11-30'))).toEqual([1, 1, true, 2, 2, true]);
});

it('Counts fall by one on that day, and the latest is the one before it', async () => {
  const question = `query ($code: String!) { subject(identifier: $code) { recordCounts { class count } market {
    penalties { totalCount } latest: penalties(filter: { isLatest: true }) { nodes { documentNumber } } } } }`;
  const seen: [string, number, string | undefined][] = [];
  for (const day of [
    '2026-01-12',
    '2026-03-31',
    '2026-04-01',
    '2026-11-30',
    '2026-12-01',
    '2028-02-03',
    '2028-02-04',
  ]) {
    city.setNow(noon(day));
    const { market, recordCounts } = (await city.ask(question, { code: CODE })).data.subject;
    const { count } = recordCounts.find((one: { class: string }) => one.class === 'ADMINISTRATIVE');
    expect(count, day).toBe(market.penalties.totalCount);
    seen.push([day, market.penalties.totalCount, market.latest.nodes[0]?.documentNumber]);
  }
  expect(seen).toEqual([
    ['2026-01-12', 3, '云市监罚〔2026〕3号'],
    ['2026-03-31', 3, '云市监罚〔2026〕3号'],
    ['2026-04-01', 2, '云市监罚〔2025〕2号'],
    ['2026-11-30', 2, '云市监罚〔2025〕2号'],
    ['2026-12-01', 1, '云市监罚〔2025〕1号'],
    ['2028-02-03', 1, '云市监罚〔2025〕1号'],
    ['2028-02-04', 0, undefined],
  ]);
});

it('A page that was begun before goes on without what has ended since', async () => {
  const question = `query ($code: String!, $after: String) { subject(identifier: $code) { market {
    penalties(first: 1, after: $after) { nodes { documentNumber } pageInfo { endCursor hasNextPage } } } } }`;
  city.setNow(noon('2026-03-31'));
  const first = (await city.ask(question, { code: CODE })).data.subject.market.penalties;
  expect(first.nodes).toEqual([{ documentNumber: '云市监罚〔2026〕3号' }]);
  city.setNow(noon('2026-12-01'));
  const next = (await city.ask(question, { code: CODE, after: first.pageInfo.endCursor })).data.subject.market
    .penalties;
  expect(next.nodes).toEqual([{ documentNumber: '云市监罚〔2025〕1号' }]);
  expect(next.pageInfo.hasNextPage).toBe(false);
});

it('The three clocks are told beside each other, with the rule that they rest on', async () => {
  city.setNow(noon('2026-03-31'));
  const { data } = await city.ask(
    `query ($code: String!) { subject(identifier: $code) { market { penalties { nodes {
      documentNumber publicationRule { code label } ${PUBLICATION} } } } } }`,
    { code: CODE },
  );
  expect(data.subject.market.penalties.nodes).toEqual([
    {
      documentNumber: '云市监罚〔2026〕3号',
      publicationRule: { code: 'RS-2026/MINOR', label: '轻微失信(2026年规则)' },
      publication: {
        publishedOn: '2026-01-12',
        deadline: '2026-01-20',
        endsOn: '2026-03-31',
        repairEligibleFrom: '2026-04-01',
        isProvisional: true,
      },
    },
    {
      documentNumber: '云市监罚〔2025〕2号',
      publicationRule: { code: 'RS-2026/GENERAL', label: '一般失信(2026年规则)' },
      publication: {
        publishedOn: '2026-01-12',
        deadline: '2025-12-09',
        endsOn: '2026-11-30',
        repairEligibleFrom: '2026-02-28',
        isProvisional: true,
      },
    },
    {
      documentNumber: '云市监罚〔2025〕1号',
      publicationRule: { code: 'RS-2023/STANDARD', label: '一般领域行政处罚(2023年规则)' },
      publication: {
        publishedOn: '2026-01-12',
        deadline: '2025-02-12',
        endsOn: '2028-02-03',
        repairEligibleFrom: '2025-05-03',
        isProvisional: true,
      },
    },
  ]);
});

it('A company that only records whose term is over tell of is not known by them', async () => {
  const [ended, current] = [codeOf(2), codeOf(3)];
  const entry = (name: string, code: string, removedOn: string) => [
    name,
    code,
    '2024-07-08',
    '未年报',
    OFFICE,
    removedOn,
  ];
  await city.take(
    'market.abnormal-operation',
    csv(
      '企业名称,统一社会信用代码,列入日期,列入原因,列入机关,移出日期',
      entry('云泽已移出有限公司', ended, '2025-03-04'),
      entry('云泽在列有限公司', current, ''),
    ),
  );
  city.setNow(noon('2026-11-22'));
  const { data } = await city.ask(
    `{ ended: subject(identifier: "${ended}") { name } current: subject(identifier: "${current}") { name } }`,
  );
  expect(data).toEqual({ ended: null, current: { name: '云泽在列有限公司' } });
});

it('Repair and deadline pass without a word: neither takes the record away', async () => {
  const serious = ['云市监罚〔2025〕1号', '2025-02-03', 400] as const;
  for (const day of ['2026-01-12', '2026-04-01', '2027-05-03', '2028-02-03']) {
    city.setNow(noon(day));
    expect(await waysToSee(...serious), day).toEqual(expect.arrayContaining(EVERYWHERE));
  }
  city.setNow(noon('2028-02-04'));
  expect(await waysToSee(...serious)).toEqual([]);
});
