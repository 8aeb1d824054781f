import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql';
import { internalError, Refusal } from '../platform/errors.ts';
import { type Listening, listen, sendJson, sendRefusal, statusFor, targetOf } from '../platform/http.ts';
import type { Log } from '../platform/log.ts';
import { withoutApolloExtras } from '../platform/subgraph/apollo.ts';
import type { Transport } from '../platform/subgraph/transport.ts';
import { anonymousViewer, dayInShanghai } from '../platform/viewer/viewer.ts';
import { mayBeShown } from '../schema/identifiers/id-shape.ts';
import { ANONYMOUS } from './access/caller.ts';
import { toldToCaller } from './errors.ts';
import { apolloExecutor } from './executor/apollo-executor.ts';
import type { AcceptedQuestion, ExecuteQuestion, Executor } from './executor/executor.ts';
import { answeringIntrospection } from './executor/introspection.ts';
import type { Planner } from './executor/planner.ts';
import type { QuestionContext } from './executor/question-context.ts';
import type { Explorer } from './explorer/index.ts';
import { assertReadableText, LIMITS, noSubscriptions } from './limits/document.ts';
import { type Arrival, type GatewayLimits, gatewayLimits, type LimitsOptions } from './limits/index.ts';
import { knownInstant } from './question.ts';
import { readQuestion } from './request.ts';
import { mediaTypeFor, type StatusEdition, statusOf } from './statuses.ts';
import { schemaView } from './supergraph/view.ts';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: Log;
  readonly explorer?: Explorer | undefined;
  readonly deadlineMs?: number | undefined;
  /** Plans questions in a thread of its own; without it they are planned here. */
  readonly planner?: Planner | undefined;
  readonly limits?: LimitsOptions | undefined;
  readonly statusEdition?: StatusEdition | undefined;
  /** The clock; tests move it. */
  readonly now?: () => Date;
}

/** What faces callers: `POST /graphql`, the explorer at `GET /graphql`, `GET /health/live`. */
export interface Gateway {
  /** The schema as anybody without a credential knows it. */
  readonly view: GraphQLSchema;
  listen(address: { readonly host: string; readonly port: number }): Promise<Listening>;
  stop(): Promise<void>;
}

/** Caller-facing context of one HTTP request; the viewer is settled once its document is known. */
interface CallerContext extends QuestionContext {
  readonly asOfHeader: string | null;
  readonly arrival: Arrival;
  readonly request: Pick<IncomingMessage, 'method' | 'headers'>;
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, now = () => new Date() } = options;
  const view = schemaView(options.supergraphSdl, ['PUBLIC']);
  const { supergraphSdl, planner, statusEdition = 'audited' } = options;
  const limits = gatewayLimits(supergraphSdl, options.limits ?? {});
  const executor = await apolloExecutor(supergraphSdl, options.transports, log, options.deadlineMs, planner);
  const server = new ApolloServer<CallerContext>({
    gateway: facing(view, executor, limits, now),
    introspection: true,
    persistedQueries: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [noSubscriptions],
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    formatError: (formatted, error) => toldToCaller(formatted, error, log),
    logger: log,
    plugins: [...withoutApolloExtras, tellingCost(statusEdition)],
  });
  await server.start();
  return {
    view,
    listen: (address) =>
      listen(
        (request, response) => answer(request, response, { ...options, server, gatewayLimits: limits, now }),
        address,
        (error, response) => {
          if (error instanceof Refusal) return sendRefusal(response, error);
          const refusal = internalError();
          log.error({ reference: refusal.extensions.reference, message: String(error) }, 'a request failed');
          return sendRefusal(response, refusal);
        },
      ),
    async stop() {
      await server.stop();
      await executor.stop();
    },
  };
}

/** The executor as Apollo Server sees it: behind the view, with the viewer settled and introspection answered here. */
function facing(view: GraphQLSchema, executor: Executor, limits: GatewayLimits, now: () => Date) {
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
          const context = await settled(view, question, limits, now);
          return context.arrival.isDryRun ? { data: null } : await execute({ ...question, context });
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
  await limits.charge(view, question, coerced ?? {}, context.arrival);
  const known = knownInstant(view, question.operation, coerced ?? {}, context.asOfHeader, now());
  return { ...context, viewer: { ...context.viewer, known } };
}

/** HTTP 400 where nothing was executed, 429 where too much was asked. */
function asWrongQuestion(error: GraphQLError): GraphQLError {
  const code = String(error.extensions.code);
  const extensions = { ...error.extensions, http: { status: code === 'QUESTION_TOO_LARGE' ? 400 : statusFor(code) } };
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, originalError: error, extensions });
}

/** Puts `extensions.cost` into each answer, what a dry run found, and the status that the client expects. */
function tellingCost(edition: StatusEdition): ApolloServerPlugin<CallerContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse({ response, contextValue: { arrival, request } }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        result.extensions = { ...result.extensions, ...toldBy(arrival) };
        response.http.status = statusOf(result, {
          method: request.method,
          accept: request.headers.accept,
          status: response.http.status,
          edition,
        });
      },
    }),
  };
}

function toldBy({ bill, dryRun }: Arrival): Record<string, unknown> {
  return { cost: bill.told, ...(dryRun ? { dryRun } : {}) };
}

interface Answering extends GatewayOptions {
  readonly server: ApolloServer<CallerContext>;
  readonly gatewayLimits: GatewayLimits;
  readonly now: () => Date;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: Answering): Promise<void> {
  const { now } = options;
  const requestId = requestIdOf(request);
  response.setHeader('x-request-id', requestId);
  if (options.explorer?.handle(request, response)) return;
  const { pathname } = targetOf(request);
  if (pathname === '/health/live' && request.method === 'GET') return sendJson(response, 200, { isAlive: true });
  if (pathname === '/' && request.method === 'GET') {
    response.writeHead(302, { location: '/graphql' }).end();
    return;
  }
  if (pathname !== '/graphql') {
    return sendJson(response, 404, {
      errors: [{ message: '没有这个地址。查询请用 POST /graphql。', extensions: { code: 'NOT_FOUND' } }],
    });
  }
  if (request.method !== 'POST' && request.method !== 'GET') {
    response.setHeader('allow', 'GET, POST');
    return sendJson(response, 405, {
      errors: [{ message: '只接受 GET 与 POST。', extensions: { code: 'METHOD_NOT_ALLOWED' } }],
    });
  }
  const arrival = options.gatewayLimits.arrive(request, ANONYMOUS, dayInShanghai(now()));
  try {
    await arrival.bill.open();
    await answerQuestion(request, response, arrival, requestId, options);
  } catch (error) {
    if (!response.headersSent) tell(response, arrival.bill.headers());
    throw error;
  }
}

async function answerQuestion(
  request: IncomingMessage,
  response: ServerResponse,
  arrival: Arrival,
  requestId: string,
  options: Answering,
): Promise<void> {
  const { gatewayLimits: limits, now, server } = options;
  const started = performance.now();
  const asked = await readQuestion(request);
  try {
    asked.resolve((given) => limits.trusted.resolved(given, arrival.caller));
    assertReadableText(asked.query);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(request, response, error, arrival, options.statusEdition);
  }
  const left = new AbortController();
  setMaxListeners(0, left.signal); // one for each fetch of the question's plan
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  const silent = new Set<string>();
  const asOf = request.headers['credit-as-of'];
  const asOfHeader = typeof asOf === 'string' && asOf !== '' ? asOf : null;
  const viewer = anonymousViewer({ today: dayInShanghai(now()), known: null, requestId });
  const clock = limits.startClock(arrival, left);
  const result = await server
    .executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'POST',
        headers: headersOf(request),
        search: asked.search,
        body: asked.body,
      },
      context: async () => ({ viewer, signal: left.signal, silent, asOfHeader, arrival, request, payer: arrival.payer }),
    })
    .finally(() => clearTimeout(clock));
  if (response.destroyed) return;
  for (const [name, value] of result.headers) response.setHeader(name, value);
  const status = result.status ?? 200;
  if (status >= 500) arrival.bill.refund();
  tell(response, arrival.bill.headers());
  response.setHeader('cache-control', 'no-store');
  const body = result.body.kind === 'complete' ? result.body.string : '';
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
  const ms = Math.round(performance.now() - started);
  const cost = arrival.bill.told.requested;
  options.log.info({ requestId, status, ms, cost, silent: [...silent] }, 'answered');
}

function tell(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** Answers a question that is refused before it is validated, in the form of every other answer. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  arrival: Arrival,
  edition: StatusEdition = 'audited',
): void {
  tell(response, arrival.bill.headers());
  response.setHeader('cache-control', 'no-store');
  const code = String(refusal.extensions.code);
  const status = code === 'QUESTION_TOO_LARGE' ? 400 : statusFor(code);
  const told = { errors: [refusal.toJSON()], extensions: toldBy(arrival) };
  const { method, headers } = request;
  const { accept } = headers;
  const type = mediaTypeFor(accept) ?? undefined;
  sendJson(response, statusOf({ errors: told.errors }, { method, accept, status, edition }), told, type);
}

/** A caller's own request id where it is a sensible one, for finding a question again in the log. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/u.test(given) && mayBeShown(given) ? given : randomUUID();
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
