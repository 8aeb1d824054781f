import type { FieldNode } from 'graphql';
import type { AcceptedQuestion, QuestionAnswer } from '../executor/executor.ts';
import { type Fragments, fieldsOf, fragmentsOf, keyOf } from '../selections.ts';
import { tellUnanswered } from '../verdicts/late-silence.ts';
import { RETRY_SECONDS } from '../verdicts/verdict.ts';
import type { Authorization } from './authorization.ts';
import type { Block } from './blocks.ts';
import { shownTerms } from './shown.ts';

/** What was said of the packages under one name of the answer. */
export interface SaidOfPackages {
  /** Departments that were known to be silent when it was said. */
  readonly silent: ReadonlySet<string>;
  readonly results: readonly (readonly SaidOfBlock[])[];
  /** Under which authorization each was asked for, if under one of its company. */
  readonly held: readonly (Authorization | undefined)[];
}

interface SaidOfBlock {
  readonly block: Block;
  readonly isGranted: boolean;
  /** Of each verdict, in their order, the department that it rests on; empty for one that rests on none. */
  readonly departments: readonly string[];
}

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
  const fragments = fragmentsOf(document);
  const roots = fieldsOf(operation.selectionSet, fragments);
  for (const [key, { silent: known, results }] of said) {
    const late = new Set([...silent].filter((department) => !known.has(department)));
    const told = answer.data[key];
    if (late.size === 0 || !Array.isArray(told)) continue;
    const fields = roots
      .filter((node) => keyOf(node) === key)
      .flatMap(({ selectionSet }) => fieldsOf(selectionSet, fragments));
    results.forEach((blocks, at) => {
      const missing = blocks.filter(
        (one) => one.isGranted && one.departments.some((department) => late.has(department)),
      );
      if (missing.length === 0) return;
      tellPartial(
        told[at],
        fields,
        missing.map(({ block }) => block),
        fragments,
      );
      tellBlocks(told[at], fields, blocks, late, fragments);
    });
  }
}

function tellBlocks(
  result: Record<string, unknown> | null,
  fields: readonly FieldNode[],
  blocks: readonly SaidOfBlock[],
  late: ReadonlySet<string>,
  fragments: Fragments,
): void {
  for (const [held, within] of below([result], fields, 'package', fragments))
    for (const [told, inner] of below([held], within, 'blocks', fragments))
      for (const node of inner.filter(({ name }) => name.value === 'verdicts'))
        if (Array.isArray(told))
          told.forEach((block, at) => {
            const said = blocks[at];
            if (said?.isGranted)
              tellUnanswered(block[keyOf(node)], fieldsOf(node.selectionSet, fragments), said.departments, late);
          });
}

/** What stands under a field of this name, with the fields that were asked of it. */
function below(
  values: readonly unknown[],
  fields: readonly FieldNode[],
  name: string,
  fragments: Fragments,
): readonly (readonly [unknown, readonly FieldNode[]])[] {
  return fields
    .filter((node) => node.name.value === name)
    .flatMap((node) =>
      values.map((value) => {
        const held = (value as Readonly<Record<string, unknown>> | null)?.[keyOf(node)];
        return [held, fieldsOf(node.selectionSet, fragments)] as const;
      }),
    );
}

function tellPartial(
  result: Record<string, unknown> | null,
  fields: readonly FieldNode[],
  blocks: readonly Block[],
  fragments: Fragments,
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
      const terms = shownTerms(blocks, fieldsOf(node.selectionSet, fragments));
      const known = Array.isArray(before) ? before : [];
      const isKnown = (term: object) => known.some((one) => JSON.stringify(one) === JSON.stringify(term));
      result[key] = [...known, ...terms.filter((term) => !isKnown(term))];
    }
  }
}
