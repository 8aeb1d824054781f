import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';
import type postgres from 'postgres';
import { PROVEN_REAL_NAME, type ReadyClient, readyClients } from '../../demonstration/clients.ts';
import { representativeNumber } from '../../demonstration/person.ts';
import type { AccessConfig } from '../../platform/access-settings.ts';
import { badRequest } from '../../platform/errors.ts';
import { readJsonBody, sendJson, targetOf } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import { type Issuer, issuerOf } from '../access/issuer.ts';
import { addClient, listClients } from '../register/manage.ts';
import { derivedKeyPair, type KeyPair } from './keys.ts';
import { answerInteraction, INTERACTION, people } from './login.ts';
import { demonstrationProvider, resourceServer, TOKEN_SECONDS } from './provider.ts';

/** The issuer of the invented city, within the gateway's own origin, and the ready clients that a person may try. */
export interface DemonstrationIssuer extends Issuer {
  /** Begins to issue, once it is known where the gateway listens. */
  open(origin: string): void;
  /** Answers what is asked under `/demonstration/`; false, with nothing written, for anything else. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

export interface DemonstrationIssuerOptions {
  readonly config: AccessConfig;
  readonly secret: Uint8Array;
  readonly sql: postgres.Sql;
  /** Whether everything in the installation is invented, now. */
  readonly isInvented: () => Promise<boolean>;
  readonly log: Log;
}

const ROOT = '/demonstration/';
const MOUNT = '/demonstration/oidc';
/** All that a client of its kind needs; the provider's other addresses are nobody's. */
const SERVED = new Set(['/.well-known/openid-configuration', '/jwks', '/token', '/auth']);

export function demonstrationIssuer(options: DemonstrationIssuerOptions): DemonstrationIssuer {
  const { config, secret, sql, log } = options;
  const key = derivedKeyPair(secret, 'issuer');
  let opened: { readonly base: URL; readonly provider: Provider } | undefined;
  const keys = issuerOf(async () => {
    if (!opened) throw new TypeError('the demonstration issuer is not open yet');
    const issuer = `${hrefOf(opened.base)}${MOUNT}`;
    const server = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      id_token_signing_alg_values_supported: ['ES256'],
    };
    return { server, jwks: { keys: [key.publicJwk] } };
  }, log);
  return {
    ...keys,
    stop: async () => {},
    open(origin) {
      const base = config.publicUrl ?? new URL(origin);
      const provider = demonstrationProvider({
        issuer: `${hrefOf(base)}${MOUNT}`,
        audience: config.audience,
        resource: `${hrefOf(base)}/graphql`,
        keys: [key],
        secret,
        sql,
        personClaims: (client) => personClaims(config, client),
        page: { clientId: config.page.clientId, callback: `${hrefOf(base)}/authorizations/callback` },
        accountClaims: (account) => accountClaims(config, account),
        log,
      });
      opened = { base, provider };
    },
    async handle(request, response) {
      const { pathname, search } = targetOf(request);
      if (!pathname.startsWith(ROOT) || !opened || !(await options.isInvented())) return false;
      response.setHeader('cache-control', 'no-store');
      if (pathname === '/demonstration/clients' && request.method === 'GET') {
        sendJson(response, 200, {
          issuer: `${hrefOf(opened.base)}${MOUNT}`,
          clients: readyClients.map(({ id, role, title }) => ({ id, role, title })),
        });
        return true;
      }
      if (pathname === '/demonstration/token' && request.method === 'POST') {
        sendJson(
          response,
          200,
          await tokenFor(await askedClient(request), opened.provider, config, hrefOf(opened.base)),
        );
        return true;
      }
      const path = pathname.slice(MOUNT.length);
      if (!pathname.startsWith(`${MOUNT}/`)) return false;
      if (path.startsWith(INTERACTION)) {
        await answerInteraction(opened.provider, request, response);
        return true;
      }
      if (!SERVED.has(path) && !path.startsWith('/auth/')) return false;
      await opened.provider.callback()(asMounted(request, opened.base, `${path}${search}`), response);
      return true;
    },
  };
}

/** Registers the ready clients that are not yet registered, with keys that follow from the installation's secret. */
export async function registerReadyClients(sql: postgres.Sql, secret: Uint8Array, now: Date): Promise<void> {
  const known = new Set((await listClients(sql, now)).map(({ id }) => id));
  for (const client of readyClients.filter(({ id }) => !known.has(id))) {
    const keys = [readyKey(secret, client.id).publicJwk];
    const registration = { ...client, scopes: [], quota: null, isDemonstration: true };
    await addClient(sql, registration, { kind: 'PRIVATE_KEY_JWT', keys }, now).catch(async (error: unknown) => {
      // Another process that started with this one may have been quicker.
      if ((await listClients(sql, now, client.id)).length === 0) throw error;
    });
  }
}

/** The key pair of a ready client, for whoever wants to ask for a token as a real client does. */
export function readyKey(secret: Uint8Array, id: string): KeyPair {
  return derivedKeyPair(secret, `client ${id}`);
}

/** The settings under which the ready clients' person has a real name, unless they say otherwise. */
export function demonstrationAccess(config: AccessConfig): AccessConfig {
  const { claim, values } = config.realName;
  return { ...config, realName: { claim, values: values.length > 0 ? values : [PROVEN_REAL_NAME] } };
}

/** A token for a ready client, as the explorer needs it: without the client's key leaving this process. */
async function tokenFor(ready: ReadyClient, provider: Provider, { audience }: AccessConfig, base: string) {
  const client = await provider.Client.find(ready.id);
  if (!client) throw badRequest(`演示客户 ${ready.id} 已停用。`);
  const token = new provider.ClientCredentials({ client });
  token.resourceServer = new provider.ResourceServer(`${base}/graphql`, resourceServer(audience, ''));
  return { access_token: await token.save(), token_type: 'Bearer', expires_in: TOKEN_SECONDS };
}

async function askedClient(request: IncomingMessage): Promise<ReadyClient> {
  const asked = await readJsonBody(request, 1_024);
  const found = readyClients.find(({ id, role }) => id === asked.client || role === asked.role);
  if (!found)
    throw badRequest(`请求体应为 {"role": "…"},角色为 ${readyClients.map(({ role }) => role).join('、')} 之一。`);
  return found;
}

/** What is said of somebody who has logged in: whose representative it is, with a proven name. */
function accountClaims(config: AccessConfig, account: string): Readonly<Record<string, unknown>> | undefined {
  const proven = { [config.realName.claim]: config.realName.values[0] ?? PROVEN_REAL_NAME };
  if (account !== '' && !people.some(({ id }) => id === account)) return undefined;
  return { ...proven, ...representativeClaims(config, account) };
}

/** What is said of the legal representative of an invented company. */
function representativeClaims({ subjectClaim, personClaim }: AccessConfig, creditCode: string) {
  return { [subjectClaim]: creditCode, [personClaim]: representativeNumber(creditCode) };
}

function personClaims(config: AccessConfig, id: string): Readonly<Record<string, unknown>> | undefined {
  const client = readyClients.find((one) => one.id === id);
  const proven = { [config.realName.claim]: config.realName.values[0] ?? PROVEN_REAL_NAME };
  if (client?.subjectCreditCode) return { ...proven, ...representativeClaims(config, client.subjectCreditCode) };
  return client?.personIdNumber ? { ...proven, [config.personClaim]: client.personIdNumber } : undefined;
}

/** The request as the provider is to see it: at the address of the issuer, whatever its caller wrote. */
function asMounted(request: IncomingMessage, base: URL, path: string): IncomingMessage {
  const prefix = base.pathname.replace(/\/$/u, '');
  Object.assign(request, { originalUrl: `${prefix}${MOUNT}${path}`, url: path });
  Object.assign(request.headers, {
    host: base.host,
    'x-forwarded-host': base.host,
    'x-forwarded-proto': base.protocol.slice(0, -1),
  });
  delete request.headers['x-forwarded-for'];
  return request;
}

function hrefOf(base: URL): string {
  return base.href.replace(/\/$/u, '');
}
