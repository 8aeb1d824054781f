import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { trustedDocuments } from '../../gateway/limits/trusted-documents.ts';
import { loneGateway } from './limits.ts';

// Documents that are registered in the manifest that GraphQL codegen writes, and asked by their hash.

const folder = mkdtempSync(join(tmpdir(), 'credit-graph-trusted-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hash = (text: string, algorithm = 'sha256') => createHash(algorithm).update(text).digest('hex');
const write = (name: string, manifest: unknown) =>
  writeFileSync(join(folder, name), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));

const OF_PORTALS = 'query Portal { __typename }';
const OF_BANK = 'query Bank($with: Boolean = true) { bank: __typename @include(if: $with) }';
const OF_ANALYSTS = 'query Analyst { analyst: __typename }';
const SHA1 = 'query Sha1 { sha1: __typename }';
write('portal.json', { [hash(OF_PORTALS)]: OF_PORTALS, [hash(SHA1, 'sha1')]: SHA1 });
write('bank-7.json', { [hash(OF_BANK)]: OF_BANK });
write('analyst.json', { [hash(OF_ANALYSTS)]: OF_ANALYSTS });

const identify = async ({ headers }: { headers: Record<string, unknown> }): Promise<Caller> => {
  const [role, client] = String(headers['x-client'] ?? '').split(' ');
  return role && client ? { ...ANONYMOUS, role: role as Caller['role'], client } : ANONYMOUS;
};
const trusted = trustedDocuments(folder);
const { post, get } = await loneGateway({ identify, limits: { trusted } });
const as = (client: string) => ({ 'x-client': client });
const PORTAL = as('PORTAL portal-1');
const BANK = as('BANK bank-7');
const apollo = (text: string, more = {}) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hash(text) } },
  ...more,
});

describe('A registered document', () => {
  it('is asked by Apollo’s hash, by documentId, with variables and a name, by POST and GET', async () => {
    for (const body of [
      apollo(OF_PORTALS),
      { documentId: `sha256:${hash(OF_PORTALS)}` },
      { documentId: hash(OF_PORTALS) },
      { documentId: hash(SHA1, 'sha1') },
      { documentId: hash(SHA1) },
      apollo(OF_PORTALS, { query: OF_PORTALS }),
      { query: OF_PORTALS },
    ])
      expect((await post(body, PORTAL)).status, JSON.stringify(body)).toBe(200);
    expect(
      (await post(apollo(OF_BANK, { variables: { with: false }, operationName: 'Bank' }), BANK)).body.data,
    ).toEqual({});
    const extensions = encodeURIComponent(JSON.stringify(apollo(OF_PORTALS).extensions));
    for (const search of [`?extensions=${extensions}`, `?documentId=sha256:${hash(OF_PORTALS)}`])
      expect((await get(search, PORTAL)).body.data).toEqual({ __typename: 'Query' });
  });

  it('is the only thing that portals and banks may ask once theirs are registered, in whatever way they ask', async () => {
    const other = '{ __typename }';
    for (const client of [PORTAL, BANK, as('PORTAL another')]) {
      expect(await post({ query: other }, client)).toMatchObject({ status: 403, code: 'TRUSTED_DOCUMENT_REQUIRED' });
      expect(await post(apollo(other, { query: other }), client)).toMatchObject({
        status: 403,
        code: 'TRUSTED_DOCUMENT_REQUIRED',
      });
      expect(await post({ query: '{ __schema { queryType { name } } }' }, client)).toMatchObject({ status: 403 });
      expect(await post(apollo(other), client)).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_NOT_FOUND' });
      expect(await get(`?query=${encodeURIComponent(other)}`, client)).toMatchObject({ status: 403 });
      expect(await post({}, client)).toMatchObject({ status: 403 });
      expect(await post({ query: 5 }, client)).toMatchObject({ status: 403 });
    }
  });

  it('is its own client’s: another’s is unknown', async () => {
    expect(await post(apollo(OF_BANK), PORTAL)).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post(apollo(OF_PORTALS), BANK)).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post(apollo(OF_BANK))).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  it('is no duty of analysts, strangers and banks that have none registered', async () => {
    for (const client of [as('ANALYST a'), {}, as('BANK bank-8')])
      expect((await post({ query: '{ __typename }' }, client)).status).toBe(200);
    expect((await post(apollo(OF_ANALYSTS), as('ANALYST a'))).body.data).toEqual({ analyst: 'Query' });
  });
});

describe('A hash', () => {
  it('that is not that of the text is refused, for whoever asks', async () => {
    for (const client of [{}, PORTAL, as('ANALYST a')])
      expect(await post(apollo('query Other { __typename }', { query: OF_PORTALS }), client)).toMatchObject({
        status: 400,
        code: 'BAD_REQUEST',
      });
  });

  it.each([
    { documentId: 5 },
    { documentId: '../../etc/passwd' },
    { documentId: `sha256:${'g'.repeat(64)}` },
    { documentId: hash('x').toUpperCase() },
    { extensions: { persistedQuery: 'x' } },
    { extensions: { persistedQuery: { sha256Hash: ['x'] } } },
    { extensions: { persistedQuery: {} } },
    { documentId: hash('x'), extensions: { persistedQuery: { sha256Hash: hash('y') } } },
  ])('that is none is refused: %j', async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(await post({ ...body, query: '{ __typename }' })).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('that nobody registered is kept by nobody, however many come', async () => {
    const size = trusted.size;
    let refused = 0;
    for (let index = 0; index < 20_000; index += 1) {
      try {
        trusted.resolved({ documentId: hash(String(index)) }, ANONYMOUS);
      } catch {
        refused += 1;
      }
    }
    expect(refused).toBe(20_000);
    expect(trusted.size).toBe(size);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => post(apollo(`unknown ${index}`))));
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['PERSISTED_QUERY_NOT_FOUND']));
  });

  it('is not learned from a text that came with it: strangers register nothing', async () => {
    const text = 'query Mine { mine: __typename }';
    expect((await post(apollo(text, { query: text }))).status).toBe(200);
    expect(await post(apollo(text))).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_NOT_FOUND' });
  });
});

describe('A manifest', () => {
  it.each([
    ['of which a hash is not that of its text', { [hash('x')]: 'y' }, '不符'],
    ['with keys that are no hashes', { Portal: OF_PORTALS }, '哈希'],
    ['with values that are no text', { [hash('x')]: 5 }, '哈希'],
    ['that is a list', [OF_PORTALS], 'JSON 对象'],
    ['that is no JSON', '{', '不是 JSON'],
  ])('%s stops the start with a sentence that names it', (_what, manifest, said) => {
    write('broken.json', manifest);
    expect(() => trustedDocuments(folder)).toThrow(new RegExp(`broken\\.json.*${said}`, 'u'));
    rmSync(join(folder, 'broken.json'));
  });
});
