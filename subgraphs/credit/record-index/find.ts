import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql';
import { badUserInput } from '../../../platform/errors.ts';
import { type Connection, connection, type RecordRow } from '../../../platform/records/connection.ts';
import type { RecordKind, SelectedColumn } from '../../../platform/records/kind.ts';
import { checkRecordFilter, pageOf, type RecordFilter } from '../../../platform/records/list-arguments.ts';
import type { TypedRow } from '../../../platform/records/reader.ts';
import { mayMeetPersons } from '../../../platform/records/reads.ts';
import { childNodes, rowColumns } from '../../../platform/records/selection.ts';
import { rowList, type Statement, satisfies, statement } from '../../../platform/records/statement.ts';
import { eyesOf, visibleRows } from '../../../platform/records/visibility.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import type { Viewer } from '../../../platform/viewer/viewer.ts';
import { countedTo, MOST_COUNTED } from '../counted.ts';
import { isShownTo, MASKED_SUBJECTS } from '../subjects/shown.ts';
import { RECORDS_FOLLOWER } from './follow.ts';
import { type FewLines, fewLines } from './search.ts';

/** Records are listed of subjects that exist for callers (Subject.isVerified tells which of them a registry confirmed). */
function ofShownSubjects(viewer: Viewer, to: Statement): string {
  return ` and exists (select from ${MASKED_SUBJECTS} s where s.id = r.subject_id and ${isShownTo(viewer, 's', to)} and s.superseded_at is null)`;
}

/** A page of all departments' records, newest first; page and count are one statement. */
export async function listRecords(
  args: { readonly filter?: RecordFilter | null; readonly first?: number | null; readonly after?: string | null },
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<Connection<TypedRow> & { readonly isTotalCountExact: boolean }> {
  const { viewer, seal, reads, signal } = context;
  const page = pageOf<RecordFilter>('Query.records', { ...args, first: args.first ?? 20 }, viewer, seal);
  checkRecordFilter(page.filter ?? {}, true);
  const kind = indexKind(context);
  const to = statement();
  const eyes = eyesOf(viewer, to);
  const conditions = satisfies(kind, page.filter ?? {}, eyes, to) + ofShownSubjects(viewer, to);
  const [day, id] = page.after ?? [];
  const beyond =
    day === undefined || id === undefined
      ? ''
      : ` and (r.sorted_on, r.id) < (${to.bind(day, 'date')}, ${to.bind(id, 'text')})`;
  const columns = [...rowColumns(info, kind, recordNodes(info), viewer), ...lookedColumns(context)];
  const wantsCount = ['totalCount', 'isTotalCountExact'].some(
    (field) => childNodes(info, objectType(info, 'RecordSummaryConnection'), info.fieldNodes, field).length > 0,
  );
  const list = rowList(columns, eyes);
  const limit = to.bind(page.first + 1, 'int');
  const readPage = (matching: string): string =>
    `(select json_agg(t) from (select ${list} ${matching}${beyond} order by r.sorted_on desc, r.id desc limit ${limit}) t)`;
  const isFound = (table: string): string => visibleRows({ ...kind, table }, 'r', null, eyes) + conditions;
  const few = fewSearched(page.filter?.search, wantsCount ? MOST_COUNTED : MOST_GATHERED, isFound, context, to);
  const either = (read: (matching: string) => string): string => {
    const all = read(isFound(kind.table));
    return few ? `case when ${few.areFew} then ${read(few.matching)} else ${all} end` : all;
  };
  const count = wantsCount ? `${either(countedTo)} as "total", ` : '';
  const [found] = await reads.searches.read(
    `/* credit.Query.records */ ${few?.found ?? ''}select ${count}${either(readPage)} as "page"`,
    to.parameters,
    { signal },
  );
  const rows = (Array.isArray(found?.page) ? found.page : []).map(typed);
  for (const row of rows.slice(0, page.first)) look(row, context);
  const counted = typeof found?.total === 'number' ? found.total : undefined;
  const total = counted === undefined ? undefined : Math.min(counted, MOST_COUNTED);
  return {
    ...connection(rows, page, total, (row) => [row.sortedOn, row.id], seal),
    isTotalCountExact: counted === undefined || counted <= MOST_COUNTED,
  };
}

/** How many lines are gathered and sorted, rather than walked to from the newest, where they need not be counted. */
const MOST_GATHERED = 1_000;

/** The lines that hold a search text, where they are few and their texts are known: natural persons' are not, nor earlier ones. */
function fewSearched(
  search: string | null | undefined,
  most: number,
  isFound: (table: string) => string,
  { viewer }: DepartmentContext,
  to: Statement,
): FewLines | undefined {
  if (!search || viewer.known !== null || mayMeetPersons(viewer)) return undefined;
  return fewLines(search, most, isFound, to);
}

/** One record by its id, or null where it is unknown or may not be seen. */
export async function findRecord(
  id: string,
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<TypedRow | null> {
  if (!/^[\w-]{1,64}$/u.test(id)) {
    throw badUserInput('记录标识由字母、数字、- 和 _ 组成,取自记录的 id。', { argument: 'id' });
  }
  const kind = indexKind(context);
  const to = statement();
  const eyes = eyesOf(context.viewer, to);
  const columns = [...rowColumns(info, kind, info.fieldNodes, context.viewer), ...lookedColumns(context)];
  const isThis = ` and r.id = ${to.bind(id, 'text')}`;
  const matching = visibleRows(kind, 'r', null, eyes) + isThis + ofShownSubjects(context.viewer, to);
  const [found] = await context.reads.hotReads.read(
    `/* credit.Query.record */ select ${rowList(columns, eyes)} ${matching}`,
    to.parameters,
    { signal: context.signal },
  );
  if (!found) return null;
  look(found, context);
  return typed(found as RecordRow);
}

/** Whose row it is, and of which item, where that is to be traced. */
function lookedColumns({ looks }: DepartmentContext): readonly SelectedColumn[] {
  if (!looks) return [];
  return [
    { key: 'subjectId', expression: (row) => `${row}.subject_id` },
    { key: 'lookedItem', expression: (row) => `${row}.item` },
  ];
}

function look({ subjectId, lookedItem }: Readonly<Record<string, unknown>>, { looks }: DepartmentContext): void {
  looks?.add(String(subjectId), [String(lookedItem)]);
}

const reached = new WeakMap<DepartmentContext, Promise<unknown>>();

/**
 * The instant up to which the index misses nothing of any department; null where one was never followed to its end. Asked
 * once in a question, however many lists tell it.
 */
export function reachedByAll(context: DepartmentContext): Promise<unknown> {
  const found = reached.get(context) ?? readReached(context);
  reached.set(context, found);
  return found;
}

async function readReached({ reads, viewer, signal }: DepartmentContext): Promise<unknown> {
  const [found] = await reads.hotReads.read(
    `/* credit.RecordSummaryConnection.asOf */ select case when bool_and(f.reached_at is not null)
       then least(min(f.reached_at), $1::timestamptz) end as "asOf" from credit.followers f where f.name like '${RECORDS_FOLLOWER}:%'`,
    [viewer.known],
    { signal },
  );
  return found?.asOf ?? null;
}

function typed(row: RecordRow): TypedRow {
  return { __typename: 'RecordSummary', ...row };
}

function indexKind({ kinds }: DepartmentContext): RecordKind {
  const kind = kinds.get('RecordSummary');
  if (!kind) throw new Error('the credit office has no index of records');
  return kind;
}

/** What a page asks of each record: under `nodes` and under `edges { node }`. */
function recordNodes(info: GraphQLResolveInfo): readonly FieldNode[] {
  const page = objectType(info, 'RecordSummaryConnection');
  const edges = childNodes(info, page, info.fieldNodes, 'edges');
  return [
    ...childNodes(info, page, info.fieldNodes, 'nodes'),
    ...childNodes(info, objectType(info, 'RecordSummaryEdge'), edges, 'node'),
  ];
}

function objectType(info: GraphQLResolveInfo, name: string): GraphQLObjectType {
  const type = info.schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no type ${name}`);
  return type;
}
