import { type DocumentNode, type FormattedExecutionResult, type GraphQLFormattedError, Kind } from 'graphql';
import type { ErrorCode } from '../../platform/errors.ts';
import type { Question } from '../../platform/viewer/token.ts';

/** A root of a question that asks about entities: its name in the answer, and the variable that says about which. */
export interface EntityRoot {
  readonly key: string;
  readonly variable: string;
  /** Whether its answer has one item for each entity, in their order; else each item names its subject. */
  readonly isInOrder: boolean;
}

/** The roots that ask about entities, by the argument that says about which. */
const ROOTS: Readonly<Record<string, { readonly argument: string; readonly isInOrder: boolean }>> = {
  _entities: { argument: 'representations', isInOrder: true },
  recordPresence: { argument: 'subjects', isInOrder: false },
};

/** Several questions of the same words about something of their own, as one. */
export interface MergedQuestion {
  readonly question: Question;
  /** What one of them would have been answered alone; undefined where that does not follow from what was answered to all. */
  partOf(answer: FormattedExecutionResult, index: number): FormattedExecutionResult | undefined;
}

/** The roots of a question that asks about nothing but entities, each list of them a variable; undefined for other questions. */
export function entityRoots(document: DocumentNode): readonly EntityRoot[] | undefined {
  const known = roots.get(document);
  if (known !== undefined) return known ?? undefined;
  const found = findRoots(document);
  roots.set(document, found ?? null);
  return found;
}

const roots = new WeakMap<DocumentNode, readonly EntityRoot[] | null>();

function findRoots({ definitions }: DocumentNode): readonly EntityRoot[] | undefined {
  const [operation, ...others] = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation !== 'query' || others.length > 0) return undefined;
  const found = operation.selectionSet.selections.map((node): EntityRoot | undefined => {
    if (node.kind !== Kind.FIELD) return undefined;
    const root = ROOTS[node.name.value];
    const given = node.arguments?.find(({ name }) => name.value === root?.argument)?.value;
    if (!root || given?.kind !== Kind.VARIABLE) return undefined;
    return { key: node.alias?.value ?? node.name.value, variable: given.name.value, isInOrder: root.isInOrder };
  });
  return found.every((root) => root !== undefined) ? found : undefined;
}

/** The entities that a question is about, by variable. */
export function entitiesOf({ variables }: Question, variable: string): readonly unknown[] {
  const entities = variables?.[variable];
  return Array.isArray(entities) ? entities : [];
}

/** @param questions with the same words and the same variables but those of the roots. */
export function mergedQuestion(questions: readonly Question[], of: readonly EntityRoot[]): MergedQuestion {
  const [first] = questions;
  if (!first) throw new Error('no question to merge');
  const names = [...new Set(of.map(({ variable }) => variable))];
  const all = names.map((name) => [name, questions.flatMap((question) => entitiesOf(question, name))]);
  /** Where the entities of each question begin among all of its variable's. */
  const begins = new Map(names.map((name) => [name, beginnings(questions, name)]));
  const rangeOf = ({ variable }: EntityRoot, index: number): readonly [number, number] => {
    const from = begins.get(variable) ?? [];
    return [from[index] ?? 0, from[index + 1] ?? 0];
  };
  return {
    question: { ...first, variables: { ...first.variables, ...Object.fromEntries(all) } },
    partOf({ data, errors = [] }, index) {
      if (!data || !errors.every(isOfOneEntity)) return undefined;
      const part: Record<string, unknown> = {};
      const own: GraphQLFormattedError[] = [];
      for (const root of of) {
        const list: unknown = data[root.key];
        if (!Array.isArray(list)) return undefined;
        if (!root.isInOrder) {
          const own = new Set(entitiesOf(questions[index] ?? first, root.variable));
          part[root.key] = list.filter((item: { readonly subject?: unknown }) => own.has(item.subject));
          continue;
        }
        if (list.length !== begins.get(root.variable)?.at(-1)) return undefined;
        const [from, until] = rangeOf(root, index);
        part[root.key] = list.slice(from, until);
        for (const error of errors) {
          const [key, place = -1, ...rest] = error.path ?? [];
          if (key === root.key && Number(place) >= from && Number(place) < until)
            own.push({ ...error, path: [key, Number(place) - from, ...rest] });
        }
      }
      return { data: part, ...(own.length > 0 ? { errors: own } : {}) };
    },
  };
}

function beginnings(questions: readonly Question[], variable: string): readonly number[] {
  const begins = [0];
  for (const question of questions) begins.push((begins.at(-1) ?? 0) + entitiesOf(question, variable).length);
  return begins;
}

const OF_ALL: ReadonlySet<unknown> = new Set<ErrorCode>(['SOURCE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);

/** Whether more went wrong than what it is told of: another question about that may do better. */
export function isOfAll({ extensions }: GraphQLFormattedError): boolean {
  return OF_ALL.has(extensions?.code);
}

function isOfOneEntity(error: GraphQLFormattedError): boolean {
  return typeof error.path?.[1] === 'number' && !isOfAll(error);
}
