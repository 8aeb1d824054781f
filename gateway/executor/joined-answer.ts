import { GraphQLError, type GraphQLSchema } from 'graphql';
import { internalError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { type AskedShape, askedShapes, type ShapeField } from './asked-shape.ts';
import type { AcceptedQuestion, QuestionAnswer } from './executor.ts';
import { type ObjectValue, own, put } from './merge.ts';
import { type Place, pathOf } from './place.ts';
import type { Values } from './values.ts';

type Path = readonly (string | number)[];

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

/** The object itself, where it is what was asked already. */
function objectOf(
  joining: Joining,
  { fields, typeName }: AskedShape,
  from: ObjectValue,
  place: Place | undefined,
): ObjectValue | typeof GONE {
  let object: ObjectValue | undefined = isInOrder(fields, from) ? undefined : {};
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as ShapeField;
    const there = own(from, field.key);
    const value = field.isTypeName ? typeName : fieldValue(joining, field, there, place);
    if (value === GONE) return GONE;
    if (object === undefined) {
      if (value === there) continue;
      object = {};
      for (const { key } of fields.slice(0, index)) put(object, key, own(from, key));
    }
    put(object, field.key, value);
  }
  return object ?? from;
}

/** Whether an object has these fields, in their order, and no others. */
function isInOrder(fields: readonly ShapeField[], object: ObjectValue): boolean {
  let index = 0;
  for (const key in object) {
    if (fields[index]?.key !== key) return false;
    index += 1;
  }
  return index === fields.length;
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
    let items: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const item = levelOf(joining, field, level + 1, value[index], { around: place, key: index });
      if (item === GONE) return GONE;
      if (items === undefined && item !== value[index]) items = value.slice(0, index);
      items?.push(item);
    }
    return items ?? value;
  }
  if (field.isLeaf) return value;
  if (typeof value !== 'object') return null;
  const object = value as ObjectValue;
  const shape = joining.shapes.below(field, object.__typename);
  return shape ? objectOf(joining, shape, object, place) : null;
}

function isAtOrBelow(path: Path, place: Path): boolean {
  return place.every((key, index) => path[index] === key);
}
