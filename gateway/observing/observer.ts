import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import type { Span } from '../../platform/observing/spans.ts';
import { placeIn, type Traceparent, traceparentIn } from '../../platform/observing/traceparent.ts';
import { ANONYMOUS } from '../access/caller.ts';
import type { KnownOperations } from './operations.ts';
import { type Arrived, type Facts, noteDepartment, nothingYet, SEEN_HEADER, type Seen, toHeader } from './seen.ts';

/** Sees every question once: a line in the log, figures, and a span above all others of it. */
export interface Observer {
  begin(request: IncomingMessage, response: ServerResponse, requestId: string): Seen;
}

export interface ObserverOptions extends Observing {
  readonly log: Log;
  readonly operations: KnownOperations;
  /** Whether another process handed the questions over, notes them itself and is told what was seen of them. */
  readonly tells: boolean;
}

/** How a question ended. */
export type Outcome = 'answered' | 'partial' | 'refused' | 'timed_out' | 'failed' | 'left';

export function observer(options: ObserverOptions): Observer {
  const { log, figures, spans, tells } = options;
  const isHeard = figures !== undefined || spans !== undefined || log.isLevelEnabled('info');
  let inWork = 0;
  if (!tells) figures?.gauge('credit_graph_questions_in_work', () => [{ value: inWork }]);
  return {
    begin(request, response, requestId) {
      if (!isHeard) return unheard();
      const facts = nothingYet();
      const began = performance.now();
      const given = traceparentIn(request.headers.traceparent);
      const span = spans?.begin('question', tells ? 'internal' : 'server', given);
      let arrived: Arrived | undefined;
      inWork += 1;
      response.once('close', () => {
        inWork -= 1;
        const hasLeft = !response.writableFinished;
        const ended: Ended = {
          requestId,
          traceId: placeIn(span?.traceparent ?? given ?? '')?.traceId,
          ms: Math.round(performance.now() - began),
          status: hasLeft ? undefined : response.statusCode,
          outcome: outcomeOf(facts, response.statusCode, hasLeft),
          cost: facts.cost ?? arrived?.bill.told.requested ?? 0,
          client: arrived?.caller.client ?? 'anonymous',
          role: arrived?.caller.role ?? ANONYMOUS.role,
        };
        if (!tells) note(ended, facts, options);
        if (span) close(span, ended, facts, options);
      });
      return {
        facts,
        isHeard,
        traceparent: span?.traceparent,
        under: (name, work) =>
          spans && span ? under(spans.begin(name, 'internal', span.traceparent), work) : work(undefined),
        from(arrival) {
          arrived = arrival;
        },
        department(department, milliseconds, outcome) {
          noteDepartment(facts, department, milliseconds, outcome);
          figures?.observe('credit_graph_department_duration_seconds', milliseconds / 1000, { department, outcome });
        },
        tellOn(answer) {
          if (!tells || answer.headersSent) return;
          answer.setHeader(SEEN_HEADER, toHeader({ ...facts, cost: arrived?.bill.told.requested }));
        },
      };
    },
  };

  function note(ended: Ended, facts: Facts, { operations }: ObserverOptions): void {
    const { departments, codes, subjects: _subjects, isRefused: _isRefused, cost: _cost, ...asked } = facts;
    log.info({ ...ended, ...asked, departments, codes }, 'question');
    if (!figures) return;
    const { client, outcome, status, cost, ms } = ended;
    const operation = operations(facts.operationHash);
    figures.observe('credit_graph_question_duration_seconds', ms / 1000, { operation, client, outcome });
    if (status !== undefined) figures.count('credit_graph_answers_total', { status: String(status) });
    for (const [code, count] of Object.entries(codes)) figures.count('credit_graph_errors_total', { code }, count);
    figures.observe('credit_graph_question_points', cost);
    figures.count('credit_graph_points_total', { client }, cost);
    if (facts.subjects) figures.count('credit_graph_subjects_looked_at_total', { client }, facts.subjects);
  }
}

/** Of a question that nobody is told of. */
function unheard(): Seen {
  const nothing = (): void => undefined;
  const facts = nothingYet();
  return {
    ...{ facts, isHeard: false, traceparent: undefined, from: nothing, department: nothing, tellOn: nothing },
    under: (_name, work) => work(undefined),
  };
}

interface Ended {
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly ms: number;
  /** Undefined where the caller left before there was one. */
  readonly status: number | undefined;
  readonly outcome: Outcome;
  readonly cost: number;
  readonly client: string;
  readonly role: string;
}

async function under<T>(span: Span, work: (traceparent: Traceparent) => Promise<T>): Promise<T> {
  try {
    const done = await work(span.traceparent);
    span.end();
    return done;
  } catch (error) {
    span.end(error instanceof Refusal ? String(error.extensions.code) : 'FAILED');
    throw error;
  }
}

function close(span: Span, ended: Ended, facts: Facts, { operations }: ObserverOptions): void {
  const operation = operations(facts.operationHash);
  span.rename(`${facts.kind ?? 'question'} ${operation}`);
  span.set({
    'graphql.operation.type': facts.kind ?? '',
    'graphql.operation.name': operation,
    ...(ended.status === undefined ? {} : { 'http.response.status_code': ended.status }),
    'credit_graph.operation_hash': facts.operationHash ?? '',
    'credit_graph.client': ended.client,
    'credit_graph.role': ended.role,
    'credit_graph.outcome': ended.outcome,
    'credit_graph.cost': ended.cost,
    'credit_graph.request_id': ended.requestId,
  });
  span.end(ended.outcome === 'failed' || ended.outcome === 'timed_out' ? ended.outcome : undefined);
}

/** Codes of what is no caller's doing. */
const OURS = ['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'SOURCE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'];

function outcomeOf({ codes, isRefused }: Facts, status: number, hasLeft: boolean): Outcome {
  if (hasLeft) return 'left';
  if (codes.TIME_BUDGET_EXCEEDED) return 'timed_out';
  if (status >= 500 || (isRefused && OURS.some((code) => codes[code]))) return 'failed';
  if (isRefused || status >= 400) return 'refused';
  return Object.keys(codes).length > 0 ? 'partial' : 'answered';
}
