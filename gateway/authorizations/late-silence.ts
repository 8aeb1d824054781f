import type { FieldNode, FragmentDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { AcceptedQuestion, QuestionAnswer } from '../executor/executor.ts';
import type { Block } from './blocks.ts';
import { fieldsOf } from './presented.ts';

/** What was said of the packages under one name of the answer: for each, which granted blocks rest on which departments. */
export interface SaidOfPackages {
  /** Departments that were known to be silent when it was said. */
  readonly silent: ReadonlySet<string>;
  readonly results: readonly (readonly { readonly block: Block; readonly departments: readonly string[] }[])[];
}

const RETRY_SECONDS = 5;

/**
 * Verdicts are asked before the data are fetched. Where a department falls silent in between, its packages are told as
 * partial: an outcome is never better than what stands beside it.
 */
export function tellLateSilence(
  answer: QuestionAnswer,
  { operation, document }: AcceptedQuestion,
  said: ReadonlyMap<string, SaidOfPackages>,
  silent: ReadonlySet<string>,
): void {
  if (said.size === 0 || !answer.data) return;
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const roots = fieldsOf(operation.selectionSet, fragments);
  for (const [key, { silent: known, results }] of said) {
    const late = new Set([...silent].filter((department) => !known.has(department)));
    const told = answer.data[key];
    if (late.size === 0 || !Array.isArray(told)) continue;
    const fields = roots
      .filter((node) => keyOf(node) === key)
      .flatMap(({ selectionSet }) => (selectionSet ? fieldsOf(selectionSet, fragments) : []));
    results.forEach((granted, at) => {
      const missing = granted.filter(({ departments }) => departments.some((one) => late.has(one)));
      if (missing.length > 0)
        tellPartial(
          told[at],
          fields,
          missing.map(({ block }) => block),
          fragments,
        );
    });
  }
}

function tellPartial(
  result: Record<string, unknown> | null,
  fields: readonly FieldNode[],
  blocks: readonly Block[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  if (!result) return;
  const labels = blocks.map(({ label, holder }) => `${label}(${holder})`).join('、');
  for (const node of fields) {
    const key = keyOf(node);
    const before = result[key];
    if (node.name.value === 'outcome' && before === 'COMPLETE') result[key] = 'PARTIAL';
    if (node.name.value === 'retryAfter') result[key] = RETRY_SECONDS;
    if (node.name.value === 'message') {
      const sentence = `${labels}未能全部应答(不等于没有),请在 ${RETRY_SECONDS} 秒后重试。`;
      result[key] = `${typeof before === 'string' ? before : ''}${sentence}`;
    }
    if (node.name.value === 'missing' && node.selectionSet) {
      const asked = fieldsOf(node.selectionSet, fragments);
      const terms = blocks.map((block) => Object.fromEntries(asked.map((one) => [keyOf(one), termField(one, block)])));
      const known = Array.isArray(before) ? before : [];
      const isKnown = (term: object) => known.some((one) => JSON.stringify(one) === JSON.stringify(term));
      result[key] = [...known, ...terms.filter((term) => !isKnown(term))];
    }
  }
}

function termField({ name }: FieldNode, { code, label }: Block): string {
  if (name.value === 'code') return code;
  return name.value === 'label' ? label : 'Term';
}

function keyOf({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}
