import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Question } from '../../platform/viewer/token.ts';
import type { Departments } from '../departments/index.ts';
import { fieldSources } from '../limits/sources.ts';
import { seenAsking } from '../observing/asked.ts';
import { asking } from '../own/asks.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
import { ownSource } from '../own/source.ts';
import { departmentSource } from './department-source.ts';
import type { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';

/** Asks one subgraph of the supergraph. It never fails: what it cannot answer is null, with an error at each such place. */
export type AskSource = (question: Question, context: QuestionContext) => Promise<SourceAnswer>;

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
export function sourcesOf(options: SourceOptions): ReadonlyMap<string, AskSource> {
  const { supergraphSdl, transports, departments, log, observing = {} } = options;
  const sourceOf = (name: string): AskSource => {
    if (name === OWN_SUBGRAPH) return ownSource(asking(supergraphSdl, transports, departments, log, observing), log);
    const transport = transports.get(name);
    if (!transport) throw new Error(`the supergraph names a department that is not configured: ${name}`);
    const ask = departmentSource(transport, departments, log);
    return (question, context) => seenAsking(name, context, observing, (seen) => ask(question, seen));
  };
  return new Map(fieldSources(supergraphSdl).all.map((name) => [name, sourceOf(name)]));
}
