import type { IncomingMessage } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretBasic,
  calculatePKCECodeChallenge,
  clockTolerance,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import type { AccessConfig } from '../../../platform/access-settings.ts';
import type { PersonalNumber } from '../../../schema/identifiers/personal-number.ts';
import type { Issuer } from '../../access/issuer.ts';
import { ownFileOf } from '../../access/person.ts';
import { ALGORITHMS } from '../../access/refusal.ts';
import type { PersonHashes } from '../person-hash.ts';
import type { Claimed } from '../representative.ts';
import { type CookieSeal, cookieIn, setCookie } from './seal.ts';

const COOKIE = 'credit-authorizations-login';
const SECONDS = 600;
const PATIENCE_MS = 5_000;

export interface LoginOptions {
  readonly issuer: Issuer;
  readonly access: AccessConfig;
  readonly seal: CookieSeal;
  readonly hashesOf: (number: PersonalNumber) => PersonHashes;
}

/** Whom somebody may decide for, and where it wanted to go. Null: logged in, and nobody's proven representative. */
export interface LoggedIn {
  readonly claimed: Claimed | null;
  readonly to: string;
}

/** Logs representatives in at the issuer of tokens: OpenID Connect, authorization code with PKCE. */
export function pageLogin({ issuer, access, seal, hashesOf }: LoginOptions) {
  const { clientId, clientSecret } = access.page;
  const client: Client = { client_id: clientId, [clockTolerance]: 30 };
  const authentication = clientSecret === undefined ? None() : ClientSecretBasic(clientSecret);

  return {
    /** Where the browser is sent, and the cookie that knows the answer again. `to`: where it wants to go. */
    async begin(to: string, callback: string): Promise<{ readonly location: string; readonly cookie: string }> {
      const { server } = await issuer.knowing(undefined);
      const [state, nonce, verifier] = [generateRandomState(), generateRandomNonce(), generateRandomCodeVerifier()];
      const location = new URL(server.authorization_endpoint ?? '');
      const asked = {
        client_id: clientId,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid',
        prompt: 'login',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      };
      for (const [name, value] of Object.entries(asked)) location.searchParams.set(name, value);
      const cookie = setCookie(COOKIE, seal.seal({ state, nonce, verifier, to }, 'login'), SECONDS, isSecure(callback));
      return { location: location.href, cookie };
    },

    /** What the issuer's answer says of the person. @throws Error for an answer that is not the one awaited. */
    async finish(request: IncomingMessage, search: string, callback: string): Promise<LoggedIn> {
      const begun = seal.open(cookieIn(request.headers.cookie, COOKIE), 'login');
      if (!begun) throw new Error('nobody was waiting for this answer');
      const { server, jwks } = await issuer.knowing(undefined);
      const parameters = validateAuthResponse(server, client, new URLSearchParams(search), String(begun.state));
      const answer = await authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        callback,
        String(begun.verifier),
        { [allowInsecureRequests]: !isSecure(server.token_endpoint ?? ''), signal: AbortSignal.timeout(PATIENCE_MS) },
      );
      const tokens = await processAuthorizationCodeResponse(server, client, answer, {
        expectedNonce: String(begun.nonce),
        requireIdToken: true,
      });
      await assertSigned(tokens.id_token ?? '', server, jwks);
      return { claimed: claimedIn(getValidatedIdTokenClaims(tokens) ?? {}), to: String(begun.to) };
    },

    forget: (callback: string): string => setCookie(COOKIE, '', 0, isSecure(callback)),
  };

  async function assertSigned(token: string, { issuer: name }: AuthorizationServer, jwks: { keys: readonly object[] }) {
    const keys = createLocalJWKSet(jwks as never);
    await jwtVerify(token, keys, { issuer: name, audience: clientId, algorithms: [...ALGORITHMS], clockTolerance: 30 });
  }

  function claimedIn(claims: Readonly<Record<string, unknown>>): Claimed | null {
    const own = ownFileOf(claims, access);
    if (!own) return null;
    const subject = own.of === 'ORGANIZATION' ? own.creditCode : null;
    return { subject, ...(own.number ? hashesOf(own.number) : { personHash: null, representativeHash: null }) };
  }
}

export type PageLogin = ReturnType<typeof pageLogin>;

export function isSecure(url: string): boolean {
  return url.startsWith('https:');
}
