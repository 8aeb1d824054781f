import { Kind, parse, type SelectionSetNode } from 'graphql';
import { type Fragments, fragmentsOf } from '../selections.ts';
import type { PlanAsked } from './planning.ts';

/** Whether nothing has to be fetched for what is to be planned: it asks for nothing but the name of its type. */
export function asksForNothing({ document: text, operationName }: PlanAsked): boolean {
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
    if (node.kind === Kind.FIELD) return !node.name.value.startsWith('__');
    const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return asksForAny(inner?.selectionSet, fragments);
  });
}
