import type { FetchNodePathSegment, FetchRewrite } from '@graphql-hive/router-query-planner';
import type { GraphQLSchema } from 'graphql';
import { isOf } from './entities.ts';
import { type ObjectValue, own, put } from './merge.ts';

/** Undoes what a plan had to change of names so that one fetch could ask for it: in place. */
export function rewrite(
  schema: GraphQLSchema,
  value: ObjectValue,
  rewrites: readonly FetchRewrite[] | undefined,
): void {
  for (const one of rewrites ?? []) {
    if ('KeyRenamer' in one) {
      const { path, renameKeyTo } = one.KeyRenamer;
      change(schema, value, path, (object, key) => {
        if (!Object.hasOwn(object, key)) return;
        put(object, renameKeyTo, own(object, key));
        delete object[key];
      });
    } else {
      const { path, setValueTo } = 'ValueSetter' in one ? one.ValueSetter : one;
      change(schema, value, path, (object, key) => {
        put(object, key, setValueTo);
      });
    }
  }
}

function change(
  schema: GraphQLSchema,
  value: unknown,
  [segment, ...rest]: readonly FetchNodePathSegment[],
  how: (object: ObjectValue, key: string) => void,
): void {
  if (!segment || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) change(schema, item, [segment, ...rest], how);
    return;
  }
  const object = value as ObjectValue;
  if ('Key' in segment) {
    if (rest.length === 0) how(object, segment.Key);
    else change(schema, own(object, segment.Key), rest, how);
    return;
  }
  const isMeant = segment.TypenameEquals.some((name) => isOf(schema, object.__typename, name));
  if (object.__typename === undefined || isMeant) change(schema, object, rest, how);
}
