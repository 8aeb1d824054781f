import type { Target } from './contenders.ts';
import { FEDERATED, OF_TABLES, type QuestionName } from './question.ts';

/** A question about these codes, as a contender is asked it. */
export function requestOf({ kind, path, headers, wording }: Target, question: QuestionName, codes: readonly string[]) {
  if (kind === 'PATH') return { method: 'GET', path: `${path}${codes.join(',')}` } as const;
  const { query, variables } = (wording === 'OF_TABLES' ? OF_TABLES : FEDERATED)[question];
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables: variables(codes) }),
  } as const;
}
