import DataLoader from 'dataloader';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  Kind,
} from 'graphql';
import type { Reads, Row } from '../database/index.ts';
import type { Leaving } from '../leaving.ts';
import type { Viewer } from '../viewer/viewer.ts';
import { type Connection, connection, type RecordRow } from './connection.ts';
import type { CursorSeal } from './cursor.ts';
import type { BackedType, RecordKind } from './kind.ts';
import { checkRecordFilter, type Page, pageOf, type RecordFilter } from './list-arguments.ts';
import { ALL_ITEMS, type Looks } from './looks.ts';
import { type ReadRows, rememberedReadings, type WriteStatement, type Written } from './readings.ts';
import { type ListSelection, type Selection, selectionOf } from './selection.ts';
import { listColumns, type Statement } from './statement.ts';
import { type Eyes, eyesOf } from './visibility.ts';

/** A row that answers as a GraphQL object of this type. */
export type TypedRow = RecordRow & { readonly __typename: string };

/** What hangs on an object, by where the question asks for it. An Error stands where a list could not be read. */
export type Lists = ReadonlyMap<FieldNode, Connection<TypedRow> | TypedRow | Error | null>;

/** An object that was read ahead: its own columns and its lists. */
export type ReadObject = Row & { readonly lists: Lists };

/** One object type's selection within one question, ready to be put into a statement and read back out of its rows. */
export interface Reading {
  /** The select list: the object's own columns over `row`, and its lists for the subject that `subject` names. */
  columns(row: string, subject: string, eyes: Eyes, to: Statement): readonly string[];
  object(row: Row): ReadObject;
  /** A statement about a value, by a name of its own: what is written once serves whoever asks the same of another value. */
  about(name: string, type: string, value: unknown, write: WriteStatement): Written;
  /** The row of one value, read by one statement with those that others ask for of theirs at once. */
  rowOf(value: string, read: ReadRows, leaving: Leaving): Promise<Row | null>;
}

/** One object type's selection with the arguments of its lists, for a viewer of certain facts. */
interface Wanted {
  readonly selection: Selection;
  readonly lists: readonly {
    readonly list: ListSelection;
    readonly key: string;
    readonly page: Page<RecordFilter> | Error;
  }[];
}

/** All that a question of one viewer shares while a department answers it. */
export interface RecordsContext {
  readonly viewer: Viewer;
  /** The sessions that answer this viewer (reads.ts). */
  readonly reads: Reads;
  readonly signal?: Leaving | undefined;
  /** What is read for a viewer who may see more than the public; undefined for others. */
  readonly looks?: Looks | undefined;
  /** One loader per place in the question; each becomes one statement. */
  readonly loaders: Map<string, DataLoader<string, ReadObject>>;
}

/** The one reader of a department's records: selection, visibility, paging and as-of live here and nowhere else. */
export interface RecordsReader {
  reading(
    context: RecordsContext,
    info: GraphQLResolveInfo,
    type: GraphQLObjectType,
    nodes: readonly FieldNode[],
    backed?: BackedType,
  ): Reading;
  /** The department's slice of one subject; the slices of all subjects at this place of the question are one statement. */
  slice(
    context: RecordsContext,
    subject: string,
    info: GraphQLResolveInfo,
    type: GraphQLObjectType,
  ): Promise<ReadObject>;
  /**
   * A name for a place in a question, for `loaders`: documents are cached, so a place keeps its name. Places whose whole selection
   * is the same fragment have the same name.
   */
  placeOf(nodes: readonly FieldNode[], info: Pick<GraphQLResolveInfo, 'fragments'>): string;
}

export function recordsReader(
  department: string,
  kinds: ReadonlyMap<string, RecordKind>,
  seal: CursorSeal,
): RecordsReader {
  const placeOf = placeNames();
  const readingAt = rememberedReadings<Wanted>(({ lists }) => lists.every(({ page }) => !(page instanceof Error)));

  function reading(
    context: RecordsContext,
    info: GraphQLResolveInfo,
    type: GraphQLObjectType,
    nodes: readonly FieldNode[],
    backed?: BackedType,
  ): Reading {
    const { viewer } = context;
    const { wanted, about, rowOf } = readingAt(
      info,
      `${info.parentType.name}.${info.fieldName} ${type.name} ${placeOf(nodes, info)}`,
      viewer,
      () => {
        const selection = selectionOf(info, type, nodes, { viewer, department }, kinds, backed);
        const lists = selection.lists.map((list, index) => ({
          list,
          key: `list_${index}`,
          page: pageOrError(list, info, viewer, seal, type),
        }));
        return { selection, lists };
      },
    );
    const { selection, lists } = wanted;
    const items = context.looks ? itemsLookedFor(selection, lists, backed) : [];
    return {
      about,
      // A trace is of one question, with the statements that it was answered by.
      rowOf:
        viewer.trace === undefined ? rowOf : async (value, read, leaving) => (await read([value], leaving))[0] ?? null,
      columns: (row, subject, eyes, to) => [
        ...selection.columns.map((column) => `${column.expression(row, { subject, eyes })} as "${column.key}"`),
        ...lists.flatMap(({ list, key, page }) =>
          page instanceof Error ? [] : listColumns(list, page, key, subject, eyes, to),
        ),
      ],
      object: (row) => {
        context.looks?.add(String(backed ? row.id : row.subjectId), items);
        const found = new Map<FieldNode, Connection<TypedRow> | TypedRow | Error | null>();
        for (const { list, key, page } of lists) {
          const one = listOf(list, page, row[key], row[`${key}_count`], seal);
          for (const node of list.nodes) found.set(node, one);
        }
        return { ...row, lists: found };
      },
    };
  }

  return {
    reading,
    placeOf,
    slice(context, subject, info, type) {
      const place = `${type.name} ${placeOf(info.fieldNodes, info)}`;
      const known = context.loaders.get(place);
      if (known) return known.load(subject);
      const name = `/* ${department}.${info.parentType.name}.${info.fieldName} */`;
      const loader = new DataLoader<string, ReadObject>(async (subjects) => {
        const wanted = reading(context, info, type, info.fieldNodes);
        const { text, parameters } = wanted.about(name, 'text[]', subjects, (ids, to) => {
          const columns = wanted.columns('s', 's.id', eyesOf(context.viewer, to), to);
          if (columns.length === 0) return '';
          return `${name} select s.id as "subjectId", ${columns.join(', ')} from unnest(${ids}) as s(id)`;
        });
        if (text === '') return subjects.map((subjectId) => wanted.object({ subjectId }));
        const rows = await context.reads.hotReads.read(text, parameters, { signal: context.signal });
        const bySubject = new Map(rows.map((row) => [row.subjectId, row]));
        return subjects.map((subjectId) => wanted.object(bySubject.get(subjectId) ?? { subjectId }));
      });
      context.loaders.set(place, loader);
      return loader.load(subject);
    },
  };
}

function pageOrError(
  list: ListSelection,
  info: GraphQLResolveInfo,
  viewer: Viewer,
  seal: CursorSeal,
  parent: GraphQLObjectType,
): Page<RecordFilter> | Error {
  try {
    const [node] = list.nodes;
    const args = node ? getArgumentValues(list.field, node, info.variableValues) : {};
    const page = pageOf<RecordFilter>(`${parent.name}.${list.field.name}`, args, viewer, seal);
    checkRecordFilter(page.filter ?? {}, list.kind.index !== undefined);
    return page;
  } catch (error) {
    return error instanceof Error ? error : new Error('unreadable arguments');
  }
}

/** The catalogue items that a selection looks for: those of its lists, as far as their filters go, and the object's own. */
function itemsLookedFor(
  selection: Selection,
  lists: readonly { readonly list: ListSelection; readonly page: Page<RecordFilter> | Error }[],
  backed: BackedType | undefined,
): readonly string[] {
  const own = backed?.item === undefined ? [] : [backed.item];
  const counts = selection.columns.some(({ key }) => key === 'recordCounts') ? ALL_ITEMS : [];
  const listed = lists.flatMap(({ list, page }) => {
    if (page instanceof Error) return [];
    const asked = page.filter?.items;
    if (list.kind.index) return asked ?? ALL_ITEMS;
    const items = list.kind.items.map(({ code }) => code);
    return asked ? items.filter((item) => asked.includes(item)) : items;
  });
  return [...new Set([...own, ...counts, ...listed])];
}

function listOf(
  list: ListSelection,
  page: Page<RecordFilter> | Error,
  found: unknown,
  count: unknown,
  seal: CursorSeal,
): Connection<TypedRow> | TypedRow | Error | null {
  if (page instanceof Error) return page;
  const typed = (Array.isArray(found) ? found : []) as (RecordRow & { __typename: string })[];
  // The rows are this answer's own: they were JSON before.
  for (const row of typed) row.__typename = list.kind.type.name;
  if (!list.isConnection) return typed[0] ?? null;
  return connection(typed, page, typeof count === 'number' ? count : undefined, (row) => [row.sortedOn, row.id], seal);
}

function placeNames(): RecordsReader['placeOf'] {
  const numbers = new WeakMap<object, number>();
  let next = 0;
  return (nodes, { fragments }) =>
    nodes
      .map((node) => {
        const what = wholeFragment(node, fragments) ?? node;
        const number = numbers.get(what) ?? next++;
        numbers.set(what, number);
        return number;
      })
      .join(' ');
}

/** The fragment that is all that a field selects. */
function wholeFragment(
  { selectionSet }: FieldNode,
  fragments: GraphQLResolveInfo['fragments'],
): FragmentDefinitionNode | undefined {
  const [spread, ...others] = selectionSet?.selections ?? [];
  const isWhole = spread?.kind === Kind.FRAGMENT_SPREAD && others.length === 0 && !spread.directives?.length;
  return isWhole ? fragments[spread.name.value] : undefined;
}
