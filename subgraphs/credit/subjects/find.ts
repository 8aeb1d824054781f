import DataLoader from 'dataloader';
import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql';
import type { Row } from '../../../platform/database/index.ts';
import { badUserInput } from '../../../platform/errors.ts';
import { Leave } from '../../../platform/leaving.ts';
import { type BackedType, backedType } from '../../../platform/records/kind.ts';
import type { Reading, ReadObject } from '../../../platform/records/reader.ts';
import type { ReadRows } from '../../../platform/records/readings.ts';
import type { Statement } from '../../../platform/records/statement.ts';
import { eyesOf } from '../../../platform/records/visibility.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import { recordCounts } from '../record-index/counts.ts';
import { subjects } from '../tables.ts';
import { isShownTo, shownName, subjectsFor } from './shown.ts';

export type Subject = ReadObject & { readonly id: string; readonly name: string; readonly __typename: 'Subject' };

/**
 * One subject by a number that it has or had, or null.
 * @throws Refusal `BAD_USER_INPUT` for a text that is no such number and that no subject is known by.
 */
export async function findByIdentifier(
  text: string,
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<Subject | null> {
  const identified = identify(text);
  const reading = readingOf(context, info);
  const found = identified.value ? await rowOfNumber(identified.value, reading, context) : null;
  if (found) return subjectOf(reading, found);
  if (identified.problem)
    throw badUserInput(`${identified.problem.message}。`, { argument: 'identifier', reason: identified.problem.kind });
  return null;
}

function rowOfNumber(number: string, reading: Reading, context: DepartmentContext): Promise<Row | null> {
  const read: ReadRows = (numbers, signal) => {
    const { text, parameters } = reading.about(
      'Query.subject',
      'text[]',
      numbers,
      (wanted, to) => `/* credit.Query.subject */ select w.value as "asked", found.* from unnest(${wanted}) as w(value)
         cross join lateral (select ${selectList(reading, context, to)} from credit.subject_identifiers f
           join ${subjectsFor(context.viewer)} s on s.id = f.subject_id and ${isShownTo(context.viewer, 's', to)} and ${isKnownVersion(context, to)}
           where f.value = w.value order by f.type <> 'CREDIT_CODE', f.type limit 1) as found`,
    );
    return context.reads.hotReads.read(text, parameters, { signal });
  };
  return reading.rowOf(number, read, context.signal ?? new Leave());
}

/** A subject by its id, for the gateway and for records that point to it; all at one place of a question are one statement. */
export function findById(id: string, context: DepartmentContext, info: GraphQLResolveInfo): Promise<Subject> {
  const reading = readingOf(context, info);
  const place = `Subject ${context.reader.placeOf(info.fieldNodes, info)}`;
  const known = context.loaders.get(place) ?? subjectLoader(reading, context);
  context.loaders.set(place, known);
  return known.load(id) as Promise<Subject>;
}

function subjectLoader(reading: Reading, context: DepartmentContext): DataLoader<string, ReadObject> {
  return new DataLoader<string, ReadObject>(async (ids) => {
    const { text, parameters } = reading.about(
      'Subject',
      'text[]',
      ids,
      (
        wanted,
        to,
      ) => `/* credit.Subject */ select ${selectList(reading, context, to, 'w.id')} from unnest(${wanted}) as w(id)
       left join ${subjectsFor(context.viewer)} s on s.id = w.id and ${isShownTo(context.viewer, 's', to)} and ${isKnownVersion(context, to)}`,
    );
    const rows = await context.reads.hotReads.read(text, parameters, { signal: context.signal });
    // A department may hold records of a subject that the credit office does not know: it is there, by its id alone.
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => subjectOf(reading, byId.get(id) ?? { id }));
  });
}

/** The version of a subject that was known at the viewer's instant. */
export function isKnownVersion({ viewer }: DepartmentContext, to: Statement): string {
  if (viewer.known === null) return 's.superseded_at is null';
  const known = to.bind(viewer.known, 'timestamptz');
  return `s.recorded_at <= ${known} and (s.superseded_at is null or s.superseded_at > ${known})`;
}

export function selectList(reading: Reading, context: DepartmentContext, to: Statement, id = 's.id'): string {
  const own = [`${id} as "id"`, `${shownName(context.viewer, 's', to)} as "name"`];
  const columns = reading
    .columns('s', id, eyesOf(context.viewer, to), to)
    .filter((column) => !/^s\.(id|name) as /u.test(column));
  return [...own, ...columns].join(', ');
}

function readingOf(context: DepartmentContext, info: GraphQLResolveInfo): Reading {
  return readingAt(info.fieldNodes, context, info);
}

/** What the question wants of a subject at these nodes. */
export function readingAt(nodes: readonly FieldNode[], context: DepartmentContext, info: GraphQLResolveInfo): Reading {
  return context.reader.reading(context, info, subjectType(info), nodes, backed(info));
}

function subjectType(info: GraphQLResolveInfo): GraphQLObjectType {
  return objectType(info, 'Subject');
}

export function objectType(info: GraphQLResolveInfo, name: string): GraphQLObjectType {
  const type = info.schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no type ${name}`);
  return type;
}

let backing: BackedType | undefined;

function backed(info: GraphQLResolveInfo): BackedType {
  backing ??= {
    ...backedType(subjectType(info), subjects, { recordCounts: [recordCounts] }),
    item: 'subject',
  };
  return backing;
}

export function subjectOf(reading: Reading, row: Readonly<Record<string, unknown>>): Subject {
  return { __typename: 'Subject', ...reading.object(row) } as Subject;
}
