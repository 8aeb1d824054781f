import type { Random } from '../support/random.ts';
import { TEXTS } from './odd-values.ts';
import { everything, fieldsOf } from './places.ts';

/** Words of the whole schema, of fields that the asker's view lacks among them. */
const NAMES = ['Query', 'Subject', 'TaxSlice', 'TaxCreditRating', 'AnnualReport', 'UtilityPayment', 'CreditRecord']
  .flatMap((type) => [type, ...fieldsOf(everything, type).map(({ name }) => name)])
  .concat(
    '__schema',
    '__type',
    '_entities',
    '_service',
    'recordChanges',
    'changedSubjects',
    'registerSubjects',
    'mutation',
    'subscription',
  );
const PIECES = [
  ...'{ } ( ) [ ] : ! = | & @ $ ... " """ # , \\ 1e400 -0 99999999999999999999 0x1 null true on fragment query'.split(
    ' ',
  ),
  ...[
    '@skip(if: true)',
    '@include(if: $x)',
    '@asOf(known: "9999-12-31T00:00:00Z")',
    '@deprecated',
    '@access(level: "PUBLIC")',
  ],
  ...[
    '@defer',
    '@stream(initialCount: 1)',
    '@oneOf',
    '@join__field(graph: TAX)',
    '\u{feff}',
    '\0',
    '\ud800',
    '\u202e',
    '😀',
  ],
];

/** A document with tokens cut out, doubled, exchanged or put in. */
export function mutated(query: string, random: Random): string {
  const tokens = query.split(/(?<=[^\w$@.])|(?=[^\w$@.])/u);
  for (let edits = 1 + random.below(3); edits > 0; edits -= 1) {
    const at = random.below(tokens.length);
    const other = random.below(tokens.length);
    const by = random.pick<() => readonly string[]>([
      () => [],
      () => [tokens[at] ?? '', ' ', tokens[at] ?? ''],
      () => [` ${random.pick(PIECES)} `],
      () => [` ${random.pick(NAMES)} `],
      () => [tokens[other] ?? ''],
      () => [tokens[at] ?? '', ` ${random.pick(NAMES)} `],
      () => tokens.slice(at, at + random.below(12)).reverse(),
    ])();
    tokens.splice(at, 1, ...by);
  }
  return tokens.join('');
}

/** Documents that ask for more than they seem to, or for what nobody has. */
export function contrived(codes: readonly string[], random: Random): string {
  const many = (count: number, one: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => one(index)).join(' ');
  const subject = `subject(identifier: "${random.pick(codes)}")`;
  const count = random.pick([2, 10, 60, 400, 2_000]);
  const name = random.pick(NAMES);
  const cut = name.slice(0, -1);
  return random.pick<() => string>([
    () => `{ ${many(count, (index) => `a${index}: __typename`)} }`,
    () => `{ ${'subject(identifier: "1") { tax { creditRatings { nodes { '.repeat(count / 2)}`,
    () => `{ ${'... { '.repeat(count)} __typename ${'}'.repeat(count)} }`,
    () => `{ ${subject} { ...A } } fragment A on Subject { ...B } fragment B on Subject { id ...A }`,
    () =>
      `{ ${subject} { ...A } } ${many(Math.min(count, 60), (index) => `fragment ${'A'.repeat(index + 1)} on Subject { id ...${'A'.repeat(index + 2)} }`)}`,
    () => `{ __typename ${'@skip(if: false) '.repeat(count)} }`,
    () => `{ ${subject} { ${cut} ${name} } }`,
    () => `{ ${cut}(first: 1) { ${name} } }`,
    () =>
      `{ __type(name: "${name}") { name fields { name description args { name type { name } } } possibleTypes { name } } }`,
    () => `{ __schema { types { name fields { name } } directives { name args { name defaultValue } } } }`,
    () => `query A { a: ${subject} { id } } query B { __typename }`,
    () => `query ($x: ${name} = ${random.pick(['null', '{}', '[[[1]]]', '"x"'])}) { record(id: $x) { id } }`,
    () =>
      `{ records(filter: ${random.pick(['{ids: []}', '{amount: {from: 1e999}}', '{years: [2147483648]}', '{a: {b: {c: 1}}}', '[]'])}) { totalCount } }`,
    () => `{ subjects(search: ${JSON.stringify(random.pick(TEXTS))}) { totalCount nodes { id } } }`,
    () =>
      `{ matchSubjects(name: ${JSON.stringify(random.pick(TEXTS))}, first: 3) { score matchedName subject { id } } }`,
    () =>
      `{ subjectsByIdentifier(identifiers: ${JSON.stringify(random.some(TEXTS, 6))}) { identifier outcome message candidates { matchedName } } }`,
    () => `mutation { registerSubjects(references: []) { subjectId } }`,
    () =>
      `{ _entities(representations: [{ __typename: "Subject", id: "${random.pick(codes)}" }]) { ... on Subject { name } } }`,
    () => `subscription { ${cut} }`,
    () => `"""${name}""" type ${cut} { a: Int } { __typename }`,
    () => `${'#'.repeat(count)}\n{ ${subject} { ${many(Math.min(count, 60), (index) => `a${index}: name`)} } }`,
  ])();
}
