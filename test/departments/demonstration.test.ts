import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { demonstrationFiles, examplesAt } from '../../demonstration/index.ts';
import { submittedFiles } from '../../demonstration/make.ts';
import * as story from '../../demonstration/story.ts';
import { composedSupergraph } from '../../gateway/supergraph/compose.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import type { ImportReport } from '../../platform/import/report.ts';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { isRegistrationNumber } from '../../schema/identifiers/registration-number.ts';
import { departments } from '../../subgraphs/index.ts';
import { type Answer, testCity } from '../support/city.ts';

const examples = examplesAt('2026-11-21T09:00:00+08:00');

const city = await testCity();
const reports: ImportReport[] = [];
for (const { item, path } of demonstrationFiles) reports.push(await city.take(item, { path }));

/** Catalogue items that the invented city has no files of yet. */
const WITHOUT_FILES = [
  'courts.consumption-restriction',
  'courts.enforcement-case',
  'courts.judgment',
  'tax.major-violation',
  'tax.payment',
  'tax.penalty',
  'credit.commitment',
  'credit.key-attention-listing',
  'labour.social-insurance',
  'labour.wage-arrears',
  'utilities.payment',
  'market.licence',
  'market.abnormal-operation',
  'market.serious-violation',
  'market.spot-check',
  'market.annual-report',
  'tax.licence',
  'environment.licence',
  'environment.discharge-permit',
];

describe('The demonstration files', () => {
  it('are what the generator makes, byte for byte', () => {
    const made = submittedFiles();
    expect(made.map(({ item, name }) => [item, name])).toEqual(
      demonstrationFiles.map(({ item, path }) => [item, basename(path)]),
    );
    for (const [index, { path }] of demonstrationFiles.entries()) {
      expect(readFileSync(path).equals(made[index]?.bytes ?? Buffer.alloc(0)), basename(path)).toBe(true);
    }
    const folder = new URL('../../demonstration/files/', import.meta.url);
    expect(readdirSync(folder).sort()).toEqual(made.map(({ name }) => name));
    expect(submittedFiles(), 'a second time').toEqual(made);
  });

  it('hold all catalogue items that files can be imported for, but for those that wait for theirs', () => {
    const items = departments.flatMap((card) => [...Object.keys(card.sheets), ...Object.keys(card.intakes ?? {})]);
    const held = new Set(demonstrationFiles.map(({ item }) => item));
    expect([...held, ...WITHOUT_FILES].sort()).toEqual(items.sort());
  });

  it('give rows that are stored, stored with a mark, or rejected with a reason', () => {
    expect(reports.map(summary)).toEqual([
      [
        'credit.subject',
        245,
        { added: 240, repeated: 2, rejected: 3 },
        {},
        { IDENTIFIER_CHECKSUM: 1, NO_IDENTIFIER: 2 },
      ],
      [
        'market.registration',
        217,
        { added: 211, repeated: 2, rejected: 4 },
        {},
        { IDENTIFIER_CHECKSUM: 1, NO_DATE: 1, NO_IDENTIFIER: 1, VALUE_REQUIRED: 1 },
      ],
      [
        'market.penalty',
        118,
        { added: 110, repeated: 2, rejected: 6 },
        { NAME_MISMATCH: 1, PUBLICATION_SHORTENED: 4 },
        {
          DECIDED_IN_FUTURE: 1,
          FINE_WITHOUT_AMOUNT: 1,
          IDENTIFIER_CHECKSUM: 1,
          IDENTIFIER_CONFLICT: 1,
          NATURAL_PERSON: 1,
          NO_AUTHORITY: 1,
        },
      ],
      [
        'market.penalty',
        66,
        { added: 50, corrected: 1, unchanged: 10, rejected: 5 },
        {
          AMOUNT_DIFFERS_FROM_TEXT: 1,
          AMOUNT_UNIT_DIFFERS: 1,
          CODE_UNKNOWN: 1,
          DATE_MONTH_ONLY: 1,
          PUBLICATION_SHORTENED: 1,
        },
        {
          DATE_UNREADABLE: 1,
          IDENTIFIER_LENGTH: 1,
          NO_IDENTIFIER: 1,
          PUBLICATION_ENDS_BEFORE_DECISION: 1,
          VALUE_REQUIRED: 1,
        },
      ],
      ['tax.credit-rating', 351, { added: 351 }, {}, {}],
      [
        'tax.credit-rating',
        133,
        { added: 124, repeated: 3, rejected: 6 },
        {},
        {
          CONFLICTING_ROWS: 1,
          IDENTIFIER_CHECKSUM: 1,
          INTEGER_OUT_OF_RANGE: 1,
          NO_IDENTIFIER: 1,
          UNKNOWN_GRADE: 1,
          VALUE_REQUIRED: 1,
        },
      ],
      [
        'tax.arrears',
        57,
        { added: 52, repeated: 1, rejected: 4 },
        { AMOUNT_UNIT_DIFFERS: 1 },
        { AMOUNT_NEGATIVE: 1, AMOUNT_UNREADABLE: 1, CODE_UNKNOWN: 1, NATURAL_PERSON: 1 },
      ],
      [
        'courts.dishonest-debtor',
        41,
        { added: 35, repeated: 1, rejected: 5 },
        {},
        { CASE_NUMBER_FORMAT: 1, CODE_UNKNOWN: 1, NATURAL_PERSON: 2, VALUE_REQUIRED: 1 },
      ],
      [
        'environment.credit-rating',
        146,
        { added: 140, repeated: 2, rejected: 4 },
        {},
        { IDENTIFIER_CHECKSUM: 1, NO_AUTHORITY: 1, NO_YEAR: 1, UNKNOWN_GRADE: 1 },
      ],
      [
        'environment.penalty',
        51,
        { added: 46, repeated: 1, rejected: 4 },
        { AMOUNT_DIFFERS_FROM_TEXT: 1 },
        { AUTHORITY_CODE: 1, IDENTIFIER_FORMAT: 1, NATURAL_PERSON: 1, VALUE_REQUIRED: 1 },
      ],
      [
        'credit.serious-dishonesty-listing',
        22,
        { added: 18, repeated: 1, rejected: 3 },
        {},
        { LIST_POLARITY: 1, NO_DOCUMENT: 1, UNKNOWN_LIST: 1 },
      ],
      [
        'credit.incentive-listing',
        70,
        { added: 67, repeated: 1, rejected: 2 },
        {},
        { IDENTIFIER_CHECKSUM: 1, LIST_POLARITY: 1 },
      ],
    ]);
  });

  it('lose no row: the counts of each report add up to its rows, and there are marks where rows are flagged', () => {
    for (const {
      fileName,
      rows,
      added,
      corrected,
      unchanged,
      repeated,
      rejected,
      flagged,
      marks,
      reasons,
    } of reports) {
      expect(added + corrected + unchanged + repeated + rejected, fileName).toBe(rows);
      // A row may bear several marks.
      expect(sum(marks), fileName).toBeGreaterThanOrEqual(flagged);
      expect(Math.max(0, ...Object.values(marks)), fileName).toBeLessThanOrEqual(flagged);
      expect(sum(reasons), fileName).toBe(rejected);
    }
    expect(sum(reports.map(({ rows }) => rows))).toBe(1517);
  });

  it('tell the clerk which code was meant where a letter O was typed for a zero', () => {
    const report = reports.find(({ item }) => item === 'environment.penalty');
    const rejected = readFileSync(report?.rejectedFiles[0] ?? '', 'utf8');
    const line = rejected.split('\r\n').find((one) => one.includes(story.mistypedCode));
    expect(line).toContain(`是否应为“${story.mistypedCompany.creditCode}”`);
  });

  it('are passed over when they are imported again', async () => {
    for (const { item, path } of demonstrationFiles) {
      const again = await city.take(item, { path }, { once: true });
      expect(again).toMatchObject({ rows: 0, takenBefore: expect.any(String) });
    }
  });
});

describe('The story', () => {
  it('is about subjects whose numbers are valid, and one code that is not', () => {
    for (const { name, creditCode, registrationNumber, formerCreditCode } of story.storySubjects) {
      expect(
        creditCode === null ? isRegistrationNumber(registrationNumber ?? '') : isCreditCode(creditCode),
        name,
      ).toBe(true);
      expect(formerCreditCode === undefined || isCreditCode(formerCreditCode), name).toBe(true);
    }
    expect(isCreditCode(story.mistypedCode)).toBe(false);
    const exported = Object.values(story).filter((one) => typeof one === 'object' && 'story' in one);
    expect(new Set(story.storySubjects)).toEqual(new Set(exported));
  });

  it('has a clean company: A and green in every year, honoured, and nothing else', async () => {
    const { data } = await profile(story.cleanCompany.creditCode);
    expect(data.subject).toMatchObject({
      name: story.cleanCompany.name,
      district: { label: '临江区' },
      market: { registration: { status: { code: 'IN_BUSINESS' } }, penalties: { totalCount: 0 } },
      tax: { arrears: { totalCount: 0 } },
      courts: { dishonestDebtorEntries: { totalCount: 0 } },
      listings: { nodes: [{ listType: { code: 'A_GRADE_TAXPAYER' } }] },
    });
    expect(data.subject.tax.creditRatings.nodes).toEqual(
      [2025, 2024, 2023, 2022].map((year) => ({ year, grade: { code: 'A' } })),
    );
    expect(data.subject.environment.creditRatings.nodes).toEqual(
      [2025, 2024].map((year) => ({ year, grade: { code: 'GREEN' } })),
    );
  });

  it('has a dishonest debtor that owes taxes and was fined', async () => {
    const { data } = await profile(story.dishonestDebtor.creditCode);
    expect(data.subject).toMatchObject({
      market: { penalties: { nodes: [{ fine: { amount: '60000.00' } }] } },
      tax: { arrears: { totalCount: 5 }, creditRatings: { nodes: [{ year: 2023, grade: { code: 'A' } }] } },
      courts: {
        dishonestDebtorEntries: {
          nodes: [
            {
              caseNumber: '（2025）泽0103执1874号',
              performance: { code: 'NONE_PERFORMED' },
              behaviours: [{ code: 'REFUSES_THOUGH_ABLE' }, { code: 'VIOLATES_PROPERTY_REPORTING' }],
            },
          ],
        },
      },
    });
  });

  it('has a company whose licence was revoked', async () => {
    const { data } = await profile(story.struckOffCompany.creditCode);
    expect(data.subject.market).toMatchObject({
      registration: { status: { code: 'REVOKED' } },
      penalties: { nodes: [{ penaltyTypes: [{ code: 'REVOKE_LICENCE' }], fine: null }] },
    });
  });

  it('has a company without the penalty that came under a mistyped code', async () => {
    const { data } = await profile(story.mistypedCompany.creditCode);
    expect(data.subject.environment).toMatchObject({ penalties: { totalCount: 0 }, creditRatings: { totalCount: 2 } });
  });

  it('has a company that is found by its former code and holds what came under its former name', async () => {
    const { data } = await profile(story.renamedCompany.formerCreditCode);
    expect(data.subject).toMatchObject({
      id: story.renamedCompany.creditCode,
      name: story.renamedCompany.name,
      formerNames: [{ name: story.renamedCompany.formerName, until: '2023-06-30' }],
    });
    expect(data.subject.tax.creditRatings.nodes.map(({ year }: { year: number }) => year)).toEqual([2025, 2024, 2022]);
  });

  it('has companies whose ratings, ended penalty, mere warning or misnamed penalty nobody sees', async () => {
    const rated = await profile(story.plainlyRatedCompany.creditCode);
    expect(rated.data.subject.tax.creditRatings).toEqual({ totalCount: 0, nodes: [] });
    for (const { creditCode, name } of [story.endedPublicationCompany, story.warnedCompany, story.misnamedCompany]) {
      const { data } = await profile(creditCode);
      expect(data.subject.market.penalties, name).toEqual({ totalCount: 0, nodes: [] });
    }
    const stored = await city.database.admin.unsafe(
      `select withheld_reason as reason, count(*)::int from market.administrative_penalties where subject_id = any($1::text[]) group by 1 order by 1`,
      [[story.endedPublicationCompany, story.warnedCompany, story.misnamedCompany].map(({ creditCode }) => creditCode)],
    );
    expect(stored.map(({ reason, count }) => [reason, count])).toEqual([
      ['NAME_MISMATCH', 1],
      ['WARNING_ONLY', 1],
      [null, 1],
    ]);
  });

  it('has a factory that is known by its registration number alone and that searches do not list', async () => {
    const { registrationNumber, name } = story.oldNumberFactory;
    const { data } = await profile(registrationNumber);
    expect(data.subject).toMatchObject({ id: registrationNumber, name, isVerified: false, kind: 'OTHER_ORGANIZATION' });
    expect(data.subject.tax.arrears.totalCount).toBe(1);
    const found = await city.ask('query ($text: String!) { subjects(search: $text) { totalCount } }', { text: name });
    expect(found.data.subjects.totalCount).toBe(0);
  });

  it('has a red card with a fine of 540,000 yuan that the decision writes in formal numerals', async () => {
    const { data } = await profile(story.redCardCompany.creditCode);
    expect(data.subject.environment).toMatchObject({
      creditRatings: {
        nodes: [
          { year: 2025, grade: { code: 'RED' } },
          { year: 2024, grade: { code: 'YELLOW' } },
        ],
      },
      penalties: { nodes: [{ fine: { amount: '540000.00' }, marks: [] }] },
    });
  });

  it('has companies on lists, and one that was removed from a list', async () => {
    const lists = async ({ creditCode }: story.StorySubject): Promise<readonly string[]> => {
      const { data } = await profile(creditCode);
      return data.subject.listings.nodes.map(({ listType }: { listType: { code: string } }) => listType.code);
    };
    expect(await lists(story.rewardedCompany)).toEqual(['A_GRADE_TAXPAYER', 'HONEST_ENTERPRISE']);
    expect(await lists(story.blacklistedCompany)).toEqual(['WAGE_ARREARS']);
    expect(await lists(story.removedFromListCompany)).toEqual([]);
  });

  it('has an individual business and a government body with penalties', async () => {
    const shop = await profile(story.breakfastShop.creditCode);
    expect(shop.data.subject).toMatchObject({
      kind: 'INDIVIDUAL_BUSINESS',
      market: { penalties: { nodes: [{ fine: { amount: '500.00' }, procedure: { code: 'SUMMARY' } }] } },
    });
    const body = await profile(story.finedDepartment.creditCode);
    expect(body.data.subject).toMatchObject({
      kind: 'GOVERNMENT',
      environment: { penalties: { nodes: [{ fine: { amount: '120000.00' } }] } },
    });
  });

  it('has two shops of one name, told apart by their district and their records', async () => {
    const { data } = await city.ask(
      `query ($text: String!) { subjects(search: $text) { nodes {
        id district { code } market { penalties { totalCount } } tax { creditRatings { totalCount } } } } }`,
      { text: story.riversideShop.name },
    );
    expect(data.subjects.nodes).toEqual(
      [[story.riversideShop, 0, 1] as const, [story.lakesideShop, 1, 0] as const].map(
        ([{ creditCode, district }, penalties, ratings]) => ({
          id: creditCode,
          district: { code: district },
          market: { penalties: { totalCount: penalties } },
          tax: { creditRatings: { totalCount: ratings } },
        }),
      ),
    );
  });

  it('has a penalty that the second file corrected, in its second version', async () => {
    const { data } = await profile(story.correctedCompany.creditCode);
    expect(data.subject.market.penalties.nodes).toMatchObject([
      { fine: { amount: '50000.00' }, version: 2, marks: ['CORRECTED'] },
    ]);
  });

  it('has a company with a second page of penalties', async () => {
    const pages = examples.find(({ title }) => title === '处罚翻页');
    const first = await city.ask(pages?.query ?? '', pages?.variables);
    const { totalCount, nodes, pageInfo } = first.data.subject.market.penalties;
    expect([totalCount, nodes.length, pageInfo.hasNextPage]).toEqual([24, 20, true]);
    const second = await city.ask(pages?.query ?? '', { ...pages?.variables, after: pageInfo.endCursor });
    const rest = second.data.subject.market.penalties;
    expect([rest.nodes.length, rest.pageInfo.hasNextPage]).toEqual([4, false]);
    const ids = [...nodes, ...rest.nodes].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(24);
  });
});

describe('The examples', () => {
  it('are valid for an anonymous visitor, with the profile first', async () => {
    const schema = schemaView(await composedSupergraph(departments), ['PUBLIC']);
    for (const { title, query } of examples) {
      expect(
        validate(schema, parse(query)).map(({ message }) => message),
        title,
      ).toEqual([]);
      expect(Math.max(...query.split('\n').map((line) => line.length)), title).toBeLessThanOrEqual(80);
    }
    expect(examples[0]?.variables).toEqual({ identifier: story.dishonestDebtor.creditCode });
  });

  it('are all answered without an error, and none but the one of the past is empty', async () => {
    for (const { title, query, variables } of examples) {
      const { status, errors, data } = await city.ask(query, variables);
      expect({ status, errors }, title).toEqual({ status: 200, errors: [] });
      const answer = data.subject ?? data.subjects?.totalCount;
      if (title === '当时所知') expect(answer).toBeUndefined();
      else expect(answer, title).toBeTruthy();
    }
  });
});

function summary({ item, rows, marks, reasons, ...counts }: ImportReport) {
  const { added, corrected, unchanged, repeated, rejected } = counts;
  const all = Object.entries({ added, corrected, unchanged, repeated, rejected });
  return [item, rows, Object.fromEntries(all.filter(([, count]) => count > 0)), marks, reasons];
}

function sum(counts: Readonly<Record<string, number>> | readonly number[]): number {
  return Object.values(counts).reduce((total: number, count: number) => total + count, 0);
}

function profile(identifier: string | null | undefined): Promise<Answer> {
  return city.ask(
    `query Profile($identifier: String!) {
      subject(identifier: $identifier) {
        id name kind isVerified formerNames { name until } district { label }
        listings { nodes { listType { code } } }
        market {
          registration { status { code } }
          penalties { totalCount nodes { fine { amount } penaltyTypes { code } procedure { code } version marks } }
        }
        tax { creditRatings { totalCount nodes { year grade { code } } } arrears { totalCount } }
        courts { dishonestDebtorEntries { totalCount nodes { caseNumber performance { code } behaviours { code } } } }
        environment {
          creditRatings { totalCount nodes { year grade { code } } }
          penalties { totalCount nodes { fine { amount } marks } }
        }
      }
    }`,
    { identifier: identifier ?? '' },
  );
}
