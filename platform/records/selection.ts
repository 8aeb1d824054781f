import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  print,
  type SelectionSetNode,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import type { Viewer } from '../viewer/viewer.ts';
import { accessLevelOf, type BackedField, type BackedType, type RecordKind, type SelectedColumn } from './kind.ts';
import { type Items, itemsOf, type Sight, sightOf, whereSeen } from './visibility.ts';

/** What one question wants of a list of records. */
export interface ListSelection {
  readonly field: GraphQLField<unknown, unknown>;
  /** Where the question asks for it, each time with the same arguments. */
  readonly nodes: readonly FieldNode[];
  readonly kind: RecordKind;
  /** A connection, or the one latest record. */
  readonly isConnection: boolean;
  /** Of whom the viewer sees this list. */
  readonly sight: Exclude<Sight, 'NEVER'>;
  readonly columns: readonly SelectedColumn[];
  readonly wantsRows: boolean;
  readonly wantsCount: boolean;
  /** Whether the page must know that more follow, and whether its rows need cursors. */
  readonly wantsNext: boolean;
}

/** What one question wants of an object: columns of its own table, and lists of records that hang on it. */
export interface Selection {
  readonly columns: readonly SelectedColumn[];
  readonly lists: readonly ListSelection[];
}

/** Whether `@skip` or `@include` stand anywhere: then its variables decide what a document asks. */
export function isConditional({ operation, fragments }: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>): boolean {
  const known = conditional.get(operation);
  if (known !== undefined) return known;
  const isIn = (set: SelectionSetNode | undefined): boolean =>
    (set?.selections ?? []).some(
      (node) =>
        (node.directives ?? []).some(({ name }) => name.value === 'skip' || name.value === 'include') ||
        ('selectionSet' in node && isIn(node.selectionSet)),
    );
  const found = [operation, ...Object.values(fragments)].some((node) => isIn(node.selectionSet));
  conditional.set(operation, found);
  return found;
}

/** Documents are cached. */
const conditional = new WeakMap<object, boolean>();

/** Who asks, and which department's fields. */
interface Asking {
  readonly viewer: Viewer;
  readonly department: string;
}

type Subfields = ReadonlyMap<string, readonly FieldNode[]>;

/**
 * Reads ahead what a question wants below an object, so that one statement can fetch all of it. Fields that the viewer
 * may not see are left out here: they are never selected.
 */
export function selectionOf(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  whose: Asking,
  kinds: ReadonlyMap<string, RecordKind>,
  backed?: BackedType,
): Selection {
  const columns = new Map<string, SelectedColumn>();
  const lists: ListSelection[] = [];
  for (const fieldNodes of [...subfields(info, type, nodes).values()].flatMap(alike)) {
    const field = type.getFields()[fieldNodes[0]?.name.value ?? ''];
    if (!field) continue;
    const target = getNamedType(field.type);
    const kind = kinds.get(target.name.replace(/Connection$/u, ''));
    if (kind && isObjectType(target)) {
      const sight = sightOf(accessLevelOf(field), whose.department, whose.viewer);
      if (sight === 'NEVER') continue;
      lists.push(listSelection(info, { field, nodes: fieldNodes, kind, sight }, target, whose));
      continue;
    }
    for (const column of seenColumns(backed?.fields.get(field.name), whose, [])) columns.set(column.key, column);
  }
  return { columns: [...columns.values()], lists };
}

function listSelection(
  info: GraphQLResolveInfo,
  list: Pick<ListSelection, 'field' | 'nodes' | 'kind' | 'sight'>,
  target: GraphQLObjectType,
  whose: Asking,
): ListSelection {
  const { nodes } = list;
  if (target === list.kind.type) {
    const columns = rowColumns(info, list.kind, nodes, whose.viewer);
    return { ...list, isConnection: false, columns, wantsRows: true, wantsCount: false, wantsNext: false };
  }
  const parts = byName(subfields(info, target, nodes));
  const edgeType = getNamedType(target.getFields().edges?.type ?? target);
  const edges = isObjectType(edgeType) ? byName(subfields(info, edgeType, parts.get('edges') ?? [])) : new Map();
  const rowNodes = [...(parts.get('nodes') ?? []), ...(edges.get('node') ?? [])];
  return {
    ...list,
    isConnection: true,
    columns: rowColumns(info, list.kind, rowNodes, whose.viewer),
    wantsRows: parts.has('nodes') || parts.has('edges') || parts.has('pageInfo'),
    wantsCount: parts.has('totalCount'),
    wantsNext: parts.has('pageInfo'),
  };
}

/** The columns that a question wants of each record of a kind. */
export function rowColumns(
  info: GraphQLResolveInfo,
  kind: RecordKind,
  nodes: readonly FieldNode[],
  viewer: Viewer,
): readonly SelectedColumn[] {
  const columns = new Map<string, SelectedColumn>();
  const whose = { viewer, department: kind.department };
  for (const node of [...subfields(info, kind.type, nodes).values()].flat()) {
    for (const column of seenColumns(kind.fields.get(node.name.value), whose, itemsOf(kind)))
      columns.set(column.key, column);
  }
  return [...columns.values()];
}

/** What is selected of a field: nothing where the viewer may not see it, nulls of whom it may not see it. */
function seenColumns(
  field: BackedField | undefined,
  { viewer, department }: Asking,
  items: Items,
): readonly SelectedColumn[] {
  const sight = field ? sightOf(field.level, department, viewer) : 'NEVER';
  if (!field || sight === 'NEVER') return [];
  return sight === 'ALWAYS' ? field.columns : field.columns.map((column) => whereSeen(column, sight, items));
}

/** The nodes of one child field, whatever it is called in the answer. */
export function childNodes(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  child: string,
): readonly FieldNode[] {
  return byName(subfields(info, type, nodes)).get(child) ?? [];
}

function subfields(info: GraphQLResolveInfo, type: GraphQLObjectType, nodes: readonly FieldNode[]): Subfields {
  return collectSubfields(info.schema, info.fragments, info.variableValues, type, [...nodes]);
}

/** All nodes of a field together, whatever they are called in the answer. */
function byName(fields: Subfields): ReadonlyMap<string, readonly FieldNode[]> {
  return grouped([...fields.values()].flat(), (node) => node.name.value);
}

/**
 * Nodes of one response key by what they ask. GraphQL merges only what is equal, within one object of the answer; an object
 * that stands at several places of it (under `nodes` and under `edges { node }`) is read once for all of them, and there one
 * key may mean different fields, or one list with other arguments.
 */
function alike(nodes: readonly FieldNode[]): readonly (readonly FieldNode[])[] {
  if (nodes.length === 1) return [nodes];
  return [
    ...grouped(nodes, ({ name, arguments: args = [] }) => [name.value, ...args.map(print).sort()].join()).values(),
  ];
}

function grouped(
  nodes: readonly FieldNode[],
  keyOf: (node: FieldNode) => string,
): ReadonlyMap<string, readonly FieldNode[]> {
  const found = new Map<string, FieldNode[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    const known = found.get(key);
    if (known) known.push(node);
    else found.set(key, [node]);
  }
  return found;
}
