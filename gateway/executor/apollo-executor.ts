import { ApolloGateway, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { badRequest, internalError, Refusal } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Departments } from '../departments/index.ts';
import { seenAsking } from '../observing/asked.ts';
import { asking } from '../own/asks.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
import { ownSource } from '../own/source.ts';
import { departmentSource } from './department-source.ts';
import type { ExecuteQuestion, Executor, QuestionAnswer } from './executor.ts';
import type { Planner } from './planner.ts';
import { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';

/** Joins departments' answers with `@apollo/gateway` (Elastic-2.0), the executor of choice for now. */
export async function apolloExecutor(
  supergraphSdl: string,
  transports: ReadonlyMap<string, Transport>,
  departments: Departments,
  log: Log,
  planner?: Planner,
  observing: Observing = {},
): Promise<Executor> {
  // It reports nothing unless told to; this keeps it from being told by a stray variable.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const plans = new Plans();
  const gateway = new ApolloGateway({
    supergraphSdl,
    queryPlannerConfig: { cache: plans },
    logger: log,
    // Outside NODE_ENV=production it would answer a caller's header with the plan: every field, hidden ones too.
    __exposeQueryPlanExperimental: false,
    buildService({ name }) {
      if (name === OWN_SUBGRAPH) return ownSource(asking(supergraphSdl, transports, departments, log, observing), log);
      const transport = transports.get(name);
      if (!transport) throw new Error(`the supergraph names a department that is not configured: ${name}`);
      const source = departmentSource(transport, departments, log);
      return {
        process: (options: GraphQLDataSourceProcessOptions<QuestionContext>) =>
          seenAsking(name, options.context as QuestionContext, observing, async (context) =>
            source.process({ ...options, context }),
          ),
      };
    },
  });
  const { executor } = await gateway.load();
  const execute = executor as ExecuteQuestion;
  return {
    async execute(question) {
      const { signal, payer, seen } = question.context as QuestionContext;
      if (planner) {
        const planned = () => untilAborted(plans.prepare(question, planner, payer), signal);
        await (seen ? seen.under('plan', planned) : planned());
      }
      return withoutSilentNulls(await execute(question), log);
    },
    stop: () => gateway.stop(),
  };
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

/**
 * Where the joined answer breaks the schema, the Apollo gateway puts null and says so in `extensions.valueCompletion`, which
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
