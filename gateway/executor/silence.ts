import {
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { badUserInput, type Refusal, sourceUnavailable } from '../../platform/errors.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { type Identified, type IdentifierError, identify } from '../../schema/identifiers/index.ts';
import { type Fragments, fragmentsOf } from '../selections.ts';
import { representationsOf } from './answer-shape.ts';

/**
 * The answer of a department that gave none: null wherever it was asked something, and an error at each such place, which
 * says that it is silent unless there is another reason.
 */
export function silence(
  document: DocumentNode,
  question: Question,
  transport: Transport,
  reason?: Refusal,
): FormattedExecutionResult {
  const { department } = transport;
  const { message, extensions } = reason ?? sourceUnavailable(department, transport.title);
  const error: GraphQLFormattedError = { message, extensions: { ...extensions, department } };
  const errors: GraphQLFormattedError[] = [];
  const operation = operationOf(document);
  const asked: Asked = { values: valuesOf(operation, question), fragments: fragmentsOf(document) };
  const nothing = (path: readonly (string | number)[], because: GraphQLFormattedError = error): null => {
    errors.push({ ...because, path });
    return null;
  };
  const data = objectOf(operation.selectionSet, asked, (root, key) => {
    if (root.name.value === '__typename') return operation.operation === 'query' ? 'Query' : 'Mutation';
    if (root.name.value === '_entities') {
      return entitiesOf(root, question).map((entity, index) => ({
        ...entity,
        ...objectOf(root.selectionSet, asked, (field, at) =>
          field.name.value === '__typename' ? entity.__typename : nothing([key, index, at]),
        ),
      }));
    }
    const identified = root.name.value === 'subject' ? identifiedBy(root, asked.values) : undefined;
    if (identified?.problem && identified.value === '') return nothing([key], refusalOf(identified.problem, transport));
    if (identified?.type !== 'CREDIT_CODE') return nothing([key]);
    const id = identified.value;
    return objectOf(root.selectionSet, asked, (field, at) => known(field, id) ?? nothing([key, at]));
  });
  return { data, errors };
}

/** What a value makes of each field that is really asked, by its key. */
function objectOf(
  set: SelectionSetNode | undefined,
  asked: Asked,
  answerTo: (field: FieldNode, key: string) => unknown,
): Record<string, unknown> {
  const fields = new Map(fieldsOf(set, asked).map((field) => [field.alias?.value ?? field.name.value, field]));
  return Object.fromEntries([...fields].map(([key, field]) => [key, answerTo(field, key)]));
}

/**
 * With the credit office silent, a well-formed credit code is a subject's id all the same: the departments can answer. A
 * number that only it could find is not known; a text that nobody could be known by is refused as it would refuse it.
 */
function identifiedBy(root: FieldNode, values: Values): Identified {
  const given = root.arguments?.find((argument) => argument.name.value === 'identifier')?.value;
  const text = given && valueFromASTUntyped(given, values);
  return identify(typeof text === 'string' ? text : '');
}

function refusalOf(problem: IdentifierError, { department }: Transport): GraphQLFormattedError {
  const { message, kind: reason } = problem;
  return badUserInput(`${message}。`, { argument: 'identifier', reason, department }).toJSON();
}

function known(field: FieldNode, id: string): string | undefined {
  if (field.name.value === '__typename') return 'Subject';
  return field.name.value === 'id' ? id : undefined;
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('a fetch has no operation');
  return operation;
}

/** The question's variables, with the defaults of those that it leaves out. */
type Values = Readonly<Record<string, unknown>>;

function valuesOf(operation: OperationDefinitionNode, question: Question): Values {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...question.variables };
}

/** What is needed to tell what a document really asks. */
interface Asked {
  readonly values: Values;
  readonly fragments: Fragments;
}

/** The fields of a selection, those of its fragments among them. */
function fieldsOf(set: SelectionSetNode | undefined, asked: Asked): readonly FieldNode[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (!isAsked(node, asked.values)) return [];
    if (node.kind === Kind.FIELD) return [node];
    const inner = node.kind === Kind.INLINE_FRAGMENT ? node : asked.fragments.get(node.name.value);
    return fieldsOf(inner?.selectionSet, asked);
  });
}

function isAsked(node: SelectionNode, values: Values): boolean {
  return (node.directives ?? []).every(({ name, arguments: given = [] }) => {
    const condition = given.find((one) => one.name.value === 'if')?.value;
    const isTrue = condition && valueFromASTUntyped(condition, values) === true;
    if (name.value === 'include') return isTrue;
    return name.value !== 'skip' || !isTrue;
  });
}

function entitiesOf(root: FieldNode, { variables }: Question): readonly Record<string, unknown>[] {
  const representations = representationsOf(root, variables);
  return Array.isArray(representations) ? representations : [];
}
