import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type StringValueNode,
  visit,
} from 'graphql';
import type { AcceptedQuestion } from './executor.ts';
import { own } from './merge.ts';
import { valuesOf } from './values.ts';

type Question = Pick<AcceptedQuestion, 'document' | 'operation' | 'request'>;

/** What of a document is to be planned. */
export interface ReallyAsked {
  /** What its variables decide of it: the same document with another of these has another plan. */
  readonly choice: string;
  /** It, without what `@skip` and `@include` leave out. */
  readonly document: () => DocumentNode;
}

/**
 * What a question really asks. Planners are never shown `@skip` and `@include`: of some that stand within each other they make
 * no plan, of others one that leaves a slice unasked.
 */
export function reallyAsked({ document, operation, request }: Question): ReallyAsked {
  const deciding = decidingIn(document);
  if (!deciding) return { choice: '', document: () => inOldWords(document) };
  const values = valuesOf(operation, request.variables);
  const choice = deciding.map((name) => `${name}:${own(values, name) === true}`).join();
  return { choice, document: () => inOldWords(withoutLeftOut(document, operation, values)) };
}

/**
 * Without what Hive's parser does not read, or not as it is written: descriptions (GraphQL of September 2025), whole numbers
 * beyond 64 bits, decimals beyond a double's. Nothing here takes a Float; what takes such numbers (`ID`, `Decimal`) takes texts.
 */
function inOldWords(document: DocumentNode): DocumentNode {
  const plain = <T extends { readonly description?: unknown }>({ description: _told, ...node }: T) => node;
  const asText = ({ value }: { readonly value: string }): StringValueNode => ({ kind: Kind.STRING, value });
  return visit(document, {
    OperationDefinition: plain,
    FragmentDefinition: plain,
    VariableDefinition: plain,
    FloatValue: asText,
    IntValue: (node) => (Number.isSafeInteger(Number(node.value)) ? undefined : asText(node)),
  });
}

const known = new WeakMap<DocumentNode, { readonly names: readonly string[] | undefined }>();

/** The variables that decide what a document leaves out; undefined where it has no condition. */
function decidingIn(document: DocumentNode): readonly string[] | undefined {
  const found = known.get(document);
  if (found) return found.names;
  const names = new Set<string>();
  let isConditional = false;
  visit(document, {
    Directive({ name, arguments: [given] = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      isConditional = true;
      if (given?.value.kind === Kind.VARIABLE) names.add(given.value.name.value);
    },
  });
  const deciding = isConditional ? [...names].sort() : undefined;
  known.set(document, { names: deciding });
  return deciding;
}

function withoutLeftOut(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: Readonly<Record<string, unknown>>,
): DocumentNode {
  const plain = <T extends SelectionNode>(node: T): T | null => {
    const skip = getDirectiveValues(GraphQLSkipDirective, node, values);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, values);
    if (skip?.if === true || include?.if === false) return null;
    const directives = node.directives?.filter(({ name }) => name.value !== 'skip' && name.value !== 'include');
    return { ...node, directives };
  };
  const pruned = visit(
    {
      ...document,
      definitions: document.definitions.filter((node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION),
    },
    {
      Field: plain,
      InlineFragment: plain,
      FragmentSpread: plain,
      SelectionSet: {
        leave: (node) => (node.selections.length > 0 ? undefined : { ...node, selections: [TYPE_NAME] }),
      },
    },
  ) as DocumentNode;
  return { ...pruned, definitions: reachedIn(pruned) };
}

/** Of an object of which nothing is asked it is to be known whether it is there. */
const TYPE_NAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** The operation, and the fragments that it still spreads. */
function reachedIn({ definitions }: DocumentNode): DocumentNode['definitions'] {
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const reached = new Set<OperationDefinitionNode | FragmentDefinitionNode>();
  const reach = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    if (reached.has(node)) return;
    reached.add(node);
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment) reach(fragment);
      },
    });
  };
  for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION) reach(node);
  return [...reached];
}
