import { codeOf } from '../graph/files.ts';

// The largest questions that anybody may ask, of every kind that costs more to understand than to write.

const times = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join(' ');
const inSubject = (selection: string): string => `{ subject(identifier: "${codeOf(1)}") { ${selection} } }`;

/** Places where a record leads back to its subject, and so to another department. */
const BACK = [
  'market { licences { nodes { subject { @ } } } }',
  'tax { creditRatings { nodes { subject { @ } } } }',
  'courts { enforcementCases { nodes { subject { @ } } } }',
  'environment { creditRatings { nodes { subject { @ } } } }',
];
const nested = (levels: number, slices: readonly string[]): string =>
  levels === 0 ? 'name' : slices.map((slice) => slice.replace('@', nested(levels - 1, slices))).join(' ');
const fragments = (levels: number, each: number): string =>
  `${inSubject('...F0')} ${times(levels, (level) => `fragment F${level} on Subject { ${times(each, (name) => `n${level}${name}: tax { creditRatings(first: 1) { nodes { subject { ...F${level + 1} } } } }`)} }`)} fragment F${levels} on Subject { name }`;

export const HOSTILE: Readonly<Record<string, string>> = {
  '97 names for a slice': inSubject(times(97, (index) => `a${index}: tax { creditRatings { totalCount } }`)),
  'names for slices of two departments': inSubject(
    times(
      48,
      (index) => `a${index}: tax { creditRatings { totalCount } } b${index}: market { licences { totalCount } }`,
    ),
  ),
  '33 root fields with two slices': `{ ${times(33, (index) => `a${index}: subject(identifier: "${codeOf(1)}") { tax { creditRatings { totalCount } } market { licences { totalCount } } }`)} }`,
  '50 root fields, 1,000 fields by a fragment': `{ ${times(50, (index) => `a${index}: subject(identifier: "${codeOf(1)}") { ...F }`)} } fragment F on Subject { name creditCode kind isVerified district { code label } industry { code label } tax { creditRatings { nodes { year grade { code label } } } } }`,
  'three levels back and forth': inSubject(
    nested(3, BACK.slice(0, 3)).replaceAll(/(licences|creditRatings|enforcementCases)/gu, '$1(first: 1)'),
  ),
  'two levels of four, by fragments': `${inSubject('...A')} fragment A on Subject { ${BACK.join(' ').replaceAll('@', '...B')} } fragment B on Subject { ${BACK.join(' ').replaceAll('@', '...C')} } fragment C on Subject { name kind }`,
  'fragments within fragments, 3 to the fourth': fragments(4, 3),
  'fragments within fragments, 4 to the third': fragments(3, 4),
  'fragments within fragments, 9 squared': fragments(2, 9),
  '480 names for a plain value': inSubject(times(480, (index) => `a${index}: name`)),
  '900 plain values of records': `${inSubject('tax { a: creditRatings { nodes { ...F } } b: creditRatings { nodes { ...F } } c: creditRatings { nodes { ...F } } }')} fragment F on TaxCreditRating { ${times(300, (index) => `a${index}: id`)} }`,
  'one field 63 times': inSubject(times(63, () => 'name')),
  'one slice 30 times': inSubject(times(30, () => 'tax { creditRatings { nodes { id } } }')),
  'one field in 60 fragments': `${inSubject(times(60, (index) => `...F${index}`))} ${times(60, (index) => `fragment F${index} on Subject { name kind }`)}`,
  'fragments that spread all later ones': `${inSubject('...F0')} ${times(25, (index) => `fragment F${index} on Subject { a${index}: name ${times(Math.min(6, 25 - index), (later) => `...F${index + later + 1}`)} }`)} fragment F25 on Subject { name } ${times(6, (index) => `fragment F${26 + index} on Subject { name }`)}`,
  'records back to their subjects, 40 times': inSubject(
    times(
      37,
      (index) =>
        `a${index}: tax { creditRatings(first: 1) { nodes { subject { market { licences { totalCount } } } } } }`,
    ),
  ),
  'catalogue items of 48 lists': inSubject(
    times(48, (index) => `a${index}: tax { creditRatings(first: 1) { nodes { item { code reportedThrough } } } }`),
  ),
  'the largest page of everything': `{ subjects(search: "云泽", first: 100) { nodes { name formerNames { name } identifiers { value type { code label } } listings { nodes { id reason } } tax { creditRatings { nodes { year grade { code label rank scheme { code label } } provider { name } authority { name creditCode } } } } } } }`,
  'as much of the schema as may be': `{ __schema { types { name description fields { name description args { name description type { name } } type { name ofType { name ofType { name } } } } enumValues { name description } inputFields { name description type { name } } } } }`,
};
