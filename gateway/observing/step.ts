import type { LeavingAnswer } from '../answer-steps.ts';
import type { CallerContext } from '../facing.ts';
import { noteAnswer, noteOperation } from './seen.ts';

/** Notes of each answer what kind of question it is for and which errors are in it. It comes last: others may change them. */
export function noteAnswerOf({ operation, body, contextValue }: LeavingAnswer<CallerContext>): void {
  const { seen, trace } = contextValue;
  if (!seen) return;
  noteOperation(seen.facts, operation);
  noteAnswer(seen.facts, body.singleResult);
  seen.facts.subjects = trace?.subjects;
}
