import type { Target } from './contenders.ts';
import { FEDERATED, OF_TABLES, type QuestionName } from './question.ts';

/** A question about these keys, as a contender is asked it. */
export function requestOf(target: Target, question: QuestionName, keys: readonly string[]) {
  const { kind, path, headers, wording, bankToken } = target;
  if (kind === 'PATH')
    return { method: 'GET', path: `${path}${question}/${keys.map(encodeURIComponent).join(',')}` } as const;
  const worded = (wording === 'OF_TABLES' ? OF_TABLES : FEDERATED)[question];
  if (!worded) throw new Error(`${question} is not worded for ${target.origin}`);
  const credential = question === 'bankPackage' ? { authorization: `Bearer ${bankToken}` } : {};
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers, ...credential },
    body: JSON.stringify({ query: worded.query, variables: worded.variables(keys) }),
  } as const;
}
