import type { LeavingAnswer } from '../answer-steps.ts';
import type { QuestionContext } from '../executor/question-context.ts';

/** Tells of each answer in which something is what a department last knew: `extensions.stale`, and the header `Age`. */
export function tellStale(answer: LeavingAnswer<Pick<QuestionContext, 'stale' | 'now'>>): void {
  const { body, http, contextValue } = answer;
  const { stale: since, now } = contextValue;
  if (since.size === 0) return;
  const stale = [...since].map(([department, at]) => ({
    department,
    asOf: at.toISOString(),
    ageSeconds: Math.max(0, Math.ceil((now().getTime() - at.getTime()) / 1_000)),
  }));
  body.singleResult.extensions = { ...body.singleResult.extensions, stale };
  http.headers.set('age', String(Math.max(...stale.map(({ ageSeconds }) => ageSeconds))));
}
