import type { JWK } from 'jose';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { Agent, fetch } from 'undici';
import type { Log } from '../../platform/log.ts';
import { CredentialRefusal } from './refusal.ts';

/** An issuer as it described itself last, and the public keys that it published then. */
export interface KnownIssuer {
  readonly server: AuthorizationServer;
  readonly jwks: { readonly keys: readonly JWK[] };
}

/** The issuer of tokens: what is known of it, found anew when needed and not oftener. */
export interface Issuer {
  /**
   * The issuer, knowing the key that a token names if it can be had.
   * @throws CredentialRefusal where nothing of it is known, or it does not publish that key.
   */
  knowing(kid: string | undefined): Promise<KnownIssuer>;
  stop(): Promise<void>;
}

/** Asks an issuer who it is and for its keys. */
export type LoadIssuer = () => Promise<KnownIssuer>;

/** Keys that are older than this are asked for again, beside the request at hand: a withdrawn one is believed no longer. */
const REFRESH_MS = 5 * 60_000;
/** However many unknown keys are named, the issuer is asked no more than once in this time. */
const SELDOM_MS = 60_000;
/** As long as nothing is known of an issuer at all, it is asked again after this time. */
const RETRY_MS = 5_000;
const PATIENCE_MS = 5_000;
const LARGEST_ANSWER_BYTES = 256 * 1024;

/** @param now the clock, in milliseconds. */
export function issuerOf(load: LoadIssuer, log: Log, now: () => number = Date.now): Omit<Issuer, 'stop'> {
  let known: KnownIssuer | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let pending: Promise<void> | undefined;
  const refresh = (): Promise<void> => {
    pending ??= (async () => {
      triedAt = now();
      try {
        known = await load();
        hasFailed = false;
      } catch (error) {
        if (!hasFailed)
          log.warn({ cause: error instanceof Error ? error.name : 'unknown' }, 'the issuer of tokens cannot be asked');
        hasFailed = true;
      } finally {
        pending = undefined;
      }
    })();
    return pending;
  };
  const isDue = (after: number): boolean => pending !== undefined || Math.abs(now() - triedAt) >= after;
  return {
    async knowing(kid) {
      if (!known && isDue(RETRY_MS)) await refresh();
      if (!known) throw new CredentialRefusal('ISSUER_UNREACHABLE', RETRY_MS / 1000);
      if (isKnown(known, kid)) {
        if (isDue(Math.max(REFRESH_MS, SELDOM_MS))) void refresh();
        return known;
      }
      if (isDue(SELDOM_MS)) await refresh();
      if (isKnown(known, kid)) return known;
      throw hasFailed
        ? new CredentialRefusal('ISSUER_UNREACHABLE', SELDOM_MS / 1000)
        : new CredentialRefusal('KEY_UNKNOWN');
    },
  };
}

/** An issuer at its address, found by OpenID Connect Discovery. */
export function issuerAt(url: URL, log: Log, now?: () => number): Issuer {
  const agent = new Agent({
    connect: { timeout: PATIENCE_MS },
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
    maxResponseSize: LARGEST_ANSWER_BYTES,
  });
  const get = async (address: string): Promise<Response> => {
    const answer = await fetch(address, {
      dispatcher: agent,
      redirect: 'manual',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    // Read whole while the signal is heard; what is handed on is the platform's own Response.
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: { 'content-type': answer.headers.get('content-type') ?? '' },
    });
  };
  const load: LoadIssuer = async () => {
    const options = { [customFetch]: get, [allowInsecureRequests]: url.protocol === 'http:' };
    const server = await processDiscoveryResponse(url, await discoveryRequest(url, options));
    const place = new URL(server.jwks_uri ?? '');
    if (place.protocol !== 'https:' && place.protocol !== url.protocol)
      throw new TypeError('the issuer publishes its keys at an unprotected address');
    const answer = await get(place.href);
    if (answer.status !== 200) throw new TypeError('the issuer does not publish its keys');
    return { server, jwks: { keys: signingKeys(await answer.json()) } };
  };
  return { ...issuerOf(load, log, now), stop: () => agent.close() };
}

/** The keys of a JWKS that can check a signature of one of our algorithms; whatever else is in it is passed over. */
export function signingKeys(jwks: unknown): readonly JWK[] {
  const keys = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined;
  if (!Array.isArray(keys)) throw new TypeError('the issuer’s answer is no JWKS');
  const signing = keys.filter(
    (key: unknown): key is JWK =>
      typeof key === 'object' && key !== null && 'kty' in key && ['EC', 'RSA', 'OKP'].includes(String(key.kty)),
  );
  // One that publishes none is broken, not rotated: what is known of it goes on.
  if (signing.length === 0) throw new TypeError('the issuer publishes no keys');
  return signing;
}

function isKnown({ jwks }: KnownIssuer, kid: string | undefined): boolean {
  return kid === undefined || jwks.keys.some((key) => key.kid === kid);
}
