import { badRequest, Refusal } from '../../platform/errors.ts';
import type { Leaving } from '../../platform/leaving.ts';
import type { AcceptedQuestion } from './executor.ts';
import type { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';

/** A question's plan; whoever leaves, or has no time left, waits for it no longer. */
export async function planOf(plans: Plans, question: AcceptedQuestion): Promise<object> {
  const { signal, payer, seen } = question.context as QuestionContext;
  const planned = () => untilAborted(plans.of(question, payer), signal);
  return seen ? seen.under('plan', planned) : planned();
}

/** Waits for a plan no longer than the question may take. */
async function untilAborted<T>(planned: Promise<T>, signal: Leaving): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason instanceof Refusal ? signal.reason : badRequest('请求已中断。'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([planned, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
    planned.catch(() => undefined);
  }
}
