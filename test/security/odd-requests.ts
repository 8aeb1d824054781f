import type { Random } from '../support/random.ts';
import type { Sent } from './asking.ts';
import { mutated } from './odd-documents.ts';
import { oddValue } from './odd-values.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** What stands in a body beside its query. */
export function oddMembers(random: Random): Record<string, unknown> {
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

/** Requests that no client library would send. */
export function oddRequest(good: Sent, query: string, random: Random): Sent {
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

export function oddHeaders(tokens: readonly string[], random: Random): Record<string, string | readonly string[]> {
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
