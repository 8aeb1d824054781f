import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Question } from '../../platform/viewer/token.ts';
import { askedOf, representationsOf, selectionsOf } from '../executor/answer-shape.ts';
import { type Fragments, fragmentsOf } from '../selections.ts';

type Path = readonly (string | number)[];
type ObjectValue = Readonly<Record<string, unknown>>;

/** What of an earlier answer may be told still, and the places of what may not. */
export interface StillTold {
  readonly data: Record<string, unknown>;
  readonly withheld: readonly Path[];
}

interface Telling {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly isTooOld: (type: GraphQLNamedType) => boolean;
  readonly withheld: Path[];
  /** How many values are told that say something. */
  told: number;
}

const NOTHING = Symbol('nothing may be told');

/**
 * An earlier answer without what is too old to be told: null there, or at the nearest place above that can be null. Undefined
 * where that leaves nothing that says anything.
 */
export function stillTold(
  data: ObjectValue,
  { variables }: Question,
  document: DocumentNode,
  schema: GraphQLSchema,
  isTooOld: (type: GraphQLNamedType) => boolean,
): StillTold | undefined {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return undefined;
  const telling: Telling = { schema, fragments: fragmentsOf(document), isTooOld, withheld: [], told: 0 };
  const asked = askedOf(telling, [operation.selectionSet], root);
  const entities = [...asked].filter(([, { nodes }]) => nodes[0]?.name.value === '_entities');
  const left =
    entities.length > 0
      ? together(
          entities.map(([key, { nodes }]) =>
            entitiesOf(telling, key, selectionsOf(nodes), data[key], representationsOf(nodes[0], variables)),
          ),
        )
      : objectOf(telling, [operation.selectionSet], root, data, []);
  return left === NOTHING || telling.told === 0 ? undefined : { data: left, withheld: telling.withheld };
}

type Left = Record<string, unknown> | typeof NOTHING;

function together(parts: readonly Left[]): Left {
  const told = parts.filter((part) => part !== NOTHING);
  return told.length < parts.length ? NOTHING : Object.assign({}, ...told);
}

function entitiesOf(
  telling: Telling,
  key: string,
  sets: readonly SelectionSetNode[],
  answered: unknown,
  representations: unknown,
): Left {
  if (!Array.isArray(answered) || !Array.isArray(representations)) return NOTHING;
  const told: unknown[] = [];
  for (const [index, entity] of (answered as readonly ObjectValue[]).entries()) {
    const { __typename: name } = (representations[index] ?? {}) as { readonly __typename?: unknown };
    const type = telling.schema.getType(String(name));
    if (!isObjectType(type)) return NOTHING;
    const left = objectOf(telling, sets, type, entity, [key, index]);
    if (left === NOTHING) return NOTHING;
    told.push(left);
  }
  return { [key]: told };
}

function objectOf(
  telling: Telling,
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType,
  value: ObjectValue,
  path: Path,
): Left {
  const left: Record<string, unknown> = {};
  for (const [key, { nodes }] of askedOf(telling, sets, type)) {
    if (!Object.hasOwn(value, key)) continue;
    const name = nodes[0]?.name.value ?? '';
    const field = type.getFields()[name];
    if (name !== '__typename' && !field) return NOTHING;
    const told = field ? toldOf(telling, field.type, nodes, value[key], [...path, key]) : value[key];
    if (told === NOTHING) return NOTHING;
    left[key] = told;
  }
  return left;
}

function toldOf(telling: Telling, type: GraphQLType, nodes: readonly FieldNode[], value: unknown, path: Path): unknown {
  if (isNonNullType(type)) return somethingOf(telling, type.ofType, nodes, value, path);
  const [withheld, told] = [telling.withheld.length, telling.told];
  const something = somethingOf(telling, type, nodes, value, path);
  if (something !== NOTHING) return something;
  telling.withheld.length = withheld;
  telling.told = told;
  telling.withheld.push(path);
  return null;
}

function somethingOf(
  telling: Telling,
  type: GraphQLType,
  nodes: readonly FieldNode[],
  value: unknown,
  path: Path,
): unknown {
  const named = getNamedType(type);
  // Whatever its value: an empty list says that there was nothing.
  if (telling.isTooOld(named)) return NOTHING;
  if (isListType(type) && Array.isArray(value)) {
    if (value.length === 0) telling.told += 1;
    const items = value.map((item, index) => toldOf(telling, type.ofType, nodes, item, [...path, index]));
    return items.includes(NOTHING) ? NOTHING : items;
  }
  if (value === null || isLeafType(named)) {
    if (nodes[0]?.name.value !== 'id') telling.told += 1;
    return value;
  }
  const { __typename: name } = value as ObjectValue;
  const concrete = isAbstractType(named) ? telling.schema.getType(String(name)) : named;
  return isObjectType(concrete)
    ? objectOf(telling, selectionsOf(nodes), concrete, value as ObjectValue, path)
    : NOTHING;
}
