// Not the package's index, which warns at every start that Node 20 is no longer among the releases it is tested with.
import { Provider, type ProviderClient, type ProviderToken } from 'oidc-provider/lib/provider.js';
import type postgres from 'postgres';
import type { Log } from '../../platform/log.ts';
import { derive } from '../../platform/secrets.ts';
import { ALGORITHMS } from '../access/refusal.ts';
import { noticePage, pageText } from '../authorizations/page/html.ts';
import type { RegisteredClient } from '../register/client.ts';
import { isSecretOf } from '../register/credentials.ts';
import { listClients, secretHashes } from '../register/manage.ts';
import type { KeyPair } from './keys.ts';
import { INTERACTION } from './login.ts';
import { LOGIN_MODELS, loginStore } from './login-store.ts';

/** How long its tokens are good for. */
export const TOKEN_SECONDS = 600;

export interface ProviderOptions {
  readonly issuer: string;
  readonly audience: string;
  /** What a token is asked for (RFC 8707). */
  readonly resource: string;
  /** The first signs; those after it are published beside it, as in a rotation. */
  readonly keys: readonly KeyPair[];
  readonly secret: Uint8Array;
  /** The gateway's own schema, whose register of clients is also the issuer's. */
  readonly sql: postgres.Sql;
  /** What a client's tokens say of a person beside the standard's claims. */
  readonly personClaims: (client: string) => Readonly<Record<string, unknown>> | undefined;
  /** The page on which people log in, and what an ID token says of one of them; undefined for nobody. */
  readonly page: { readonly clientId: string; readonly callback: string };
  readonly accountClaims: (account: string) => Readonly<Record<string, unknown>> | undefined;
  readonly log: Log;
}

/**
 * An OpenID provider for client credentials (`private_key_jwt` or a secret, tokens as JWT (RFC 9068), DPoP) and for people who
 * log in on our own page (authorization code with PKCE).
 */
export function demonstrationProvider(options: ProviderOptions): Provider {
  const { issuer, sql, keys, resource, log } = options;
  const off = { enabled: false };
  const provider = new Provider(issuer, {
    adapter: adapterOf(sql, pageClient(options)),
    clientBasedCORS: () => false,
    claims: { openid: ['sub', ...Object.keys(options.accountClaims('') ?? {})] },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    conformIdTokenClaims: false,
    clientDefaults: clientDefaults(),
    cookies: { keys: [derive(options.secret, 'demonstration cookies').toString('hex')] },
    enabledJWA: {
      clientAuthSigningAlgValues: ALGORITHMS,
      dPoPSigningAlgValues: ALGORITHMS,
      idTokenSigningAlgValues: ['ES256'],
    },
    extraTokenClaims: async (_context: unknown, token: ProviderToken) => options.personClaims(token.clientId),
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: async (_context: unknown, _asked: string, { clientId }: ProviderClient) => {
          const [client] = await listClients(sql, new Date(), clientId);
          return resourceServer(options.audience, client?.scopes.join(' ') ?? '');
        },
      },
      devInteractions: off,
      pushedAuthorizationRequests: off,
      rpInitiatedLogout: off,
      userinfo: off,
    },
    findAccount: async (_context: unknown, account: string) => {
      const claims = options.accountClaims(account);
      return claims && { accountId: account, claims: async () => ({ sub: account, ...claims }) };
    },
    interactions: {
      url: (_context: unknown, { uid }: { readonly uid: string }) => `${issuer}${INTERACTION}${uid}`,
    },
    loadExistingGrant: async ({ oidc }: LoginContext) => {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    responseTypes: ['code'],
    renderError: async (context: { type: string; body: string }) => {
      context.type = 'html';
      context.body = pageText(noticePage('登录没有完成', '这次登录的请求不完整,或已经过时。请回到确认页重新登录。'));
    },
    jwks: { keys: keys.map(({ privateJwk }) => privateJwk) },
    ttl: {
      AccessToken: TOKEN_SECONDS,
      AuthorizationCode: 60,
      ClientCredentials: TOKEN_SECONDS,
      Grant: TOKEN_SECONDS,
      IdToken: TOKEN_SECONDS,
      Interaction: TOKEN_SECONDS,
      Session: TOKEN_SECONDS,
    },
  });
  // The address by which a request came is told by the gateway, which overwrites what a caller may have sent.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function compareClientSecret(actual) {
    return isSecretOf(actual, this.clientSecret?.split(' ') ?? []);
  };
  provider.on('server_error', (_context, error) => log.error({ cause: error.name }, 'the demonstration issuer failed'));
  return provider;
}

interface LoginContext {
  readonly oidc: { readonly session: { readonly accountId: string }; readonly client: ProviderClient };
}

/** Our own page as a client: public, with PKCE. */
function pageClient({ page }: ProviderOptions): { readonly id: string; readonly metadata: object } {
  const metadata = {
    client_id: page.clientId,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [page.callback],
    id_token_signed_response_alg: 'ES256',
  };
  return { id: page.clientId, metadata };
}

export function resourceServer(audience: string, scope: string) {
  return { audience, scope, accessTokenFormat: 'jwt', accessTokenTTL: TOKEN_SECONDS, jwt: { sign: { alg: 'ES256' } } };
}

function clientDefaults() {
  return {
    grant_types: ['client_credentials'],
    id_token_signed_response_alg: 'ES256',
    redirect_uris: [],
    response_types: [],
  };
}

/** What the provider keeps: clients are the register's; used assertions and proofs stand with those of the gateway. */
function adapterOf(sql: postgres.Sql, page: ReturnType<typeof pageClient>) {
  const logins = loginStore();
  return (model: string) => (LOGIN_MODELS.has(model) ? logins(model) : registerStore(sql, page, model));
}

function registerStore(sql: postgres.Sql, page: ReturnType<typeof pageClient>, model: string) {
  return {
    async find(id: string): Promise<object | undefined> {
      if (model === 'Client') return id === page.id ? page.metadata : clientOf(sql, id);
      if (model !== 'ReplayDetection') return undefined;
      const [used] = await sql`select 1 from gateway.used_proofs where id = ${id} and expires_at > now()`;
      return used && { jti: id, kind: model };
    },
    async upsert(id: string, _payload: object, seconds = TOKEN_SECONDS): Promise<void> {
      if (model !== 'ReplayDetection') return;
      const until = new Date(Date.now() + seconds * 1000);
      await sql`delete from gateway.used_proofs where id = ${id} and expires_at <= now()`;
      await sql`insert into gateway.used_proofs (id, expires_at) values (${id}, ${until}) on conflict do nothing`;
    },
  };
}

/** A client that is not suspended, as the provider's metadata; of secrets their hashes alone. */
async function clientOf(sql: postgres.Sql, id: string): Promise<object | undefined> {
  const now = new Date();
  const [client] = await listClients(sql, now, id);
  if (client?.state !== 'ACTIVE') return undefined;
  const shared = { client_id: id };
  const keys = client.credentials.flatMap(({ jwk }) => (jwk === null ? [] : [jwk]));
  return AUTHENTICATION[client.authentication]({ shared, keys, hashes: await secretHashes(sql, id, now) });
}

const AUTHENTICATION: Readonly<
  Record<
    RegisteredClient['authentication'],
    (client: { shared: object; keys: readonly object[]; hashes: readonly string[] }) => object | undefined
  >
> = {
  PRIVATE_KEY_JWT: ({ shared, keys }) => ({ ...shared, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } }),
  CLIENT_SECRET: ({ shared, hashes }) =>
    hashes.length === 0
      ? undefined
      : { ...shared, token_endpoint_auth_method: 'client_secret_basic', client_secret: hashes.join(' ') },
  ISSUER: () => undefined,
};
