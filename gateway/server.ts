import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql';
import { badRequest, internalError, Refusal } from '../platform/errors.ts';
import { type Listening, listen, readJsonBody, sendJson, sendRefusal, targetOf } from '../platform/http.ts';
import type { Log } from '../platform/log.ts';
import { withoutApolloExtras } from '../platform/subgraph/apollo.ts';
import type { Transport } from '../platform/subgraph/transport.ts';
import { anonymousViewer, dayInShanghai } from '../platform/viewer/viewer.ts';
import { mayBeShown } from '../schema/identifiers/id-shape.ts';
import { assertAnswerable } from './answer-size.ts';
import { toldToCaller } from './errors.ts';
import { apolloExecutor } from './executor/apollo-executor.ts';
import type { AcceptedQuestion, ExecuteQuestion, Executor } from './executor/executor.ts';
import { answeringIntrospection } from './executor/introspection.ts';
import type { QuestionContext } from './executor/question-context.ts';
import type { Explorer } from './explorer/index.ts';
import { LIMITS, noSubscriptions, sizeLimit } from './guards.ts';
import { knownInstant } from './question.ts';
import { schemaView } from './supergraph/view.ts';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: Log;
  readonly explorer?: Explorer | undefined;
  readonly deadlineMs?: number | undefined;
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
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, now = () => new Date() } = options;
  const view = schemaView(options.supergraphSdl, ['PUBLIC']);
  const executor = await apolloExecutor(options.supergraphSdl, options.transports, log, options.deadlineMs);
  const server = new ApolloServer<CallerContext>({
    gateway: facing(view, executor, now),
    introspection: true,
    persistedQueries: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [sizeLimit, noSubscriptions],
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    formatError: (formatted, error) => toldToCaller(formatted, error, log),
    logger: log,
    plugins: withoutApolloExtras,
  });
  await server.start();
  return {
    view,
    listen: (address) =>
      listen(
        (request, response) => answer(request, response, server, options, now),
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
function facing(view: GraphQLSchema, executor: Executor, now: () => Date) {
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
          return await execute({ ...question, context: settled(view, question, now) });
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
function settled(view: GraphQLSchema, question: AcceptedQuestion, now: () => Date): CallerContext {
  const { variableDefinitions = [] } = question.operation;
  const { errors, coerced } = getVariableValues(view, variableDefinitions, question.request.variables ?? {});
  const [wrong] = errors ?? [];
  if (wrong)
    throw new GraphQLError(wrong.message, { nodes: wrong.nodes ?? null, extensions: { code: 'BAD_USER_INPUT' } });
  assertAnswerable(view, question, coerced ?? {});
  const context = question.context as CallerContext;
  const known = knownInstant(view, question.operation, coerced ?? {}, context.asOfHeader, now());
  return { ...context, viewer: { ...context.viewer, known } };
}

/** HTTP 400 where nothing was executed. */
function asWrongQuestion(error: GraphQLError): GraphQLError {
  const extensions = { ...error.extensions, http: { status: 400 } };
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, originalError: error, extensions });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  server: ApolloServer<CallerContext>,
  options: GatewayOptions,
  now: () => Date,
): Promise<void> {
  const requestId = requestIdOf(request);
  response.setHeader('x-request-id', requestId);
  if (options.explorer?.handle(request, response)) return;
  const { pathname, search } = targetOf(request);
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
  const contentType = request.headers['content-type'] ?? '';
  if (request.method === 'POST' && !contentType.startsWith('application/json')) {
    throw badRequest('请以 content-type: application/json 提交 {"query": "…", "variables": {…}}。');
  }
  const started = performance.now();
  const left = new AbortController();
  setMaxListeners(0, left.signal); // one for each fetch of the question's plan
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  const silent = new Set<string>();
  const asOf = request.headers['credit-as-of'];
  const asOfHeader = typeof asOf === 'string' && asOf !== '' ? asOf : null;
  const viewer = anonymousViewer({ today: dayInShanghai(now()), known: null, requestId });
  const result = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      search,
      body: request.method === 'POST' ? await readJsonBody(request) : '',
    },
    context: async () => ({ viewer, signal: left.signal, silent, asOfHeader }),
  });
  if (response.destroyed) return;
  for (const [name, value] of result.headers) response.setHeader(name, value);
  response.setHeader('cache-control', 'no-store');
  const body = result.body.kind === 'complete' ? result.body.string : '';
  response.writeHead(result.status ?? 200, { 'content-length': Buffer.byteLength(body) }).end(body);
  const ms = Math.round(performance.now() - started);
  options.log.info({ requestId, status: result.status ?? 200, ms, silent: [...silent] }, 'answered');
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
