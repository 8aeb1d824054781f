import { type DocumentNode, type FormattedExecutionResult, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether an answer holds everything that was asked, in its place, and nothing where an object should be. A department
 * that leaves a field out would otherwise look like one that holds nothing.
 */
export function isWholeAnswer(
  document: DocumentNode,
  answer: FormattedExecutionResult,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const fragments = new Map<string, SelectionSetNode>();
  let operation: SelectionSetNode | undefined;
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
    if (node.kind === Kind.OPERATION_DEFINITION) operation = node.selectionSet;
  }
  const representations = variables.representations;
  const entities = answer.data?._entities;
  if (Array.isArray(representations) && (!Array.isArray(entities) || entities.length !== representations.length))
    return false;
  return operation !== undefined && holds(operation, answer.data, fragments);
}

function holds(set: SelectionSetNode, value: unknown, fragments: ReadonlyMap<string, SelectionSetNode>): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.every((item) => holds(set, item, fragments));
  if (typeof value !== 'object') return false;
  const object = value as Readonly<Record<string, unknown>>;
  return set.selections.every((node) => {
    if (node.directives?.some((one) => one.name.value === 'skip' || one.name.value === 'include')) return true;
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(node.name.value);
      return fragment === undefined || holds(fragment, object, fragments);
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition?.name.value;
      const isOther = condition !== undefined && object.__typename !== undefined && object.__typename !== condition;
      return isOther || holds(node.selectionSet, object, fragments);
    }
    const found = object[node.alias?.value ?? node.name.value];
    if (found === undefined) return false;
    return node.selectionSet
      ? holds(node.selectionSet, found, fragments)
      : typeof found !== 'object' || found === null || Array.isArray(found);
  });
}
