import { describe, expect, it } from 'vitest';
import { filedItems } from '../../platform/catalogue/filed-items.ts';
import type { AccessLevel, Viewer } from '../../platform/viewer/viewer.ts';
import { departments } from '../../subgraphs/index.ts';
import { testCity } from '../support/city.ts';
import { OFFICIAL, viewerAs } from '../support/viewers.ts';
import { ARREARS, codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from './files.ts';

// What the catalogue says to whom. The gateway knows visitors alone; other levels are asked of the credit office itself.

const city = await testCity();
const items = filedItems(departments).flatMap(({ entry }) => (entry ? [entry] : []));

interface Told {
  readonly code: string;
  readonly reportedThrough: string | null;
  readonly receivedAt: string | null;
  readonly fields: readonly { readonly name: string; readonly level: { readonly code: AccessLevel } }[];
}

const CATALOGUE = '{ catalogue { code receivedAt reportedThrough fields { name level { code label } } } }';

/** The catalogue as a viewer with these levels is told it. */
async function toldTo(viewer: Viewer = viewerAs()): Promise<readonly Told[]> {
  const credit = city.city.transports.get('credit');
  if (!credit) throw new Error('there is no credit office');
  const answer = await credit.ask({ query: CATALOGUE }, viewer, AbortSignal.timeout(30_000));
  expect(answer.errors).toBeUndefined();
  return (answer.data as { readonly catalogue: readonly Told[] }).catalogue;
}

async function reported(item: string, viewer?: Viewer): Promise<string | null | undefined> {
  await city.followed();
  return (await toldTo(viewer)).find(({ code }) => code === item)?.reportedThrough;
}

const VIEWERS: readonly { readonly who: string; readonly viewer: Viewer; readonly levels: readonly AccessLevel[] }[] = [
  { who: 'a visitor', viewer: viewerAs(), levels: ['PUBLIC', 'LISTED_PERSON'] },
  { who: 'a bank', viewer: viewerAs({ role: 'BANK' }), levels: ['PUBLIC', 'AUTHORIZED'] },
  { who: 'an official', viewer: OFFICIAL, levels: ['PUBLIC', 'LISTED_PERSON', 'AUTHORIZED', 'GOVERNMENT', 'PERSONAL'] },
];

describe('The catalogue', () => {
  it.each(VIEWERS)('tells $who the items and fields of its own schema alone', async ({ viewer, levels }) => {
    const told = await toldTo(viewer);
    const open = items.filter((item) => item.levels.some((level) => levels.includes(level)));
    expect(told.map(({ code }) => code).sort()).toEqual(open.map(({ code }) => code).sort());
    for (const { code, fields } of told) {
      const item = open.find((one) => one.code === code);
      const seen = item?.fields.filter(({ level }) => levels.some((one) => one === level)).map(({ name }) => name);
      expect([code, fields.map(({ name }) => name)]).toEqual([code, seen]);
      for (const { level } of fields) expect(levels).toContain(level.code);
    }
  });

  it('keeps from a visitor items of which nothing is public, and shows them to who is authorized', async () => {
    const codes = async (viewer?: Viewer) => (await toldTo(viewer)).map(({ code }) => code);
    const closed = ['tax.payment', 'utilities.payment', 'labour.social-insurance'];
    const [visitor, authorized] = [await codes(), await codes(viewerAs({ role: 'BANK' }))];
    expect(visitor.filter((code) => closed.includes(code))).toEqual([]);
    expect(authorized).toEqual(expect.arrayContaining(closed));
  });

  it('names to a visitor exactly the fields that the visitor’s schema has', async () => {
    const { data, errors } = await city.ask('{ catalogue { code fields { name type } } }');
    expect(errors).toEqual([]);
    for (const { code, fields } of data.catalogue) {
      const type = items.find((item) => item.code === code)?.type;
      const { data: shown } = await city.ask(
        'query Fields($name: String!) { __type(name: $name) { fields { name } } }',
        { name: type },
      );
      const names = shown.__type.fields.map(({ name }: { name: string }) => name).sort();
      expect([code, fields.map(({ name }: { name: string }) => name).sort()]).toEqual([code, names]);
    }
  });

  it('says of every field what it is in Chinese, whole words and brackets closed', () => {
    for (const { code, fields } of items) {
      for (const { name, title } of fields) {
        expect([code, name, title]).toEqual([code, name, expect.stringMatching(/^\p{Script=Han}/u)]);
        expect(title.split('(').length).toBe(title.split(')').length);
      }
    }
  });

  it('of which nothing was received says null, not a day', async () => {
    for (const one of await toldTo()) {
      expect(one).toMatchObject({ reportedThrough: null, receivedAt: null });
    }
  });
});

describe('The day up to which an item is reported', () => {
  const [name, code] = ['云泽报齐有限公司', codeOf(81)];
  const fined = (number: string, day: string, ends = '', who = name) => penalty(who, code, number, day, 500, ends);

  it('is the latest that a file tells of what may be seen: nothing held back, ended or rejected', async () => {
    await city.take('credit.subject', subjectsFile([[name, code]]));
    const rows = [
      fined('甲1号', '2026-03-02'),
      fined('甲2号', '2026-05-06'),
      fined('甲3号', '2026-07-01', '', '云泽别家有限公司'),
      fined('甲4号', '2026-07-02', '2026-08-01'),
      penalty(name, code, '甲5号', '2026-07-03', 0),
      fined('甲6号', '2027-01-01'),
    ];
    const report = await city.take('market.penalty', csv(PENALTIES, ...rows));
    expect(report).toMatchObject({ rejected: 1, marks: { NAME_MISMATCH: 1 } });
    expect(await reported('market.penalty')).toBe('2026-05-06');
  });

  it('does not go back with a file of earlier days', async () => {
    await city.take('market.penalty', csv(PENALTIES, fined('甲7号', '2026-01-05')));
    expect(await reported('market.penalty')).toBe('2026-05-06');
  });

  it('is told to each viewer of what that viewer may see', async () => {
    await city.take(
      'tax.credit-rating',
      csv(RATINGS, [name, code, 2023, 'A', '云泽市税务局'], [name, code, 2025, 'B', '云泽市税务局']),
    );
    expect(await reported('tax.credit-rating')).toBe('2023-12-31');
    expect(await reported('tax.credit-rating', OFFICIAL)).toBe('2025-12-31');
  });

  it('is no day to come: a rating of the year under way says nothing yet', async () => {
    await city.take('tax.credit-rating', csv(RATINGS, [name, code, 2026, 'A', '云泽市税务局']));
    expect(await reported('tax.credit-rating')).toBe('2023-12-31');
  });

  it('needs a file that came to its end', async () => {
    const { admin } = city.database;
    await admin`insert into tax.imports (item, file_name, file_hash, status, started_at, ended_at, reported_through)
      values ('tax.arrears', 'a.csv', 'a', 'FAILED', now(), now(), '{"PUBLIC":"2026-10-01"}')`;
    expect(await reported('tax.arrears')).toBeNull();
    await city.take('tax.arrears', csv(ARREARS, [name, code, '2026-09-01', '增值税', 1, '云泽市税务局']));
    expect(await reported('tax.arrears')).toBe('2026-09-01');
  });

  it('goes back when a file is taken back', async () => {
    await city.database.admin`update tax.imports set status = 'WITHDRAWN' where item = 'tax.arrears'`;
    expect(await reported('tax.arrears')).toBeNull();
  });

  it('stands in the graph, and on every record’s item', async () => {
    await city.followed();
    const { data, errors } = await city.ask(`{
      catalogue { code reportedThrough }
      records(filter: { items: ["market.penalty"] }, first: 1) { nodes { item { code reportedThrough } } }
    }`);
    expect(errors).toEqual([]);
    const penalties = { code: 'market.penalty', reportedThrough: '2026-05-06' };
    expect(data.catalogue).toContainEqual(penalties);
    expect(data.records.nodes[0].item).toEqual(penalties);
  });
});
