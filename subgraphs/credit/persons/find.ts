import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../../../platform/errors.ts';
import { lookUpHash } from '../../../platform/persons/seal.ts';
import { statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { personNameKey } from '../../../schema/identifiers/name-key.ts';
import { idNumberIn } from '../../../schema/identifiers/personal-number.ts';
import { isKnownVersion, readingAt, type Subject, selectList, subjectOf } from '../subjects/find.ts';
import { isShownTo } from '../subjects/shown.ts';

/**
 * The natural person who has this ID number and this name, or null: one alone finds nobody.
 * @throws Refusal `BAD_USER_INPUT` for what is no ID number; the message does not repeat it.
 */
export async function findPerson(
  { idNumber, name }: { readonly idNumber: string; readonly name: string },
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<Subject | null> {
  const number = idNumberIn(idNumber);
  if (!number) throw badUserInput('idNumber 应为校验位相符的 18 位公民身份号码。', { argument: 'idNumber' });
  const to = statement();
  const reading = readingAt(info.fieldNodes, context, info);
  const hash = to.bind(lookUpHash(number, context.personKeys), 'text');
  const columns = selectList(reading, context, to);
  const [found] = await context.reads.hotReads.read(
    `/* credit.Query.personSubject */ select ${columns}, s.name as "fullName" from credit.personal_numbers n
     join credit.subjects s on s.id = n.subject_id and ${isShownTo(context.viewer, 's', to)} and ${isKnownVersion(context, to)}
     where n.number_hash = ${hash}`,
    to.parameters,
    { signal: context.signal },
  );
  return found && personNameKey(String(found.fullName)) === personNameKey(name) ? subjectOf(reading, found) : null;
}

/** Whose number a hash is, for the gateway, which opens their own files to persons; null for nobody. */
export async function subjectOfHash(hash: string, { clients }: DepartmentContext): Promise<string | null> {
  const [found] = await clients.imports<{ id: string }[]>`
    select subject_id as id from credit.personal_numbers where number_hash = ${hash}`;
  return found?.id ?? null;
}
