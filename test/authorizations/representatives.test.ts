import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../gateway/access/caller.ts';
import { personHashes } from '../../gateway/authorizations/person-hash.ts';
import { registrationsThrough } from '../../gateway/authorizations/registrations.ts';
import { representation } from '../../gateway/authorizations/representative.ts';
import { createAuthorizations } from '../../gateway/authorizations/service.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { createLog } from '../../platform/log.ts';
import { personKeys } from '../../platform/persons/seal.ts';
import { farTransport, type Transport } from '../../platform/subgraph/transport.ts';
import { anonymousViewer } from '../../platform/viewer/viewer.ts';
import { idNumberIn, type PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import { codeOf, csv, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import {
  askingAs,
  authorized,
  companyOf,
  GRANT,
  namedBy,
  newKey,
  REVOKE,
  RIVER_BANK,
  registerLenders,
} from '../support/lending.ts';

// Who decides for a company: the person whom its registration names, and whom that person lets decide.

const [MILL, KILN, QUARRY, FERRY] = [codeOf(81), codeOf(82), codeOf(83), codeOf(84)];
const NAMES = {
  [MILL]: '云泽水磨建材有限公司',
  [KILN]: '云泽砖窑制造有限公司',
  [QUARRY]: '云泽采石场有限公司',
  [FERRY]: '云泽渡口航运有限公司',
};
/** Made-up numbers of made-up people, whose check digits hold. */
const [FIRST, SECOND, HELPER] = ['11010519491231002X', '990102197701020039', '990102198503170049'] as const;

const HEADERS =
  '企业名称,统一社会信用代码,登记状态,法定代表人,法定代表人证件类型,法定代表人证件号码,注册资本(万元),成立日期,核准日期,住所,登记机关';
const registration = (code: string, person: string, number: string, approvedOn: string) => [
  ...[NAMES[code] ?? '', code, '存续', person, '居民身份证', number, 100, '2019-05-06', approvedOn],
  ...['云泽市临江区1号', '云泽市市场监督管理局'],
];

const city = await testCity({ audit: {} });
const log = createLog('silent');
const hashesOf = personHashes(TEST_SECRET, city.city.personKeys);
const hashes = (number: string) => hashesOf(idNumberIn(number) as PersonalNumber);
const acting = (company: string, number?: string): Caller => ({
  ...companyOf(company),
  ...(number === undefined ? {} : hashes(number)),
});
const person = (number: string): Caller => ({ ...companyOf(''), ownSubject: null, ...hashes(number) });
const identify = namedBy({
  river: RIVER_BANK,
  mill: acting(MILL, FIRST),
  'mill without a number': acting(MILL),
  'mill by another': acting(MILL, SECOND),
  quarry: acting(QUARRY, FIRST),
  ferry: acting(FERRY, SECOND),
  first: person(FIRST),
  second: person(SECOND),
  helper: person(HELPER),
});

/** A gateway that verifies representatives by what these departments answer. */
async function verifying(transports: ReadonlyMap<string, Transport>, isIssuerEnough = false) {
  const sql = city.city.database.session('gateway', 'representatives', { timeoutMs: 30_000, max: 2 });
  const ask = registrationsThrough(committedSupergraph(), transports, log);
  const authorizations = createAuthorizations({
    sql,
    secret: TEST_SECRET,
    representation: representation({ ask, isIssuerEnough }),
  });
  return askingAs(await city.another({ identify, authorizations }));
}
const silentMarket = farTransport('market', '市场监管部门', new URL('http://127.0.0.1:1/graphql'), () => 'nobody');
afterAll(() => silentMarket.close());
const askAs = await verifying(city.city.transports);
const leniently = await verifying(city.city.transports, true);
const withoutMarket = await verifying(new Map([...city.city.transports, ['market', silentMarket]]));

const codes = ({ errors }: { errors: readonly { extensions: Record<string, unknown> }[] }) =>
  errors.map(({ extensions }) => extensions.code);
const asked = (subject: string) => authorized(askAs, { bank: 'river', subject, blocks: ['tax'] });
const grant = async (who: string, subject: string, by = askAs) => {
  const id = await asked(subject);
  return { id, answer: await by(who, GRANT, { id, key: newKey() }) };
};
/** The hash of who decided, and on which basis, as the table and the chain have it. */
const keptOf = async (id: string) => {
  const [kept] = await city.database.admin<{ by: string | null; basis: string | null; told: string | null }[]>`
    select decided_by as by, decision_basis as basis, (
      select l.body ->> 'basis' from audit.lines l where l.body ->> 'kind' = 'CHANGE' and l.body -> 'authorizations' ? a.id
      order by l.sequence desc limit 1) as told
    from gateway.authorizations a where id = ${id}`;
  return kept;
};

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile(Object.entries(NAMES).map(([code, name]) => [name, code] as const)));
  const rows = [
    registration(MILL, '陆一', FIRST, '2024-01-02'),
    registration(KILN, '陆一', FIRST, '2024-01-02'),
    registration(QUARRY, '陆一', '', '2024-01-02'),
    registration(FERRY, '陆二', '9901**********0039', '2024-01-02'),
  ];
  const report = await city.take('market.registration', csv(HEADERS, ...rows));
  expect([report.added, report.rejected]).toEqual([4, 0]);
  await registerLenders(city);
});

describe('The representative of a company', () => {
  it('is the person whose number its registration holds, with a credential for the company or for that person alone', async () => {
    const named = await grant('mill', MILL);
    expect(named.answer.data.grantAuthorization.status).toBe('GRANTED');
    const { personHash } = hashes(FIRST);
    expect(await keptOf(named.id)).toEqual({ by: personHash, basis: 'REGISTRATION', told: 'REGISTRATION' });
    for (const company of [MILL, KILN]) {
      const { answer, id } = await grant('first', company);
      expect(answer.data.grantAuthorization.status).toBe('GRANTED');
      expect((await askAs('first', REVOKE, { id, key: newKey() })).data.revokeAuthorization.status).toBe('REVOKED');
    }
    const { data } = await askAs('first', '{ authorizations { nodes { subject { id } } } }');
    const companies = data.authorizations.nodes.map(({ subject }: { subject: { id: string } }) => subject.id);
    expect(new Set(companies)).toEqual(new Set([MILL, KILN]));
  });

  it('is nobody else, whatever the issuer says, and nobody at all where there is no number to compare with', async () => {
    const refused = async (who: string, company: string, by = askAs) => {
      const { id, answer } = await grant(who, company, by);
      expect((await keptOf(id))?.basis).toBeNull();
      return [...codes(answer), answer.errors[0]?.message];
    };
    expect(await refused('mill by another', MILL)).toEqual(['FORBIDDEN', expect.stringContaining('不是您')]);
    expect(await refused('mill by another', MILL, leniently)).toEqual(['FORBIDDEN', expect.stringContaining('不是您')]);
    expect(await refused('mill without a number', MILL)).toEqual([
      'FORBIDDEN',
      expect.stringContaining('凭证没有载明'),
    ]);
    expect(await refused('quarry', QUARRY)).toEqual(['FORBIDDEN', expect.stringContaining('登记中没有')]);
    // A number of which places are hidden is none to compare with.
    expect(await refused('ferry', FERRY)).toEqual(['FORBIDDEN', expect.stringContaining('登记中没有')]);
    expect((await refused('second', MILL))[0]).toBe('AUTHORIZATION_UNKNOWN');
    expect((await refused('first', QUARRY))[0]).toBe('AUTHORIZATION_UNKNOWN');
  });

  it('is whom the issuer names where the city lets that suffice and the registration holds no number', async () => {
    const { id, answer } = await grant('quarry', QUARRY, leniently);
    expect(answer.data.grantAuthorization.status).toBe('GRANTED');
    expect(await keptOf(id)).toMatchObject({ basis: 'ISSUER', told: 'ISSUER' });
  });

  it('cannot be told while the registrations do not answer: that is said, and is no refusal', async () => {
    const { id, answer } = await grant('mill', MILL, withoutMarket);
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: 5 });
    expect(answer.errors[0]?.message).toContain('不等于不是代表');
    expect(codes(await withoutMarket('first', '{ authorizations { totalCount } }'))).toEqual(['SERVICE_UNAVAILABLE']);
    expect((await askAs('mill', GRANT, { id, key: newKey() })).data.grantAuthorization.status).toBe('GRANTED');
  });

  it('delegates, and whom it delegated to decides, also while the registrations do not answer', async () => {
    const DELEGATE = `mutation($idNumber: String!, $key: String!) {
      delegateDecisions(idNumber: $idNumber, until: "2026-12-31", idempotencyKey: $key) { id } }`;
    const by = (who: string) => askAs(who, DELEGATE, { idNumber: HELPER, key: newKey() });
    expect(codes(await by('mill by another'))).toEqual(['FORBIDDEN']);
    // Two companies are registered with this person, and the credential names neither.
    expect(codes(await by('first'))).toEqual(['FORBIDDEN']);
    expect((await by('mill')).errors).toEqual([]);
    const { id, answer } = await grant('helper', MILL, withoutMarket);
    expect(answer.data.grantAuthorization.status).toBe('GRANTED');
    const { personHash } = hashes(HELPER);
    expect(await keptOf(id)).toEqual({ by: personHash, basis: 'DELEGATION', told: 'DELEGATION' });
    expect(codes((await grant('helper', KILN)).answer)).toEqual(['AUTHORIZATION_UNKNOWN']);
  });

  it('is another from the registration on that says so', async () => {
    const before = await grant('first', KILN);
    expect(before.answer.data.grantAuthorization.status).toBe('GRANTED');
    await city.take('market.registration', csv(HEADERS, registration(KILN, '陆二', SECOND, '2026-11-20')));
    expect(codes(await askAs('first', REVOKE, { id: before.id, key: newKey() }))).toEqual(['AUTHORIZATION_UNKNOWN']);
    const revoked = await askAs('second', REVOKE, { id: before.id, key: newKey() });
    expect(revoked.data.revokeAuthorization.status).toBe('REVOKED');
  });
});

describe('The number in a registration', () => {
  it('is kept as a hash for comparing alone, which no role that answers questions can read', async () => {
    const { admin } = city.database;
    const rows = await admin<{ row: string; hash: string | null }[]>`
      select r::text as row, legal_representative_hash as hash from market.registrations r`;
    expect(rows.length).toBeGreaterThan(3);
    for (const { row } of rows) for (const number of [FIRST, SECOND, '9901*']) expect(row).not.toContain(number);
    expect(rows.filter(({ hash }) => hash !== null)).toHaveLength(3);
    const reads = city.city.near.get('market')?.clients;
    for (const reader of [reads?.hotReads, reads?.persons.hotReads]) {
      const refused = await reader
        ?.read('select legal_representative_hash from market.registrations')
        .catch(codeOfCause);
      expect(refused).toBe('42501');
    }
  });

  it('is asked for by the gateway alone', async () => {
    const QUERY = '{ legalRepresentation(company: "x") { isRecorded } }';
    expect(codes(await askAs('river', QUERY))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const viewer = anonymousViewer({ today: '2026-11-21', known: null, requestId: 'x' });
    const told = await city.city.transports
      .get('market')
      ?.ask({ query: QUERY, variables: {} }, viewer, AbortSignal.timeout(30_000));
    expect(told?.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('is nothing to compare with for who hashes with other keys', async () => {
    const foreign = personHashes(TEST_SECRET, personKeys(new Uint8Array(32).fill(7)));
    const ask = registrationsThrough(committedSupergraph(), city.city.transports, log);
    const { representativeHash } = foreign(idNumberIn(FIRST) as PersonalNumber);
    expect(await ask?.(representativeHash, MILL)).toEqual({ companies: [], isRecorded: false });
    expect(await ask?.(hashes(SECOND).representativeHash, MILL)).toEqual({ companies: [], isRecorded: true });
  });
});

const codeOfCause = (error: { readonly cause?: { readonly code?: string } }) => error.cause?.code;
