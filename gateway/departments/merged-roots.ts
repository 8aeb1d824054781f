import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { variablesIn } from '../../platform/variables-in.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { keyOf } from '../selections.ts';
import { copied } from './copied.ts';
import { isOfAll, type MergedQuestion } from './merged-question.ts';

/**
 * The roots that several callers' questions may have arguments of their own for, and their types: whatever is asked for, it
 * costs little and the same, so that nobody waits for another's.
 */
const FINDING: Readonly<Record<string, string>> = { subject: 'Subject' };

/** A document as several callers may ask it together. */
interface Words {
  readonly operation: OperationDefinitionNode;
  /** Asked for each caller. */
  readonly each: readonly FieldNode[];
  /** Asked once for all. */
  readonly once: readonly FieldNode[];
  readonly fragments: readonly FragmentDefinitionNode[];
  /** The variables that each caller has values of its own for. */
  readonly own: ReadonlySet<string>;
  /** The other variables: they must be the same for all. */
  readonly shared: readonly string[];
  /** The text for so many callers, once it was needed. */
  readonly texts: Map<number, string>;
}

/** How many callers' questions are one at most. */
export const MOST_TOGETHER = 25;

/** For how many callers there are texts: each is a document that a department keeps. Fewer callers are filled up with the last one. */
const COUNTS = [2, 3, 4, 6, 8, 12, 16, MOST_TOGETHER];

/** How long the callers' own values may be, as JSON: a department takes no question of any length. */
const MOST_CHARACTERS = 64 * 1024;

/** The variables of a document that all who ask together must have the same values of; undefined where nobody can ask it together. */
export function sharedVariables(document: DocumentNode): readonly string[] | undefined {
  return wordsOf(document)?.shared;
}

/**
 * Questions in the same words as one: each root that finds a subject once for each question, under a name of its own, with one
 * fragment for what is asked below it, so that a department sees that it is the same. Undefined where they cannot be one.
 */
export function mergedRoots(questions: readonly Question[], document: DocumentNode): MergedQuestion | undefined {
  const words = wordsOf(document);
  const [first, ...others] = questions;
  const last = questions.at(-1);
  const count = COUNTS.find((one) => one >= questions.length);
  if (!words || !first || !last || !count) return undefined;
  const common = valuesOf(first, words.shared);
  if (others.some((one) => JSON.stringify(valuesOf(one, words.shared)) !== JSON.stringify(common))) return undefined;
  const own = Array.from({ length: count }, (_, index) =>
    Object.entries(valuesOf(questions[index] ?? last, words.own)).map(([name, value]) => [nameFor(index, name), value]),
  ).flat();
  if (JSON.stringify(own).length > MOST_CHARACTERS) return undefined;
  const text = words.texts.get(count) ?? textFor(words, count);
  words.texts.set(count, text);
  return {
    question: { ...first, query: text, variables: { ...common, ...Object.fromEntries(own) } },
    partOf({ data, errors = [] }, index) {
      if (!data || errors.some((error) => typeof error.path?.[0] !== 'string' || isOfAll(error))) return undefined;
      const names = new Map([
        ...words.each.map((root) => [nameFor(index, keyOf(root)), keyOf(root)] as const),
        ...words.once.map((root) => [keyOf(root), keyOf(root)] as const),
      ]);
      const part: [string, unknown][] = [];
      for (const [name, key] of names) {
        if (!Object.hasOwn(data, name)) return undefined;
        part.push([key, name === key ? copied(data[name]) : data[name]]);
      }
      const told = errors.flatMap((error): readonly GraphQLFormattedError[] => {
        const [root, ...rest] = error.path ?? [];
        const key = names.get(String(root));
        return key === undefined ? [] : [{ ...error, path: [key, ...rest] }];
      });
      return { data: Object.fromEntries(part), ...(told.length > 0 ? { errors: told } : {}) };
    },
  };
}

function nameFor(index: number, name: string): string {
  return `_${index}_${name}`;
}

/** What of a document could be taken for a name that is made here. */
const OURS = /^_\d/u;

const known = new WeakMap<DocumentNode, Words | null>();

function wordsOf(document: DocumentNode): Words | undefined {
  const before = known.get(document);
  if (before !== undefined) return before ?? undefined;
  const found = readWords(document);
  known.set(document, found ?? null);
  return found;
}

function readWords({ definitions }: DocumentNode): Words | undefined {
  const [operation, ...more] = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  if (operation?.operation !== 'query' || more.length > 0 || operation.directives?.length) return undefined;
  const roots = operation.selectionSet.selections.filter(isPlainField);
  if (roots.length < operation.selectionSet.selections.length) return undefined;
  const declared = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const given = [...declared, ...roots.map(keyOf), ...fragments.map(({ name }) => name.value)];
  if (given.some((name) => OURS.test(name))) return undefined;
  const mayDiffer = (root: FieldNode): boolean => Object.hasOwn(FINDING, root.name.value);
  const below = roots.flatMap((root) => (mayDiffer(root) ? (root.selectionSet ?? []) : root));
  const shared = variablesIn([...below, ...fragments]);
  const own = new Set(declared.filter((name) => !shared.has(name)));
  const isEach = (root: FieldNode): boolean =>
    mayDiffer(root) && [...variablesIn([root])].some((name) => own.has(name));
  // What has one name in the answer is one: it is asked as the other is.
  const names = new Set(roots.filter(isEach).map(keyOf));
  return {
    ...{ operation, fragments, own },
    each: roots.filter((root) => names.has(keyOf(root))),
    once: roots.filter((root) => !names.has(keyOf(root))),
    shared: declared.filter((name) => shared.has(name)),
    texts: new Map(),
  };
}

function isPlainField(node: SelectionNode): node is FieldNode {
  return node.kind === Kind.FIELD && !node.directives?.length;
}

function valuesOf({ variables }: Question, names: Iterable<string>): Readonly<Record<string, unknown>> {
  const given = variables ?? {};
  return Object.fromEntries([...names].flatMap((name) => (Object.hasOwn(given, name) ? [[name, given[name]]] : [])));
}

function textFor({ operation, each, once, fragments, own }: Words, count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const declared = operation.variableDefinitions ?? [];
  const isOwn = ({ variable }: VariableDefinitionNode): boolean => own.has(variable.name.value);
  const of = <Node extends FieldNode | VariableDefinitionNode>(node: Node, index: number): Node =>
    visit(node, {
      Variable: ({ name, ...rest }) =>
        own.has(name.value) ? { ...rest, name: nameNode(nameFor(index, name.value)) } : undefined,
    });
  const belowEach = each.map(belowOf);
  const merged: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: [
      ...declared.filter((one) => !isOwn(one)),
      ...indexes.flatMap((index) => declared.filter(isOwn).map((one) => of(one, index))),
    ],
    selectionSet: selecting([
      ...indexes.flatMap((index) =>
        each.map(({ selectionSet: _below, ...root }, place): FieldNode => {
          const fragment = belowEach[place];
          return {
            ...of(root, index),
            alias: nameNode(nameFor(index, keyOf(root))),
            ...(fragment && { selectionSet: selecting([{ kind: Kind.FRAGMENT_SPREAD, name: fragment.name }]) }),
          };
        }),
      ),
      ...once,
    ]),
  };
  const definitions = [merged, ...belowEach.filter((one) => one !== undefined), ...fragments];
  return print({ kind: Kind.DOCUMENT, definitions });
}

/** What is asked below a root that finds, as a fragment. */
function belowOf({ name, selectionSet }: FieldNode, place: number): FragmentDefinitionNode | undefined {
  return (
    selectionSet && {
      kind: Kind.FRAGMENT_DEFINITION,
      name: nameNode(nameFor(place, 'below')),
      typeCondition: { kind: Kind.NAMED_TYPE, name: nameNode(FINDING[name.value] ?? '') },
      selectionSet,
    }
  );
}

function selecting(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
