import { GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql';
import { assertScope } from './access/scopes.ts';
import { tellLateSilence } from './authorizations/late-silence.ts';
import { presentedBy, revokedMeanwhile } from './authorizations/presented.ts';
import { tellRevoked } from './authorizations/revoked.ts';
import { giveBackUses, settleWhenOver } from './authorizations/uses.ts';
import type { AcceptedQuestion, ExecuteQuestion, Executor } from './executor/executor.ts';
import { answeringIntrospection } from './executor/introspection.ts';
import type { QuestionContext } from './executor/question-context.ts';
import type { GatewayLimits } from './limits/index.ts';
import { statusOfRefusal, type Told } from './limits/telling.ts';
import { knownInstant } from './question.ts';
import { tellLateVerdicts } from './verdicts/late-silence.ts';

/** Caller-facing context of one HTTP request; the viewer is settled once its document is known. */
export interface CallerContext extends QuestionContext, Told {
  readonly asOfHeader: string | null;
  /** Notes a refusal of a question that leaves no trace of its own. */
  readonly noteRefusal?: ((codes: Readonly<Record<string, number>>) => void) | undefined;
  readonly authorizationHeader: string | null;
}

/** The executor as Apollo Server sees it: behind the view, with the viewer settled and introspection answered here. */
export function facing(view: GraphQLSchema, executor: Executor, limits: GatewayLimits, now: () => Date) {
  const execute: ExecuteQuestion = answeringIntrospection((question) => executor.execute(question), view);
  return {
    onSchemaLoadOrUpdate(callback: (loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) {
      callback({ apiSchema: view, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({
      executor: async (question: AcceptedQuestion) => {
        try {
          assertOneOperation(question);
          if (question.operation.operation === 'mutation')
            assertScope('credit:write', (question.context as CallerContext).caller);
          const context = await settled(view, question, limits, now);
          const { arrival, presented, viewer, authorizing, trace } = context;
          if (arrival.isDryRun || arrival.isHandedOver) return { data: null };
          const { requestId } = viewer;
          let isTold = false;
          try {
            const untraceable = await trace?.begin(question, viewer, presented);
            if (untraceable) return { errors: untraceable.map(asWrongQuestion) };
            const answer = await execute({ ...question, context });
            const { said } = context;
            tellLateSilence(answer, question, said.packages, context.silent);
            tellLateVerdicts(view, answer, question, said.verdicts, context);
            const revoked = await revokedMeanwhile(presented, viewer, authorizing);
            tellRevoked(answer, question, revoked, context);
            const settling = { requestId, trace, answered: said.answered, now: context.now };
            await settleWhenOver(presented, settling, authorizing);
            isTold = true;
            return answer;
          } finally {
            if (!isTold) await giveBackUses(presented, requestId, authorizing);
          }
        } catch (error) {
          if (error instanceof GraphQLError) return { errors: [asWrongQuestion(error)] };
          throw error;
        }
      },
    }),
    stop: async () => {},
  };
}

/** Apollo Server leaves it to the executor to notice that no operation of a document was named. */
function assertOneOperation({ operation, request }: AcceptedQuestion): void {
  // Declared as always there; it is missing where a document has several operations, or none of the name asked for.
  const found: AcceptedQuestion['operation'] | undefined = operation;
  if (found) return;
  const wrong = request.operationName
    ? `Unknown operation named "${request.operationName}".`
    : 'Must provide operation name if query contains multiple operations.';
  throw new GraphQLError(wrong, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

/** The context of a question whose variables are right, with the instant it is asked for. */
async function settled(
  view: GraphQLSchema,
  question: AcceptedQuestion,
  limits: GatewayLimits,
  now: () => Date,
): Promise<CallerContext> {
  const { variableDefinitions = [] } = question.operation;
  const { errors, coerced } = getVariableValues(view, variableDefinitions, question.request.variables ?? {});
  const [wrong] = errors ?? [];
  if (wrong)
    throw new GraphQLError(wrong.message, { nodes: wrong.nodes ?? null, extensions: { code: 'BAD_USER_INPUT' } });
  const context = question.context as CallerContext;
  const variables = coerced ?? {};
  // A dry run tells what the authorizations that it presents would open, and uses none of them up.
  const tried = context.arrival.isDryRun ? await presentedOf(context, view, question, variables, true) : undefined;
  const asking = tried ? { ...context.viewer, grants: tried.grants } : context.viewer;
  await limits.charge(view, question, variables, context.arrival, asking);
  const known = knownInstant(view, question.operation, variables, context.asOfHeader, now());
  if (context.rests && (known !== null || question.operation.operation !== 'query')) context.rests.isUntold = true;
  // The second process is presented them again, where it is asked.
  if (context.arrival.isDryRun || context.arrival.isHandedOver) return context;
  const held = await presentedOf(context, view, question, variables, false);
  return { ...context, presented: held, viewer: { ...context.viewer, known, grants: held.grants } };
}

function presentedOf(
  { viewer, caller, request, authorizationHeader: header, authorizing, seen }: CallerContext,
  view: GraphQLSchema,
  question: AcceptedQuestion,
  variables: Readonly<Record<string, unknown>>,
  isTrial: boolean,
) {
  const { today, requestId, purpose } = viewer;
  const { method } = request;
  const presenting = { view, question, variables, header, method, caller, today, requestId, purpose, isTrial };
  const find = () => presentedBy(presenting, authorizing);
  return seen ? seen.under('authorizations', find) : find();
}

/** HTTP 400 where nothing was executed, 429 where too much was asked. */
function asWrongQuestion(error: GraphQLError): GraphQLError {
  const extensions = { ...error.extensions, http: { status: statusOfRefusal(error) } };
  const { nodes = null, path = null } = error;
  return new GraphQLError(error.message, { nodes, path, originalError: error, extensions });
}
