import { allowInsecureRequests, DPoP, protectedResourceRequest } from 'oauth4webapi';
import { afterAll, describe, expect, it } from 'vitest';
import { openIdentity } from '../../cli/identity.ts';
import { readyClients } from '../../demonstration/clients.ts';
import { readyKey } from '../../gateway/demonstration/issuer.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { answerOf, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { dpopKey, tokenOf } from './issuer.ts';

const { city, database } = await testCity();
const log = createLog('silent');
const names = city.cards.map(({ name }) => name);
const configured = (settings: Record<string, string>) => readConfig({ DEMONSTRATION: 'on', ...settings }, names);

// biome-ignore lint/suspicious/noExplicitAny: an answer is what was asked for
const read = async (response: Response): Promise<any> => response.json();

/** A gateway before this city as `npm start` makes it, with these settings. */
async function started(settings: Record<string, string> = {}) {
  const { identity, demonstration } = await openIdentity(city, configured(settings), log);
  const gateway = await createGateway({
    supergraphSdl: committedSupergraph(),
    transports: city.transports,
    log,
    identify: identity.identify,
    demonstration,
  });
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${listening.port}`;
  demonstration?.open(origin);
  afterAll(async () => {
    await listening.close(1_000);
    await gateway.stop();
    await identity.stop();
  });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return {
    origin,
    issuer: `${origin}/demonstration/oidc`,
    post,
    clients: async () => (await read(await fetch(`${origin}/demonstration/clients`))).clients,
    async viewer(headers: Record<string, string>) {
      const query = '{ viewer { role client department organization { name } ownSubject { id } } }';
      return answerOf(await post('/graphql', { query }, headers));
    },
  };
}

const here = await started();

describe('The issuer of the invented city', () => {
  it.each(readyClients)('gives $id a token for its key, by which the gateway knows it as a $role', async (client) => {
    const token = await tokenOf(here.issuer, client.id, { key: readyKey(TEST_SECRET, client.id) });
    const { data } = await here.viewer({ authorization: `Bearer ${token}` });
    expect(data?.viewer).toEqual({
      role: client.role,
      client: client.id,
      department: client.department,
      organization: { name: client.organisationName },
      ownSubject: client.subjectCreditCode === null ? null : { id: client.subjectCreditCode },
    });
  });

  it('has one client for each role that there is', () => {
    // Two speak for subjects: one for a company, one for a person.
    expect([...new Set(readyClients.map(({ role }) => role))].sort()).toEqual([
      'ANALYST',
      'AUDITOR',
      'BANK',
      'CREDIT_OFFICE',
      'DEPARTMENT',
      'PORTAL',
      'SUBJECT',
    ]);
  });

  it('hands the explorer a token for the role that a person chose, good for ten minutes', async () => {
    expect(await here.clients()).toEqual(readyClients.map(({ id, role, title }) => ({ id, role, title })));
    const answer = await here.post('/demonstration/token', { role: 'BANK' });
    const { access_token: token, token_type: type, expires_in: seconds } = await read(answer);
    expect({ type, seconds, cache: answer.headers.get('cache-control') }).toEqual({
      type: 'Bearer',
      seconds: 600,
      cache: 'no-store',
    });
    const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    expect(exp - iat).toBe(600);
    expect((await here.viewer({ authorization: `Bearer ${token}` })).data?.viewer).toMatchObject({ role: 'BANK' });
    expect((await here.post('/demonstration/token', { role: 'MAYOR' })).status).toBe(400);
  });

  it('binds tokens to a key where a client asks so', async () => {
    const key = await dpopKey();
    const options = { key: readyKey(TEST_SECRET, 'demonstration-bank'), dpop: DPoP({}, key) };
    const token = await tokenOf(here.issuer, 'demonstration-bank', options);
    const response = await protectedResourceRequest(
      token,
      'POST',
      new URL(`${here.origin}/graphql`),
      new Headers({ 'content-type': 'application/json' }),
      JSON.stringify({ query: '{ viewer { role } }' }),
      { DPoP: DPoP({}, key), [allowInsecureRequests]: true },
    );
    expect(await response.json()).toMatchObject({ data: { viewer: { role: 'BANK' } } });
    expect((await here.viewer({ authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it('takes an assertion of a client once', async () => {
    let body = '';
    const onBody = (sent: string) => {
      body = sent;
    };
    await tokenOf(here.issuer, 'demonstration-bank', { key: readyKey(TEST_SECRET, 'demonstration-bank'), onBody });
    expect(body).toContain('client_assertion=');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const again = await fetch(`${here.issuer}/token`, { method: 'POST', headers, body });
    expect(again.status).toBe(401);
  });

  it('serves nothing else of what its library can do', async () => {
    for (const path of ['/me', '/reg', '/session/end', '/interaction/x', '/device', '/token/introspection'])
      expect((await fetch(`${here.issuer}${path}`)).status).toBe(404);
  });

  it('answers a refused credential with 401 and challenges, at the gateway as a whole', async () => {
    const response = await here.post('/graphql', { query: '{ viewer { role } }' }, { authorization: 'Bearer no' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*, DPoP /u);
    expect((await read(response)).errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' });
  });
});

describe('The demonstration’s identities', () => {
  it('are not there in production, with an issuer of one’s own, without a demonstration, or when switched off', async () => {
    for (const settings of [
      { PRODUCTION: 'on', DEMONSTRATION: '' },
      { OIDC_ISSUER: 'http://127.0.0.1:9/' },
      { DEMONSTRATION: 'off' },
      { DEMONSTRATION_ISSUER: 'off' },
    ]) {
      const there = await started(settings as Record<string, string>);
      expect(await there.clients()).toEqual([]);
      const token = await tokenOf(here.issuer, 'demonstration-bank', {
        key: readyKey(TEST_SECRET, 'demonstration-bank'),
      });
      expect((await there.viewer({ authorization: `Bearer ${token}` })).status).toBe(401);
      expect((await there.viewer({})).data?.viewer).toMatchObject({ role: 'ANONYMOUS' });
    }
  });

  it('may not be demanded in production, nor beside another issuer', () => {
    expect(() => configured({ PRODUCTION: 'on' })).toThrow('PRODUCTION=on 时不能设 DEMONSTRATION=on');
    expect(() => configured({ PRODUCTION: 'on', DEMONSTRATION: 'off', DEMONSTRATION_ISSUER: 'on' })).toThrow(
      'PRODUCTION=on 时不能设 DEMONSTRATION_ISSUER=on',
    );
    expect(() => configured({ OIDC_ISSUER: 'https://127.0.0.1/', DEMONSTRATION_ISSUER: 'on' })).toThrow('只能设其一');
  });

  it('end when a file of somebody’s own comes in, and no start that demands them succeeds any more', async () => {
    await database.admin`insert into tax.imports (item, file_name, file_hash, status, started_at)
      values ('tax.credit-rating', '本市数据.csv', 'x', 'COMPLETED', now())`;
    const bank = { key: readyKey(TEST_SECRET, 'demonstration-bank') };
    await expect.poll(here.clients, { timeout: 20_000 }).toEqual([]);
    await expect(tokenOf(here.issuer, 'demonstration-bank', bank)).rejects.toThrow();
    await expect(started({ DEMONSTRATION_ISSUER: 'on' })).rejects.toThrow(
      'DEMONSTRATION_ISSUER=on 只能用于虚构的云泽市',
    );
    const there = await started();
    expect(await there.clients()).toEqual([]);
  });
});
