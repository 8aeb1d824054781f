import { badRequest, Refusal } from '../../platform/errors.ts';
import type { AcceptedQuestion } from './executor.ts';
import type { Planner } from './planner.ts';
import type { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';

/** Settles once a question's plan is among these; whoever leaves, or has no time left, waits no longer. */
export async function planned<Plan extends object>(
  plans: Plans<Plan>,
  question: AcceptedQuestion,
  planner: Planner,
): Promise<void> {
  const { signal, payer, seen } = question.context as QuestionContext;
  const wait = async () => {
    if (!plans.of(question)) await untilAborted(plans.prepare(question, planner, payer), signal);
  };
  await (seen ? seen.under('plan', wait) : wait());
}

/** Waits for a plan no longer than the question may take. */
async function untilAborted(planned: Promise<void>, signal: AbortSignal): Promise<void> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason instanceof Refusal ? signal.reason : badRequest('请求已中断。'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([planned, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
    planned.catch(() => undefined);
  }
}
