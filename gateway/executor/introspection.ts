import {
  type DocumentNode,
  executeSync,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ExecuteQuestion, QuestionAnswer } from './executor.ts';

/**
 * Answers introspection from the viewer's own view of the schema; only what is left goes to the departments. The shared
 * executor knows every field, so it is never asked about the schema.
 */
export function answeringIntrospection(execute: ExecuteQuestion, view: GraphQLSchema): ExecuteQuestion {
  const parts = new WeakMap<DocumentNode, Map<OperationDefinitionNode, Parts>>();
  return async (question) => {
    const known = parts.get(question.document) ?? new Map<OperationDefinitionNode, Parts>();
    const split = known.get(question.operation) ?? splitOperation(question.operation, question.document);
    parts.set(question.document, known.set(question.operation, split));
    if (!split.introspection) return execute(question);

    const variableValues = question.request.variables ?? {};
    const schema: QuestionAnswer = executeSync({ schema: view, document: split.introspection, variableValues });
    if (!split.rest) return schema;
    const rest = await execute({ ...question, ...split.rest, queryHash: `${question.queryHash}:rest` });
    return rest.data ? { ...rest, data: { ...schema.data, ...rest.data } } : rest;
  };
}

interface Parts {
  readonly introspection?: DocumentNode;
  readonly rest?: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode };
}

function splitOperation(operation: OperationDefinitionNode, document: DocumentNode): Parts {
  const fragments = document.definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  );
  const roots = rootFields(operation.selectionSet, new Map(fragments.map((one) => [one.name.value, one])));
  const isAboutSchema = (node: SelectionNode): boolean =>
    node.kind === Kind.FIELD
      ? node.name.value === '__schema' || node.name.value === '__type'
      : node.kind === Kind.INLINE_FRAGMENT && node.selectionSet.selections.every(isAboutSchema);
  const about = roots.filter(isAboutSchema);
  if (about.length === 0) return {};
  const others = roots.filter((node) => !isAboutSchema(node));
  const { directives: _directives, ...plain } = operation;
  const withOnly = (selections: readonly SelectionNode[], from: OperationDefinitionNode) => {
    const part: OperationDefinitionNode = { ...from, selectionSet: { kind: Kind.SELECTION_SET, selections } };
    return { document: { ...document, definitions: [part, ...fragments] } as DocumentNode, operation: part };
  };
  const introspection = withOnly(about, plain).document;
  return others.length === 0 ? { introspection } : { introspection, rest: withOnly(others, operation) };
}

/** The fields at the root, with fragments on the root type written out (their own directives stay with them). */
function rootFields(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly SelectionNode[] {
  return set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD) return [node];
    const inner = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)?.selectionSet : node.selectionSet;
    if (!inner) return [];
    const written = rootFields(inner, fragments);
    if (!node.directives?.length) return written;
    return written.map((one) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives: node.directives ?? [],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [one] },
    }));
  });
}
