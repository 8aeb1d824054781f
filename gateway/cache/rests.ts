import {
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
} from 'graphql';
import type { Question } from '../../platform/viewer/token.ts';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { keyOf } from '../selections.ts';

/** What a question's answer rests on, gathered while it is answered. */
export interface Rests {
  readonly departments: Set<string>;
  /** Subjects of whom something is told: a change of any of them changes the answer. */
  readonly subjects: Set<string>;
  /** Departments of which any change may change the answer: it is a list, a search, or that there is nothing. */
  readonly lists: Set<string>;
  /** Departments of which more is told than their own records: the index across departments, the catalogue. */
  readonly beyondFeeds: Set<string>;
  /** Whether it rests on something that nobody tells the changes of. */
  isUntold: boolean;
}

export function nothingYet(): Rests {
  const none = (): Set<string> => new Set<string>();
  return { departments: none(), subjects: none(), lists: none(), beyondFeeds: none(), isUntold: false };
}

/** Notes of an answer that a department gave what it rests on. What is not known to rest on less rests on all of it. */
export type NoteRests = (
  rests: Rests,
  department: string,
  asked: { readonly question: Question; readonly document: DocumentNode },
  answer: FormattedExecutionResult,
) => void;

/** Types of what is told across departments, which changes when their changes have been followed and not before. */
const ACROSS = /^(?:RecordSummary|RecordCount|CatalogueItem)/u;

export function restsNoted(schema: GraphQLSchema): NoteRests {
  const across = namesOfFields(schema, ACROSS);
  const known = new WeakMap<DocumentNode, { readonly roots: readonly FieldNode[]; readonly isAcross: boolean }>();
  const looked = (document: DocumentNode) => {
    const found = known.get(document) ?? { roots: rootsOf(document), isAcross: namesIn(document, across) };
    known.set(document, found);
    return found;
  };
  return (rests, department, { question, document }, answer) => {
    const { roots, isAcross } = looked(document);
    const variables = question.variables ?? {};
    rests.departments.add(department);
    if (isAcross) rests.beyondFeeds.add(department);
    for (const root of roots) {
      const subjects = subjectsOf(root, variables, answer);
      if (!subjects) rests.lists.add(department);
      for (const subject of subjects ?? []) rests.subjects.add(subject);
    }
  };
}

/** The subjects that alone decide on the answer of a root field; undefined where others may. */
function subjectsOf(
  root: FieldNode,
  variables: Readonly<Record<string, unknown>>,
  { data }: FormattedExecutionResult,
): readonly string[] | undefined {
  const name = root.name.value;
  if (name === '_entities') return idsIn(variables.representations);
  if (name === 'recordPresence') return textsIn(argumentOf(root, 'subjects', variables));
  if (name !== 'subject') return undefined;
  const identifier = argumentOf(root, 'identifier', variables);
  const id = root.selectionSet?.selections.find((node) => node.kind === Kind.FIELD && node.name.value === 'id');
  const subject = (data as Readonly<Record<string, unknown>> | null | undefined)?.[keyOf(root)];
  if (id?.kind !== Kind.FIELD || typeof subject !== 'object' || subject === null) return undefined;
  const found = (subject as Readonly<Record<string, unknown>>)[keyOf(id)];
  // By another number than its own it may be found no longer without anything having changed of it.
  return typeof found === 'string' && found === identifier && isCreditCode(found) ? [found] : undefined;
}

function idsIn(representations: unknown): readonly string[] | undefined {
  if (!Array.isArray(representations)) return undefined;
  const ids = representations.map((one: { readonly __typename?: unknown; readonly id?: unknown }) =>
    one.__typename === 'Subject' ? one.id : undefined,
  );
  return textsIn(ids);
}

function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

function argumentOf(root: FieldNode, name: string, variables: Readonly<Record<string, unknown>>): unknown {
  const value = root.arguments?.find((one) => one.name.value === name)?.value;
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value];
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function rootsOf({ definitions }: DocumentNode): readonly FieldNode[] {
  return definitions
    .flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : []))
    .map((node) => (node.kind === Kind.FIELD ? node : UNKNOWN_ROOT));
}

/** Plans have fields at their roots; whatever else stands there rests on everything. */
const UNKNOWN_ROOT: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '' } };

/** The names of all fields of other types that lead to a type of such a name. */
function namesOfFields(schema: GraphQLSchema, types: RegExp): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if ((!isObjectType(type) && !isInterfaceType(type)) || types.test(type.name)) continue;
    for (const field of Object.values(type.getFields()))
      if (types.test(getNamedType(field.type).name)) names.add(field.name);
  }
  return names;
}

function namesIn(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let isNamed = false;
  visit(document, {
    Field({ name }) {
      isNamed ||= names.has(name.value);
    },
  });
  return isNamed;
}
