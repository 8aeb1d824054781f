import { type ASTVisitor, type GraphQLSchema, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';
import { badUserInput, questionTooLarge } from '../platform/errors.ts';

/** What one question may be, before it costs anything to understand it. */
export const LIMITS = {
  /** Tokens of the document; the check stops there, so a longer one costs no more (measured: it is validation that dies). */
  tokens: 1_500,
  depth: 20,
  /** Fields written at the root, aliases of one field among them. */
  rootFields: 50,
} as const;

/** Refuses documents nested deeper than any question of ours needs, before the planner sees them. */
export function depthLimit(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const depth = depthOf(context, operation.selectionSet, new Set(), new Map());
      if (depth <= LIMITS.depth) return;
      context.reportError(
        questionTooLarge(`查询嵌套 ${depth} 层,超过 ${LIMITS.depth} 层的上限。`, { limit: LIMITS.depth }),
      );
    },
  };
}

/** How deep a selection goes, fragments followed; a fragment within itself is another rule's finding. */
function depthOf(
  context: ValidationContext,
  set: SelectionSetNode,
  within: ReadonlySet<string>,
  known: Map<string, number>,
): number {
  const depths = set.selections.map((node) => {
    if (node.kind === Kind.FIELD) return node.selectionSet ? depthOf(context, node.selectionSet, within, known) : 0;
    if (node.kind === Kind.INLINE_FRAGMENT) return depthOf(context, node.selectionSet, within, known) - 1;
    const name = node.name.value;
    const fragment = context.getFragment(name);
    if (!fragment || within.has(name)) return 0;
    const depth = known.get(name) ?? depthOf(context, fragment.selectionSet, new Set([...within, name]), known) - 1;
    known.set(name, depth);
    return depth;
  });
  return 1 + Math.max(0, ...depths);
}

/** Refuses more root fields than a page needs: each is a question of its own. */
export function rootFieldLimit(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.selectionSet.selections.length <= LIMITS.rootFields) return;
      context.reportError(
        questionTooLarge(`一次查询至多 ${LIMITS.rootFields} 个根字段。`, { limit: LIMITS.rootFields }),
      );
    },
  };
}

/** Subscriptions do not exist here; saying so is a refusal of the question, not a failure of ours. */
export function noSubscriptions(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation === 'query' || hasRoot(context.getSchema(), node.operation)) return;
      context.reportError(badUserInput(`本服务不提供 ${node.operation} 操作。`));
    },
  };
}

function hasRoot(schema: GraphQLSchema, operation: 'mutation' | 'subscription'): boolean {
  return (operation === 'mutation' ? schema.getMutationType() : schema.getSubscriptionType()) !== undefined;
}
