import { ApolloGateway, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { internalError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { ApolloPlans } from './apollo-plans.ts';
import { planned } from './await-plan.ts';
import type { ExecuteQuestion, Executor, QuestionAnswer } from './executor.ts';
import type { Planner } from './planner.ts';
import type { QuestionContext } from './question-context.ts';
import { type SourceOptions, sourcesOf } from './source.ts';

/** Joins departments' answers with `@apollo/gateway` (Elastic-2.0). */
export async function apolloExecutor(options: SourceOptions, planner?: Planner): Promise<Executor> {
  const { supergraphSdl, log } = options;
  // It reports nothing unless told to; this keeps it from being told by a stray variable.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const sources = sourcesOf(options);
  const plans = new ApolloPlans();
  const gateway = new ApolloGateway({
    supergraphSdl,
    queryPlannerConfig: { cache: plans },
    logger: log,
    // Outside NODE_ENV=production it would answer a caller's header with the plan: every field, hidden ones too.
    __exposeQueryPlanExperimental: false,
    buildService({ name }) {
      const ask = sources(name);
      return {
        process: ({ request, context }: GraphQLDataSourceProcessOptions<QuestionContext>) =>
          ask({ ...request, query: request.query ?? '' }, context as QuestionContext) as never,
      };
    },
  });
  const { executor } = await gateway.load();
  const execute = executor as ExecuteQuestion;
  return {
    async execute(question) {
      if (planner) await planned(plans.kept, question, planner);
      return withoutSilentNulls(await execute(question), log);
    },
    stop: () => gateway.stop(),
  };
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
