import { Kind, parse, type SelectionNode, type SelectionSetNode } from 'graphql';
import { type Fragments, fragmentsOf } from '../selections.ts';
import type { PlanAsked } from './planning.ts';

/** Whether a question's own text leaves out all that it asks for: whatever its variables are, nothing has to be fetched for it. */
export function isAllLeftOut({ document: text, operationName }: PlanAsked): boolean {
  const document = parse(text, { noLocation: true });
  const fragments = fragmentsOf(document);
  return document.definitions.every(
    (node) =>
      node.kind !== Kind.OPERATION_DEFINITION ||
      (operationName !== undefined && node.name?.value !== operationName) ||
      !asksForAny(node.selectionSet, fragments),
  );
}

function asksForAny(set: SelectionSetNode | undefined, fragments: Fragments): boolean {
  return (set?.selections ?? []).some((node) => {
    if (isLeftOut(node)) return false;
    if (node.kind === Kind.FIELD) return !node.name.value.startsWith('__');
    const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return asksForAny(inner?.selectionSet, fragments);
  });
}

/** By `@skip(if: true)` or `@include(if: false)`, written so. */
function isLeftOut({ directives = [] }: SelectionNode): boolean {
  return directives.some(
    ({ name, arguments: [given] = [] }) =>
      given?.value.kind === Kind.BOOLEAN &&
      ((name.value === 'skip' && given.value.value) || (name.value === 'include' && !given.value.value)),
  );
}
