import { buildSchemaFromAST } from '@apollo/federation-internals';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { executeQueryPlan } from '@apollo/gateway/dist/executeQueryPlan.js';
import type { QueryPlan } from '@apollo/query-planner';
import { type FragmentDefinitionNode, GraphQLError, GraphQLSchema, Kind } from 'graphql';
import { internalError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { readSupergraph } from '../supergraph/read.ts';
import { planOf } from './await-plan.ts';
import type { AcceptedQuestion, Executor, QuestionAnswer } from './executor.ts';
import type { QuestionContext } from './question-context.ts';
import { type AskSource, type SourceOptions, sourcesOf } from './source.ts';

/** Nobody's: introspection is answered before (introspection.ts), and whatever got past that is answered of nothing. */
const NOTHING = new GraphQLSchema({});

/**
 * Joins departments' answers with the part of `@apollo/gateway` (Elastic-2.0) that carries plans out. The rest of it would plan
 * in this thread, which takes a second to prepare, while nobody is answered.
 * @throws Error for a supergraph that names a department that is not here.
 */
export function apolloExecutor(options: SourceOptions): Executor {
  const { supergraphSdl, plans, log } = options;
  // What of it is used reports nothing; this keeps the rest from being told to by a stray variable.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const { schema, api } = readSupergraph(supergraphSdl);
  const answered = buildSchemaFromAST(api, { validate: false });
  answered.assumeValid();
  const sources = Object.fromEntries([...sourcesOf(options)].map(([name, { ask }]) => [name, asDataSource(ask)]));
  return {
    async execute(question) {
      const plan = (await planOf(plans, question)) as QueryPlan;
      const context = { schema: NOTHING, operation: question.operation, fragments: fragmentsIn(question) };
      return withoutSilentNulls(await executeQueryPlan(plan, sources, question, context, schema, answered), log);
    },
  };
}

function asDataSource(ask: AskSource): GraphQLDataSource<QuestionContext> {
  return {
    process: ({ request, context }: GraphQLDataSourceProcessOptions<QuestionContext>) =>
      ask({ ...request, query: request.query ?? '' }, context as QuestionContext) as never,
  };
}

function fragmentsIn({ document }: AcceptedQuestion): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  return fragments;
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
