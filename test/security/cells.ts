import { type FieldNode, type GraphQLSchema, getNamedType, Kind, parse, type SelectionSetNode } from 'graphql';
import { isPaging } from '../../gateway/supergraph/view.ts';
import type { Answer } from '../support/city.ts';
import { fieldsOf } from './places.ts';

/** What became of a field at one place of an answer. */
export interface Cell {
  /** `Type.field`. */
  readonly field: string;
  /** The code with which it, or what leads to it, was refused; `hidden` where no object has it; else `seen`. */
  readonly outcome: string;
  /** Whether somebody got to the object that has it; else what became of it is told of what leads there. */
  readonly isReached: boolean;
  readonly value: unknown;
  /** The root field, as the answer calls it. */
  readonly root: string;
}

/** What became of each field that a question asks for, but for pages and edges. The question has no fragments. */
export function cellsOf(view: GraphQLSchema, query: string, { data, errors }: Answer): readonly Cell[] {
  const [operation] = parse(query).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const codes = new Map(errors.map(({ path = [], extensions }) => [path.join('.'), String(extensions.code)]));
  const root = operation.operation === 'mutation' ? 'Mutation' : 'Query';
  return [...cellsIn(view, root, operation.selectionSet, data, { path: [], codes, blocked: undefined })];
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly codes: ReadonlyMap<string, string>;
  /** The code with which something on the way was refused. */
  readonly blocked: string | undefined;
}

function* cellsIn(
  view: GraphQLSchema,
  type: string,
  { selections }: SelectionSetNode,
  value: unknown,
  place: Place,
): Generator<Cell> {
  for (const node of selections as readonly FieldNode[]) {
    const field = fieldsOf(view, type).find(({ name }) => name === node.name.value);
    if (!field) throw new Error(`the view has no ${type}.${node.name.value}`);
    const key = node.alias?.value ?? node.name.value;
    const path = [...place.path, key];
    const code = place.blocked ?? place.codes.get(path.join('.'));
    const own = (value as Record<string, unknown> | null | undefined)?.[key];
    const isThere = value !== null && value !== undefined;
    const outcome = code ?? (isThere ? (own === undefined ? 'missing' : 'seen') : 'hidden');
    if (!isPaging(type))
      yield {
        field: `${type}.${field.name}`,
        outcome,
        isReached: isThere && place.blocked === undefined,
        value: own,
        root: String(path[0]),
      };
    if (!node.selectionSet) continue;
    const target = getNamedType(field.type).name;
    const entries = Array.isArray(own) ? own.map((one, at) => [one, [...path, at]] as const) : [[own, path] as const];
    const within = entries.length > 0 ? entries : [[null, path] as const];
    for (const [one, at] of within)
      yield* cellsIn(view, target, node.selectionSet, one, { ...place, path: at, blocked: code });
  }
}

/**
 * A selection of all fields of a type that a view has, and of all that they lead to, but that other subjects are asked for
 * their id alone, their records for whether there are any, and lists with arguments of their own for their first entries.
 */
export function wholeOf(view: GraphQLSchema, type: string, isTop = true): string {
  if (type === 'Subject' && !isTop) return '{ id }';
  if (type === 'CatalogueItem' && !isTop) return '{ code }';
  const fields = fieldsOf(view, type).map((field) => {
    const target = getNamedType(field.type).name;
    if (fieldsOf(view, target).length === 0) return field.name;
    if (isRecords(view, target)) return `${field.name} { pageInfo { hasNextPage } }`;
    if (fieldsOf(view, target).some(({ name }) => name === 'counterpartName')) return `${field.name} { id }`;
    return `${field.name} ${wholeOf(view, target, false)}`;
  });
  return `{ ${fields.join(' ')} }`;
}

function isRecords(view: GraphQLSchema, connection: string): boolean {
  const name = connection.replace(/Connection$/u, '');
  return (
    name !== connection && fieldsOf(view, name).some((field) => ['counterpartName', 'versions'].includes(field.name))
  );
}
