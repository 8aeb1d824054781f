import type { FieldNode } from 'graphql';
import { authorizationEnded } from '../../platform/errors.ts';
import type { AcceptedQuestion, QuestionAnswer } from '../executor/executor.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { fieldsOf, fragmentsOf, keyOf } from '../selections.ts';
import { askedBlocks, ended, type PackageResult } from './package-result.ts';
import { shownTerms } from './shown.ts';

/**
 * Takes out of an answer what a company no longer grants that took its authorization back while the answer was being found. Where
 * nothing but packages was asked for, its packages have ended and the others stand; anything else may show its data anywhere.
 * @throws Refusal `AUTHORIZATION_ENDED` where the whole answer must go.
 */
export function tellRevoked(
  answer: QuestionAnswer,
  { operation, document }: AcceptedQuestion,
  revoked: ReadonlySet<string>,
  { presented, said, trace, viewer }: Pick<QuestionContext, 'presented' | 'said' | 'trace' | 'viewer'>,
): void {
  if (revoked.size === 0 || !answer.data) return;
  const fragments = fragmentsOf(document);
  const roots = fieldsOf(operation.selectionSet, fragments);
  const isOfPackages = roots.every(({ name }) => name.value === 'financingPackages' || name.value === '__typename');
  if (!isOfPackages || [...revoked].some((id) => presented.named.has(id)))
    throw authorizationEnded('企业在查询期间撤回了授权,此次不予答复。', 'REVOKED');
  for (const [key, { held }] of said.packages) {
    const told: unknown = answer.data[key];
    if (!Array.isArray(told)) continue;
    const fields = roots
      .filter((node) => keyOf(node) === key)
      .flatMap(({ selectionSet }) => fieldsOf(selectionSet, fragments));
    held.forEach((authorization, at) => {
      if (!authorization || !revoked.has(authorization.id)) return;
      const result = ended('REVOKED', askedBlocks(authorization, viewer.today));
      const asked = (node: FieldNode) => fieldsOf(node.selectionSet, fragments);
      for (const node of fields) if (isOf(result, node)) told[at][keyOf(node)] = shown(result, node, asked);
      const isBelow = (path: readonly unknown[] = []) => path[0] === key && path[1] === at;
      const errors = answer.errors?.filter(({ path }) => !isBelow(path));
      if (answer.errors) Object.assign(answer, { errors: errors?.length ? errors : undefined });
    });
  }
  trace?.ended(revoked);
}

function isOf(result: PackageResult, { name }: FieldNode): boolean {
  return name.value in result;
}

function shown(result: PackageResult, node: FieldNode, asked: (node: FieldNode) => readonly FieldNode[]): unknown {
  return node.name.value === 'missing'
    ? shownTerms(result.missing, asked(node))
    : result[node.name.value as keyof PackageResult];
}
