import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type Connection, connection } from '../../../platform/records/connection.ts';
import { checkRecordFilter, pageOf, type RecordFilter } from '../../../platform/records/list-arguments.ts';
import type { TypedRow } from '../../../platform/records/reader.ts';
import { mayMeetPersons } from '../../../platform/records/reads.ts';
import { childNodes, rowColumns } from '../../../platform/records/selection.ts';
import { rowList, type Statement, satisfies, statement } from '../../../platform/records/statement.ts';
import { eyesOf, partsByEnd, visibleRows } from '../../../platform/records/visibility.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { levelsKnownTo, seesMoreThanPublic } from '../../../platform/viewer/rights.ts';
import type { Viewer } from '../../../platform/viewer/viewer.ts';
import { countedTo, MOST_COUNTED } from '../counted.ts';
import { objectType } from '../subjects/find.ts';
import { indexKind, look, lookedColumns, ofShownSubjects, typed } from './find.ts';
import { fewLines } from './search.ts';

/** How many lines that hold a search text are gathered and sorted, rather than walked to from the newest, where they need not be counted. */
const MOST_GATHERED = 1_000;

/** How lines are counted and a page of them is read, as SQL. */
interface Way {
  readonly total: string;
  readonly page: string;
}

/** A way whose page is whole where they are few; whether they are, is read first. */
interface WayOfFew extends Way {
  /** `with … `. */
  readonly found: string;
  readonly areFew: string;
}

/** A page of all departments' records, newest first; page and count are one statement. */
export async function listRecords(
  args: { readonly filter?: RecordFilter | null; readonly first?: number | null; readonly after?: string | null },
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<Connection<TypedRow> & { readonly isTotalCountExact: boolean }> {
  const { viewer, seal, reads, signal } = context;
  const page = pageOf<RecordFilter>('Query.records', { ...args, first: args.first ?? 20 }, viewer, seal);
  const filter = page.filter ?? {};
  checkRecordFilter(filter, true);
  const wantsCount = ['totalCount', 'isTotalCountExact'].some(
    (field) => childNodes(info, objectType(info, 'RecordSummaryConnection'), info.fieldNodes, field).length > 0,
  );
  const kind = indexKind(context);
  const to = statement();
  const eyes = eyesOf(viewer, to);
  // A filter by district asks for subjects that exist for the viewer itself.
  const conditions = satisfies(kind, filter, eyes, to) + (filter.districts ? '' : ofShownSubjects(viewer, to));
  const isFound = (table: string): string => visibleRows({ ...kind, table }, 'r', null, eyes) + conditions;
  const [day, id] = page.after ?? [];
  const beyond =
    day === undefined || id === undefined
      ? ''
      : ` and (r.sorted_on, r.id) < (${to.bind(day, 'date')}, ${to.bind(id, 'text')})`;
  const list = rowList([...rowColumns(info, kind, recordNodes(info), viewer), ...lookedColumns(context)], eyes);
  const newest = `order by r.sorted_on desc, r.id desc limit ${to.bind(page.first + 1, 'int')}`;
  const pageOfThem = (matching: string): string => `(select json_agg(t) from (select ${list} ${matching} ${newest}) t)`;
  const all = isFound(kind.table);

  const items = isByIndexAlone(filter, viewer) ? itemsAsked(filter, viewer, to) : undefined;
  /** Lines of `place` (SQL), of which id and day are known, as they are on the page. */
  const pageOfLines = (place: string): string =>
    pageOfThem(
      `from (select r.id from ${place} r where true${beyond} ${newest}) p join ${kind.table} r on r.id = p.id and r.superseded_at is null`,
    );
  const ofEachItem = (asked: string): string =>
    `(select l.* from (${asked}) i cross join lateral (select r.id, r.sorted_on ${all}${beyond} and r.item = i.code ${newest}) l)`;
  /** From the newest on, until the page is full; or from the newest of each item that is asked: what lies between is not read. */
  const walked: Way = {
    total: countedTo(all),
    page: items ? pageOfLines(ofEachItem(items)) : pageOfThem(all + beyond),
  };

  /** Those that hold a search text, where their texts are known: natural persons' are not, nor earlier ones. */
  const searched = (search: string): WayOfFew | undefined => {
    if (viewer.known !== null || mayMeetPersons(viewer)) return undefined;
    const few = fewLines(search, wantsCount ? MOST_COUNTED : MOST_GATHERED, isFound, to);
    return (
      few && {
        ...few,
        total: `case when ${few.areFew} then ${countedTo(few.matching)} else ${walked.total} end`,
        page: pageOfThem(few.matching + beyond),
      }
    );
  };

  /**
   * What is counted anyway is put in order by what counting reads: walking to a page is long where few of many lines are found.
   * A board's lines are read where they are published, for whoever sees no others.
   */
  const gathered = (): WayOfFew | undefined => {
    if (!wantsCount || viewer.known !== null) return undefined;
    const parts = isBoard(filter) ? partsByEnd(kind, 'r', eyes) : [''];
    const lines = parts.map((part) => `select r.id, r.sorted_on ${all}${part}`);
    return {
      found: `with lines as materialized (${lines.join(' union all ')} limit ${MOST_COUNTED + 1}) `,
      areFew: `(select count(*) from lines) <= ${MOST_COUNTED}`,
      total: '(select count(*)::int from lines)',
      page: pageOfLines('lines'),
    };
  };

  const few = filter.search ? searched(filter.search) : gathered();
  const count = wantsCount ? `${(few ?? walked).total} as "total", ` : '';
  const rowsOfPage = few ? `case when ${few.areFew} then ${few.page} else ${walked.page} end` : walked.page;
  const [found] = await reads.searches.read(
    `/* credit.Query.records */ ${few?.found ?? ''}select ${count}${rowsOfPage} as "page"`,
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

const OF_ITEMS: readonly string[] = ['items', 'classes', 'departments'];

/**
 * Whether the index of lines by item alone tells which of them are found: it knows item, day, who sees a line and whose it is (section and
 * department follow from the item; a line is read for them, but none that is not found), and a line that a viewer sees by another right than
 * everybody's it does not tell. With any other condition an item that holds little would be
 * read to its end.
 */
function isByIndexAlone(filter: RecordFilter, viewer: Viewer): boolean {
  const given = givenIn(filter);
  const isOfItems = given.some((name) => OF_ITEMS.includes(name));
  const isAlone = given.every((name) => name === 'districts' || OF_ITEMS.includes(name));
  return isOfItems && isAlone && viewer.known === null && !seesMoreThanPublic(viewer);
}

/** SQL: the codes of the items that a filter lets through, without those of whose lines the viewer may see none. */
function itemsAsked({ items, classes, departments }: RecordFilter, viewer: Viewer, to: Statement): string {
  const conditions = [
    `c.levels && ${to.bind(levelsKnownTo(viewer), 'text[]')}`,
    ...(items ? [`c.code = any(${to.bind(items, 'text[]')})`] : []),
    ...(classes ? [`c.class = any(${to.bind(classes, 'text[]')})`] : []),
    ...(departments ? [`c.department = any(${to.bind(departments, 'text[]')})`] : []),
  ];
  return `select c.code from credit.catalogue_items c where ${conditions.join(' and ')}`;
}

function givenIn(filter: RecordFilter): readonly string[] {
  return Object.entries(filter).flatMap(([name, value]) => (value === null || value === undefined ? [] : [name]));
}

/** Whether a filter is by items and districts alone. */
function isBoard(filter: RecordFilter): boolean {
  const given = givenIn(filter);
  return given.length === 2 && given.includes('items') && given.includes('districts');
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
