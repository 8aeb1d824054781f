import { GraphQLError, type GraphQLSchema } from 'graphql';
import { internalError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type AskedShape, askedShapes, type ShapeField } from './asked-shape.ts';
import type { AcceptedQuestion, QuestionAnswer } from './executor.ts';
import { type ObjectValue, own, put } from './merge.ts';
import type { Values } from './values.ts';

type Path = readonly (string | number)[];

/** A place of the answer: made for each object, and read as a path only where something is wrong. */
interface Place {
  readonly around: Place | undefined;
  readonly key: string | number;
}

/** A place whose null takes away the object around it. */
const GONE = Symbol('null where there can be none');

/** One answer being put together. */
interface Joining {
  readonly shapes: ReturnType<ReturnType<typeof askedShapes>>;
  /** Places where the schema allows no null, or of which nobody was asked. */
  readonly broken: Place[];
}

/**
 * The answer in the question's own order and words: what was fetched for the plan's sake is left out, and a null where none
 * can be takes away what is around it. One that no error explains would look like nothing held: it is told as an error of ours.
 */
export function joinedAnswers(schema: GraphQLSchema, log: Log) {
  const shapesOf = askedShapes(schema);
  return (question: AcceptedQuestion, values: Values, fetched: ObjectValue, errors: GraphQLError[]): QuestionAnswer => {
    const shapes = shapesOf(question, values);
    const joining: Joining = { shapes, broken: [] };
    const data = objectOf(joining, shapes.root, fetched, undefined);
    for (const path of joining.broken.map(pathOf)) {
      if (errors.some(({ path: told = [] }) => isAtOrBelow(told, path) || isAtOrBelow(path, told))) continue;
      const refusal = internalError();
      log.error({ reference: refusal.extensions.reference, path }, 'the joined answer breaks the schema');
      errors.push(new GraphQLError(refusal.message, { path, originalError: refusal }));
    }
    return { data: data === GONE ? null : data, ...(errors.length > 0 ? { errors } : {}) };
  };
}

function objectOf(
  joining: Joining,
  shape: AskedShape,
  from: ObjectValue,
  place: Place | undefined,
): ObjectValue | typeof GONE {
  const object: ObjectValue = {};
  for (const field of shape.fields) {
    const value = field.isTypeName ? shape.typeName : fieldValue(joining, field, own(from, field.key), place);
    if (value === GONE) return GONE;
    put(object, field.key, value);
  }
  return object;
}

function fieldValue(joining: Joining, field: ShapeField, value: unknown, around: Place | undefined): unknown {
  if (field.isLeaf && (value !== null || !field.isNonNull) && value !== undefined && !field.holdsNonNull) return value;
  return levelOf(joining, field, 0, value, { around, key: field.key });
}

/** The value of a field, or of one item of its lists, `level` lists deep. */
function levelOf(joining: Joining, field: ShapeField, level: number, value: unknown, place: Place): unknown {
  const mayBeNull = field.nullable[level];
  if (value === undefined && mayBeNull) joining.broken.push(place);
  const something = value === null || value === undefined ? null : presentOf(joining, field, level, value, place);
  if (something === GONE) return mayBeNull ? null : GONE;
  if (something !== null || mayBeNull) return something;
  joining.broken.push(place);
  return GONE;
}

function presentOf(joining: Joining, field: ShapeField, level: number, value: unknown, place: Place): unknown {
  if (level + 1 < field.nullable.length) {
    if (!Array.isArray(value)) return null;
    const isOfLeaves = field.isLeaf && level + 2 === field.nullable.length;
    if (isOfLeaves && !value.includes(null) && !value.includes(undefined)) return value;
    const items: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const item = levelOf(joining, field, level + 1, value[index], { around: place, key: index });
      if (item === GONE) return GONE;
      items.push(item);
    }
    return items;
  }
  if (field.isLeaf) return value;
  if (typeof value !== 'object') return null;
  const object = value as ObjectValue;
  const shape = joining.shapes.below(field, object.__typename);
  return shape ? objectOf(joining, shape, object, place) : null;
}

function pathOf(place: Place): Path {
  const keys: (string | number)[] = [];
  for (let at: Place | undefined = place; at; at = at.around) keys.push(at.key);
  return keys.reverse();
}

function isAtOrBelow(path: Path, place: Path): boolean {
  return place.every((key, index) => path[index] === key);
}
