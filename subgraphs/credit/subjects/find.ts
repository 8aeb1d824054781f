import DataLoader from 'dataloader';
import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql';
import type { Row } from '../../../platform/database/index.ts';
import { badUserInput } from '../../../platform/errors.ts';
import { Leave } from '../../../platform/leaving.ts';
import { connection } from '../../../platform/records/connection.ts';
import type { Place } from '../../../platform/records/cursor.ts';
import { type BackedType, backedType } from '../../../platform/records/kind.ts';
import { pageOf } from '../../../platform/records/list-arguments.ts';
import type { Reading, ReadObject } from '../../../platform/records/reader.ts';
import type { ReadRows } from '../../../platform/records/readings.ts';
import { childNodes } from '../../../platform/records/selection.ts';
import { type Statement, statement } from '../../../platform/records/statement.ts';
import { eyesOf } from '../../../platform/records/visibility.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import { countedTo, MOST_COUNTED } from '../counted.ts';
import { recordCounts } from '../record-index/counts.ts';
import { subjects } from '../tables.ts';
import { searchedText } from './search-text.ts';
import { isShownTo, MASKED_SUBJECTS, shownName, subjectsFor } from './shown.ts';

/** SubjectFilter of the SDL, after coercion. */
interface SubjectFilter {
  readonly kinds?: readonly string[] | null;
  readonly districts?: readonly string[] | null;
  readonly industries?: readonly string[] | null;
}

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
  const place = `Subject ${context.reader.placeOf(info.fieldNodes)}`;
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

/**
 * Verified subjects by name and filter: those of exactly this name first, then those whose name begins with it, each the
 * shortest names first; page and count are one statement, and neither reads on beyond what is asked.
 */
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
  const wanted = filtered(page.filter, to);
  const conditions = [isKnownVersion(context, to), 's.is_verified', ...wanted].join(' and ');
  const { matches, counted, tiers } = searchedText(args.search, to);
  const isOfAll = wanted.length === 0 && context.viewer.known === null;
  const all = (isOfAll ? counted : undefined) ?? `from ${MASKED_SUBJECTS} s where ${conditions} and ${matches}`;
  const reading = readingAt(subjectNodes(info), context, info);
  const columns = selectList(reading, context, to);
  const limit = to.bind(page.first + 1, 'int');
  const [found] = await context.reads.searches.read(
    `/* credit.Query.subjects */ with ${pageOfTiers(tiersAfter(page.after, tiers, to), conditions, limit)}
     select ${countOf(info, all)} as "total", now() as "now",
       (select json_agg(t) from (select ${columns}, p.tier as "tier" from page p
        join ${subjectsFor(context.viewer)} s on s.id = p.id and s.version = p.version order by p.tier, p.length, p.name, p.id) t) as "page"`,
    to.parameters,
    { signal: context.signal },
  );
  // The one beyond the page only tells that more follow: it is no look at anybody.
  const rows = (Array.isArray(found?.page) ? found.page : []).map(
    (row, index): Subject => (index < page.first ? subjectOf(reading, row) : row),
  );
  const placeOf = (subject: Subject): readonly string[] => [
    String(subject.tier),
    String([...subject.name].length),
    subject.name,
    subject.id,
  ];
  const matched = Number(found?.total ?? 0);
  const total = Math.min(matched, MOST_COUNTED);
  return {
    ...connection(rows, page, total, placeOf, context.seal),
    isTotalCountExact: matched <= MOST_COUNTED,
    asOf: context.viewer.known ?? found?.now,
  };
}

/**
 * The subjects of a page, as common table expressions of which the last is `page`. A tier is only read where those before
 * it have not filled the page: `count(*)` there is decided once, before the tier.
 */
function pageOfTiers(
  tiers: readonly { readonly tier: number; readonly condition: string }[],
  conditions: string,
  limit: string,
): string {
  const parts = tiers.map(({ tier, condition }, index) => {
    const before = tiers.slice(0, index).map((one) => `(select count(*) from tier_${one.tier})`);
    const isOpen = before.length > 0 ? ` and ${before.join(' + ')} < ${limit}` : '';
    return `tier_${tier} as materialized (
       select s.id, s.version, ${tier} as tier, length(s.name) as length, s.name from ${MASKED_SUBJECTS} s
       where ${conditions} and ${condition}${isOpen} order by length(s.name), s.name, s.id limit ${limit})`;
  });
  const all = tiers.map(({ tier }) => `select * from tier_${tier}`).join(' union all ');
  return `${parts.join(', ')}, page as materialized (
       select * from (${all}) t order by t.tier, t.length, t.name, t.id limit ${limit})`;
}

/** The tiers of a search from the cursor's place on; what comes before it is not read. */
function tiersAfter(after: Place | null, tiers: readonly string[], to: Statement) {
  const all = tiers.map((condition, tier) => ({ tier, condition }));
  const [tier, length, name, id] = after ?? [];
  if (tier === undefined || length === undefined || name === undefined || id === undefined) return all;
  const place = `(${to.bind(Number(length), 'int')}, ${to.bind(name, 'text')}, ${to.bind(id, 'text')})`;
  return all
    .filter((one) => one.tier >= Number(tier))
    .map((one) =>
      one.tier === Number(tier)
        ? { ...one, condition: `${one.condition} and (length(s.name), s.name, s.id) > ${place}` }
        : one,
    );
}

/** Counted only where it is asked for, and no further than one more than is told. */
function countOf(info: GraphQLResolveInfo, matching: string): string {
  const type = objectType(info, 'SubjectConnection');
  const isAsked = ['totalCount', 'isTotalCountExact'].some(
    (field) => childNodes(info, type, info.fieldNodes, field).length > 0,
  );
  return isAsked ? countedTo(matching) : '0';
}

function filtered(filter: SubjectFilter | null, to: Statement): readonly string[] {
  const { kinds, districts, industries } = filter ?? {};
  const conditions: string[] = [];
  if (kinds?.includes('NATURAL_PERSON'))
    throw badUserInput('自然人不可检索,不能作为筛选的主体类别。', { argument: 'filter.kinds' });
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
