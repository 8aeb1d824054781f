import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { internalError, Refusal } from '../platform/errors.ts';
import { type Listening, listen, sendJson, sendRefusal, targetOf } from '../platform/http.ts';
import type { Log } from '../platform/log.ts';
import type { Transport } from '../platform/subgraph/transport.ts';
import { dayInShanghai } from '../platform/viewer/viewer.ts';
import { mayBeShown } from '../schema/identifiers/id-shape.ts';
import { ANONYMOUS, type Caller } from './access/caller.ts';
import { PURPOSE_HEADER, purposeOf } from './access/purpose.ts';
import { CredentialRefusal } from './access/refusal.ts';
import type { Aside } from './aside/aside.ts';
import { REFUSED_HEADER } from './aside/asked.ts';
import { type Audiences, createAudiences } from './audiences.ts';
import type { Audit } from './audit/index.ts';
import { codesOf } from './audit/trace.ts';
import type { AuthorizationPage } from './authorizations/page/index.ts';
import { AUTHORIZATION_HEADER, NONE_PRESENTED } from './authorizations/presented.ts';
import type { Authorizations } from './authorizations/service.ts';
import type { DemonstrationIssuer } from './demonstration/issuer.ts';
import { type DepartmentBudgets, departmentBudgets } from './departments/budgets.ts';
import { type Departments, reachDepartments } from './departments/index.ts';
import { apolloExecutor } from './executor/apollo-executor.ts';
import type { Planner } from './executor/planner.ts';
import type { Explorer } from './explorer/index.ts';
import { assertReadableText } from './limits/document.ts';
import { type Arrival, type GatewayLimits, gatewayLimits, type LimitsOptions } from './limits/index.ts';
import { refuseQuestion, statusOfRefusal, tellLimits } from './limits/telling.ts';
import { questionIn, receive, type SentQuestion } from './request.ts';
import type { StatusEdition } from './statuses.ts';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: Log;
  readonly explorer?: Explorer | undefined;
  /** How long a department is waited for, in place of the table of deadlines. */
  readonly deadlineMs?: number | undefined;
  /** What is spent on departments beside that, where it is other than usual. */
  readonly budgets?: Partial<DepartmentBudgets> | undefined;
  /** Plans questions in a thread of its own; without it they are planned here. */
  readonly planner?: Planner | undefined;
  readonly limits?: LimitsOptions | undefined;
  readonly statusEdition?: StatusEdition | undefined;
  /** The clock; tests move it. */
  readonly now?: (() => Date) | undefined;
  /** Who sent a request, by its credential. @throws Refusal `UNAUTHENTICATED` for one that does not hold. Default: anybody. */
  readonly identify?: ((request: IncomingMessage) => Promise<Caller>) | undefined;
  /** The chain of who looked at what; without it nothing is traced. */
  readonly audit?: Audit | undefined;
  /** Where companies' authorizations are kept; without it there are none. */
  readonly authorizations?: Authorizations | undefined;
  /** The page on which companies decide on them. */
  readonly authorizationPage?: AuthorizationPage | undefined;
  /** The issuer of the invented city, under this gateway's own address. */
  readonly demonstration?: Pick<DemonstrationIssuer, 'handle'> | undefined;
  /** Answers long and dear questions elsewhere; without it they are answered here. */
  readonly aside?: Aside | undefined;
  /** Whether it answers for another process of ours, which is told what callers are not. */
  readonly tellsRefusals?: boolean | undefined;
}

/** What faces callers: `POST /graphql`, the explorer at `GET /graphql`, `GET /health/live`. */
export interface Gateway {
  /** The schema as anybody without a credential knows it. */
  readonly view: GraphQLSchema;
  /** What this process has seen of a department. */
  readonly stateOf: Departments['stateOf'];
  listen(address: { readonly host: string; readonly port: number }): Promise<Listening>;
  stop(): Promise<void>;
}

export async function createGateway(given: GatewayOptions): Promise<Gateway> {
  const { supergraphSdl, transports, log, planner, now = () => new Date() } = given;
  const options = { ...given, statusEdition: given.statusEdition ?? ('audited' as const) };
  const budgets = departmentBudgets(given.budgets, given.deadlineMs);
  const departments = reachDepartments({ supergraphSdl, transports, budgets, log, now });
  const executor = await apolloExecutor(supergraphSdl, transports, departments, log, planner);
  const limits = gatewayLimits(supergraphSdl, given.limits ?? {});
  const audiences = createAudiences(options, executor, limits);
  const { view } = await audiences.of(ANONYMOUS);
  const answering: Answering = { ...options, audiences, gatewayLimits: limits };
  return {
    view,
    listen: (address) =>
      listen(
        (request, response) => answer(request, response, answering),
        address,
        (error, response) => {
          if (error instanceof CredentialRefusal) response.setHeader('www-authenticate', [...error.challenges]);
          if (error instanceof Refusal) return sendRefusal(response, error);
          const refusal = internalError();
          log.error({ reference: refusal.extensions.reference, message: String(error) }, 'a request failed');
          return sendRefusal(response, refusal);
        },
      ),
    stateOf: departments.stateOf,
    async stop() {
      departments.stop();
      await audiences.stop();
      await executor.stop();
    },
  };
}

interface Answering extends GatewayOptions {
  readonly audiences: Audiences;
  readonly gatewayLimits: GatewayLimits;
  readonly statusEdition: StatusEdition;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: Answering): Promise<void> {
  const { now = () => new Date(), identify = async () => ANONYMOUS } = options;
  const requestId = requestIdOf(request);
  response.setHeader('x-request-id', requestId);
  if (options.explorer?.handle(request, response)) return;
  const { pathname } = targetOf(request);
  if (pathname === '/health/live' && request.method === 'GET') return sendJson(response, 200, { isAlive: true });
  if (pathname === '/' && request.method === 'GET') {
    response.writeHead(302, { location: '/graphql' }).end();
    return;
  }
  if (options.audit?.handle(request, response)) return;
  if (await options.demonstration?.handle(request, response)) return;
  if (options.authorizationPage?.serves(request)) {
    await options.gatewayLimits.arrive(request, ANONYMOUS, dayInShanghai(now())).bill.open();
    return options.authorizationPage.answer(request, response);
  }
  // So that the explorer can tell: there is nobody whom a person could ask as.
  if (pathname === '/demonstration/clients') return sendJson(response, 200, { clients: [] });
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
  const today = dayInShanghai(now());
  const { pace } = options.gatewayLimits.turns;
  const left = leaving(response);
  // A credential that does not hold is charged to where it came from.
  let arrival = options.gatewayLimits.arrive(request, ANONYMOUS, today);
  const network = arrival.payer;
  let pass = await pace.enter(network, left.signal);
  try {
    const caller = await identify(request).catch(async (error: unknown) => {
      await arrival.bill.open();
      throw error;
    });
    arrival = options.gatewayLimits.arrive(request, caller, today);
    if (arrival.payer !== network) {
      pass(false);
      pass = await pace.enter(arrival.payer, left.signal);
    }
    await arrival.bill.open();
    await answerQuestion(request, response, arrival, { ...options, today, requestId, left });
  } catch (error) {
    arrival.isRefused = error instanceof Refusal && statusOfRefusal(error) < 500;
    tellLimits(response, arrival);
    if (error instanceof Refusal) options.audit?.refused(arrival.caller, requestId, codesOf({ errors: [error] }));
    throw error;
  } finally {
    pass(arrival.isRefused);
  }
}

/** Aborted when the caller leaves before the whole answer was sent. */
function leaving(response: ServerResponse): AbortController {
  const left = new AbortController();
  setMaxListeners(0, left.signal); // one for each fetch of the question's plan
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  return left;
}

interface AnsweringOne extends Answering {
  readonly today: string;
  readonly requestId: string;
  readonly left: AbortController;
}

/** Answers a question here, in its turn, or has it answered by the second process. */
async function answerQuestion(
  request: IncomingMessage,
  response: ServerResponse,
  arrival: Arrival,
  options: AnsweringOne,
): Promise<void> {
  const { gatewayLimits, requestId, left, aside } = options;
  const received = await receive(request);
  const handed = { request, response, received, arrival, requestId, signal: left.signal };
  if (aside?.takesRequest(received)) return aside.answer(handed);
  const leave = await gatewayLimits.turns.questions.enter(arrival.payer, left.signal);
  let text: unknown;
  try {
    const asked = questionIn(received);
    text = asked.query;
    arrival.isHandedOver = aside?.takesText(text) === true;
    arrival.mayBeHandedOver = aside?.takesCost;
    if (!arrival.isHandedOver) await answerHere(request, response, arrival, asked, options);
  } finally {
    leave();
  }
  if (arrival.isHandedOver) await aside?.answer({ ...handed, text });
}

async function answerHere(
  request: IncomingMessage,
  response: ServerResponse,
  arrival: Arrival,
  asked: SentQuestion,
  options: AnsweringOne,
): Promise<void> {
  const { audiences, gatewayLimits: limits, today, requestId, left } = options;
  const { caller, payer } = arrival;
  const started = performance.now();
  try {
    asked.resolve((given) => limits.trusted.resolved(given, caller));
    assertReadableText(asked.query);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    options.audit?.refused(caller, requestId, codesOf({ errors: [error] }));
    if (options.tellsRefusals) response.setHeader(REFUSED_HEADER, 'true');
    return refuseQuestion(response, error, { arrival, request }, options.statusEdition);
  }
  const silent = new Set<string>();
  const purpose = purposeOf(headerOf(request, PURPOSE_HEADER), caller, today);
  const { role, department, ownSubject } = caller;
  const viewer = {
    role,
    department,
    ownSubject,
    purpose: purpose?.code ?? null,
    coversPersons: purpose?.coversPersons ?? false,
    grants: [],
    today,
    known: null,
    requestId,
  };
  const asOfHeader = headerOf(request, 'credit-as-of');
  const authorizationHeader = headerOf(request, AUTHORIZATION_HEADER);
  const { server } = await audiences.of(caller);
  const trace = options.audit?.trace({ caller, requestId, silent, signal: left.signal });
  const clock = limits.startClock(arrival, left);
  const result = await server
    .executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'POST',
        headers: headersOf(request),
        search: asked.search,
        body: asked.body,
      },
      context: async () => ({
        viewer,
        caller,
        purpose,
        bill: arrival.bill,
        signal: left.signal,
        payer,
        silent,
        stale: new Map(),
        asOfHeader,
        authorizationHeader,
        authorizing: options.authorizations,
        presented: NONE_PRESENTED,
        said: new Map(),
        now: options.now ?? (() => new Date()),
        arrival,
        request,
        trace,
        audit: options.audit?.answers,
        noteRefusal: (codes) => options.audit?.refused(caller, requestId, codes, viewer),
      }),
    })
    .finally(() => {
      clearTimeout(clock);
      return trace?.settle();
    });
  if (response.destroyed || arrival.isHandedOver) return;
  if (options.tellsRefusals && arrival.isRefused) response.setHeader(REFUSED_HEADER, 'true');
  for (const [name, value] of result.headers) response.setHeader(name, value);
  const status = result.status ?? 200;
  if (status >= 500) arrival.bill.refund();
  tellLimits(response, arrival);
  response.setHeader('cache-control', 'no-store');
  const body = result.body.kind === 'complete' ? result.body.string : '';
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
  const ms = Math.round(performance.now() - started);
  const cost = arrival.bill.told.requested;
  options.log.info({ requestId, status, ms, cost, silent: [...silent] }, 'answered');
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const given = request.headers[name];
  return typeof given === 'string' && given !== '' ? given : null;
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
