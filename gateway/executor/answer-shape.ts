import {
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from '../selections.ts';

type Answered = Pick<FormattedExecutionResult, 'data' | 'errors'>;
type ObjectValue = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** What a question asks of one object under one key of the answer. */
interface Asked {
  readonly nodes: readonly FieldNode[];
  /** Under `@skip` or `@include`: may be there or not. */
  readonly isOptional: boolean;
}

/**
 * Whether an answer is what the schema lets a department say to this question: every field that was asked and no other, in
 * its place and of its type, an entity for each that was asked about, and no silence (a null slice) without an error that
 * explains it. A department that leaves something out would otherwise look like one that holds nothing.
 */
export function isWholeAnswer(
  schema: GraphQLSchema,
  document: DocumentNode,
  { data, errors = [] }: Answered,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const fragments = fragmentsOf(document);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root || !isObjectValue(data)) return false;
  if (!errors.every((error) => leadsToNull(data, error.path ?? []))) return false;
  const isExplained = (path: Path): boolean =>
    errors.some((error) => path.every((key, index) => error.path?.[index] === key));
  const check: Check = { schema, fragments, isExplained };
  const asked = askedOf(check, [operation.selectionSet], root);
  const isOfEntities = [...asked.values()].some(isEntities);
  if (!isOfEntities) return holdsObject(check, asked, root, data);
  if (![...asked.values()].every(isEntities) || Object.keys(data).some((key) => !asked.has(key))) return false;
  return [...asked].every(([key, { nodes }]) =>
    holdsEntities(check, key, selectionsOf(nodes), data[key], representationsOf(nodes[0], variables)),
  );
}

function isEntities({ nodes }: Asked): boolean {
  return nodes[0]?.name.value === '_entities';
}

/** What a field `_entities` is asked about: a plan may ask about several kinds at once, each under a name of its own. */
export function representationsOf(
  node: FieldNode | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): unknown {
  const given = node?.arguments?.find(({ name }) => name.value === 'representations')?.value;
  return given?.kind === Kind.VARIABLE ? variables?.[given.name.value] : undefined;
}

interface Check {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly isExplained: (path: Path) => boolean;
}

/** One entity for each representation, of its type; they stand under `key` at the root. */
function holdsEntities(
  check: Check,
  key: string,
  sets: readonly SelectionSetNode[],
  answered: unknown,
  representations: unknown,
): boolean {
  if (!Array.isArray(answered) || !Array.isArray(representations)) return false;
  if (answered.length !== representations.length) return false;
  return answered.every((entity: unknown, index) => {
    const type = check.schema.getType(String(typeNameIn(representations[index])));
    return isObjectType(type) && holdsObject(check, askedOf(check, sets, type), type, entity, [key, index]);
  });
}

function holdsObject(
  check: Check,
  asked: ReadonlyMap<string, Asked>,
  type: GraphQLObjectType,
  value: unknown,
  entity?: Path,
): boolean {
  if (!isObjectValue(value) || Object.keys(value).some((key) => !asked.has(key))) return false;
  return [...asked].every(([key, { nodes, isOptional }]) => {
    if (!Object.hasOwn(value, key)) return isOptional;
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return value[key] === type.name;
    const field = type.getFields()[name];
    if (!field) return false;
    const isSilent = value[key] === null && isSlice(getNamedType(field.type));
    if (entity && isSilent && !check.isExplained([...entity, key])) return false;
    return holdsValue(check, field.type, nodes, value[key]);
  });
}

function holdsValue(check: Check, type: GraphQLType, nodes: readonly FieldNode[], value: unknown): boolean {
  if (isNonNullType(type)) return value !== null && holdsValue(check, type.ofType, nodes, value);
  if (value === null) return true;
  if (isListType(type))
    return Array.isArray(value) && value.every((item) => holdsValue(check, type.ofType, nodes, item));
  if (isLeafType(type)) return isLeafValue(type, value);
  const concrete = isAbstractType(type) ? check.schema.getType(String(typeNameIn(value))) : type;
  if (!isObjectType(concrete) || (isAbstractType(type) && !check.schema.isSubType(type, concrete))) return false;
  return holdsObject(check, askedOf(check, selectionsOf(nodes), concrete), concrete, value);
}

/** Our own scalars travel as text, all but one; what the text says is the department's matter. */
function isLeafValue(type: GraphQLLeafType, value: unknown): boolean {
  if (type.name === 'RecordPresence') return Array.isArray(value) && value.every(isPresence);
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined;
  if (type.name === 'Int') return Number.isInteger(value);
  if (type.name === 'Float') return typeof value === 'number';
  return type.name === 'Boolean' ? typeof value === 'boolean' : typeof value === 'string';
}

function isPresence(value: unknown): boolean {
  return isObjectValue(value) && typeof value.subject === 'string' && typeof value.item === 'string';
}

/** What a department holds of a subject as a whole: never null without a reason, since null would look like nothing. */
function isSlice(type: GraphQLNamedType): boolean {
  return /(?:Slice|Connection)$/u.test(type.name);
}

/** What is asked of an object of this type, by its key in the answer; `into` collects. */
export function askedOf(
  check: Pick<Check, 'schema' | 'fragments'>,
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType,
  isOptional = false,
  into = new Map<string, Asked>(),
): ReadonlyMap<string, Asked> {
  for (const node of sets.flatMap((set) => set.selections)) {
    const isConditional =
      isOptional || (node.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include') ?? false);
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const known = into.get(key);
      into.set(key, {
        nodes: [...(known?.nodes ?? []), node],
        isOptional: isConditional && (known?.isOptional ?? true),
      });
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? check.fragments.get(node.name.value) : node;
    const condition = check.schema.getType(fragment?.typeCondition?.name.value ?? type.name);
    const applies = condition === type || (isAbstractType(condition) && check.schema.isSubType(condition, type));
    if (fragment && applies) askedOf(check, [fragment.selectionSet], type, isConditional, into);
  }
  return into;
}

export function selectionsOf(nodes: readonly FieldNode[]): readonly SelectionSetNode[] {
  return nodes.flatMap((node) => node.selectionSet ?? []);
}

/** Whether an error stands where the answer has nothing: at a null, or below one. */
function leadsToNull(data: unknown, path: Path): boolean {
  let value = data;
  for (const key of path) {
    if (value === null) return true;
    if (typeof value !== 'object' || !Object.hasOwn(value as object, key)) return false;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value === null && path.length > 0;
}

function isObjectValue(value: unknown): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeNameIn(value: unknown): unknown {
  return isObjectValue(value) ? value.__typename : undefined;
}
