import { SignJWT } from 'jose';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CLIENT_ROLES } from '../../gateway/register/client.ts';
import { addClient, rotateCredentials, setState } from '../../gateway/register/manage.ts';
import { serviceUnavailable } from '../../platform/errors.ts';
import { gatewayDatabase, identityServer, register } from './identity.ts';
import { type Asking, keyOf, testIssuer, tokenOf } from './issuer.ts';

const { database, sql } = await gatewayDatabase();
const issuer = await testIssuer(
  sql,
  (client) =>
    ({
      'proven-person': { real_name_level: 'VERIFIED', subject_credit_code: '91990181MA6L0U4W6R' },
      'unproven-person': { real_name_level: 'PASSWORD', subject_credit_code: '91990181MA6L0U4W6R' },
      'mistyped-person': { real_name_level: 'VERIFIED', subject_credit_code: '91990181MA6L0U4W6X' },
      'natural-person': { real_name_level: 'VERIFIED', citizen_id_number: '11010519491231002X' },
      'unproven-natural-person': { real_name_level: 'PASSWORD', citizen_id_number: '11010519491231002X' },
      'unknown-natural-person': { real_name_level: 'VERIFIED', citizen_id_number: '110105198001010015' },
      'mistyped-natural-person': { real_name_level: 'VERIFIED', citizen_id_number: '110105194912310021' },
      director: {
        real_name_level: 'VERIFIED',
        citizen_id_number: '11010519491231002X',
        subject_credit_code: '91990181MA6L0U4W6R',
      },
      'boasting-bank': {
        role: 'AUDITOR',
        department: 'tax',
        real_name_level: 'VERIFIED',
        subject_credit_code: '91990181MA6L0U4W6R',
      },
    })[client],
);
let now = new Date();
/** What the credit office knows of persons in these tests; it is down where a test says so. */
let isOfficeDown = false;
const personOf = async ({ value }: { readonly value: string }): Promise<string | null> => {
  if (isOfficeDown) throw serviceUnavailable('信用办暂时没有应答。');
  return value === '11010519491231002X' ? 'person-one' : null;
};
const server = await identityServer(sql, issuer.url, { now: () => now, personOf });
const bearer = async (client: string, options?: Asking) => ({
  authorization: `Bearer ${await tokenOf(issuer.url, client, options)}`,
});

describe('Who sent a request', () => {
  it('is nobody in particular without a credential', async () => {
    const { status, caller } = await server.ask();
    expect({ status, caller }).toEqual({
      status: 200,
      caller: { role: 'ANONYMOUS', client: null, organisation: null, department: null, ownSubject: null, scopes: null },
    });
  });

  it.each(CLIENT_ROLES)('is a %s for the token of a client registered as one', async (role) => {
    const id = `client-${role.toLowerCase()}`;
    await register(sql, id, role);
    const { caller } = await server.ask(await bearer(id));
    expect(caller).toMatchObject({
      role,
      client: id,
      organisation: { name: `${id} 的单位`, creditCode: null },
      department: role === 'DEPARTMENT' ? 'tax' : null,
    });
  });

  it('is what the register says, whatever else the token says', async () => {
    await register(sql, 'boasting-bank', 'BANK');
    const { caller } = await server.ask(await bearer('boasting-bank'));
    expect(caller).toMatchObject({ role: 'BANK', department: null, ownSubject: null });
  });

  it.each([
    ['natural-person', 'person-one', 'the file of the person whose ID number the token proves'],
    ['unproven-natural-person', null, 'nobody’s without a proven name'],
    ['unknown-natural-person', null, 'nobody’s where the city has none of that person'],
    ['mistyped-natural-person', null, 'nobody’s for what is no ID number'],
    ['director', '91990181MA6L0U4W6R', 'the company’s for who acts for one'],
  ])('has as its own file, by the token of %s: %s (%s)', async (id, ownSubject, _why) => {
    await register(sql, id, 'SUBJECT');
    const { caller, text } = await server.ask(await bearer(id));
    expect(caller).toMatchObject({ role: 'SUBJECT', ownSubject });
    expect(text).not.toMatch(/19491231|19800101/u);
  });

  it('is not told of an empty file that nobody looked into: 503 while the credit office is silent', async () => {
    await register(sql, 'another-person', 'SUBJECT');
    isOfficeDown = true;
    try {
      const { status, caller } = await server.ask(await bearer('natural-person'));
      expect([status, caller]).toEqual([503, undefined]);
      expect((await server.ask(await bearer('another-person'))).status).toBe(200);
    } finally {
      isOfficeDown = false;
    }
  });

  it('has the scopes that the register grants, or fewer where the token names fewer', async () => {
    await register(sql, 'scoped', 'BANK', ['credit:purpose', 'credit:authorization']);
    expect((await server.ask(await bearer('scoped'))).caller?.scopes).toEqual([
      'credit:purpose',
      'credit:authorization',
    ]);
    expect((await server.ask(await bearer('scoped', { scope: 'openid credit:purpose' }))).caller?.scopes).toEqual([
      'credit:purpose',
    ]);
  });

  it('has no scope that the register does not grant, whatever the issuer wrote into the token', async () => {
    const { privateKey, publicJwk } = keyOf('issuer one');
    const generous = await new SignJWT({ client_id: 'scoped', scope: 'credit:authorization credit:write' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: publicJwk.kid })
      .setIssuer(issuer.url)
      .setAudience('credit-graph')
      .setSubject('scoped')
      .setJti('generous')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    expect((await server.ask({ authorization: `Bearer ${generous}` })).caller?.scopes).toEqual([
      'credit:authorization',
    ]);
  });
});

describe('A person’s own file', () => {
  it.each([
    ['is known where the token says that the real name was proven', 'proven-person', '91990181MA6L0U4W6R'],
    ['is unknown where it was not', 'unproven-person', null],
    ['is unknown where its code fails its check', 'mistyped-person', null],
  ])('%s', async (_title, id, ownSubject) => {
    await register(sql, id, 'SUBJECT');
    expect((await server.ask(await bearer(id))).caller).toMatchObject({ role: 'SUBJECT', ownSubject });
  });
});

describe('A client', () => {
  it('that is suspended is refused a second later at the latest, and heard again when it is resumed', async () => {
    await register(sql, 'suspended', 'BANK');
    const headers = await bearer('suspended');
    expect((await server.ask(headers)).status).toBe(200);
    await setState(sql, 'suspended', 'SUSPENDED', null, new Date());
    now = new Date(now.getTime() + 1_000);
    expect(await server.ask(headers)).toMatchObject({ status: 401, reason: 'CLIENT_SUSPENDED' });
    await setState(sql, 'suspended', 'ACTIVE', null, new Date());
    now = new Date(now.getTime() + 1_000);
    expect((await server.ask(headers)).status).toBe(200);
  });

  it('that the register does not know is refused with a token that is good', async () => {
    await register(sql, 'forgotten', 'BANK');
    const headers = await bearer('forgotten');
    await database.admin`delete from gateway.client_credentials where client_id = 'forgotten'`;
    await database.admin`delete from gateway.clients where id = 'forgotten'`;
    expect(await server.ask(headers)).toMatchObject({ status: 401, reason: 'CLIENT_UNKNOWN' });
  });

  it('of the demonstration is nobody where there is no demonstration', async () => {
    const keys = [keyOf('ready').publicJwk];
    const ready = {
      role: 'AUDITOR',
      organisationName: '审计',
      organisationCreditCode: null,
      department: null,
    } as const;
    const client = { id: 'ready', ...ready, scopes: [], quota: null, isDemonstration: true };
    await addClient(sql, client, { kind: 'PRIVATE_KEY_JWT', keys }, new Date());
    expect(await server.ask(await bearer('ready'))).toMatchObject({ status: 401, reason: 'CLIENT_UNKNOWN' });
    const there = await identityServer(sql, issuer.url, { isDemonstration: async () => true });
    expect((await there.ask(await bearer('ready'))).caller?.role).toBe('AUDITOR');
  });

  it('gets tokens with its old and its new key while they overlap, and then with the new one alone', async () => {
    await register(sql, 'rotating', 'BANK');
    const keys = [keyOf('rotating, new').publicJwk];
    await rotateCredentials(sql, 'rotating', { kind: 'PRIVATE_KEY_JWT', keys }, 3_600_000, new Date());
    for (const key of [keyOf('rotating'), keyOf('rotating, new')])
      expect((await server.ask(await bearer('rotating', { key }))).status).toBe(200);
    await sql`update gateway.client_credentials set valid_until = now() where client_id = 'rotating' and valid_until is not null`;
    await expect(bearer('rotating', { key: keyOf('rotating') })).rejects.toThrow();
    expect((await server.ask(await bearer('rotating', { key: keyOf('rotating, new') }))).status).toBe(200);
  });
});

describe('A credential that does not hold', () => {
  it.each([
    ['of no scheme that is known', { authorization: 'Basic YTpi' }, 'REQUEST_MALFORMED'],
    ['with nothing in it', { authorization: 'Bearer ' }, 'REQUEST_MALFORMED'],
    ['with more than a token', { authorization: 'Bearer a b' }, 'REQUEST_MALFORMED'],
    ['that is a proof without a token', { dpop: 'a.b.c' }, 'REQUEST_MALFORMED'],
    ['that is no JWT', { authorization: 'Bearer abc' }, 'TOKEN_INVALID'],
    [
      'that is unsigned',
      { authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.` },
      'TOKEN_INVALID',
    ],
    ['that is longer than any', { authorization: `Bearer ${'a'.repeat(9_000)}` }, 'REQUEST_MALFORMED'],
  ])('%s is refused with 401 and a challenge that names both ways', async (_title, headers, reason) => {
    const told = await server.ask(headers);
    expect(told).toMatchObject({ status: 401, reason });
    expect(told.challenges).toMatch(
      /^Bearer realm="credit-graph", error="invalid_\w+", DPoP algs="ES256 PS256 EdDSA RS256"/u,
    );
  });

  it('is refused for another audience, and nothing of the token is repeated', async () => {
    await register(sql, 'elsewhere', 'BANK');
    const other = await identityServer(sql, issuer.url, { settings: { OIDC_AUDIENCE: 'another-service' } });
    const headers = await bearer('elsewhere');
    const told = await other.ask(headers);
    expect(told).toMatchObject({ status: 401, reason: 'TOKEN_INVALID' });
    for (const part of headers.authorization.slice(7).split('.')) expect(told.text).not.toContain(part);
  });

  it('is refused half a minute after it expired, and not before', async () => {
    await register(sql, 'late', 'BANK');
    const headers = await bearer('late');
    const at = (seconds: number) =>
      identityServer(sql, issuer.url, { now: () => new Date(Date.now() + seconds * 1000) });
    expect((await (await at(600)).ask(headers)).status).toBe(200);
    expect(await (await at(640)).ask(headers)).toMatchObject({ status: 401, reason: 'TOKEN_EXPIRED' });
  });

  it('is not taken for nobody’s where no issuer is configured', async () => {
    await register(sql, 'early', 'BANK');
    const without = await identityServer(sql, issuer.url, { issuer: undefined });
    expect(await without.ask(await bearer('early'))).toMatchObject({ status: 401, reason: 'ISSUER_NOT_CONFIGURED' });
    expect((await without.ask()).caller?.role).toBe('ANONYMOUS');
  });

  it('leaves nothing of itself in the log, at whatever level', async () => {
    await register(sql, 'logged', 'BANK');
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
    const [good, down] = [await bearer('logged'), await testIssuer(sql)];
    down.fail(true);
    const late = () => new Date(Date.now() + 3_600_000);
    const servers = [
      await identityServer(sql, issuer.url, { log, now: late }),
      await identityServer(sql, issuer.url, { log, settings: { OIDC_AUDIENCE: 'another' } }),
      await identityServer(sql, down.url, { log }),
    ];
    for (const one of servers) expect((await one.ask(good)).status).toBe(401);
    const gone = await gatewayDatabase();
    await gone.sql.end();
    expect((await (await identityServer(gone.sql, issuer.url, { log })).ask(good)).status).toBe(503);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const part of good.authorization.slice(7).split('.')) expect(lines.join('')).not.toContain(part);
    expect(lines.join('')).not.toContain('logged');
  });
});
