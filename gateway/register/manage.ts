import type postgres from 'postgres';
import { mayBeShown } from '../../schema/identifiers/id-shape.ts';
import { type Authentication, CLIENT_ROLES, type RegisteredClient } from './client.ts';
import { newSecret, type PublicKey, secretHash } from './credentials.ts';
import { columns } from './register.ts';

/** What a new client is registered with. */
export type NewClient = Pick<
  RegisteredClient,
  'id' | 'role' | 'organisationName' | 'organisationCreditCode' | 'department' | 'scopes' | 'quota'
> & { readonly isDemonstration?: boolean };

/** What a client authenticates itself with: public keys of its own, a secret that we make, or what the issuer knows. */
export type Credential =
  | { readonly kind: 'PRIVATE_KEY_JWT'; readonly keys: readonly PublicKey[] }
  | { readonly kind: 'CLIENT_SECRET' }
  | { readonly kind: 'ISSUER' };

/** A client with what is in force of its credentials; of a secret only that there is one. */
export interface ListedClient extends RegisteredClient {
  readonly credentials: readonly {
    readonly jwk: PublicKey | null;
    readonly validFrom: string;
    readonly validUntil: string | null;
  }[];
}

/**
 * Registers a client.
 * @returns the secret that was made for it, which is kept nowhere.
 * @throws Error with a Chinese sentence for one that is registered or cannot be.
 */
export async function addClient(
  sql: postgres.Sql,
  client: NewClient,
  credential: Credential,
  now: Date,
): Promise<string | undefined> {
  checkId(client.id);
  if (!CLIENT_ROLES.includes(client.role)) throw new Error(`角色应为 ${CLIENT_ROLES.join('、')} 之一。`);
  const authentication: Authentication = credential.kind;
  return sql.begin(async (transaction) => {
    const added = await transaction`
      insert into gateway.clients (id, role, organisation_name, organisation_credit_code, department, scopes, quota,
        authentication, is_demonstration, state, state_since, registered_at)
      values (${client.id}, ${client.role}, ${client.organisationName}, ${client.organisationCreditCode},
        ${client.department}, ${[...client.scopes]}, ${client.quota}, ${authentication}, ${client.isDemonstration ?? false},
        'ACTIVE', ${now}, ${now})
      on conflict do nothing returning id`;
    if (added.length === 0) throw new Error(`客户 ${client.id} 已登记。更换凭据用 rotate,恢复停用的用 resume。`);
    return insertCredentials(transaction, client.id, credential, now);
  });
}

/**
 * Gives a client new credentials; those it has stay good until the overlap is over.
 * @returns the new secret, for a client that has one.
 */
export async function rotateCredentials(
  sql: postgres.Sql,
  id: string,
  credential: Credential,
  overlapMs: number,
  now: Date,
): Promise<string | undefined> {
  return sql.begin(async (transaction) => {
    const client = await lock(transaction, id);
    if (client.authentication !== credential.kind)
      throw new Error(`客户 ${id} 的认证方式是 ${client.authentication},${EXPECTED[client.authentication]}`);
    const end = new Date(now.getTime() + overlapMs);
    await transaction`
      update gateway.client_credentials set valid_until = ${end}
      where client_id = ${id} and (valid_until is null or valid_until > ${end})`;
    return insertCredentials(transaction, id, credential, now);
  });
}

const EXPECTED: Readonly<Record<Authentication, string>> = {
  PRIVATE_KEY_JWT: '请以 --jwks 给出新的公钥。',
  CLIENT_SECRET: '请用 --secret 换发口令。',
  ISSUER: '凭据在身份签发方处,请在那里更换。',
};

/** Suspends a client or lets it call again. @throws Error with a Chinese sentence for one that is not registered. */
export async function setState(
  sql: postgres.Sql,
  id: string,
  state: RegisteredClient['state'],
  reason: string | null,
  now: Date,
): Promise<'DONE' | 'BEFORE'> {
  return sql.begin(async (transaction) => {
    if ((await lock(transaction, id)).state === state) return 'BEFORE';
    await transaction`
      update gateway.clients set state = ${state}, state_since = ${now}, state_reason = ${reason} where id = ${id}`;
    return 'DONE';
  });
}

/** All clients, or the one of this id, with the credentials that are in force at this instant. */
export async function listClients(sql: postgres.Sql, now: Date, id?: string): Promise<readonly ListedClient[]> {
  const clients = await sql<RegisteredClient[]>`
    select ${columns(sql)} from gateway.clients ${id === undefined ? sql`` : sql`where id = ${id}`} order by id`;
  const credentials = await sql<(ListedClient['credentials'][number] & { readonly clientId: string })[]>`
    select client_id as "clientId", jwk, valid_from as "validFrom", valid_until as "validUntil"
    from gateway.client_credentials
    where valid_from <= ${now} and (valid_until is null or valid_until > ${now})
      ${id === undefined ? sql`` : sql`and client_id = ${id}`}
    order by id`;
  return clients.map((client) => ({
    ...client,
    credentials: credentials
      .filter(({ clientId }) => clientId === client.id)
      .map(({ jwk, validFrom, validUntil }) => ({ jwk, validFrom, validUntil })),
  }));
}

/** The hashes of a client's secrets that are in force at this instant. */
export async function secretHashes(sql: postgres.Sql, id: string, now: Date): Promise<readonly string[]> {
  const rows = await sql<{ hash: string }[]>`
    select secret_hash as hash from gateway.client_credentials
    where client_id = ${id} and secret_hash is not null
      and valid_from <= ${now} and (valid_until is null or valid_until > ${now})`;
  return rows.map(({ hash }) => hash);
}

async function lock(
  sql: postgres.TransactionSql,
  id: string,
): Promise<Pick<RegisteredClient, 'state' | 'authentication'>> {
  const [client] = await sql<Pick<RegisteredClient, 'state' | 'authentication'>[]>`
    select state, authentication from gateway.clients where id = ${id} for update`;
  if (!client)
    throw new Error(`没有登记客户 ${mayBeShown(id) ? id : '(所给代号)'}。可用 npm run clients -- list 查看。`);
  return client;
}

async function insertCredentials(
  sql: postgres.TransactionSql,
  id: string,
  credential: Credential,
  now: Date,
): Promise<string | undefined> {
  if (credential.kind === 'PRIVATE_KEY_JWT') {
    for (const key of credential.keys)
      await sql`insert into gateway.client_credentials (client_id, jwk, valid_from) values (${id}, ${sql.json(key as never)}, ${now})`;
  }
  if (credential.kind !== 'CLIENT_SECRET') return undefined;
  const secret = newSecret();
  await sql`insert into gateway.client_credentials (client_id, secret_hash, valid_from) values (${id}, ${secretHash(secret)}, ${now})`;
  return secret;
}

function checkId(id: string): void {
  if (!/^[\w.:-]{1,128}$/u.test(id) || !mayBeShown(id))
    throw new Error(
      '客户代号应为 1 至 128 个字母、数字或 . _ : -,不得含身份证号码;须与身份签发方处的 client_id 相同。',
    );
}
