import type postgres from 'postgres';
import { badUserInput } from '../../../platform/errors.ts';
import type { KnownSubject } from '../../../platform/import/identity.ts';
import type { SealedNumber } from '../../../platform/persons/seal.ts';
import {
  type CreditCode,
  isCreditCode,
  isKnownException,
  kindOf,
  organizationCodeOf,
} from '../../../schema/identifiers/credit-code.ts';
import { maskedName } from '../../../schema/identifiers/masked-name.ts';
import { nameKey, personNameKey } from '../../../schema/identifiers/name-key.ts';
import {
  isPersons,
  isPseudonym,
  keepPersonalNumbers,
  newPseudonym,
  type OwnedNumber,
  personKindOf,
  personsNames,
  subjectsByHash,
} from '../persons/register.ts';
import type { SubjectIdentifier } from '../tables.ts';

/** A counterpart of a department's file: its name and the numbers it was given with. */
export interface SubjectReference {
  readonly name: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly isSound: boolean }[];
  /** A natural person's number, or a sole trader's that is built on one. */
  readonly personalNumber?: SealedNumber | null;
  /** Whether the row that names it is public. */
  readonly isPublic: boolean;
}

const MOST_REFERENCES = 2000;

/**
 * Finds the subject of each reference, in order. Nobody known by any of its numbers is registered as an unverified
 * subject, once, whoever asks how often. A number whose check digit fails is looked up and never registered. With
 * `onlyLook` nothing is written, and strangers are answered as registering them would.
 */
export async function registerSubjects(
  client: postgres.Sql,
  references: readonly SubjectReference[],
  onlyLook = false,
): Promise<readonly KnownSubject[]> {
  if (references.length > MOST_REFERENCES)
    throw badUserInput(`一次至多 ${MOST_REFERENCES} 个当事人,收到 ${references.length} 个。`);
  const found = await lookUp(client, references);
  const strangers = references.filter((reference, index) => found[index]?.size === 0 && isRegistrable(reference));
  const isRegistering = strangers.length > 0 && !onlyLook;
  if (isRegistering) await register(client, strangers);
  const settled = isRegistering ? await lookUp(client, references) : found;
  const names = await knownNames(
    client,
    settled.flatMap((subjects) => [...subjects]),
  );
  const isNamed = (reference: SubjectReference, subjectId: string) =>
    names.has(`${subjectId} ${(isPseudonym(subjectId) ? personNameKey : nameKey)(reference.name)}`);
  if (!onlyLook) {
    await keepPersonalNumbers(client, numbersToKeep(references, found, isNamed));
    await show(
      client,
      references.flatMap((one, index) =>
        one.isPublic ? [...(settled[index] ?? [])].filter((id) => isNamed(one, id)) : [],
      ),
    );
  }
  return references.map((reference, index): KnownSubject => {
    const subjects = [...(settled[index] ?? [])];
    const [subjectId] = subjects;
    if (subjects.length === 0 && onlyLook && isRegistrable(reference))
      return { outcome: 'REGISTERED', subjectId: strangerId(reference), isNameKnown: true };
    if (subjects.length > 1) return { outcome: 'CONFLICT', subjectId: null, isNameKnown: false };
    if (subjectId === undefined) return { outcome: 'UNKNOWN', subjectId: null, isNameKnown: false };
    const outcome = found[index]?.size === 0 ? 'REGISTERED' : 'KNOWN';
    return { outcome, subjectId, isNameKnown: isNamed(reference, subjectId) };
  });
}

/**
 * The subjects that each reference's numbers stand for. Where nobody is known by them, the organisation code within the
 * credit code is tried: the subject may be known by that alone.
 */
async function lookUp(
  client: postgres.Sql,
  references: readonly SubjectReference[],
): Promise<readonly ReadonlySet<string>[]> {
  const all = references.map((reference) => identifiersOf(reference.identifiers));
  const values = [...new Set(all.flatMap((identifiers) => identifiers.map((one) => one.value)))];
  const [rows, persons] = await Promise.all([
    client<{ type: string; value: string; subjectId: string }[]>`
      select type, value, subject_id as "subjectId" from credit.subject_identifiers where value = any(${values})`,
    subjectsByHash(client, references),
  ]);
  const subjectOf = new Map(rows.map((row) => [`${row.type} ${row.value}`, row.subjectId]));
  const subjectsBy = (identifiers: readonly { readonly type: string; readonly value: string }[]): ReadonlySet<string> =>
    new Set(identifiers.map((one) => subjectOf.get(`${one.type} ${one.value}`)).filter((id) => id !== undefined));
  return references.map((reference, index) => {
    const person = ownerOf(reference, persons);
    const given = new Set([...subjectsBy(reference.identifiers), ...(person === undefined ? [] : [person])]);
    if (given.size === 0) return subjectsBy(all[index] ?? []);
    const code = creditCodeOf(reference.identifiers);
    const isUnknownCode = code !== undefined && !subjectOf.has(`CREDIT_CODE ${code}`);
    // Known by another number, but under another credit code: two subjects are meant, of which one is unknown.
    return isUnknownCode && [...given].some(isCode) ? new Set([...given, code]) : given;
  });
}

/**
 * Personal numbers of those who were found by other numbers: from now on they are found by these, too. Not where the row has
 * another name: a mistyped code must not make somebody's number another's.
 */
function numbersToKeep(
  references: readonly SubjectReference[],
  found: readonly ReadonlySet<string>[],
  isNamed: (reference: SubjectReference, subjectId: string) => boolean,
): readonly OwnedNumber[] {
  return references.flatMap((reference, index) => {
    const { identifiers, personalNumber } = reference;
    const [subjectId, other] = [...(found[index] ?? [])];
    const isOne = subjectId !== undefined && other === undefined && isNamed(reference, subjectId);
    return personalNumber && identifiers.length > 0 && isOne ? [{ ...personalNumber, subjectId }] : [];
  });
}

/**
 * Whom a reference's personal number stands for. A pseudonym is nobody's who has an organisation's number: rows of such a one
 * are published, and tied to the pseudonym they would say whose it is.
 */
function ownerOf(reference: SubjectReference, persons: ReadonlyMap<string, string>): string | undefined {
  const owner = persons.get(reference.personalNumber?.hash ?? '');
  return owner !== undefined && isPseudonym(owner) && !isPersons(reference) ? undefined : owner;
}

function isCode(subjectId: string): boolean {
  return isCreditCode(subjectId) || isKnownException(subjectId);
}

function isRegistrable(reference: SubjectReference): boolean {
  const { identifiers, personalNumber } = reference;
  return (
    (identifiers.length > 0 || isPersons({ identifiers, personalNumber })) && identifiers.every((one) => one.isSound)
  );
}

/** The id that a stranger is registered under. */
function strangerId({ identifiers }: SubjectReference): string {
  return creditCodeOf(identifiers) ?? identifiers[0]?.value ?? newPseudonym();
}

/** A number that a subject goes by now; when it began is not in any source yet. */
export function currentIdentifier(type: string, value: string): SubjectIdentifier {
  return { type, value, validFrom: null, validTo: null, isCurrent: true };
}

/** All numbers that a subject is known by: those given, and the organisation code within its credit code. */
export function identifiersOf(
  given: readonly { readonly type: string; readonly value: string }[],
): readonly SubjectIdentifier[] {
  const code = creditCodeOf(given);
  const whole = given.map((one) =>
    'isCurrent' in one ? (one as SubjectIdentifier) : currentIdentifier(one.type, one.value),
  );
  const all = code ? [...whole, currentIdentifier('ORGANIZATION_CODE', organizationCodeOf(code))] : whole;
  return [...new Map(all.map((one) => [`${one.type} ${one.value}`, one])).values()];
}

export function creditCodeOf(
  given: readonly { readonly type: string; readonly value: string }[],
): CreditCode | undefined {
  const code = given.find((one) => one.type === 'CREDIT_CODE')?.value;
  return code !== undefined && (isCreditCode(code) || isKnownException(code)) ? (code as CreditCode) : undefined;
}

/** References of one call that share a number are one stranger, told by the first that has a credit code, else any organisation's. */
function withoutShared(references: readonly SubjectReference[]): readonly SubjectReference[] {
  const claimed = new Set<string>();
  const rank = (one: SubjectReference) => (creditCodeOf(one.identifiers) ? 0 : isPersons(one) ? 2 : 1);
  return [0, 1, 2]
    .flatMap((place) => references.filter((one) => rank(one) === place))
    .filter((reference) => {
      const personal = reference.personalNumber ? [reference.personalNumber.hash] : [];
      const keys = [...personal, ...identifiersOf(reference.identifiers).map((one) => `${one.type} ${one.value}`)];
      if (keys.some((key) => claimed.has(key))) return false;
      for (const key of keys) claimed.add(key);
      return true;
    });
}

async function register(client: postgres.Sql, references: readonly SubjectReference[]): Promise<void> {
  const strangers = withoutShared(references).map((reference) => {
    const code = creditCodeOf(reference.identifiers);
    const identifiers = identifiersOf(reference.identifiers);
    return {
      id: strangerId(reference),
      credit_code: code ?? null,
      name: reference.name,
      name_key: nameKey(reference.name),
      kind: code ? kindOf(code) : (personKindOf(reference) ?? 'OTHER_ORGANIZATION'),
      masked_name: isPersons(reference) ? maskedName(reference.name) : null,
      identifiers,
      is_shown: reference.isPublic,
      reference,
    };
  });
  await client.begin(async (transaction) => {
    // One registration at a time: two departments that meet the same stranger make one subject of it.
    await transaction`select pg_advisory_xact_lock(hashtextextended('credit.subject', 0))`;
    const known = await knownNumbers(
      transaction,
      strangers.flatMap((stranger) => stranger.identifiers),
    );
    const persons = await subjectsByHash(transaction, references);
    const unknown = strangers.filter(
      ({ identifiers, reference }) =>
        ownerOf(reference, persons) === undefined && !identifiers.some((one) => known.has(`${one.type} ${one.value}`)),
    );
    const rows = await transaction<{ id: string }[]>`
      with registered as (
        insert into credit.subjects (id, version, recorded_at, content_hash, import_id, credit_code, name, masked_name, kind, is_verified, is_shown,
                                     former_names, identifiers, source)
        select id, 1 + coalesce((select max(version) from credit.subjects before where before.id = stranger.id), 0),
               clock_timestamp(), 'UNVERIFIED', 0, credit_code, name, masked_name, kind, false, is_shown, '[]', identifiers, '[]'
        from json_to_recordset(${JSON.stringify(unknown.map(({ reference: _, ...row }) => row))}::text::json)
          as stranger(id text, credit_code text, name text, masked_name text, kind text, identifiers json, is_shown boolean)
        on conflict do nothing
        returning id, version, recorded_at
      ), told as (
        insert into credit.feed (change, item, record_id, version, subject_id, recorded_at)
        select 'ADDED', 'credit.subject', id, version, id, recorded_at from registered
      )
      select id from registered`;
    const ids = new Set(rows.map(({ id }) => id));
    const registered = unknown.filter(({ id }) => ids.has(id));
    const numbers = registered.flatMap(({ id, identifiers }) =>
      identifiers.map(({ type, value }) => ({ id, type, value })),
    );
    await transaction`
      insert into credit.subject_identifiers (value, type, subject_id)
      select * from unnest(${numbers.map((one) => one.value)}::text[], ${numbers.map((one) => one.type)}::text[],
                           ${numbers.map((one) => one.id)}::text[]) on conflict do nothing`;
    await keepPersonalNumbers(
      transaction,
      registered.flatMap(({ id, reference }) =>
        reference.personalNumber ? [{ ...reference.personalNumber, subjectId: id }] : [],
      ),
    );
    // A natural person is found by nobody's name.
    const named = registered.filter((one) => one.masked_name === null);
    await transaction`
      insert into credit.subject_names (subject_id, key, name, is_former)
      select *, false from unnest(${named.map((one) => one.id)}::text[], ${named.map((one) => one.name_key)}::text[],
                                  ${named.map((one) => one.name)}::text[]) on conflict do nothing`;
  });
}

/** Which of these numbers somebody has by now. */
async function knownNumbers(
  transaction: postgres.TransactionSql,
  numbers: readonly { readonly type: string; readonly value: string }[],
): Promise<ReadonlySet<string>> {
  const rows = await transaction<{ type: string; value: string }[]>`
    select type, value from credit.subject_identifiers where value = any(${numbers.map((one) => one.value)})`;
  return new Set(rows.map((row) => `${row.type} ${row.value}`));
}

/** Who was known from hidden rows alone and is now named by a public one exists for callers from now on. */
async function show(client: postgres.Sql, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  await client`
    with shown as (
      update credit.subjects set is_shown = true
      where id = any(${[...new Set(subjects)]}) and superseded_at is null and not is_shown
      returning id, version
    )
    insert into credit.feed (change, item, record_id, version, subject_id, recorded_at)
    select 'CORRECTED', 'credit.subject', id, version, id, clock_timestamp() from shown`;
}

async function knownNames(client: postgres.Sql, subjects: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(subjects)];
  const [rows, persons] = await Promise.all([
    client<{ subjectId: string; key: string }[]>`
      select subject_id as "subjectId", key from credit.subject_names where subject_id = any(${ids})`,
    personsNames(client, ids),
  ]);
  return new Set([...rows, ...persons].map((row) => `${row.subjectId} ${row.key}`));
}
