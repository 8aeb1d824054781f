import { createIdentity, type Identity } from '../gateway/access/identity.ts';
import { type Issuer, issuerAt } from '../gateway/access/issuer.ts';
import { personThrough } from '../gateway/access/person.ts';
import { personHashes } from '../gateway/authorizations/person-hash.ts';
import type { DemonstrationIssuer } from '../gateway/demonstration/issuer.ts';
import type { AccessConfig } from '../platform/access-settings.ts';
import type { Config } from '../platform/config.ts';
import type { City } from '../platform/installation/city.ts';
import type { Log } from '../platform/log.ts';
import { isInventedCity } from './demonstration.ts';

/** A question that goes to the database waits no longer; the register's are all by key. */
const TIMEOUT_MS = 2_000;
const CONNECTIONS = 4;
/** How long it is believed that everything is invented, before it is looked at again. */
const INVENTED_MS = 5_000;

/**
 * How this installation knows its callers: by the configured issuer, or by the embedded one where all data are invented.
 * @throws Error with a Chinese sentence where the embedded issuer is demanded and may not be.
 */
export async function openIdentity(
  city: City,
  config: Config,
  log: Log,
): Promise<{
  readonly identity: Identity;
  readonly demonstration: DemonstrationIssuer | undefined;
  /** The issuer that is believed, and what its tokens' claims are read by. */
  readonly issuer: Issuer | undefined;
  readonly access: AccessConfig;
}> {
  const sql = city.database.session('gateway', 'access', { timeoutMs: TIMEOUT_MS, max: CONNECTIONS });
  const isInvented = inventedSo(city);
  // Loaded where it is needed alone: the OpenID provider is a large library.
  const embedded = (await isDemonstrated(city, config))
    ? await import('../gateway/demonstration/issuer.ts')
    : undefined;
  const access = embedded?.demonstrationAccess(config.access) ?? config.access;
  const demonstration = embedded?.demonstrationIssuer({ config: access, secret: city.secret, sql, isInvented, log });
  await embedded?.registerReadyClients(sql, city.secret, new Date());
  const issuer = config.access.issuer ? issuerAt(config.access.issuer, log) : demonstration;
  const identity = createIdentity({
    config: access,
    issuer,
    hashesOf: personHashes(city.secret, city.personKeys),
    sql,
    log,
    personOf: personThrough(city.transports.get(city.directory), city.personKeys, log),
    isDemonstration: async () => demonstration !== undefined && (await isInvented()),
  });
  return { identity, demonstration, issuer, access };
}

async function isDemonstrated(city: City, { access, demonstration }: Config): Promise<boolean> {
  const isWanted = access.demonstrationIssuer ?? (demonstration && !access.issuer);
  if (!isWanted || access.isProduction) return false;
  const isWhole = city.near.size === city.cards.length;
  if (isWhole && (await isInventedCity(city))) return true;
  if (access.demonstrationIssuer !== true) return false;
  throw new Error(
    'DEMONSTRATION_ISSUER=on 只能用于虚构的云泽市:本系统已导入其他数据,或有部门不在本进程中。请改设 OIDC_ISSUER,或去掉这一设置。',
  );
}

/** Whether everything is invented still: a file of somebody's own ends the demonstration's identities within seconds. */
function inventedSo(city: City): () => Promise<boolean> {
  let known: { readonly at: number; readonly answer: boolean } = { at: Number.NEGATIVE_INFINITY, answer: false };
  return async () => {
    if (performance.now() - known.at < INVENTED_MS) return known.answer;
    try {
      known = { at: performance.now(), answer: await isInventedCity(city) };
    } catch {
      // A department whose database does not answer takes no files either.
    }
    return known.answer;
  };
}
