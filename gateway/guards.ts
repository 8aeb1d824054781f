import { type ASTVisitor, type GraphQLSchema, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';
import { badUserInput, questionTooLarge } from '../platform/errors.ts';

/** What one question may be, before it costs anything to understand it. */
export const LIMITS = {
  /** Tokens of the document; the check stops there, so a longer one costs no more (measured: it is validation that dies). */
  tokens: 1_500,
  depth: 20,
  /** Fields written at the root, aliases of one field among them. */
  rootFields: 50,
  /** Fields in all, each as often as fragments repeat it: what the planner has to think about (more than this and it fails). */
  fields: 1_000,
  /** Objects that an answer may hold if every list is as long as the question lets it be. */
  objects: 50_000,
  /** Fields below __schema and __type; the common introspection query has about a hundred. */
  introspectionFields: 250,
} as const;

/** Refuses documents that are deeper, broader or, once their fragments are written out, larger than any question of ours needs. */
export function sizeLimit(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition({ selectionSet }) {
      const known = new Map<string, Size>();
      const { depth, rootFields, fields } = sizeOf(context, selectionSet, known);
      const refuse = (message: string, limit: number): void =>
        context.reportError(questionTooLarge(message, { limit }));
      if (depth > LIMITS.depth) refuse(`查询嵌套 ${depth} 层,超过 ${LIMITS.depth} 层的上限。`, LIMITS.depth);
      if (rootFields > LIMITS.rootFields) refuse(`一次查询至多 ${LIMITS.rootFields} 个根字段。`, LIMITS.rootFields);
      const introspected = introspectionIn(context, selectionSet, known);
      const most = LIMITS.introspectionFields;
      if (introspected > most) refuse(`__schema 与 __type 之下至多 ${most} 个字段。`, most);
      if (fields > LIMITS.fields) refuse(`展开片段后超过 ${LIMITS.fields} 个字段的上限。请分成几次。`, LIMITS.fields);
    },
  };
}

interface Size {
  readonly depth: number;
  readonly rootFields: number;
  readonly fields: number;
}

const NOTHING: Size = { depth: 0, rootFields: 0, fields: 0 };

/** The size of a selection with fragments written out; each fragment is measured once, one within itself as nothing. */
function sizeOf(context: ValidationContext, set: SelectionSetNode, known: Map<string, Size>): Size {
  return set.selections
    .map((node): Size => {
      if (node.kind === Kind.INLINE_FRAGMENT) return sizeOf(context, node.selectionSet, known);
      if (node.kind === Kind.FIELD) {
        const below = node.selectionSet ? sizeOf(context, node.selectionSet, known) : NOTHING;
        return { depth: below.depth + 1, rootFields: 1, fields: below.fields + 1 };
      }
      const name = node.name.value;
      const measured = known.get(name);
      if (measured) return measured;
      known.set(name, NOTHING);
      const fragment = context.getFragment(name);
      const size = fragment ? sizeOf(context, fragment.selectionSet, known) : NOTHING;
      known.set(name, size);
      return size;
    })
    .reduce(
      (sum, one) => ({
        depth: Math.max(sum.depth, one.depth),
        rootFields: sum.rootFields + one.rootFields,
        fields: sum.fields + one.fields,
      }),
      NOTHING,
    );
}

/** How many fields a question has below __schema and __type. */
function introspectionIn(context: ValidationContext, set: SelectionSetNode, known: Map<string, Size>): number {
  return set.selections.reduce((sum, node) => {
    if (node.kind === Kind.FIELD)
      return node.name.value.startsWith('__') && node.selectionSet
        ? sum + sizeOf(context, node.selectionSet, known).fields
        : sum;
    const inner = node.kind === Kind.INLINE_FRAGMENT ? node : context.getFragment(node.name.value);
    return inner ? sum + Math.min(introspectionIn(context, inner.selectionSet, known), LIMITS.fields) : sum;
  }, 0);
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
