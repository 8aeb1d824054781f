import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { examplesAt, examplesElsewhere } from '../../demonstration/index.ts';
import * as story from '../../demonstration/story.ts';
import { composedSupergraph } from '../../gateway/supergraph/compose.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { departments } from '../../subgraphs/index.ts';
import { testCity } from '../support/city.ts';

// What the explorer offers, asked of the demonstration as a visitor asks it: each example shows what its words say.

const city = await testCity({ demonstration: true });
await city.followed();
const known = new Date();
city.setNow(known);
const examples = examplesAt(known.toISOString());

// biome-ignore lint/suspicious/noExplicitAny: an answer is what the question made of it
type Data = any;

const countOf = (list: Data): number => list.totalCount;
const codeIn = ({ code }: Data): string => code;

/** By title: what its answer shows. */
const SHOWN: Readonly<Record<string, (data: Data) => void>> = {
  信用档案({ subject }) {
    expect(subject.name).toBe(story.dishonestDebtor.name);
    const { courts, tax, market } = subject;
    const lists = [courts.dishonestDebtorEntries, courts.enforcementCases, courts.consumptionRestrictions];
    expect([...lists, courts.judgments, tax.arrears, market.penalties].map(countOf)).toEqual([1, 1, 1, 1, 5, 1]);
    // Every list of every department that a visitor may see, and no department silent.
    const slices = [market, tax, courts, subject.environment, subject.labour];
    expect(slices.flatMap((slice) => Object.keys(slice))).toHaveLength(7 + 5 + 4 + 4 + 1);
  },
  '信用档案:旧代码与曾用名'({ subject }) {
    expect(subject).toMatchObject({ id: story.renamedCompany.creditCode, name: story.renamedCompany.name });
    expect(subject.formerNames[0].name).toBe(story.renamedCompany.formerName);
    expect(countOf(subject.tax.creditRatings)).toBe(3);
  },
  '信用档案:只有 15 位注册号'({ subject }) {
    expect(subject).toMatchObject({ id: story.oldNumberFactory.registrationNumber, isVerified: false });
  },
  '信用档案:不公开的等级'({ subject }) {
    expect(subject.name).toBe(story.plainlyRatedCompany.name);
    expect(subject.tax.creditRatings).toEqual({ totalCount: 0, nodes: [] });
    expect(subject.recordCounts.find((one: Data) => one.class === 'EVALUATION').count).toBe(0);
  },
  时间线与各栏目条数({ subject: { records, recordCounts } }) {
    // Who stands on a list without a day of decision is placed by another of its days.
    const days = records.nodes.flatMap((node: Data) => node.decidedOn ?? []);
    expect(days).toEqual(days.toSorted().toReversed());
    expect(new Set(records.nodes.map((node: Data) => node.item.department.label)).size).toBeGreaterThan(2);
    expect(recordCounts.reduce((sum: number, { count }: Data) => sum + count, 0)).toBe(records.totalCount);
  },
  更正留痕({ subject }) {
    expect(subject.records.nodes).toMatchObject([
      {
        amount: { amount: '50000.00' },
        marks: ['CORRECTED'],
        versions: [
          { version: 2, supersededAt: null },
          { version: 1, supersededAt: subject.records.nodes[0].versions[0].recordedAt },
        ],
      },
    ]);
  },
  检索主体({ subjects }) {
    expect(subjects.nodes.map((node: Data) => [node.name, node.district.label])).toEqual([
      [story.riversideShop.name, '临江区'],
      [story.lakesideShop.name, '望湖区'],
    ]);
  },
  名称录错也找得到({ matchSubjects }) {
    expect(matchSubjects[0]).toMatchObject({ reasons: ['TYPO'], subject: { name: story.cleanCompany.name } });
  },
  批量识别({ subjectsByIdentifier }) {
    const outcomes = subjectsByIdentifier.map((one: Data) => one.outcome);
    expect(outcomes).toEqual(['FOUND', 'FOUND', 'FOUND_BY_FORMER_CODE', 'AMBIGUOUS', 'MALFORMED', 'UNKNOWN']);
    const [, , , sameNamed, mistyped, similar] = subjectsByIdentifier;
    expect(sameNamed.candidates).toHaveLength(2);
    expect(mistyped.message).toContain(`“${story.mistypedCompany.creditCode}”`);
    expect(similar.candidates[0].subject.name).toBe(story.cleanCompany.name);
  },
  授信前查一批企业({ subjectsByIdentifier }) {
    const [clean, debtor, broken, behind] = subjectsByIdentifier.map((one: Data) => one.subject);
    expect(clean.market.annualReports.nodes).toHaveLength(3);
    expect(clean.commitments.nodes[0].fulfilment.label).toBe('全部履行');
    expect(debtor.courts.enforcementCases.nodes[0].unperformed.amount).toBe('2860000.00');
    expect(broken.commitments.nodes).toHaveLength(1);
    // What it owes for electricity and has stopped insuring is not for everybody.
    expect(behind.name).toBe(story.behindWithBills.name);
  },
  '双公示栏:行政处罚'({ records }) {
    expect(records.nodes).toHaveLength(20);
    expect(records.pageInfo.hasNextPage).toBe(true);
    for (const { subject, publication } of records.nodes)
      expect([subject.district.label, publication.endsOn === null || publication.endsOn > '2026-11-20']).toEqual([
        '临江区',
        true,
      ]);
    expect(new Set(records.nodes.map((node: Data) => node.item.department.label)).size).toBeGreaterThan(1);
  },
  '双公示栏:行政许可'({ records }) {
    expect(records.totalCount).toBeGreaterThan(5);
    for (const { title, authority, documentNumber } of records.nodes)
      expect(`${title}${authority.name}${documentNumber}`).toContain('食品');
  },
  失信名单栏({ records }) {
    expect(records.nodes.map((node: Data) => node.subject.name)).toEqual(
      expect.arrayContaining([story.dishonestDebtor.name, story.blacklistedCompany.name]),
    );
  },
  处罚翻页({ subject }) {
    expect(subject.market.penalties).toMatchObject({ totalCount: 24, pageInfo: { hasNextPage: true } });
  },
  按条件筛选记录({ subject }) {
    expect(subject.environment.penalties.nodes).toMatchObject([{ fine: { amount: '540000.00' } }]);
  },
  逐条游标({ subjects }) {
    expect(subjects.edges).toHaveLength(5);
    for (const { node } of subjects.edges) expect(node.industry.code).toMatch(/^C/u);
  },
  当时所知({ subject: { environment } }) {
    expect(environment.creditRatings.nodes.map(({ grade }: Data) => grade.label)).toHaveLength(2);
    expect(environment.penalties.nodes[0].fine.amount).toBe('540000.00');
  },
  信息目录({ catalogue }) {
    expect(catalogue.map(codeIn)).toEqual(expect.arrayContaining(['market.annual-report', 'courts.judgment']));
    for (const { code, receivedAt, fields } of catalogue)
      expect([code, receivedAt, fields.length]).toEqual([code, expect.stringMatching(/^\d{4}-/u), expect.any(Number)]);
  },
};

describe('The examples', () => {
  it('are valid for an anonymous visitor, narrow enough for the editor, the profile first', async () => {
    const schema = schemaView(await composedSupergraph(departments), () => ['PUBLIC']);
    for (const { title, query } of [...examples, ...examplesElsewhere]) {
      expect(
        validate(schema, parse(query)).map(({ message }) => message),
        title,
      ).toEqual([]);
      expect(Math.max(...query.split('\n').map((line) => line.length)), title).toBeLessThanOrEqual(80);
    }
    expect(examples[0]?.variables).toEqual({ identifier: story.dishonestDebtor.creditCode });
    expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
  });

  it('ask for each list that the graph answers a visitor', async () => {
    const schema = schemaView(await composedSupergraph(departments), () => ['PUBLIC']);
    const lists = Object.values(schema.getTypeMap())
      .filter(({ name }) => name === 'Query' || name === 'Subject' || name.endsWith('Slice'))
      .flatMap((type) => ('getFields' in type ? Object.values(type.getFields()) : []))
      .filter(({ type }) =>
        /Connection|\[(?:IdentifierResult|SubjectMatch|RecordCount|CatalogueItem)/u.test(String(type)),
      );
    expect(lists.length).toBeGreaterThan(25);
    const asked = examples.map(({ query }) => query).join();
    expect(lists.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`, 'u').test(asked))).toEqual([]);
  });

  it.each(examples)('$title: shows what it says', async ({ title, query, variables }) => {
    const { status, errors, data } = await city.ask(query, variables);
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    const shown = SHOWN[title];
    if (!shown) throw new Error(`nothing is said of what “${title}” shows`);
    shown(data);
  });
});

describe('The examples of a city of one’s own', () => {
  it('name nobody of the invented one, and begin with the question of the bar', () => {
    const text = JSON.stringify(
      examplesElsewhere.map(({ title, description, variables }) => [title, description, variables]),
    );
    expect(text).not.toMatch(/云泽|99\d{4}/u);
    expect(examplesElsewhere[0]?.variables).toEqual({ identifier: '' });
  });

  it.each(examplesElsewhere.slice(1))('$title: is answered', async ({ query, variables }) => {
    const { status, errors, data } = await city.ask(query, variables);
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect((data.records?.nodes ?? data.catalogue).length).toBeGreaterThan(10);
  });
});
