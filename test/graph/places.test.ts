import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { ARREARS, codeOf, csv, RATINGS, subjectsFile } from './files.ts';

// One subject stands at several places of an answer, and each place gets what it asked: GraphQL merges what is equal within
// one object, and `nodes`, `edges { node }` and every alias of them are objects of their own.

const city = await testCity();
const [NAME, CODE, OFFICE] = ['云泽处处见有限公司', codeOf(1), '云泽市税务局'];
await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
await city.take(
  'tax.credit-rating',
  csv(RATINGS, ...[2023, 2024, 2025].map((year) => [NAME, CODE, year, 'A', OFFICE])),
);
await city.take('tax.arrears', csv(ARREARS, [NAME, CODE, '2026-10-01', '增值税', 5000, OFFICE]));
await city.followed();

const FRAGMENTS = `
  fragment One on Subject { name: id records(filter: { classes: [EVALUATION] }, first: 1) { nodes { year } } tax { creditRatings(first: 1) { nodes { year } } } }
  fragment Two on Subject { name records(filter: { classes: [EVALUATION] }, first: 2) { totalCount nodes { year } } tax { creditRatings(first: 2) { totalCount nodes { year } } } }
  fragment Three on Subject { name: creditCode records: recordCounts { class } tax { creditRatings: arrears { totalCount } } }`;
const years = (...some: number[]) => ({ nodes: some.map((year) => ({ year })) });
const ONE = { name: CODE, records: years(2025), tax: { creditRatings: years(2025) } };
const TWO = {
  name: NAME,
  records: { totalCount: 3, ...years(2025, 2024) },
  tax: { creditRatings: { totalCount: 3, ...years(2025, 2024) } },
};
const THREE = {
  name: CODE,
  records: expect.arrayContaining([{ class: 'EVALUATION' }]),
  tax: { creditRatings: { totalCount: 1 } },
};

describe('Each place of an answer gets what it asked of a subject', () => {
  it.each([
    [
      'nodes, edges and their aliases',
      `subjects(search: "处处见") { nodes { ...One } more: nodes { ...Two } edges { node { ...Two } other: node { ...Three } } again: edges { node { ...One } } }`,
      {
        subjects: {
          nodes: [ONE],
          more: [TWO],
          edges: [{ node: TWO, other: THREE }],
          again: [{ node: ONE }],
        },
      },
    ],
    [
      'aliases of a subject that was identified, and of candidates',
      `subjectsByIdentifier(identifiers: ["${CODE}", "云泽处处见有限公司"]) { subject { ...One } other: subject { ...Two }
         candidates { subject { ...Three } } more: candidates { subject { ...Two } third: subject { ...One } } }`,
      {
        subjectsByIdentifier: [
          { subject: ONE, other: TWO, candidates: [], more: [] },
          {
            subject: ONE,
            other: TWO,
            candidates: [{ subject: THREE }],
            more: [{ subject: TWO, third: ONE }],
          },
        ],
      },
    ],
    [
      'aliases of a match',
      `matchSubjects(name: "处处见") { subject { ...One } other: subject { ...Two } third: subject { ...Three } }`,
      { matchSubjects: [{ subject: ONE, other: TWO, third: THREE }] },
    ],
    [
      'the subjects of records',
      `records(filter: { items: ["tax.arrears"] }) { nodes { subject { ...One } other: subject { ...Three } } edges { node { subject { ...Two } } } }`,
      { records: { nodes: [{ subject: ONE, other: THREE }], edges: [{ node: { subject: TWO } }] } },
    ],
  ])('%s', async (_places, question, expected) => {
    const { data, errors } = await city.ask(`{ ${question} } ${FRAGMENTS}`);
    expect(errors).toEqual([]);
    expect(data).toEqual(expected);
  });
});

it('Each place of an answer gets what it asked of a record', async () => {
  const inBrief = 'totalCount nodes { a: title b: decidedOn } edges { node { a: id b: year c: amount { amount } } }';
  const { data, errors } = await city.ask(`{
    records(filter: { items: ["tax.credit-rating"], years: [2025] }) { ${inBrief} again: nodes { a: year b: title } }
    subject(identifier: "${CODE}") { records(filter: { years: [2025] }) { ${inBrief} again: nodes { a: year b: title } }
      tax { creditRatings(first: 1) { nodes { a: year } edges { node { a: documentNumber b: counterpartName } } } } } }`);
  expect(errors).toEqual([]);
  const [{ a: title, b: decidedOn }] = data.records.nodes;
  expect([title, decidedOn]).toEqual([expect.stringContaining('2025'), null]);
  expect(data.records.edges).toEqual([{ node: { a: expect.stringMatching(/^[\w-]{10,}$/u), b: 2025, c: null } }]);
  expect(data.records.again).toEqual([{ a: 2025, b: title }]);
  expect(data.subject.records).toEqual(data.records);
  expect(data.subject.tax.creditRatings).toEqual({
    nodes: [{ a: 2025 }],
    edges: [{ node: { a: null, b: NAME } }],
  });
});

it('A list of which neither rows nor count are asked answers like any other', async () => {
  const { data, errors } = await city.ask(`{
    subject(identifier: "${CODE}") { records { asOf } recent: records(filter: { years: [2025] }) { __typename } listings { __typename }
      tax { creditRatings(filter: { years: [2025] }) { __typename } arrears { totalCount @skip(if: true) __typename more: totalCount } } }
    subjects(search: "处处见") { __typename nodes { listings(first: 1) { __typename } } }
    matchSubjects(name: "处处见") { subject { listings { __typename } } }
    records(first: 1) { __typename }
  }`);
  expect(errors).toEqual([]);
  const [listings, creditRatings] = ['Listing', 'TaxCreditRating'].map((name) => ({ __typename: `${name}Connection` }));
  expect(data).toMatchObject({
    subject: { records: { asOf: expect.any(String) }, listings, tax: { creditRatings, arrears: { more: 1 } } },
    subjects: { nodes: [{ listings }] },
    matchSubjects: [{ subject: { listings } }],
  });
});
