import type { Issuer } from '../gateway/access/issuer.ts';
import type { Audit } from '../gateway/audit/index.ts';
import { settleClaims } from '../gateway/authorizations/claims.ts';
import { forgetOldKeys } from '../gateway/authorizations/idempotency.ts';
import { type AuthorizationPage, createAuthorizationPage } from '../gateway/authorizations/page/index.ts';
import { pageLogin } from '../gateway/authorizations/page/login.ts';
import { cookieSeal } from '../gateway/authorizations/page/seal.ts';
import { sessions } from '../gateway/authorizations/page/session.ts';
import { personHashes } from '../gateway/authorizations/person-hash.ts';
import { type Authorizations, createAuthorizations } from '../gateway/authorizations/service.ts';
import { committedSupergraph } from '../gateway/supergraph/committed.ts';
import { itemsIn } from '../gateway/supergraph/items.ts';
import type { AccessConfig } from '../platform/access-settings.ts';
import type { City } from '../platform/installation/city.ts';
import type { Log } from '../platform/log.ts';
import { derive } from '../platform/secrets.ts';
import { anonymousViewer, dayInShanghai } from '../platform/viewer/viewer.ts';
import { representationIn } from './representation.ts';

const TIMEOUT_MS = 2_000;
const CONNECTIONS = 4;
const SETTLING_MS = 30_000;
const FORGETTING_MS = 6 * 3_600_000;

/** Where companies' authorizations are kept, and the page on which they decide; no page where nobody could log in. */
export function openAuthorizations(options: {
  readonly city: City;
  readonly access: AccessConfig;
  readonly issuer: Issuer | undefined;
  readonly log: Log;
  readonly now?: () => Date;
  readonly audit?: Audit | undefined;
}): { readonly authorizations: Authorizations; readonly page: AuthorizationPage | undefined; stop(): void } {
  const { city, access, issuer, log, now = () => new Date() } = options;
  const { secret } = city;
  const sql = city.database.session('gateway', 'authorizations', { timeoutMs: TIMEOUT_MS, max: CONNECTIONS });
  const representing = representationIn(city, access, log);
  const authorizations = createAuthorizations({
    sql,
    secret,
    representation: representing,
    publicUrl: access.publicUrl,
  });
  const forget = (): void => {
    forgetOldKeys(sql).catch((error: unknown) => log.warn({ message: String(error) }, 'old idempotency keys are kept'));
  };
  forget();
  const forgetting = setInterval(forget, FORGETTING_MS).unref();
  const reader = options.audit?.answers.reader;
  const settling = setInterval(() => {
    if (reader)
      settleClaims(authorizations.store, reader, now()).catch((error: unknown) =>
        log.warn({ message: String(error) }, 'claims of single uses are not settled yet'),
      );
  }, SETTLING_MS).unref();
  const stop = (): void => {
    clearInterval(forgetting);
    clearInterval(settling);
  };
  if (!issuer) return { authorizations, page: undefined, stop };
  const seal = cookieSeal(derive(secret, 'authorizations:cookies'));
  const page = createAuthorizationPage({
    authorizations,
    login: pageLogin({ issuer, access, seal, hashesOf: personHashes(secret, city.personKeys) }),
    sessions: sessions(seal, now),
    titles: new Map([...itemsIn(committedSupergraph()).values()].map(({ code, title }) => [code, title])),
    nameOf: nameThrough(city, now),
    log,
    now,
    keepChange: options.audit?.answers.keepChange,
  });
  return { authorizations, page, stop };
}

const NAME = 'query Name($code: String!) { subject(identifier: $code) { name } }';

/** Asks the credit office for a company's name, as anybody may. */
function nameThrough(city: City, now: () => Date): (subject: string) => Promise<string | undefined> {
  return async (subject) => {
    const viewer = anonymousViewer({ today: dayInShanghai(now()), known: null, requestId: 'authorizations-page' });
    const question = { query: NAME, variables: { code: subject } };
    const answer = await city.transports
      .get(city.directory)
      ?.ask(question, viewer, AbortSignal.timeout(TIMEOUT_MS))
      .catch(() => undefined);
    const found = answer?.data as { readonly subject?: { readonly name?: unknown } | null } | null | undefined;
    return typeof found?.subject?.name === 'string' ? found.subject.name : undefined;
  };
}
