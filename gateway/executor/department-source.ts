import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type DocumentNode, type FormattedExecutionResult, type GraphQLSchema, parse } from 'graphql';
import { Refusal } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { isWholeAnswer } from './answer-shape.ts';
import { inOurWords, isOurError } from './department-errors.ts';
import type { QuestionContext } from './question-context.ts';
import { silence } from './silence.ts';

/** How long one department may take for one fetch, in milliseconds. */
export const DEPARTMENT_DEADLINE_MS = 1_500;

/**
 * A department as the Apollo gateway calls it. It never fails: a department that is down, late or wrong answers null for
 * what was asked of it, with an error at each such place that names it in our words; the rest of the answer stands.
 */
export function departmentSource(
  transport: Transport,
  schema: GraphQLSchema,
  log: Log,
  deadlineMs = DEPARTMENT_DEADLINE_MS,
): GraphQLDataSource<QuestionContext> {
  const documents = new Map<string, DocumentNode>();
  const documentOf = (query: string): DocumentNode => {
    const known = documents.get(query) ?? parse(query, { noLocation: true });
    if (documents.size > 2_000) documents.clear();
    documents.set(query, known);
    return known;
  };
  return {
    async process(options: GraphQLDataSourceProcessOptions<QuestionContext>) {
      const { request, context } = options;
      const question: Question = {
        query: request.query ?? '',
        operationName: request.operationName,
        variables: request.variables,
      };
      const document = documentOf(question.query);
      try {
        const answer = await withDeadline(
          (signal) => transport.ask(question, context.viewer, signal),
          context.signal,
          deadlineMs,
        );
        assertUsable(answer, schema, document, question, transport);
        context.trace?.looked(answer.extensions);
        return { data: answer.data, errors: answer.errors?.map((error) => inOurWords(error, transport)) } as never;
      } catch (error) {
        context.silent.add(transport.department);
        log.warn(
          { department: transport.department, requestId: context.viewer.requestId, reason: reasonOf(error) },
          'a department did not answer',
        );
        const { reason } = context.signal;
        return silence(document, question, transport, reason instanceof Refusal ? reason : undefined) as never;
      }
    },
  };
}

/** Rejects at the deadline or when the caller leaves, whatever the department does, and tells it to stop. */
export async function withDeadline<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  caller: AbortSignal,
  deadlineMs: number,
): Promise<T> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let left: (() => void) | undefined;
  const given = new Promise<never>((_resolve, reject) => {
    const giveUp = (reason: string): void => {
      reject(new Error(reason));
      stop.abort();
    };
    timer = setTimeout(() => giveUp('deadline'), deadlineMs);
    left = () => giveUp(caller.reason instanceof Refusal ? 'the time for the whole answer is over' : 'the caller left');
    if (caller.aborted) left();
    caller.addEventListener('abort', left, { once: true });
  });
  try {
    return await Promise.race([given, attempt(ask, stop.signal)]);
  } finally {
    clearTimeout(timer);
    if (left) caller.removeEventListener('abort', left);
  }
}

/** What is thrown at once is a rejection like any other. */
async function attempt<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return ask(signal);
}

/** A department elsewhere is not believed unseen: what it left out or got wrong makes its whole answer unusable. */
function assertUsable(
  answer: FormattedExecutionResult,
  schema: GraphQLSchema,
  document: DocumentNode,
  question: Question,
  transport: Transport,
): void {
  if (answer.errors && !answer.errors.every(isOurError))
    throw new Error('the department answered an error that is not ours');
  // A refused root field that cannot be null leaves no data beside its error.
  if (!answer.data && answer.errors?.length) return;
  if (!answer.data) throw new Error('the department answered no data');
  if (!transport.isNear && !isWholeAnswer(schema, document, answer, question.variables ?? {})) {
    throw new Error('the department answered something other than what was asked');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}`;
}
