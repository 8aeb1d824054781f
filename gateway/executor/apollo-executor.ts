import { buildSchemaFromAST } from '@apollo/federation-internals';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { executeQueryPlan } from '@apollo/gateway/dist/executeQueryPlan.js';
import { type FragmentDefinitionNode, GraphQLError, GraphQLSchema, Kind } from 'graphql';
import { badRequest, internalError, Refusal } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Departments } from '../departments/index.ts';
import { fieldSources } from '../limits/sources.ts';
import { seenAsking } from '../observing/asked.ts';
import { asking } from '../own/asks.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
import { ownSource } from '../own/source.ts';
import { readSupergraph } from '../supergraph/read.ts';
import { departmentSource } from './department-source.ts';
import type { AcceptedQuestion, Executor, QuestionAnswer } from './executor.ts';
import type { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';

export interface ExecutorOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly departments: Departments;
  readonly plans: Plans;
  readonly log: Log;
  readonly observing: Observing | undefined;
}

type Sources = Record<string, GraphQLDataSource<QuestionContext>>;

/** Nobody's: introspection is answered before (introspection.ts), and whatever got past that is answered of nothing. */
const NOTHING = new GraphQLSchema({});

/**
 * Joins departments' answers with the part of `@apollo/gateway` (Elastic-2.0) that carries plans out. The rest of it would plan
 * in this thread, which takes a second to prepare, while nobody is answered.
 * @throws Error for a supergraph that names a department that is not here.
 */
export function apolloExecutor(options: ExecutorOptions): Executor {
  const { supergraphSdl, plans, log } = options;
  // What of it is used reports nothing; this keeps the rest from being told to by a stray variable.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const { schema, api } = readSupergraph(supergraphSdl);
  const answered = buildSchemaFromAST(api, { validate: false });
  answered.assumeValid();
  const sources = sourcesOf(options);
  return {
    async execute(question) {
      const { signal, payer, seen } = question.context as QuestionContext;
      const planned = () => untilAborted(plans.of(question, payer), signal);
      const plan = await (seen ? seen.under('plan', planned) : planned());
      const context = { schema: NOTHING, operation: question.operation, fragments: fragmentsIn(question) };
      return withoutSilentNulls(await executeQueryPlan(plan, sources, question, context, schema, answered), log);
    },
  };
}

function sourcesOf({ supergraphSdl, transports, departments, log, observing = {} }: ExecutorOptions): Sources {
  const sources: Sources = Object.create(null);
  for (const name of fieldSources(supergraphSdl).all) {
    if (name === OWN_SUBGRAPH) {
      sources[name] = ownSource(asking(supergraphSdl, transports, departments, log, observing), log);
      continue;
    }
    const transport = transports.get(name);
    if (!transport) throw new Error(`the supergraph names a department that is not configured: ${name}`);
    const source = departmentSource(transport, departments, log);
    sources[name] = {
      process: (options: GraphQLDataSourceProcessOptions<QuestionContext>) =>
        seenAsking(name, options.context as QuestionContext, observing, async (context) =>
          source.process({ ...options, context }),
        ),
    };
  }
  return sources;
}

function fragmentsIn({ document }: AcceptedQuestion): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  return fragments;
}

/** Waits for a plan no longer than the question may take. */
async function untilAborted<T>(planned: Promise<T>, signal: AbortSignal): Promise<T> {
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

/**
 * Where the joined answer breaks the schema, `executeQueryPlan` puts null and says so in `extensions.valueCompletion`, which
 * no client reads. A null that nobody explains would look like nothing held, so it is told as an error of ours.
 */
function withoutSilentNulls(answer: QuestionAnswer, log: Log): QuestionAnswer {
  const { extensions, ...rest } = answer;
  const broken = extensions?.valueCompletion;
  if (!Array.isArray(broken)) return rest;
  const errors = broken.map(({ message, path }: GraphQLError) => {
    const refusal = internalError();
    log.error({ reference: refusal.extensions.reference, message, path }, 'the joined answer breaks the schema');
    return new GraphQLError(refusal.message, { path: path ?? null, originalError: refusal });
  });
  return { ...rest, errors };
}
