import type { Observing } from '../../platform/observing/index.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import type { DepartmentOutcome } from './seen.ts';

/** What a department's answer tells of how it went. */
interface Told {
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[] | undefined;
}

const SILENCES = ['SOURCE_UNAVAILABLE', 'TIME_BUDGET_EXCEEDED'];

/**
 * Asks a department, seen: how long it took and how it ended are noted of the question, under a span of its own that the
 * department's hang on. `ask` is given the question's context to ask with; undefined is no answer.
 */
export async function seenAsking<T extends Told | undefined>(
  department: string,
  context: QuestionContext,
  { spans }: Observing,
  ask: (context: QuestionContext) => Promise<T>,
): Promise<T> {
  const { seen } = context;
  if (!seen) return ask(context);
  const span = seen.traceparent === undefined ? undefined : spans?.begin(department, 'client', seen.traceparent);
  const began = performance.now();
  const asking = span ? { ...context, viewer: { ...context.viewer, trace: span.traceparent } } : context;
  let outcome: DepartmentOutcome = 'silent';
  try {
    const answer = await ask(asking);
    outcome = outcomeOf(department, answer, context);
    return answer;
  } finally {
    seen.department(department, performance.now() - began, outcome);
    span?.set({ 'credit_graph.department': department, 'credit_graph.outcome': outcome });
    span?.end(outcome === 'silent' ? 'SOURCE_UNAVAILABLE' : undefined);
  }
}

/** The same for callers who ask together, none of whose questions is traced; whoever has left meanwhile asks for itself. */
export async function seenAskingTogether<T extends Told>(
  department: string,
  all: readonly { readonly context: QuestionContext }[],
  ask: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const began = performance.now();
  const answers = await ask();
  const milliseconds = performance.now() - began;
  for (const [index, { context }] of all.entries())
    if (!context.signal.aborted)
      context.seen?.department(department, milliseconds, outcomeOf(department, answers[index], context));
  return answers;
}

function outcomeOf(department: string, answer: Told | undefined, context: QuestionContext): DepartmentOutcome {
  // Kept by whoever lets an earlier answer stand in for one that did not come.
  const { stale } = context as { readonly stale?: ReadonlyMap<string, unknown> | undefined };
  if (stale?.has(department)) return 'stale';
  const isSilent = !answer || answer.errors?.some(({ extensions }) => SILENCES.includes(String(extensions?.code)));
  if (!isSilent) return 'answered';
  return context.signal.aborted && !isOurs(context.signal.reason) ? 'left' : 'silent';
}

/** Whether the time was over; else the caller has left. */
function isOurs(reason: unknown): boolean {
  return reason instanceof Error && 'extensions' in reason;
}
