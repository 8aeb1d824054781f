import { describe, expect, it } from 'vitest';
import { cleanCompany, dishonestDebtor } from '../../demonstration/story.ts';
import { isFar, testCity } from '../support/city.ts';

// The questions that the product was drawn up for, in their own words, but for the fields that later issues bring
// (verdicts, availableActions, authorizations).

const city = await testCity({ demonstration: true });
await city.followed();

const PENALTY_ITEMS = '["market.penalty", "tax.penalty", "environment.penalty"]';

/** How many statements each department was asked, by the names that they begin with; unknown where departments are far. */
function statementsByDepartment(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of city.statements) {
    const department = /^\/\* (\w+)\./u.exec(text)?.[1] ?? 'unnamed';
    counts[department] = (counts[department] ?? 0) + 1;
  }
  return counts;
}

describe('P1, the search box', () => {
  it('finds the company by a wrong character, with its reason', async () => {
    const typo = cleanCompany.name.replace('荻', '获');
    const { data, errors } = await city.ask(
      `query P1Search($text: String!, $district: String) {
        subjects(search: $text, first: 10) {
          totalCount
          nodes { id name kind isVerified district { label } formerNames { name until } market { registration { status { label } } } }
        }
        matchSubjects(name: $text, district: $district) { matchedName reasons score subject { id name district { label } } }
      }`,
      { text: typo },
    );
    expect(errors).toEqual([]);
    expect(data.subjects).toEqual({ totalCount: 0, nodes: [] });
    expect(data.matchSubjects[0]).toMatchObject({
      matchedName: cleanCompany.name,
      subject: { id: cleanCompany.creditCode },
    });
    expect(data.matchSubjects[0].reasons).toContain('TYPO');
  });
});

describe('P2, the top of a profile', () => {
  it('is one statement per department, counts and timeline included (counted where departments are near)', async () => {
    const { data, errors } = await city.ask(
      `query P2ProfileTop($identifier: String!) {
        subject(identifier: $identifier) {
          id creditCode name kind formerNames { name until } identifiers { type { label } value validTo } district { label } industry { label }
          recordCounts { class count asOf }
          market { registration { status { label } registeredCapital { amount currency } establishedOn } }
          tax { creditRatings(first: 3) { nodes { year grade { code label } } } }
          courts { dishonestDebtorEntries(first: 3) { totalCount nodes { documentNumber authority { name } decidedOn performance { label } } } }
          environment { creditRatings(first: 1) { nodes { year grade { label scheme { label } } } } }
          listings(first: 5) { nodes { listType { legalName polarity { label } } authority { name } decidedOn publication { endsOn } } }
          records(first: 5) { totalCount nodes { decidedOn title } }
        }
      }`,
      { identifier: dishonestDebtor.creditCode },
    );
    expect(errors).toEqual([]);
    expect(data.subject.records.nodes).toHaveLength(5);
    expect(data.subject.courts.dishonestDebtorEntries.totalCount).toBeGreaterThan(0);
    const listed = data.subject.recordCounts.find((one: { class: string }) => one.class === 'SERIOUS_DISHONESTY');
    expect(listed.count).toBeGreaterThan(0);
    expect(listed.asOf).toMatch(/^\d{4}-/u);
    if (!isFar) expect(statementsByDepartment()).toEqual({ credit: 1, market: 1, tax: 1, courts: 1, environment: 1 });
  });
});

describe('P3, double publicity of a district', () => {
  it('is pages of the penalties of three departments, newest first, each once', async () => {
    const nodes: { id: string; decidedOn: string; item: { title: string } }[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { data, errors } = await city.ask(
        `query P3DoublePublicity($district: String!, $after: String) {
          records(filter: { items: ${PENALTY_ITEMS}, districts: [$district] }, first: 20, after: $after) {
            totalCount
            nodes { id title item { title } subject { id name } authority { name } documentNumber decidedOn amount { amount } types { label } publication { publishedOn endsOn } }
            pageInfo { hasNextPage endCursor }
          }
        }`,
        { district: '990102', after },
      );
      expect(errors).toEqual([]);
      nodes.push(...data.records.nodes);
      pages += 1;
      after = data.records.pageInfo.hasNextPage ? data.records.pageInfo.endCursor : null;
      if (after === null) expect(new Set(nodes.map(({ id }) => id)).size).toBe(data.records.totalCount);
    } while (after !== null);
    expect(pages).toBeGreaterThan(1);
    const days = nodes.map(({ decidedOn }) => decidedOn);
    expect(days).toEqual(days.toSorted().toReversed());
    expect(new Set(nodes.map(({ item }) => item.title)).size).toBe(3);
  });
});

describe('P4, the timeline and a penalty in it', () => {
  it('opens under one id in the index and in its department', async () => {
    const board = await city.ask(
      `{ records(filter: { items: ["market.penalty"] }, first: 1) { nodes { id subject { id } } } }`,
    );
    const [{ id: record, subject }] = board.data.records.nodes;
    const { data, errors } = await city.ask(
      `query P4TimelineAndRecord($id: String!, $after: String, $record: ID!) {
        subject(identifier: $id) {
          records(first: 20, after: $after) {
            nodes { id item { class title } decidedOn title authority { name } isInForce marks }
            pageInfo { hasNextPage endCursor }
          }
          market {
            penalties(filter: { ids: [$record] }) {
              nodes {
                counterpartName documentNumber violationType violationFacts legalBasis penaltyTypes { label } content fine { amount currency }
                decidedOn authority { name creditCode } provider { name } publication { publishedOn deadline endsOn repairEligibleFrom isProvisional }
                marks version recordedAt
              }
            }
          }
        }
      }`,
      { id: subject.id, record },
    );
    expect(errors).toEqual([]);
    expect(data.subject.records.nodes.map((node: { id: string }) => node.id)).toContain(record);
    const [penalty] = data.subject.market.penalties.nodes;
    const line = data.subject.records.nodes.find((node: { id: string }) => node.id === record);
    expect([line.decidedOn, line.title]).toEqual([penalty.decidedOn, penalty.violationType]);
    expect(penalty.publication.deadline > penalty.decidedOn).toBe(true);
    if (!isFar) expect(statementsByDepartment()).toEqual({ credit: 1, market: 1 });
  });
});

describe('B1, a bank’s page of borrowers', () => {
  it('answers each number and name in its place', async () => {
    const code = cleanCompany.creditCode ?? '';
    const mistyped = code.replace('0', 'O');
    const { data, errors } = await city.ask(
      `query B1Identify($identifiers: [String!]!) {
        subjectsByIdentifier(identifiers: $identifiers) {
          identifier outcome message
          subject { id creditCode name isVerified }
          candidates { matchedName reasons score subject { creditCode name district { label } } }
        }
      }`,
      { identifiers: [code, dishonestDebtor.name, mistyped, '云泽从未有过的公司有限公司', code] },
    );
    expect(errors).toEqual([]);
    const outcomes = data.subjectsByIdentifier.map((one: { outcome: string }) => one.outcome);
    expect(outcomes).toEqual(['FOUND', 'FOUND', 'MALFORMED', 'UNKNOWN', 'FOUND']);
    expect(data.subjectsByIdentifier[2].message).toContain(code);
    expect(data.subjectsByIdentifier[1].subject.id).toBe(dishonestDebtor.creditCode);
  });
});
