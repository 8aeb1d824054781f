import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demonstrationFiles, examplesAt } from '../../demonstration/index.ts';
import { submittedFiles } from '../../demonstration/make.ts';
import * as story from '../../demonstration/story.ts';
import type { ImportReport } from '../../platform/import/report.ts';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { isRegistrationNumber } from '../../schema/identifiers/registration-number.ts';
import { departments } from '../../subgraphs/index.ts';
import { type Answer, testCity } from '../support/city.ts';

const examples = examplesAt('2026-11-21T09:00:00+08:00');

const city = await testCity();
const reports: ImportReport[] = [];
for (const { item, path } of demonstrationFiles) reports.push(await city.take(item, { path }));

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

  it('hold all catalogue items that files can be imported for', () => {
    const items = departments.flatMap((card) => [...Object.keys(card.sheets), ...Object.keys(card.intakes ?? {})]);
    expect([...new Set(demonstrationFiles.map(({ item }) => item))].sort()).toEqual(items.sort());
    expect(demonstrationFiles[0]?.item).toBe('credit.subject');
  });

  it('give rows that are stored, stored with a mark, or rejected with a reason', () => {
    expect(reports.map(summary)).toEqual([
      'credit.subject: 251 = added 246, repeated 2, rejected 3; IDENTIFIER_CHECKSUM 1, NO_IDENTIFIER 2',
      'market.registration: 223 = added 217, repeated 2, rejected 4; IDENTIFIER_CHECKSUM 1, NO_DATE 1, NO_IDENTIFIER 1, VALUE_REQUIRED 1',
      'market.penalty: 118 = added 110, repeated 2, rejected 6; marked NAME_MISMATCH 1, PUBLICATION_SHORTENED 4; DECIDED_IN_FUTURE 1, FINE_WITHOUT_AMOUNT 1, IDENTIFIER_CHECKSUM 1, IDENTIFIER_CONFLICT 1, NO_AUTHORITY 1, PERSON_ID_NUMBER 1',
      'market.penalty: 66 = added 50, corrected 1, unchanged 10, rejected 5; marked AMOUNT_DIFFERS_FROM_TEXT 1, AMOUNT_UNIT_DIFFERS 1, CODE_UNKNOWN 1, DATE_MONTH_ONLY 1, PUBLICATION_SHORTENED 1; DATE_UNREADABLE 1, IDENTIFIER_LENGTH 1, NO_IDENTIFIER 1, PUBLICATION_ENDS_BEFORE_DECISION 1, VALUE_REQUIRED 1',
      'tax.credit-rating: 351 = added 351',
      'tax.credit-rating: 133 = added 124, repeated 3, rejected 6; CONFLICTING_ROWS 1, IDENTIFIER_CHECKSUM 1, INTEGER_OUT_OF_RANGE 1, NO_IDENTIFIER 1, UNKNOWN_GRADE 1, VALUE_REQUIRED 1',
      'tax.arrears: 58 = added 53, repeated 1, rejected 4; marked AMOUNT_UNIT_DIFFERS 1; AMOUNT_NEGATIVE 1, AMOUNT_UNREADABLE 1, CODE_UNKNOWN 1, PERSON_ID_NUMBER 1',
      'courts.dishonest-debtor: 42 = added 36, repeated 1, rejected 5; CASE_NUMBER_FORMAT 1, CODE_UNKNOWN 1, PERSON_ID_NUMBER 2, VALUE_REQUIRED 1',
      'environment.credit-rating: 146 = added 140, repeated 2, rejected 4; IDENTIFIER_CHECKSUM 1, NO_AUTHORITY 1, NO_YEAR 1, UNKNOWN_GRADE 1',
      'environment.penalty: 51 = added 46, repeated 1, rejected 4; marked AMOUNT_DIFFERS_FROM_TEXT 1; AUTHORITY_CODE 1, IDENTIFIER_FORMAT 1, PERSON_ID_NUMBER 1, VALUE_REQUIRED 1',
      'credit.serious-dishonesty-listing: 24 = added 18, repeated 1, rejected 5; LIST_INCOMPLETE 1, LIST_OF_ANOTHER_ITEM 1, LIST_POLARITY 1, NO_DOCUMENT 1, UNKNOWN_LIST 1',
      'credit.incentive-listing: 70 = added 67, repeated 1, rejected 2; IDENTIFIER_CHECKSUM 1, LIST_POLARITY 1',
      'courts.consumption-restriction: 26 = added 20, repeated 1, rejected 5; marked CODE_UNKNOWN 1; CASE_NUMBER_FORMAT 1, NATURAL_PERSON 1, NO_AUTHORITY 1, NO_DATE 1, PUBLICATION_ENDS_BEFORE_START 1',
      'courts.enforcement-case: 44 = added 37, repeated 1, rejected 6; marked AMOUNT_UNIT_DIFFERS 1; CASE_NUMBER_COMPONENT 1, CLOSED_BEFORE_FILED 1, NATURAL_PERSON 1, PUBLICATION_ENDS_BEFORE_START 1, UNITS_MIXED 1, VALUE_REQUIRED 1',
      'courts.judgment: 59 = added 51, repeated 1, rejected 7; ADDRESS_UNREADABLE 1, CODE_UNKNOWN 1, EFFECTIVE_BEFORE_DECISION 1, NOT_IN_FORCE 1, PUBLICATION_ENDS_BEFORE_START 1, ROLE_NOT_OF_CREDIT 1, ROLE_UNCLEAR 1',
      'market.licence: 60 = added 51, repeated 1, rejected 8; marked CODE_UNKNOWN 2; DECIDED_IN_FUTURE 1, ENDS_BEFORE_DECISION 1, ENDS_BEFORE_START 1, IDENTIFIER_CHECKSUM 1, NO_AUTHORITY 1, PUBLICATION_ENDS_BEFORE_DECISION 1, VALUE_REQUIRED 2',
      'market.abnormal-operation: 38 = added 30, repeated 1, rejected 7; marked CODE_UNKNOWN 1; DECIDED_IN_FUTURE 1, IDENTIFIER_CHECKSUM 1, MARK_OF_ENTERPRISE 1, NO_DATE 1, REMOVAL_CONTRADICTED 1, REMOVED_BEFORE_START 1, VALUE_REQUIRED 1',
      'market.serious-violation: 15 = added 9, repeated 1, rejected 5; ENDS_BEFORE_START 2, NO_DOCUMENT 1, NO_IDENTIFIER 1, REMOVED_BEFORE_START 1',
      'market.spot-check: 49 = added 41, repeated 2, rejected 6; marked CODE_UNKNOWN 1; NATURAL_PERSON 1, NO_AUTHORITY 1, PUBLICATION_ENDS_BEFORE_START 1, PUBLISHED_BEFORE_CHECK 2, RESULTS_CONTRADICT 1',
      'market.annual-report: 51 = added 44, repeated 1, rejected 6; marked AMOUNT_UNIT_DIFFERS 1; AMOUNT_NEGATIVE 1, FILED_BEFORE_YEAR_END 1, FILED_IN_FUTURE 1, IDENTIFIER_LENGTH 1, INTEGER_UNREADABLE 1, VALUE_REQUIRED 1',
      'tax.licence: 26 = added 20, repeated 1, rejected 5; DATE_UNREADABLE 1, ENDS_BEFORE_DECISION 1, IDENTIFIER_CHECKSUM 1, VALUE_REQUIRED 2',
      'tax.major-violation: 12 = added 7, rejected 5; CODE_UNKNOWN 1, NO_DATE 1, PERSON_ID_NUMBER 1, REMOVED_BEFORE_START 1, VALUE_REQUIRED 1',
      'tax.penalty: 39 = added 32, repeated 1, rejected 6; marked AMOUNT_UNIT_DIFFERS 1, PUBLICATION_SHORTENED 1; CONFISCATION_WITHOUT_AMOUNT 1, DATE_UNREADABLE 1, ENDS_BEFORE_DECISION 1, IDENTIFIER_CHECKSUM 1, LICENCE_NOT_NAMED 1, PERSON_ID_NUMBER 1',
      'tax.payment: 51 = added 41, repeated 1, rejected 9; marked AMOUNT_UNIT_DIFFERS 1; CODE_UNKNOWN 1, NO_AMOUNT 1, NO_PERIOD 1, PERIOD_ACROSS_YEARS 1, PERIOD_INCOMPLETE 1, PERIOD_REVERSED 1, PERIOD_UNREADABLE 1, UNITS_MIXED 1, YEAR_CONFLICT 1',
      'environment.licence: 33 = added 26, repeated 1, rejected 6; AUTHORITY_CODE 1, DATE_UNREADABLE 1, IDENTIFIER_LENGTH 1, NO_AUTHORITY 1, PERSON_ID_NUMBER 1, VALUE_REQUIRED 1',
      'environment.discharge-permit: 45 = added 37, repeated 1, rejected 7; marked CODE_UNKNOWN 1; DECIDED_IN_FUTURE 1, ENDS_BEFORE_START 1, NO_DATE 1, PERMIT_NUMBER_CHECKSUM 1, PERMIT_NUMBER_LENGTH 1, PERMIT_OF_ANOTHER 1, VALUE_REQUIRED 1',
      'labour.social-insurance: 54 = added 46, repeated 1, rejected 7; AMOUNT_NEGATIVE 1, CODE_UNKNOWN 1, INTEGER_UNREADABLE 1, MONTH_UNREADABLE 1, NOTHING_TOLD 1, NOT_ONE_MONTH 1, NO_AUTHORITY 1',
      'labour.wage-arrears: 12 = added 7, rejected 5; CODE_UNKNOWN 1, INTEGER_OUT_OF_RANGE 1, NATURAL_PERSON 1, REMOVED_BEFORE_START 1, VALUE_REQUIRED 1',
      'utilities.payment: 57 = added 46, repeated 1, rejected 10; marked AMOUNT_UNIT_DIFFERS 1; ARREARS_CONTRADICT 1, CODE_UNKNOWN 1, MONTH_UNREADABLE 1, NATURAL_PERSON 1, NOTHING_TOLD 1, NO_UTILITY 1, QUANTITY_NEGATIVE 1, QUANTITY_UNREADABLE 1, UNIT_CONFLICT 1, UNIT_UNKNOWN 1',
      'credit.commitment: 44 = added 37, repeated 1, rejected 6; marked CODE_UNKNOWN 1; BREACH_NOT_DECIDED 1, CODE_UNKNOWN 1, ENDS_BEFORE_START 1, IDENTIFIER_CHECKSUM 1, NATURAL_PERSON 1, VALUE_REQUIRED 1',
      'credit.key-attention-listing: 17 = added 12, rejected 5; DATE_UNREADABLE 1, LIST_POLARITY 1, NO_IDENTIFIER 1, UNKNOWN_LIST 1, VALUE_REQUIRED 1',
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
    expect(sum(reports.map(({ rows }) => rows))).toBe(2265);
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

  it('is told in docs/city.md, each subject with its number and its words', () => {
    const told = readFileSync(new URL('../../docs/city.md', import.meta.url), 'utf8');
    for (const { name, creditCode, registrationNumber, district, story: words } of story.storySubjects)
      expect(told).toContain(`| ${name} | \`${creditCode ?? registrationNumber}\` | ${district} | ${words.en} |`);
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
    // The labour department's own list has its entry, and no copy of it is kept here.
    expect(await lists(story.blacklistedCompany)).toEqual([]);
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

  it('has a clean company with certificates, reports and checks; what it paid needs its authorization', async () => {
    const found = await everything(story.cleanCompany);
    expect(found).toMatchObject({
      market: {
        licences: { nodes: [{ certificateName: '特种设备使用登记证' }, { certificateName: '食品生产许可证' }] },
        abnormalOperationEntries: { totalCount: 0 },
        seriousViolationEntries: { totalCount: 0 },
        spotCheckResults: { nodes: [{ results: [{ code: 'NO_PROBLEM_FOUND' }] }] },
      },
      courts: { judgments: { totalCount: 0 }, enforcementCases: { totalCount: 0 } },
      environment: { dischargePermits: { nodes: [{ managementCategory: { code: 'REGISTRATION' } }] } },
      commitments: { nodes: [{ fulfilment: { code: 'FULFILLED' } }] },
    });
    expect(found.market.annualReports.nodes.map(({ year }: { year: number }) => year)).toEqual([
      2025, 2024, 2023, 2022,
    ]);
    expect(await heldOf(story.cleanCompany)).toMatchObject({
      'labour.social_insurance_payments': 9,
      'utilities.utility_payments': 21,
      'tax.tax_payments': 4,
    });
  });

  it('has the debtor’s case in all of the courts’ files: judgment, enforcement, restriction, list', async () => {
    const { courts } = await everything(story.dishonestDebtor);
    const restricted = expect.arrayContaining([expect.objectContaining({ code: expect.any(String) })]);
    expect(courts).toMatchObject({
      judgments: { nodes: [{ caseNumber: '（2025）泽0103民初412号', role: { code: 'DEFENDANT' } }] },
      enforcementCases: {
        nodes: [
          {
            caseNumber: '（2025）泽0103执1874号',
            target: { amount: '2860000.00' },
            unperformed: { amount: '2860000.00' },
          },
        ],
      },
      consumptionRestrictions: { nodes: [{ caseNumber: '（2025）泽0103执1874号', restrictedActs: restricted }] },
    });
  });

  it('has a settled debtor, of whom the judgment alone is shown', async () => {
    const { courts } = await everything(story.settledDebtor);
    expect(courts).toMatchObject({
      judgments: { nodes: [{ caseNumber: '（2025）泽0104民初1366号' }] },
      enforcementCases: { totalCount: 0 },
      consumptionRestrictions: { totalCount: 0 },
    });
    expect(await heldOf(story.settledDebtor)).toMatchObject({
      'courts.enforcement_cases': 1,
      'courts.consumption_restrictions': 1,
    });
  });

  it('has a struck-off company that could not be found and paid no social insurance after it stopped', async () => {
    const { market } = await everything(story.struckOffCompany);
    expect(market.abnormalOperationEntries.nodes.map(groundsOf)).toEqual([
      ['UNREACHABLE'],
      ['ANNUAL_REPORT_NOT_PUBLISHED'],
    ]);
    expect(market).toMatchObject({
      seriousViolationEntries: { totalCount: 1 },
      annualReports: { nodes: [{ year: 2022 }] },
      spotCheckResults: { nodes: [{ results: [{ code: 'UNREACHABLE' }] }] },
    });
    const months = await city.database.admin`
      select year, month, unit_status from labour.social_insurance_payments
      where subject_id = ${story.struckOffCompany.creditCode} order by year desc, month desc`;
    expect(months.map(({ year, month, unit_status: status }) => [year, month, status])).toEqual([
      [2024, 8, 'TERMINATED'],
      [2024, 7, 'INSURED'],
      [2024, 6, 'INSURED'],
    ]);
  });

  it('has a forger of invoices with the fine and the list', async () => {
    const { tax } = await everything(story.invoiceForger);
    expect(tax).toMatchObject({
      penalties: { nodes: [{ fine: { amount: '500000.00' } }] },
      majorViolations: {
        nodes: [{ grounds: [{ code: 'FALSE_SPECIAL_INVOICES' }], publication: { endsOn: '2029-06-16' } }],
      },
      licences: { totalCount: 0 },
    });
  });

  it('has a company that broke its word and lost the licence it had got for it', async () => {
    const found = await everything(story.promiseBreaker);
    expect(found).toMatchObject({
      market: { licences: { totalCount: 0 } },
      commitments: { nodes: [{ commitmentType: { code: 'APPROVAL_REPLACING' }, fulfilment: { code: 'UNFULFILLED' } }] },
    });
  });

  it('has entries that are shown no longer, or to government alone, or only with authorization', async () => {
    const shop = await everything(story.restoredShop);
    expect(shop.market).toMatchObject({
      abnormalOperationEntries: { totalCount: 0 },
      annualReports: { totalCount: 2 },
    });
    const repaired = await everything(story.removedFromListCompany);
    expect(repaired.market.seriousViolationEntries.totalCount).toBe(0);
    const watched = await everything(story.watchedCompany);
    expect(watched.listings.totalCount).toBe(0);
    const behind = await everything(story.behindWithBills);
    for (const { recordCounts } of [watched, behind]) {
      const seen = recordCounts.filter(({ count }: { count: number }) => count > 0);
      expect(seen).toEqual([{ class: 'REGISTRATION', count: 1 }]);
    }
    expect(await heldOf(story.restoredShop)).toMatchObject({ 'market.abnormal_operation_entries': 1 });
    expect(await heldOf(story.watchedCompany)).toMatchObject({ 'credit.listings': 1 });
    expect(await heldOf(story.behindWithBills)).toMatchObject({
      'labour.social_insurance_payments': 5,
      'utilities.utility_payments': 3,
    });
  });

  it('has an employer on the list of wage arrears, with workers counted and never named', async () => {
    const { labour } = await everything(story.blacklistedCompany);
    expect(labour.wageArrearsListings.nodes).toMatchObject([
      { personsConcerned: 46, amountOwed: { amount: '812600.00' } },
    ]);
    const [named] = await city.database.admin`
      select count(*)::int as rows from labour.wage_arrears_listings where source::text like '%张某某%'`;
    expect(named?.rows).toBe(0);
  });

  it('has a polluter with its permit', async () => {
    const { environment } = await everything(story.redCardCompany);
    expect(environment).toMatchObject({
      dischargePermits: {
        nodes: [
          { permitNumber: expect.stringMatching(/^91990121MA9P3C7U5Y001[A-Z]$/u), managementCategory: { code: 'KEY' } },
        ],
      },
      licences: { totalCount: 2 },
    });
  });
});

/** market.penalty: 66 = added 50, corrected 1, unchanged 10, rejected 5; marked CODE_UNKNOWN 1; VALUE_REQUIRED 1 */
function summary({ item, rows, marks, reasons, ...counts }: ImportReport): string {
  const { added, corrected, unchanged, repeated, rejected } = counts;
  const parts = [
    `${item}: ${rows} = ${told({ added, corrected, unchanged, repeated, rejected })}`,
    ...(sum(marks) > 0 ? [`marked ${sorted(marks)}`] : []),
    ...(rejected > 0 ? [sorted(reasons)] : []),
  ];
  return parts.join('; ');
}

function told(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function sorted(counts: Readonly<Record<string, number>>): string {
  return told(Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1))));
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

/** What an anonymous visitor is answered of the kinds that the later stories are told by. */
// biome-ignore lint/suspicious/noExplicitAny: an answer is what the question made of it
async function everything({ creditCode }: story.StorySubject): Promise<any> {
  await city.followed();
  const { data, errors } = await city.ask(
    `query Everything($identifier: String!) {
      subject(identifier: $identifier) {
        recordCounts { class count }
        listings { totalCount }
        commitments { nodes { commitmentType { code } fulfilment { code } } }
        market {
          licences { totalCount nodes { certificateName } }
          abnormalOperationEntries { totalCount nodes { grounds { code } } }
          seriousViolationEntries { totalCount }
          spotCheckResults { nodes { results { code } } }
          annualReports { totalCount nodes { year } }
        }
        tax {
          licences { totalCount }
          penalties { nodes { fine { amount } } }
          majorViolations { nodes { grounds { code } publication { endsOn } } }
        }
        courts {
          judgments { totalCount nodes { caseNumber role { code } } }
          enforcementCases { totalCount nodes { caseNumber target { amount } unperformed { amount } } }
          consumptionRestrictions { totalCount nodes { caseNumber restrictedActs { code } } }
        }
        environment { licences { totalCount } dischargePermits { nodes { permitNumber managementCategory { code } } } }
        labour { wageArrearsListings { nodes { personsConcerned amountOwed { amount } } } }
      }
    }`,
    { identifier: creditCode },
  );
  expect(errors).toEqual([]);
  return data.subject;
}

function groundsOf({ grounds }: { readonly grounds: readonly { readonly code: string }[] }): readonly string[] {
  return grounds.map(({ code }) => code);
}

/** How many current records each table holds of a subject, shown or not. */
async function heldOf({ creditCode }: story.StorySubject): Promise<Readonly<Record<string, number>>> {
  const tables = await city.database.admin<{ name: string }[]>`
    select table_schema || '.' || table_name as name from information_schema.columns
    where column_name = 'natural_key' order by 1`;
  const held: Record<string, number> = {};
  for (const { name } of tables) {
    const [{ count = 0 } = {}] = await city.database.admin.unsafe<{ count: number }[]>(
      `select count(*)::int from ${name} where subject_id = $1 and superseded_at is null`,
      [creditCode],
    );
    if (count > 0) held[name] = count;
  }
  return held;
}
