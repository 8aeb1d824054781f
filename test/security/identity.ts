import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { afterAll } from 'vitest';
import type { Caller } from '../../gateway/access/caller.ts';
import { createIdentity, type IdentityOptions } from '../../gateway/access/identity.ts';
import { issuerAt } from '../../gateway/access/issuer.ts';
import { CredentialRefusal } from '../../gateway/access/refusal.ts';
import { derivedKeyPair } from '../../gateway/demonstration/keys.ts';
import { grants } from '../../gateway/grants.ts';
import type { ClientRole } from '../../gateway/register/client.ts';
import { addClient } from '../../gateway/register/manage.ts';
import { readConfig } from '../../platform/config.ts';
import { Refusal } from '../../platform/errors.ts';
import { sendJson, sendRefusal } from '../../platform/http.ts';
import { createLog } from '../../platform/log.ts';
import { TEST_SECRET, type TestDatabase, testDatabase } from '../support/database.ts';

const MIGRATIONS = fileURLToPath(new URL('../../gateway/migrations', import.meta.url));

/** A database with the gateway's own schema, and sessions on it as the gateway has them. */
export interface GatewayDatabase {
  readonly database: TestDatabase;
  readonly sql: postgres.Sql;
  /** Another pool on the same database, as another instance or the same one after a restart has it. */
  another(): postgres.Sql;
}

export async function gatewayDatabase(): Promise<GatewayDatabase> {
  const database = await testDatabase();
  const opened = await database.open(['gateway']);
  await opened.migrate('gateway', MIGRATIONS, grants);
  const session = () => opened.session('gateway', 'access', { timeoutMs: 5_000, max: 4 });
  return { database, sql: session(), another: session };
}

/** What a caller is told by a server that answers nothing but who it takes the caller for. */
export interface Told {
  readonly status: number;
  readonly caller: Caller | undefined;
  readonly reason: string | undefined;
  readonly challenges: string;
  readonly text: string;
}

export interface AskedServer {
  readonly url: string;
  ask(headers?: Record<string, string>, method?: 'GET' | 'POST'): Promise<Told>;
  close(): Promise<void>;
}

export type Overrides = Partial<Omit<IdentityOptions, 'config'>> & { readonly settings?: Record<string, string> };

/** A server on real HTTP that identifies its callers as the gateway does, by tokens of this issuer. */
export async function identityServer(
  sql: postgres.Sql,
  issuer: string,
  overrides: Overrides = {},
): Promise<AskedServer> {
  const { settings = {}, ...own } = overrides;
  const config = readConfig({ OIDC_ISSUER: issuer, OIDC_REAL_NAME_VALUES: 'VERIFIED', ...settings }, []).access;
  const { log = createLog('silent') } = own;
  const clock = own.now ? () => own.now?.().getTime() ?? Date.now() : undefined;
  const identity = createIdentity({ config, issuer: issuerAt(new URL(issuer), log, clock), sql, ...own, log });
  const server = createServer((request, response) => {
    identity.identify(request).then(
      (caller) => sendJson(response, 200, { caller }),
      (error: unknown) => {
        if (error instanceof CredentialRefusal) response.setHeader('www-authenticate', [...error.challenges]);
        return error instanceof Refusal ? sendRefusal(response, error) : sendJson(response, 503, {});
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await identity.stop();
  };
  afterAll(close);
  return {
    url,
    close,
    async ask(headers = {}, method = 'POST') {
      const response = await fetch(url, { method, headers });
      const text = await response.text();
      const body = JSON.parse(text);
      return {
        status: response.status,
        caller: body.caller,
        reason: body.errors?.[0]?.extensions?.reason,
        challenges: response.headers.get('www-authenticate') ?? '',
        text,
      };
    },
  };
}

/** Registers a client whose key follows from its name. */
export async function register(
  sql: postgres.Sql,
  id: string,
  role: ClientRole,
  scopes: readonly string[] = [],
): Promise<void> {
  const keys = [derivedKeyPair(TEST_SECRET, id).publicJwk];
  const client = {
    id,
    role,
    organisationName: `${id} 的单位`,
    organisationCreditCode: null,
    department: role === 'DEPARTMENT' ? 'tax' : null,
    scopes,
    quota: null,
  };
  await addClient(sql, client, { kind: 'PRIVATE_KEY_JWT', keys }, new Date());
}
