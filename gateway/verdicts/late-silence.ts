import {
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { AcceptedQuestion, QuestionAnswer } from '../executor/executor.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { fieldsOf, fragmentsOf, keyOf } from '../selections.ts';
import { RETRY_SECONDS } from './verdict.ts';

type Told = Record<string, unknown>;

/**
 * Verdicts are asked for while the data are fetched. Where a department did not answer something else of the same answer,
 * its items are told as not answered, and where what it last knew stands in, as stale and as of then: a verdict is never
 * better than what stands beside it.
 */
export function tellLateVerdicts(
  view: GraphQLSchema,
  answer: QuestionAnswer,
  { operation, document }: AcceptedQuestion,
  departments: readonly string[] | undefined,
  { silent, stale }: Pick<QuestionContext, 'silent' | 'stale'>,
): void {
  const root = view.getRootType(operation.operation);
  if (!departments || silent.size + stale.size === 0 || !answer.data || !root) return;
  const fragments = fragmentsOf(document);
  const walk = (value: unknown, set: SelectionSetNode, typeName: string): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, set, typeName);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const type = view.getType(typeName);
    for (const node of set.selections) {
      if (node.kind !== Kind.FIELD) {
        const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        if (inner) walk(value, inner.selectionSet, inner.typeCondition?.name.value ?? typeName);
        continue;
      }
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
      const told = (value as Told)[keyOf(node)];
      if (!field || !node.selectionSet || told === undefined) continue;
      if (typeName === 'Subject' && node.name.value === 'verdicts') {
        const fields = fieldsOf(node.selectionSet, fragments);
        tellStale(told, fields, departments, stale);
        tellUnanswered(told, fields, departments, silent);
      } else walk(told, node.selectionSet, getNamedType(field.type).name);
    }
  };
  walk(answer.data, operation.selectionSet, root.name);
}

/** Tells those verdicts of a list as not answered whose departments, which stand in its order, are silent. */
export function tellUnanswered(
  verdicts: unknown,
  fields: readonly FieldNode[],
  departments: readonly string[],
  silent: ReadonlySet<string>,
): void {
  if (!Array.isArray(verdicts)) return;
  verdicts.forEach((verdict: Told, at) => {
    if (!silent.has(departments[at] ?? '')) return;
    for (const node of fields) {
      if (node.name.value === 'outcome') verdict[keyOf(node)] = 'UNAVAILABLE';
      if (node.name.value === 'asOf') verdict[keyOf(node)] = null;
      if (node.name.value === 'retryAfter') verdict[keyOf(node)] = RETRY_SECONDS;
    }
  });
}

function tellStale(
  verdicts: unknown,
  fields: readonly FieldNode[],
  departments: readonly string[],
  stale: ReadonlyMap<string, Date>,
): void {
  if (!Array.isArray(verdicts)) return;
  verdicts.forEach((verdict: Told, at) => {
    const since = stale.get(departments[at] ?? '');
    if (!since) return;
    for (const node of fields) {
      if (node.name.value === 'isStale') verdict[keyOf(node)] = true;
      if (node.name.value === 'asOf' && verdict[keyOf(node)] !== null) verdict[keyOf(node)] = since.toISOString();
    }
  });
}
