import type { AnswerStep } from '../answer-steps.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { itemsIn } from '../supergraph/items.ts';
import { RETRY_SECONDS } from './verdict.ts';

/**
 * Puts into each answer whether all departments that it needed answered (`extensions.isComplete`), and, where not, the
 * verdict on each catalogue item of those that did not (`extensions.verdicts`), as far as the caller may ask for it: it holds for every subject of the answer.
 */
export function tellingGaps(supergraphSdl: string): AnswerStep<Pick<QuestionContext, 'silent' | 'view'>> {
  const items = [...itemsIn(supergraphSdl).values()].sort((one, other) => (one.code < other.code ? -1 : 1));
  return ({ body, contextValue: { silent, view } }) => {
    if (!body.singleResult.data) return;
    const ofSilent = silent.size === 0 ? [] : items;
    const verdicts = ofSilent
      .filter(({ code, type }) => silent.has(code.split('.')[0] ?? '') && view.getType(type))
      .map(({ code, title }) => ({
        item: code,
        title,
        department: code.split('.')[0],
        outcome: 'UNAVAILABLE',
        retryAfter: RETRY_SECONDS,
      }));
    body.singleResult.extensions = {
      ...body.singleResult.extensions,
      isComplete: silent.size === 0,
      ...(verdicts.length > 0 ? { verdicts } : {}),
    };
  };
}
