import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import type { Departments } from '../departments/index.ts';
import { fieldSources } from '../limits/sources.ts';
import { seenAsking, seenAskingTogether } from '../observing/asked.ts';
import { asking } from '../own/asks.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
import { ownSource } from '../own/source.ts';
import { departmentSource } from './department-source.ts';
import type { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';

/** Asks one subgraph of the supergraph. It never fails: what it cannot answer is null, with an error at each such place. */
export type AskSource = (question: Question, context: QuestionContext) => Promise<SourceAnswer>;

/** One subgraph as executors ask it. */
export interface Source {
  readonly ask: AskSource;
  /** What several callers ask at once in the same words, with the same rights, and pay from the same account; in their order. */
  askTogether(all: readonly CallerQuestion[]): Promise<readonly SourceAnswer[]>;
}

/** What one of several callers asks. */
export interface CallerQuestion {
  readonly question: Question;
  readonly context: QuestionContext;
}

export interface SourceAnswer {
  readonly data?: FormattedExecutionResult['data'] | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

export interface SourceOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly departments: Departments;
  readonly plans: Plans;
  readonly log: Log;
  readonly observing?: Observing | undefined;
}

/**
 * The subgraphs by name, as executors ask them: departments, seen, and the gateway's own fields.
 * @throws Error for a supergraph that names a department that is not here.
 */
export function sourcesOf(options: SourceOptions): ReadonlyMap<string, Source> {
  const { supergraphSdl, transports, departments, log, observing = {} } = options;
  const sourceOf = (name: string): Source => {
    if (name === OWN_SUBGRAPH)
      return eachAlone(ownSource(asking(supergraphSdl, transports, departments, log, observing), log));
    const transport = transports.get(name);
    if (!transport) throw new Error(`the supergraph names a department that is not configured: ${name}`);
    const source = departmentSource(transport, departments, log);
    return {
      ask: (question, context) => seenAsking(name, context, observing, (seen) => source.ask(question, seen)),
      askTogether: (all) => seenAskingTogether(name, all, () => source.askTogether(all)),
    };
  };
  return new Map(fieldSources(supergraphSdl).all.map((name) => [name, sourceOf(name)]));
}

/** The gateway's own fields are each caller's own. */
function eachAlone(ask: AskSource): Source {
  return { ask, askTogether: (all) => Promise.all(all.map(({ question, context }) => ask(question, context))) };
}
