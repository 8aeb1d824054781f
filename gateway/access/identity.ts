import type { IncomingMessage } from 'node:http';
import type postgres from 'postgres';
import type { AccessConfig } from '../../platform/access-settings.ts';
import { asDatabaseError } from '../../platform/database/index.ts';
import { serviceUnavailable } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { PersonalNumber } from '../../schema/identifiers/personal-number.ts';
import type { PersonHashes } from '../authorizations/person-hash.ts';
import type { RegisteredClient } from '../register/client.ts';
import { clientRegister } from '../register/register.ts';
import { originReader } from './address.ts';
import { ANONYMOUS, type Caller } from './caller.ts';
import { certificateReader } from './certificate.ts';
import type { Issuer } from './issuer.ts';
import { ownFileOf, type PersonOf } from './person.ts';
import { usedProofs } from './proofs.ts';
import { CredentialRefusal } from './refusal.ts';
import { narrowed } from './scopes.ts';
import { PROOF_SECONDS, type PresentedToken, type VerifiedToken, verifyToken } from './token.ts';

/** Tells who sent a request. */
export interface Identity {
  /**
   * @throws CredentialRefusal for a credential that does not hold, and Refusal `SERVICE_UNAVAILABLE` where the register cannot
   * be asked: who has a credential is never taken for nobody. A request without a credential is anybody's.
   */
  identify(request: IncomingMessage): Promise<Caller>;
  stop(): Promise<void>;
}

export interface IdentityOptions {
  readonly config: AccessConfig;
  /** The issuer whose tokens are believed; without one, no token is. */
  readonly issuer: Issuer | undefined;
  /** The gateway's own schema. */
  readonly sql: postgres.Sql;
  readonly log: Log;
  /** Whether the ready clients of the invented city are somebody here; asked when one of them calls. */
  readonly isDemonstration?: () => Promise<boolean>;
  /** The keyed hashes under which a person who decides for companies is known. */
  readonly hashesOf?: (number: PersonalNumber) => PersonHashes;
  /** Finds natural persons; without it no file is a person's own. */
  readonly personOf?: PersonOf;
  readonly now?: () => Date;
}

export function createIdentity(options: IdentityOptions): Identity {
  const { config, issuer, sql, log, isDemonstration = async () => false } = options;
  const now = () => (options.now?.() ?? new Date()).getTime();
  const register = clientRegister(sql, now);
  const proofs = usedProofs(sql, log);
  const originOf = originReader(config.publicUrl);
  const certificateOf = certificateReader(config);

  async function registered(id: string): Promise<RegisteredClient> {
    const client = await register.find(id);
    if (!client || (client.isDemonstration && !(await isDemonstration())))
      throw new CredentialRefusal('CLIENT_UNKNOWN');
    if (client.state !== 'ACTIVE') throw new CredentialRefusal('CLIENT_SUSPENDED');
    return client;
  }

  /** The client of a token that holds; the proof that came with it is used up. */
  async function admitted({ claims, proof }: VerifiedToken): Promise<RegisteredClient> {
    try {
      const client = await registered(claims.client_id);
      // As long as it is good by any instance's clock.
      const until = new Date(((proof?.issuedAt ?? 0) + 3 * PROOF_SECONDS) * 1000);
      if (proof && !(await proofs.use(proof.key, proof.jti, until))) throw new CredentialRefusal('PROOF_USED');
      return client;
    } catch (error) {
      if (error instanceof CredentialRefusal) throw error;
      log.warn({ cause: asDatabaseError(error).code }, 'the register of clients cannot be asked');
      throw serviceUnavailable('客户登记暂时无法查询,因此不能核对调用方。请在 5 秒后重试。');
    }
  }

  async function ownOf(claims: Readonly<Record<string, unknown>>) {
    const own = ownFileOf(claims, config);
    if (!own) return { ownSubject: null };
    const hashes = own.number && options.hashesOf?.(own.number);
    if (own.of === 'ORGANIZATION') return { ownSubject: own.creditCode, ...hashes };
    return { ownSubject: (await options.personOf?.(own.number)) ?? null, ...hashes };
  }

  return {
    async identify(request) {
      const presented = presentedIn(request, originOf, certificateOf);
      if (!presented) return ANONYMOUS;
      if (!issuer) throw new CredentialRefusal('ISSUER_NOT_CONFIGURED');
      const verified = await verifyToken(presented, { issuer, audience: config.audience, now });
      const client = await admitted(verified);
      const { claims } = verified;
      return {
        role: client.role,
        client: client.id,
        organisation: { name: client.organisationName, creditCode: client.organisationCreditCode },
        department: client.department,
        ...(client.role === 'SUBJECT' ? await ownOf(claims) : { ownSubject: null }),
        scopes: narrowed(client.scopes, claims.scope),
        quota: client.quota,
      };
    },
    async stop() {
      proofs.stop();
      await issuer?.stop();
    },
  };
}

const LONGEST_TOKEN = 8_192;

function presentedIn(
  request: IncomingMessage,
  originOf: (request: IncomingMessage) => string,
  certificateOf: (request: IncomingMessage) => string | undefined,
): PresentedToken | undefined {
  const { authorization = [], dpop = [] } = request.headersDistinct;
  if (authorization.length === 0 && dpop.length === 0) return undefined;
  const [, scheme = '', token = ''] = /^(bearer|dpop) +([\w.~+/=-]+)$/iu.exec(authorization[0] ?? '') ?? [];
  const [proof] = dpop;
  const isBound = scheme.toLowerCase() === 'dpop';
  if (
    authorization.length !== 1 ||
    token === '' ||
    token.length > LONGEST_TOKEN ||
    dpop.length > 1 ||
    isBound !== (proof !== undefined)
  )
    throw new CredentialRefusal('REQUEST_MALFORMED');
  return {
    scheme: isBound ? 'dpop' : 'bearer',
    token,
    proof,
    method: request.method ?? '',
    url: originOf(request),
    certificate: certificateOf(request),
  };
}
