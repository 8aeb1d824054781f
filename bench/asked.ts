import type { Contender } from './contenders.ts';
import type { QuestionName } from './question.ts';

const OF_ALL: readonly QuestionName[] = ['profile', 'batch'];

/** Whether a contender is asked a question at all: neither the peers' subgraphs nor their views have verdicts, an index or banks. */
export function isAsked(question: QuestionName, name: Contender['name']): boolean {
  return OF_ALL.includes(question) || name === 'product' || name === 'productOverHttp' || name === 'floor';
}

/**
 * Whether it is measured there, too. Distance is measured where several departments are asked (boards and searches are
 * little more than the credit office's), and with a caller alone by the profile.
 */
export function isMeasured(question: QuestionName, name: Contender['name'], connections: number): boolean {
  if (OF_ALL.includes(question) || name !== 'productOverHttp') return isAsked(question, name);
  return connections > 1 && (question === 'profileTop' || question === 'bankPackage');
}

/** Whether an answer from memory is measured, too: what is for a bank alone is never kept, and a caller alone is measured by the profile. */
export function isMeasuredWarm(question: QuestionName, name: Contender['name'], connections: number): boolean {
  if (name !== 'product' || question === 'batch' || question === 'bankPackage') return false;
  return question === 'profile' || question === 'board' || connections > 1;
}
