import type { FetchRewrite, FlattenNodePathSegment, RequiresSelection } from '@graphql-hive/router-query-planner';
import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { type ObjectValue, own, put } from './merge.ts';
import type { Place } from './place.ts';
import { rewrite } from './rewrites.ts';

/** Entities that a fetch is about: where they stand, and what must be known of them. */
export interface Wanted {
  /** The name of the answer's list of them, and of the variable that they are asked in. */
  readonly key: string;
  readonly variable: string;
  readonly paths: readonly (readonly FlattenNodePathSegment[])[];
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites?: readonly FetchRewrite[] | undefined;
  readonly outputRewrites?: readonly FetchRewrite[] | undefined;
}

/** One place of an entity, and which of the representations stands for it. */
export interface Found {
  readonly entity: ObjectValue;
  readonly place: Place | undefined;
  readonly index: number;
}

export interface Entities extends Pick<Wanted, 'key' | 'variable'> {
  readonly wanted: Wanted;
  readonly representations: readonly ObjectValue[];
  readonly places: readonly Found[];
}

/** What is asked about under one variable. */
interface Representations {
  readonly representations: ObjectValue[];
  /** Where each stands, by its text; not worked out while there is one. */
  known: Map<string, number> | undefined;
}

/** The entities that are there by now. Lists that are asked in one variable share its representations. */
export function entitiesAt(schema: GraphQLSchema, data: ObjectValue, wanted: readonly Wanted[]): readonly Entities[] {
  const byVariable = new Map<string, Representations>();
  return wanted.map((one) => {
    const { variable } = one;
    const into = byVariable.get(variable) ?? { representations: [], known: undefined };
    byVariable.set(variable, into);
    const places: Found[] = [];
    for (const path of one.paths) {
      walk(schema, data, path, 0, undefined, (entity, place) => {
        const representation = representationOf(schema, entity, one);
        if (representation) places.push({ entity, place, index: indexOf(into, representation) });
      });
    }
    return { key: one.key, variable, wanted: one, representations: into.representations, places };
  });
}

/** Where a representation stands among those there are; it is put there where it is new. */
function indexOf(into: Representations, representation: ObjectValue): number {
  const { representations } = into;
  if (representations.length === 0) return representations.push(representation) - 1;
  into.known ??= new Map(representations.map((one, index) => [JSON.stringify(one), index]));
  const text = JSON.stringify(representation);
  const index = into.known.get(text) ?? representations.push(representation) - 1;
  into.known.set(text, index);
  return index;
}

function walk(
  schema: GraphQLSchema,
  value: unknown,
  path: readonly FlattenNodePathSegment[],
  step: number,
  at: Place | undefined,
  take: (entity: ObjectValue, at: Place | undefined) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    // A list is gone through whether the path says so (`@`) or ends at it.
    const next = path[step] === '@' ? step + 1 : step;
    for (let index = 0; index < value.length; index++)
      walk(schema, value[index], path, next, { around: at, key: index }, take);
    return;
  }
  const segment = path[step];
  const object = value as ObjectValue;
  if (segment === undefined) take(object, at);
  else if (segment === '@') walk(schema, object, path, step + 1, at, take);
  else if ('Field' in segment)
    walk(schema, own(object, segment.Field), path, step + 1, { around: at, key: segment.Field }, take);
  else if (segment.TypeCondition.some((condition) => isOf(schema, object.__typename, condition)))
    walk(schema, object, path, step + 1, at, take);
}

/** What is told of an entity to whoever is to add to it; undefined where something that it needs is not there. */
function representationOf(schema: GraphQLSchema, entity: ObjectValue, { requires, inputRewrites }: Wanted) {
  const representation: ObjectValue = {};
  if (!require(schema, entity, requires, representation)) return undefined;
  if (Object.keys(representation).every((key) => key === '__typename')) return undefined;
  representation.__typename ??= entity.__typename;
  rewrite(schema, representation, inputRewrites);
  return representation;
}

function require(
  schema: GraphQLSchema,
  from: ObjectValue,
  requires: readonly RequiresSelection[],
  into: ObjectValue,
): boolean {
  return requires.every((one) => {
    if (one.kind === 'InlineFragment')
      return !isOf(schema, from.__typename, one.typeCondition) || require(schema, from, one.selections, into);
    if (one.kind !== 'Field') throw new Error(`a plan requires what is not known here: ${one.kind}`);
    const key = one.alias ?? one.name;
    const named = own(from, one.name);
    const value = named === undefined ? own(from, key) : named;
    if (value === undefined) return false;
    const required = one.selections ? requiredOf(schema, value, one.selections) : value;
    put(into, key, required);
    return required !== undefined;
  });
}

function requiredOf(schema: GraphQLSchema, value: unknown, selections: readonly RequiresSelection[]): unknown {
  if (Array.isArray(value)) return value.map((item) => requiredOf(schema, item, selections));
  if (typeof value !== 'object' || value === null) return value;
  const into: ObjectValue = {};
  return require(schema, value as ObjectValue, selections, into) ? into : undefined;
}

/** Whether a type is this one, or one of those that it stands for. */
export function isOf(schema: GraphQLSchema, name: unknown, condition: string): boolean {
  if (name === condition) return true;
  const [type, other] = [schema.getType(String(name)), schema.getType(condition)];
  return isObjectType(type) && isAbstractType(other) && schema.isSubType(other, type);
}
