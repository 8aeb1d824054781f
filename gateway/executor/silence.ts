import {
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type ErrorCode, sourceUnavailable } from '../../platform/errors.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { identify } from '../../schema/identifiers/index.ts';

const FROM_DEPARTMENTS: ReadonlySet<string> = new Set<ErrorCode>([
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'AUTHORIZATION_REQUIRED',
  'SOURCE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
]);

/** Whether an error that a department answered is one of ours, with the place it belongs to. */
export function isOurError(error: GraphQLFormattedError): boolean {
  return FROM_DEPARTMENTS.has(String(error.extensions?.code)) && Array.isArray(error.path);
}

/** The answer of a department that gave none: null wherever it was asked something, and an error at each such place. */
export function silence(document: DocumentNode, question: Question, transport: Transport): FormattedExecutionResult {
  const error = sourceUnavailable(transport.department, transport.title).toJSON();
  const errors: GraphQLFormattedError[] = [];
  const data: Record<string, unknown> = {};
  const nothing = (field: FieldNode, path: readonly (string | number)[]): null => {
    errors.push({ ...error, path: [...path, keyOf(field)] });
    return null;
  };
  for (const root of fieldsOf(operationOf(document).selectionSet)) {
    if (root.name.value === '_entities') {
      const asked = fieldsOf(root.selectionSet).filter((field) => field.name.value !== '__typename');
      data[keyOf(root)] = representationsOf(question).map((entity, index) => ({
        ...entity,
        ...Object.fromEntries(asked.map((field) => [keyOf(field), nothing(field, [keyOf(root), index])])),
      }));
      continue;
    }
    const id = subjectIdOf(root, question);
    data[keyOf(root)] =
      id === undefined
        ? nothing(root, [])
        : Object.fromEntries(
            fieldsOf(root.selectionSet).map((field) => [
              keyOf(field),
              known(field, id) ?? nothing(field, [keyOf(root)]),
            ]),
          );
  }
  return { data, errors };
}

/** With the credit office silent, a well-formed credit code is a subject's id all the same: the departments can answer. */
function subjectIdOf(root: FieldNode, question: Question): string | undefined {
  if (root.name.value !== 'subject') return undefined;
  const given = root.arguments?.find((argument) => argument.name.value === 'identifier')?.value;
  const text =
    given?.kind === Kind.VARIABLE
      ? question.variables?.[given.name.value]
      : given?.kind === Kind.STRING
        ? given.value
        : undefined;
  const identified = identify(typeof text === 'string' ? text : '');
  return identified.type === 'CREDIT_CODE' ? identified.value : undefined;
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

/** The fields of a selection, those of inline fragments among them (the planner writes no others). */
function fieldsOf(set: SelectionSetNode | undefined): readonly FieldNode[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node];
    return node.kind === Kind.INLINE_FRAGMENT ? fieldsOf(node.selectionSet) : [];
  });
}

function keyOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

function representationsOf(question: Question): readonly Record<string, unknown>[] {
  const representations = question.variables?.representations;
  return Array.isArray(representations) ? representations : [];
}
