import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { questionTooLarge } from '../platform/errors.ts';
import type { AcceptedQuestion } from './executor/executor.ts';
import { LIMITS } from './guards.ts';

type Values = Readonly<Record<string, unknown>>;

interface Walk {
  readonly view: GraphQLSchema;
  readonly values: Values;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * Refuses a question whose answer could hold more objects than is reasonable: lists within lists multiply (a record leads
 * back to its subject, and that to its records), and a few hundred bytes could ask for millions of objects.
 * @throws Refusal `QUESTION_TOO_LARGE` that says how many, and how many there may be.
 */
export function assertAnswerable(view: GraphQLSchema, question: AcceptedQuestion, values: Values): void {
  const root = question.operation.operation === 'query' ? view.getQueryType() : view.getMutationType();
  if (!root) return;
  const fragments = new Map(
    question.document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const objects = objectsIn({ view, values, fragments }, question.operation.selectionSet, root);
  if (objects <= LIMITS.objects) return;
  const limit = LIMITS.objects;
  throw questionTooLarge(
    `按各列表的 first 计算,回答可达 ${Math.min(objects, 1e15)} 个对象,超过 ${limit} 个的上限。请减小 first 或减少嵌套。`,
    { limit },
  );
}

/** How many objects a selection can answer at most, for one object of this type. */
function objectsIn(walk: Walk, set: SelectionSetNode, type: GraphQLCompositeType): number {
  return set.selections.reduce((sum, node) => {
    if (node.kind !== Kind.FIELD) {
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments.get(node.name.value);
      const condition = inner?.typeCondition && walk.view.getType(inner.typeCondition.name.value);
      return inner ? sum + objectsIn(walk, inner.selectionSet, isCompositeType(condition) ? condition : type) : sum;
    }
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const target = field && getNamedType(field.type);
    if (!field || !isCompositeType(target) || !node.selectionSet) return sum;
    const first = field.args.find((argument) => argument.name === 'first');
    if (!first) return sum + lengthAsked(walk, field, node) * (1 + objectsIn(walk, node.selectionSet, target));
    const given = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
    const asked =
      given?.kind === Kind.VARIABLE
        ? walk.values[given.name.value]
        : given?.kind === Kind.INT
          ? Number(given.value)
          : undefined;
    const length = typeof asked === 'number' ? asked : Number(first.defaultValue ?? 1);
    // What is asked of a connection besides its entries is counted with them: an upper bound is enough.
    return sum + Math.max(1, Math.min(length, 100)) * (1 + objectsIn(walk, node.selectionSet, target));
  }, 0);
}

/** A list that answers one for each value of a list argument is as long as that; any other field without `first` is one. */
function lengthAsked(walk: Walk, field: GraphQLField<unknown, unknown>, node: FieldNode): number {
  const argument = field.args.find(({ type }) => isListType(getNullableType(type)));
  if (!argument || !isListType(getNullableType(field.type))) return 1;
  const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  const list =
    given?.kind === Kind.VARIABLE
      ? walk.values[given.name.value]
      : given?.kind === Kind.LIST
        ? given.values
        : undefined;
  return Array.isArray(list) ? Math.max(1, Math.min(list.length, 100)) : 1;
}
