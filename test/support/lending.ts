import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type postgres from 'postgres';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { newId } from '../../gateway/authorizations/authorization.ts';
import type { ClientRole } from '../../gateway/register/client.ts';
import { addClient } from '../../gateway/register/manage.ts';
import type { Answer, TestCity } from './city.ts';

/** Somebody who has to do with authorizations, under the name that a test gives them in the header `test-as`. */
const banker = (client: string, name: string): Caller => ({
  ...ANONYMOUS,
  role: 'BANK',
  client,
  organisation: { name, creditCode: null },
});

export const companyOf = (ownSubject: string): Caller => ({
  ...ANONYMOUS,
  role: 'SUBJECT',
  client: 'test-subject',
  ownSubject,
});

export const RIVER_BANK = banker('river-bank', '云泽江畔银行');
export const HILL_BANK = banker('hill-bank', '云泽山前银行');

/** Registers the clients that tests ask as, as an operator would. */
export async function registerLenders(city: TestCity): Promise<void> {
  const clients: readonly (readonly [string, ClientRole])[] = [
    ['river-bank', 'BANK'],
    ['hill-bank', 'BANK'],
    ['test-bank', 'BANK'],
    ['test-subject', 'SUBJECT'],
  ];
  for (const [id, role] of clients) await register(city.database.admin, id, role);
}

export const registerBank = (sql: postgres.Sql, id: string): Promise<unknown> => register(sql, id, 'BANK');

async function register(sql: postgres.Sql, id: string, role: ClientRole): Promise<void> {
  const client = { id, role, organisationName: id, organisationCreditCode: null, department: null };
  await addClient(sql, { ...client, scopes: [], quota: null }, { kind: 'ISSUER' }, new Date());
}

/** Who sent a request, by the name in `test-as`. */
export function namedBy(callers: Readonly<Record<string, Caller>>): (request: IncomingMessage) => Promise<Caller> {
  return async ({ headers }) => {
    const caller = callers[String(headers['test-as'])];
    if (!caller) throw new Error(`nobody is called ${headers['test-as']}`);
    return caller;
  };
}

export type AskAs = (
  name: string,
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Asks a gateway as somebody. */
export function askingAs(ask: TestCity['ask']): AskAs {
  return (name, query, variables = {}, headers = {}) => ask(query, variables, { 'test-as': name, ...headers });
}

const FIELDS = `{ id status purpose isContinuous requestedAt grantedAt endsAt confirmationUrl
  grantee { name } blocks { code label } subject { id name } }`;

export const REQUEST = `mutation Request($subject: ID!, $blocks: [String!]!, $purpose: LoanPurpose!, $until: Date!, $isContinuous: Boolean! = true, $key: String!) {
  requestAuthorization(subject: $subject, blocks: $blocks, purpose: $purpose, until: $until, isContinuous: $isContinuous, idempotencyKey: $key) ${FIELDS}
}`;
export const GRANT = `mutation Grant($id: ID!, $key: String!) { grantAuthorization(id: $id, idempotencyKey: $key) ${FIELDS} }`;
export const DECLINE = `mutation Decline($id: ID!, $key: String!) { declineAuthorization(id: $id, idempotencyKey: $key) ${FIELDS} }`;
export const REVOKE = `mutation Revoke($id: ID!, $key: String!) { revokeAuthorization(id: $id, idempotencyKey: $key) ${FIELDS} }`;

export const newKey = (): string => `key-${randomUUID()}`;

/** What a bank asks for; one that the company has granted where it says who decides. */
export async function authorized(
  askAs: AskAs,
  given: {
    readonly bank: string;
    readonly company?: string;
    readonly subject: string;
    readonly blocks: readonly string[];
    readonly until?: string;
    readonly isContinuous?: boolean;
  },
): Promise<string> {
  const { bank, company, subject, blocks, until = '2026-12-31', isContinuous = true } = given;
  const variables = { subject, blocks, until, isContinuous, purpose: 'PRE_LOAN', key: newKey() };
  const { data, text } = await askAs(bank, REQUEST, variables);
  if (!data) throw new Error(text);
  const { id } = data.requestAuthorization;
  if (company !== undefined) {
    const granted = await askAs(company, GRANT, { id, key: newKey() });
    if (!granted.data) throw new Error(granted.text);
  }
  return id;
}

/** Whose file is asked for by nobody: a subject beside those that a test asks about. */
export const SOMEBODY_ELSE = '91990103MA2N7K1R10';

/** The id of the authorization that tests make of a subject: the same each time. */
export function authorizationOf(subject: string): string {
  const letters = [...subject.toLowerCase()].map((one) =>
    /[a-z]/u.test(one) ? one : String.fromCharCode(97 + Number(one)),
  );
  return letters.join('').padEnd(28, 'x').slice(0, 28);
}

/** Subjects that have authorized the client `test-bank` to see every item of the catalogue, for as long as tests live; somebody else, too. */
export async function authorizeAll(city: TestCity, subjects: readonly string[]): Promise<void> {
  await registerLenders(city);
  for (const subject of new Set([...subjects, SOMEBODY_ELSE]))
    await authorizeItems(city, subject, allItems(city), authorizationOf(subject));
}

/** The codes of every item of the catalogue. */
export function allItems(city: TestCity): readonly string[] {
  return [...city.city.near.values()].flatMap(({ kinds }) =>
    [...kinds.values()].flatMap((kind) => kind.items.map(({ code }) => code)),
  );
}

/** A subject that has authorized the client `test-bank` to see these items, whatever blocks there are. */
export async function authorizeItems(
  city: TestCity,
  subject: string,
  items: readonly string[],
  id = newId(),
): Promise<string> {
  await city.database.admin`
    insert into gateway.authorizations (id, subject_id, client_id, grantee_name, blocks, items, purpose, is_continuous,
      ends_on, state, requested_at, granted_at)
    values (${id}, ${subject}, 'test-bank', '云泽试验银行', '{}', ${[...items]}, 'PRE_LOAN', true, '2099-12-31', 'GRANTED',
      now(), now())`;
  return id;
}
