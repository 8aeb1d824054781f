import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { blocksOn } from '../gateway/authorizations/blocks.ts';
import { addClient } from '../gateway/register/manage.ts';
import { connect } from '../platform/database/connection.ts';
import { dayInShanghai } from '../platform/viewer/viewer.ts';
import { authorizationOf } from './question.ts';

/** An issuer of tokens as a city has it, and the token of a partner bank that it knows. */
export interface Issuer {
  readonly url: string;
  readonly token: string;
  stop(): void;
}

const BANK = 'bench-bank';

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  const server = createServer(({ url: path }, response) => {
    const isKeys = path === '/jwks';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isKeys ? { keys: [key] } : { issuer: url, jwks_uri: `${url}/jwks` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = await new SignJWT({ client_id: BANK })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
    .setIssuer(url)
    .setAudience('credit-graph')
    .setSubject(BANK)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(privateKey);
  return {
    url,
    token,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Registers the bank, and has all these companies authorize it to see every block, again and again until the year is over. */
export async function authorizeBank(databaseUrl: string, codes: readonly string[]): Promise<void> {
  const sql = connect({ url: databaseUrl }, { applicationName: 'credit-graph bench', max: 1 });
  const client = { id: BANK, role: 'BANK' as const, organisationName: '云泽测速银行', organisationCreditCode: null };
  await addClient(sql, { ...client, department: null, scopes: [], quota: null }, { kind: 'ISSUER' }, new Date());
  const blocks = blocksOn(dayInShanghai(new Date()));
  await sql`
    insert into gateway.authorizations (id, subject_id, client_id, grantee_name, blocks, items, purpose, is_continuous,
      ends_on, state, requested_at, granted_at)
    select id, code, ${BANK}, ${client.organisationName}, ${blocks.map(({ code }) => code)},
      ${blocks.flatMap(({ items }) => items)}, 'PRE_LOAN', true, current_date + 300, 'GRANTED', now(), now()
    from unnest(${codes.map(authorizationOf)}::text[], ${[...codes]}::text[]) as given(id, code)`;
  await sql`vacuum (analyze) gateway.authorizations`;
  await sql.end({ timeout: 5 });
}
