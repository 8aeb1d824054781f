import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import type { KnownSubject } from '../../../platform/import/identity.ts';
import type { SealedNumber } from '../../../platform/persons/seal.ts';
import { personNameKey } from '../../../schema/identifiers/name-key.ts';

/** What a reference says of a natural person. */
interface PersonReference {
  readonly identifiers: readonly unknown[];
  readonly personalNumber?: SealedNumber | null | undefined;
}

/** A sealed number and whose it is. */
export interface OwnedNumber extends SealedNumber {
  readonly subjectId: string;
}

/** Whether nothing but a natural person's number tells who is meant. */
export function isPersons({ identifiers, personalNumber }: PersonReference): boolean {
  return identifiers.length === 0 && Boolean(personalNumber);
}

/** The kind of who is known by a personal number alone: by a tax number, a sole trader. */
export function personKindOf(reference: PersonReference): 'NATURAL_PERSON' | 'INDIVIDUAL_BUSINESS' | undefined {
  if (!isPersons(reference)) return undefined;
  return reference.personalNumber?.type === 'ID_NUMBER' ? 'NATURAL_PERSON' : 'INDIVIDUAL_BUSINESS';
}

/** An id that says nothing and follows from nothing: with its row in `personal_numbers` gone, nobody can tell whose it was. */
export function newPseudonym(): string {
  return `${PSEUDONYM}${randomBytes(16).toString('base64url')}`;
}

const PSEUDONYM = 'person-';

/** Whether a subject goes by a natural person's number alone. */
export function isPseudonym(subjectId: string): boolean {
  return subjectId.startsWith(PSEUDONYM);
}

/** The subjects of personal numbers, by the numbers' hashes. */
export async function subjectsByHash(
  client: postgres.ISql,
  references: readonly Pick<PersonReference, 'personalNumber'>[],
): Promise<ReadonlyMap<string, string>> {
  const hashes = references.flatMap(({ personalNumber }) => (personalNumber ? [personalNumber.hash] : []));
  if (hashes.length === 0) return new Map();
  const rows = await client<{ hash: string; subjectId: string }[]>`
    select number_hash as hash, subject_id as "subjectId" from credit.personal_numbers
    where number_hash = any(${[...new Set(hashes)]})`;
  return new Map(rows.map(({ hash, subjectId }) => [hash, subjectId]));
}

/** Keeps sealed numbers; one that is known already stays whose it is. */
export async function keepPersonalNumbers(client: postgres.ISql, numbers: readonly OwnedNumber[]): Promise<void> {
  if (numbers.length === 0) return;
  const column = (key: keyof OwnedNumber) => numbers.map((one) => one[key]);
  await client`
    insert into credit.personal_numbers (number_hash, type, subject_id, sealed_number, sealed_key)
    select * from unnest(${column('hash')}::text[], ${column('type')}::text[], ${column('subjectId')}::text[],
                         ${column('sealedNumber')}::text[], ${column('sealedKey')}::text[]) on conflict do nothing`;
}

/** The names of natural persons among these subjects, as they are compared; they stand in no list of names. */
export async function personsNames(
  client: postgres.ISql,
  subjects: readonly string[],
): Promise<readonly { readonly subjectId: string; readonly key: string }[]> {
  const persons = subjects.filter(isPseudonym);
  if (persons.length === 0) return [];
  const rows = await client<{ subjectId: string; name: string }[]>`
    select id as "subjectId", name from credit.subjects
    where id = any(${persons}) and superseded_at is null`;
  return rows.map(({ subjectId, name }) => ({ subjectId, key: personNameKey(name) }));
}

/**
 * Asks about those references whose natural persons' numbers were sealed with the office's own keys; the others cannot be
 * told from strangers, and taking them for such would make one person two.
 */
export async function ofOwnKeys<Reference extends PersonReference>(
  references: readonly Reference[],
  keyId: string,
  ask: (own: readonly Reference[]) => Promise<readonly KnownSubject[]>,
): Promise<readonly KnownSubject[]> {
  const isOwn = ({ personalNumber }: Reference) => !personalNumber || personalNumber.keyId === keyId;
  const known = [...(await ask(references.filter(isOwn)))];
  const foreign: KnownSubject = { outcome: 'OTHER_KEY', subjectId: null, isNameKnown: false };
  return references.map((reference) => (isOwn(reference) ? (known.shift() ?? foreign) : foreign));
}
