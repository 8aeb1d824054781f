import type { GraphQLSchema } from 'graphql';
import type { Random } from '../support/random.ts';
import type { Sent } from './asking.ts';
import { everything, fieldsOf } from './places.ts';
import { type MadeDocument, madeDocument, madeValues, type Pool } from './question-maker.ts';

// What anybody might send by mistake or to do harm: good questions with tokens and values exchanged, documents that are none,
// and requests that are none.

/** What inputs are made of: good documents of a view, with values, and words of the schema that the view may lack. */
export interface Stuff {
  readonly documents: readonly MadeDocument[];
  readonly pool: Pool;
  /** Access tokens, good and bad. */
  readonly tokens: readonly string[];
}

export function stuffOf(view: GraphQLSchema, pool: Pool, tokens: readonly string[], random: Random): Stuff {
  return { documents: Array.from({ length: 24 }, () => madeDocument(view, random, 4)), pool, tokens };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** One input. */
export function oddInput(stuff: Stuff, random: Random): Sent {
  const chance = random.below(100);
  if (chance < 40) return posted({ query: mutated(random.pick(stuff.documents).query, random) });
  if (chance < 58) return oddlyValued(stuff, random);
  if (chance < 72)
    return posted({ query: contrived(stuff, random), ...(random.chance(0.2) ? oddMembers(random) : {}) });
  if (chance < 84) return oddRequest(stuff, random);
  if (chance < 94) return { ...question(stuff, random), headers: { ...JSON_TYPE, ...oddHeaders(stuff, random) } };
  return question(stuff, random);
}

function posted(body: unknown): Sent {
  return { headers: JSON_TYPE, body: JSON.stringify(body) };
}

function question({ documents, pool }: Stuff, random: Random): Sent {
  const document = random.pick(documents);
  return posted({ query: document.query, variables: madeValues(document, pool, random) });
}

/** Words of the whole schema, of fields that the asker's view lacks among them. */
const NAMES = ['Query', 'Subject', 'TaxSlice', 'TaxCreditRating', 'AnnualReport', 'UtilityPayment', 'CreditRecord']
  .flatMap((type) => [type, ...fieldsOf(everything, type).map(({ name }) => name)])
  .concat(
    '__schema',
    '__type',
    '_entities',
    '_service',
    'recordChanges',
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
function mutated(query: string, random: Random): string {
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

const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '\u202e',
    '\n\r\t',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '$1',
    '`',
    '%s',
    '../../etc',
  ],
  ...[
    '云泽',
    '２０２４',
    '2024-02-30',
    '9999-12-31',
    '0001-01-01T00:00:00+14:00',
    '1e400',
    '-0',
    'NaN',
    '(a+)+$',
    '[[:alpha:]]',
  ],
  ...[
    "' or 1=1 --",
    '#{7*7}',
    '{{7*7}}',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    'then',
    '9'.repeat(400),
    '甲'.repeat(101),
  ],
  ...['😀'.repeat(60), 'ſ', 'İ', 'ﬀ', 'e\u0301', '\u3000\u3000', '110101190001010000', '91990102MA00000310'],
];

function oddValue(random: Random, depth = 0): unknown {
  const kind = random.below(depth > 3 ? 7 : 10);
  if (kind < 3) return random.pick(TEXTS);
  if (kind === 3) return random.pick([0, -1, 1, 101, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, 0.1, -0]);
  if (kind === 4) return random.chance(0.5);
  if (kind === 5) return null;
  if (kind === 6) return Array.from({ length: random.pick([0, 1, 3, 101]) }, () => random.pick(TEXTS));
  if (kind === 7) return Array.from({ length: random.below(4) }, () => oddValue(random, depth + 1));
  const names = [
    '__proto__',
    'constructor',
    'ids',
    'years',
    'amount',
    'from',
    'until',
    'search',
    'decidedOn',
    'grades',
    'x',
  ];
  const members = random
    .some(names, 4)
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(oddValue(random, depth + 1)) ?? 'null'}`);
  return JSON.parse(`{${members.join()}}`);
}

/** A good document with values that are not. */
function oddlyValued({ documents, pool }: Stuff, random: Random): Sent {
  const document = random.pick(documents);
  const variables = madeValues(document, pool, random);
  for (const { name } of random.some(document.variables, 3)) variables[name] = oddValue(random);
  if (random.chance(0.1)) variables[random.pick(['__proto__', 'x', '', '0'])] = oddValue(random);
  return posted({ query: document.query, variables });
}

/** What stands in a body beside its query. */
function oddMembers(random: Random): Record<string, unknown> {
  return {
    operationName: random.pick([null, '', 'Q', '__proto__', 7, ['Q']]),
    variables: oddValue(random),
    extensions: random.pick<unknown>([
      oddValue(random),
      { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
      { persistedQuery: { version: random.below(3), sha256Hash: oddValue(random) } },
    ]),
    documentId: random.pick<unknown>([undefined, 'sha256:x', oddValue(random)]),
  };
}

/** Documents that ask for more than they seem to, or for what nobody has. */
function contrived({ pool }: Stuff, random: Random): string {
  const many = (count: number, one: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => one(index)).join(' ');
  const subject = `subject(identifier: "${random.pick(pool.codes)}")`;
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
      `{ _entities(representations: [{ __typename: "Subject", id: "${random.pick(pool.codes)}" }]) { ... on Subject { name } } }`,
    () => `subscription { ${cut} }`,
    () => `"""${name}""" type ${cut} { a: Int } { __typename }`,
    () => `${'#'.repeat(count)}\n{ ${subject} { ${many(Math.min(count, 60), (index) => `a${index}: name`)} } }`,
  ])();
}

/** Requests that no client library would send. */
function oddRequest(stuff: Stuff, random: Random): Sent {
  const good = question(stuff, random);
  const { query } = random.pick(stuff.documents);
  const inAddress = (members: Record<string, unknown>) => {
    const texts = Object.entries(members).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    ]);
    return `/graphql?${new URLSearchParams(Object.fromEntries(texts)).toString().replaceAll('%00', '')}`;
  };
  const asked = { 'apollo-require-preflight': '1' };
  return random.pick<() => Sent>([
    () => ({ ...good, method: random.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) }),
    () => ({ method: 'HEAD', headers: {} }),
    () => ({ ...good, headers: { 'content-type': random.pick(CONTENT_TYPES) } }),
    () => ({ ...good, headers: { ...JSON_TYPE, accept: random.pick(ACCEPTED) } }),
    () => ({ ...good, headers: { ...JSON_TYPE, 'content-encoding': random.pick(['gzip', 'br', 'identity', 'x']) } }),
    () => ({
      headers: JSON_TYPE,
      body: random.pick(['', ' ', '[]', '{}', 'null', '"x"', '7', '{', '[{"query":"{__typename}"}]', '\u{feff}{}']),
    }),
    () => ({ headers: JSON_TYPE, body: Uint8Array.from({ length: random.below(300) }, () => random.below(256)) }),
    () => ({ headers: JSON_TYPE, body: `${'['.repeat(20_000)}${']'.repeat(20_000)}` }),
    () => ({
      headers: JSON_TYPE,
      body: `{"query":"{ __typename }","variables":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    }),
    () => ({
      headers: JSON_TYPE,
      body: `{"query":"{ __typename }","query":${JSON.stringify(query)},"__proto__":{"x":1}}`,
    }),
    () => ({ headers: JSON_TYPE, body: ' '.repeat(random.pick([60_000, 66_000])) }),
    () => ({ method: 'GET', path: inAddress({ query }), headers: asked }),
    () => ({ method: 'GET', path: inAddress({ query: mutated(query, random) }), headers: asked }),
    () => ({
      method: 'GET',
      path: inAddress({ query: '{ __typename }', ...oddMembers(random) }),
      headers: random.chance(0.8) ? asked : {},
    }),
    () => ({ method: 'GET', path: `/${random.pick(PATHS)}`, headers: asked }),
    () => ({ ...good, path: `/${random.pick(PATHS)}` }),
  ])();
}

const CONTENT_TYPES = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
  ],
  ...['application/graphql', 'APPLICATION/JSON', 'application/json;', 'json', 'application/jsonx', '*/*'],
];
const ACCEPTED = [
  ...[
    'text/html',
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'image/png',
    'application/json;q=0',
    '',
  ],
  ...['multipart/mixed', 'application/*;q=0.1', 'text/event-stream', ',,,;q=x'],
];
const PATHS = [
  ...[
    '',
    'graphql/',
    'graphql//',
    'GRAPHQL',
    'graphql?query',
    'graphql?query=&query=',
    'graphql?query={__typename',
    '..',
    '%2e%2e/',
  ],
  ...[
    'health/live',
    'health',
    'demonstration/token',
    'demonstration/clients',
    '.well-known/openid-configuration',
    'explorer',
  ],
  ...[
    'graphql?extensions=%7B&query=%7B__typename%7D',
    'graphql?variables=%5B%5D&query=%7B__typename%7D',
    'graphql;x=1',
    '%00',
    '*',
  ],
];

function oddHeaders({ tokens }: Stuff, random: Random): Record<string, string | readonly string[]> {
  const token = random.pick(tokens);
  const at = random.below(token.length);
  const spoiled = random.chance(0.5)
    ? token
    : token.slice(0, at) + random.pick(['', 'A', '.', '=', '%']) + token.slice(at + 1);
  return random.pick<() => Record<string, string | readonly string[]>>([
    () => ({ authorization: `Bearer ${spoiled}` }),
    () => ({ authorization: `DPoP ${spoiled}`, dpop: random.pick([spoiled, '', 'x.y.z', 'é']) }),
    () => ({
      authorization: random.pick(['', 'Bearer', 'Basic YTpi', 'bearer x', `Bearer  ${token}`, 'Bearer é', 'Negotiate']),
    }),
    () => ({ dpop: [spoiled, token] }),
    () => ({ authorization: `Bearer ${spoiled}`, dpop: spoiled, 'client-cert': ':AAAA:' }),
    () => ({
      'credit-purpose': random.pick([...LATIN, 'SUPERVISION', 'AUDIT_INSPECTION', 'supervision', 'PRE_LOAN_REVIEW,X']),
    }),
    () => ({
      'credit-as-of': random.pick([...LATIN, '2026-01-01T00:00:00Z', '9999-12-31T00:00:00Z', '2026-13-01T00:00:00Z']),
    }),
    () => ({ 'credit-dry-run': random.pick([...LATIN, 'true', 'TRUE', 'false', '1']) }),
    () => ({ 'x-request-id': random.pick([...LATIN, 'a'.repeat(65), '110101190001010000']) }),
    () => ({
      'x-forwarded-for': random.pick([...LATIN, '10.0.0.1', '::1']),
      host: random.pick(['x', 'a:b', 'credit.example']),
    }),
    () => ({
      'apollo-query-plan-experimental': '1',
      'apollo-federation-include-trace': 'ftv1',
      'x-apollo-operation-name': 'Q',
    }),
    () => ({
      'x-user': 'admin',
      'credit-viewer': spoiled,
      'x-http-method-override': 'GET',
      origin: 'https://evil.example',
    }),
  ])();
}

const LATIN = ['', ' ', 'x', '-1', '%00', '../', "' or 1=1 --", 'é', '0'.repeat(2_000), '{"a":1}', '__proto__'];
