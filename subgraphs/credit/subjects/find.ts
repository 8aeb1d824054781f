import DataLoader from 'dataloader';
import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql';
import { badUserInput } from '../../../platform/errors.ts';
import { connection } from '../../../platform/records/connection.ts';
import { type BackedType, backedType } from '../../../platform/records/kind.ts';
import { pageOf } from '../../../platform/records/list-arguments.ts';
import type { Reading, ReadObject } from '../../../platform/records/reader.ts';
import { childNodes } from '../../../platform/records/selection.ts';
import { eyesOf, type Statement, statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { recordCounts } from '../record-index/counts.ts';
import { subjects } from '../tables.ts';

/** SubjectFilter of the SDL, after coercion. */
interface SubjectFilter {
  readonly kinds?: readonly string[] | null;
  readonly districts?: readonly string[] | null;
  readonly industries?: readonly string[] | null;
}

type Subject = ReadObject & { readonly id: string; readonly name: string; readonly __typename: 'Subject' };

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
  const to = statement();
  const reading = readingOf(context, info);
  const value = to.bind(identified.value, 'text');
  const columns = selectList(reading, context, to);
  const rows = identified.value
    ? await context.clients.hotReads.read(
        `/* credit.Query.subject */ select ${columns} from credit.subject_identifiers f
         join credit.subjects s on s.id = f.subject_id and s.is_shown and ${isKnownVersion(context, to)}
         where f.value = ${value} order by f.type <> 'CREDIT_CODE', f.type limit 1`,
        to.parameters,
        { signal: context.signal },
      )
    : [];
  const [found] = rows;
  if (found) return subjectOf(reading, found);
  if (identified.problem)
    throw badUserInput(`${identified.problem.message}。`, { argument: 'identifier', reason: identified.problem.kind });
  return null;
}

/** A subject by its id, for the gateway and for records that point to it; all at one place of a question are one statement. */
export function findById(id: string, context: DepartmentContext, info: GraphQLResolveInfo): Promise<Subject> {
  const reading = readingOf(context, info);
  const place = `Subject ${context.reader.placeOf(info.fieldNodes)}`;
  const known = context.loaders.get(place) ?? subjectLoader(reading, context);
  context.loaders.set(place, known);
  return known.load(id) as Promise<Subject>;
}

function subjectLoader(reading: Reading, context: DepartmentContext): DataLoader<string, ReadObject> {
  return new DataLoader<string, ReadObject>(async (ids) => {
    const to = statement();
    const wanted = to.bind(ids, 'text[]');
    const rows = await context.clients.hotReads.read(
      `/* credit.Subject */ select ${selectList(reading, context, to, 'w.id')} from unnest(${wanted}) as w(id)
       left join credit.subjects s on s.id = w.id and s.is_shown and ${isKnownVersion(context, to)}`,
      to.parameters,
      { signal: context.signal },
    );
    // A department may hold records of a subject that the credit office does not know: it is there, by its id alone.
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => subjectOf(reading, byId.get(id) ?? { id }));
  });
}

/** Verified subjects by name and filter, shortest names first; page and count are one statement. */
export async function search(
  args: {
    readonly search?: string | null;
    readonly filter?: SubjectFilter | null;
    readonly first?: number | null;
    readonly after?: string | null;
  },
  context: DepartmentContext,
  info: GraphQLResolveInfo,
) {
  const page = pageOf<SubjectFilter>(
    'Query.subjects',
    { ...args, first: args.first ?? 20 },
    context.viewer,
    context.seal,
  );
  const to = statement();
  const conditions = [
    isKnownVersion(context, to),
    's.is_verified',
    ...searched(args.search, to),
    ...filtered(page.filter, to),
  ];
  const matching = `from credit.subjects s where ${conditions.join(' and ')}`;
  const reading = context.reader.reading(context, info, subjectType(info), subjectNodes(info), backed(info));
  const columns = selectList(reading, context, to);
  const [length, name, id] = page.after ?? [];
  const beyond =
    length === undefined || name === undefined || id === undefined
      ? ''
      : ` and (length(s.name), s.name, s.id) > (${to.bind(Number(length), 'int')}, ${to.bind(name, 'text')}, ${to.bind(id, 'text')})`;
  const [found] = await context.clients.searches.read(
    `/* credit.Query.subjects */ select (select count(*)::int ${matching}) as "total", now() as "now",
       (select json_agg(t) from (select ${columns} ${matching}${beyond}
        order by length(s.name), s.name, s.id limit ${to.bind(page.first + 1, 'int')}) t) as "page"`,
    to.parameters,
    { signal: context.signal },
  );
  const rows = (Array.isArray(found?.page) ? found.page : []).map((row) => subjectOf(reading, row));
  const placeOf = (subject: Subject): readonly string[] => [String([...subject.name].length), subject.name, subject.id];
  const total = Number(found?.total ?? 0);
  return { ...connection(rows, page, total, placeOf, context.seal), asOf: context.viewer.known ?? found?.now };
}

function searched(search: string | null | undefined, to: Statement): readonly string[] {
  if (search === null || search === undefined) return [];
  const key = nameKey(search);
  const length = [...key].length;
  if (length < 2 || length > 100)
    throw badUserInput(`检索词须为 2 至 100 个字,收到 ${length} 个。`, { argument: 'search' });
  const pattern = to.bind(`%${key.replace(/[\\%_]/gu, '\\$&')}%`, 'text');
  return [`s.id in (select n.subject_id from credit.subject_names n where n.key like ${pattern})`];
}

function filtered(filter: SubjectFilter | null, to: Statement): readonly string[] {
  const { kinds, districts, industries } = filter ?? {};
  const conditions: string[] = [];
  if (kinds) conditions.push(`s.kind = any(${to.bind(kinds, 'text[]')})`);
  if (districts) conditions.push(`s.district = any(${to.bind(districts, 'text[]')})`);
  if (industries) {
    const wrong = industries.find((code) => !/^[A-T]?\d{0,4}$/u.test(code) || code === '');
    if (wrong !== undefined)
      throw badUserInput('行业代码应为 GB/T 4754 的代码或其前缀,如 C、C13、C1310。', { argument: 'filter.industries' });
    conditions.push(
      `s.industry like any(${to.bind(
        // Sources that write the digits alone leave out the section's letter, which the digits imply.
        industries.map((code) => (/^\d/u.test(code) ? `_${code}%` : `${code}%`)),
        'text[]',
      )})`,
    );
  }
  return conditions;
}

/** The version of a subject that was known at the viewer's instant. */
function isKnownVersion({ viewer }: DepartmentContext, to: Statement): string {
  if (viewer.known === null) return 's.superseded_at is null';
  const known = to.bind(viewer.known, 'timestamptz');
  return `s.recorded_at <= ${known} and (s.superseded_at is null or s.superseded_at > ${known})`;
}

function selectList(reading: Reading, context: DepartmentContext, to: Statement, id = 's.id'): string {
  const own = [`${id} as "id"`, 's.name as "name"'];
  const columns = reading
    .columns('s', id, eyesOf(context.viewer, to), to)
    .filter((column) => !/^s\.(id|name) as /u.test(column));
  return [...own, ...columns].join(', ');
}

function readingOf(context: DepartmentContext, info: GraphQLResolveInfo): Reading {
  return context.reader.reading(context, info, subjectType(info), info.fieldNodes, backed(info));
}

/** What a page of subjects asks of each: under `nodes` and under `edges { node }`. */
function subjectNodes(info: GraphQLResolveInfo): readonly FieldNode[] {
  const edges = childNodes(info, objectType(info, 'SubjectConnection'), info.fieldNodes, 'edges');
  return [
    ...childNodes(info, objectType(info, 'SubjectConnection'), info.fieldNodes, 'nodes'),
    ...childNodes(info, objectType(info, 'SubjectEdge'), edges, 'node'),
  ];
}

function subjectType(info: GraphQLResolveInfo): GraphQLObjectType {
  return objectType(info, 'Subject');
}

function objectType(info: GraphQLResolveInfo, name: string): GraphQLObjectType {
  const type = info.schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no type ${name}`);
  return type;
}

let backing: BackedType | undefined;

function backed(info: GraphQLResolveInfo): BackedType {
  backing ??= backedType(subjectType(info), subjects, { recordCounts: [recordCounts] });
  return backing;
}

function subjectOf(reading: Reading, row: Readonly<Record<string, unknown>>): Subject {
  return { __typename: 'Subject', ...reading.object(row) } as Subject;
}
