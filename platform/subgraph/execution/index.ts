import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isObjectType,
  locatedError,
} from 'graphql';
import { type FieldShape, type ObjectShape, type QueryShape, queryShape, type ValueShape } from './shapes.ts';

export interface AskedQuery {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
  readonly contextValue: object;
}

/** Answers validated queries about a schema. */
export type AnswerQuery = (asked: AskedQuery) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Answers as graphql's own `execute` does (test/platform/execution.test.ts holds the two against each other), but what
 * follows from a document is worked out once and not for every value of every row. What a variable decides, by `@skip` or
 * `@include`, and what is no single query, is left to `execute`.
 */
export function executor(schema: GraphQLSchema): AnswerQuery {
  const shapes = new WeakMap<DocumentNode, QueryShape | null>();
  const shapeOf = (document: DocumentNode): QueryShape | null => {
    const known = shapes.get(document);
    if (known !== undefined) return known;
    const shape = queryShape(schema, document) ?? null;
    shapes.set(document, shape);
    return shape;
  };
  return ({ document, variables, operationName, contextValue }) => {
    const shape = shapeOf(document);
    if (!shape || (operationName !== null && operationName !== shape.operation.name?.value))
      return execute({ schema, document, contextValue, variableValues: variables, operationName });
    const { variableDefinitions = [] } = shape.operation;
    const { coerced, errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 50 });
    if (!coerced) return { errors: errors ?? [] };
    const run: Run = { schema, contextValue, variableValues: coerced, errors: [] };
    try {
      const data = objectOf(run, shape.root, undefined, undefined);
      if (!isPromise(data)) return resultOf(run, data);
      return data.then(
        (value) => resultOf(run, value),
        (error: GraphQLError) => resultOf(run, null, error),
      );
    } catch (error) {
      return resultOf(run, null, error as GraphQLError);
    }
  };
}

type Answered = Record<string, unknown>;

interface Run {
  readonly schema: GraphQLSchema;
  readonly contextValue: object;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly errors: GraphQLError[];
}

interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

function resultOf({ errors }: Run, data: Answered | null, error?: GraphQLError): ExecutionResult {
  if (error) errors.push(error);
  return errors.length === 0 ? { data } : { errors, data };
}

function objectOf(run: Run, shape: ObjectShape, source: unknown, path: Path | undefined): Answered | Promise<Answered> {
  const answered: Answered = {};
  let pending: Promise<void>[] | undefined;
  try {
    for (const field of shape.fields) {
      const later = answerField(run, shape, field, source, path, answered);
      if (!later) continue;
      pending ??= [];
      pending.push(later);
    }
  } catch (error) {
    if (!pending) throw error;
    return failOnceSettled(pending, error);
  }
  return pending ? onceSettled(pending, answered) : answered;
}

async function onceSettled(pending: readonly Promise<void>[], answered: Answered): Promise<Answered> {
  await Promise.all(pending);
  return answered;
}

/** The others are waited for: they may fail as well. */
async function failOnceSettled(pending: readonly Promise<void>[], error: unknown): Promise<never> {
  await Promise.allSettled(pending);
  throw error;
}

/** Puts a field's value into the object that it is asked of; what it waits for is told. */
function answerField(
  run: Run,
  shape: ObjectShape,
  field: FieldShape,
  source: unknown,
  around: Path | undefined,
  answered: Answered,
): Promise<void> | undefined {
  const { key } = field;
  try {
    const path = placeOf(shape, field, around);
    const found = resolved(run, shape.type, field, source, path);
    const value = isPromise(found) ? undefined : completed(run, field, field.value, found, path);
    answered[key] = value; // in its order, whenever it is there
    if (isPromise(found)) return answerResolved(run, shape, field, found, around, answered);
    return isPromise(value) ? answerCompleted(run, shape, field, value, around, answered) : undefined;
  } catch (error) {
    answered[key] = failedField(run, error, shape, field, around);
    return undefined;
  }
}

// What waits has functions of its own: most values are here at once, and cost nothing of it.

async function answerResolved(
  run: Run,
  shape: ObjectShape,
  field: FieldShape,
  found: Promise<unknown>,
  around: Path | undefined,
  answered: Answered,
): Promise<void> {
  try {
    answered[field.key] = await completed(run, field, field.value, await found, placeOf(shape, field, around));
  } catch (error) {
    answered[field.key] = failedField(run, error, shape, field, around);
  }
}

async function answerCompleted(
  run: Run,
  shape: ObjectShape,
  field: FieldShape,
  value: Promise<unknown>,
  around: Path | undefined,
  answered: Answered,
): Promise<void> {
  try {
    answered[field.key] = await value;
  } catch (error) {
    answered[field.key] = failedField(run, error, shape, field, around);
  }
}

/** Undefined for what has no need of it unless it fails. */
function placeOf({ type }: ObjectShape, { key, value, takesInfo }: FieldShape, around: Path | undefined) {
  return value.kind === 'LEAF' && !takesInfo ? undefined : { prev: around, key, typename: type.name };
}

function failedField(
  run: Run,
  error: unknown,
  { type }: ObjectShape,
  field: FieldShape,
  around: Path | undefined,
): null {
  return failed(run, error, field, field.value.isNonNull, { prev: around, key: field.key, typename: type.name });
}

function resolved(run: Run, type: GraphQLObjectType, field: FieldShape, source: unknown, path: Path | undefined) {
  const { resolve, name } = field;
  if (name === '__typename') return type.name;
  if (!resolve) {
    const value = typeof source === 'object' && source !== null ? (source as Answered)[name] : undefined;
    if (typeof value !== 'function') return value;
    return value.call(source, argumentsOf(run, field), run.contextValue, infoOf(run, field, path));
  }
  const info = (field.takesInfo ? infoOf(run, field, path) : field.info) as GraphQLResolveInfo;
  return resolve(source, argumentsOf(run, field), run.contextValue, info);
}

function argumentsOf({ variableValues }: Run, { args, field, nodes }: FieldShape): Record<string, unknown> {
  const [node] = nodes;
  return args ?? (node ? getArgumentValues(field, node, variableValues) : {});
}

function infoOf({ variableValues }: Run, { info }: FieldShape, path: Path | undefined): GraphQLResolveInfo {
  const { fieldName, fieldNodes, returnType, parentType, schema, fragments, operation } = info;
  const ofRun = { rootValue: undefined, variableValues, path: path ?? NOWHERE };
  return { fieldName, fieldNodes, returnType, parentType, schema, fragments, operation, ...ofRun };
}

const NOWHERE: Path = { prev: undefined, key: '', typename: undefined };

function completed(run: Run, field: FieldShape, shape: ValueShape, value: unknown, path: Path | undefined): unknown {
  if (typeof value === 'object' && value instanceof Error) throw value;
  const something = value === null || value === undefined ? null : presentOf(run, field, shape, value, path);
  if (!shape.isNonNull) return something;
  return isPromise(something) ? notNullOnceSettled(something, field) : notNull(something, field);
}

async function notNullOnceSettled(something: Promise<unknown>, field: FieldShape): Promise<unknown> {
  return notNull(await something, field);
}

function presentOf(run: Run, field: FieldShape, shape: ValueShape, value: unknown, path: Path | undefined): unknown {
  switch (shape.kind) {
    case 'LEAF':
      return leafOf(shape.type, value);
    case 'LIST':
      return listOf(run, field, shape.items, value, path);
    case 'OBJECT':
      return objectOf(run, field.below(shape.type), value, path);
    case 'ABSTRACT':
      return someOf(run, field, shape.type, value, path);
  }
}

function someOf(
  run: Run,
  field: FieldShape,
  type: GraphQLAbstractType,
  value: unknown,
  path: Path | undefined,
): Answered | Promise<Answered> {
  const { resolveType } = type;
  const name = resolveType?.(value, run.contextValue, infoOf(run, field, path), type) ?? (value as Answered).__typename;
  const of = (found: unknown): Answered | Promise<Answered> => {
    const concrete = run.schema.getType(String(found));
    if (!isObjectType(concrete) || !run.schema.isSubType(type, concrete))
      throw new GraphQLError(`Abstract type "${type.name}" was resolved to a type "${String(found)}" that it is not.`);
    return objectOf(run, field.below(concrete), value, path);
  };
  return isPromise(name) ? name.then(of) : of(name);
}

function listOf(run: Run, field: FieldShape, items: ValueShape, value: unknown, path: Path | undefined): unknown {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${coordinateOf(field)}".`);
  const list: unknown[] = [];
  let isPending = false;
  try {
    for (const item of value as Iterable<unknown>) {
      const at: Path = { prev: path, key: list.length, typename: undefined };
      const done = itemOf(run, field, items, item, at);
      isPending ||= isPromise(done);
      list.push(done);
    }
  } catch (error) {
    // What else has been asked for comes to nothing, and is heard all the same.
    hear(list);
    hear(value);
    throw error;
  }
  return isPending ? Promise.all(list) : list;
}

/** Hears whatever of a list may still fail, lists in it included: a failure that nobody hears would end the process. */
function hear(one: unknown): void {
  if (Array.isArray(one)) one.forEach(hear);
  else if (isPromise(one)) one.then(hear, () => undefined);
}

function itemOf(run: Run, field: FieldShape, shape: ValueShape, item: unknown, path: Path): unknown {
  try {
    if (isPromise(item)) return promisedItem(run, field, shape, item, path);
    const done = completed(run, field, shape, item, path);
    return isPromise(done) ? heardItem(run, field, shape, done, path) : done;
  } catch (error) {
    return failed(run, error, field, shape.isNonNull, path);
  }
}

async function promisedItem(run: Run, field: FieldShape, shape: ValueShape, item: Promise<unknown>, path: Path) {
  try {
    return await completed(run, field, shape, await item, path);
  } catch (error) {
    return failed(run, error, field, shape.isNonNull, path);
  }
}

async function heardItem(run: Run, field: FieldShape, shape: ValueShape, done: Promise<unknown>, path: Path) {
  try {
    return await done;
  } catch (error) {
    return failed(run, error, field, shape.isNonNull, path);
  }
}

function leafOf(type: GraphQLLeafType, value: unknown): unknown {
  const told = type.serialize(value);
  if (told === null || told === undefined)
    throw new Error(`Expected \`${type.name}.serialize\` to return a value, and it did not.`);
  return told;
}

function notNull(value: unknown, field: FieldShape): unknown {
  if (value === null) throw new Error(`Cannot return null for non-nullable field ${coordinateOf(field)}.`);
  return value;
}

/** Null in its place with an error, or the error goes on to what is around it. */
function failed(run: Run, error: unknown, { nodes }: FieldShape, isNonNull: boolean, path: Path): null {
  const located = locatedError(error, nodes, keysOf(path));
  if (isNonNull) throw located;
  run.errors.push(located);
  return null;
}

function coordinateOf({ info }: FieldShape): string {
  return `${info.parentType.name}.${info.fieldName}`;
}

function keysOf(path: Path): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function';
}
