import type { FormattedExecutionResult } from 'graphql';
import { Refusal, sourceUnavailable } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { saysSilent } from '../departments/again.ts';
import { Busy, Resting } from '../departments/department.ts';
import { documentOf } from '../departments/documents.ts';
import type { Departments } from '../departments/index.ts';
import { inOurWords } from './department-errors.ts';
import type { QuestionContext } from './question-context.ts';
import { silence } from './silence.ts';
import type { Source, SourceAnswer } from './source.ts';

/**
 * A department as executors ask it. It never fails: a department that is down, late or wrong answers null for
 * what was asked of it, with an error at each such place that names it in our words; the rest of the answer stands.
 */
export function departmentSource(transport: Transport, departments: Departments, log: Log): Source {
  const { department, title } = transport;

  function told(answer: FormattedExecutionResult, context: QuestionContext): SourceAnswer {
    context.trace?.looked(answer.extensions);
    if (saysSilent(answer)) context.silent.add(department);
    const { data, errors } = answer;
    return errors ? { data, errors: errors.map((error) => inOurWords(error, transport)) } : { data };
  }

  function silent(error: unknown, question: Question, context: QuestionContext): SourceAnswer {
    context.silent.add(department);
    tellSilence(log, department, context, error);
    const { reason } = context.signal;
    const busy = error instanceof Busy ? sourceUnavailable(department, title, BUSY_SECONDS) : undefined;
    const refusal = reason instanceof Refusal ? reason : busy;
    return silence(documentOf(question.query), question, transport, refusal);
  }

  return {
    async ask(question, context) {
      try {
        return told(await departments.ask(department, question, context), context);
      } catch (error) {
        return silent(error, question, context);
      }
    },
    async askTogether(all) {
      const parts = all.map(({ question, context }) => ({ question, asking: context }));
      const outcomes = await departments.askTogether(department, parts);
      return all.map(({ question, context }, index) => {
        const { answer, error } = outcomes[index] ?? {};
        // Whoever has left, or has no time left, asks for itself, and is told of there.
        if (context.signal.aborted) return silence(documentOf(question.query), question, transport);
        return answer ? told(answer, context) : silent(error, question, context);
      });
    },
  };
}

/** Who finds a department busy may come again soon. */
const BUSY_SECONDS = 1;

/** A line for each question that a department left unanswered; of one that is known to be silent the breaker has told. */
export function tellSilence(log: Log, department: string, { viewer }: QuestionContext, error: unknown): void {
  const told = { department, requestId: viewer.requestId, reason: reasonOf(error) };
  log[error instanceof Resting ? 'debug' : 'warn'](told, 'a department did not answer');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}`;
}
