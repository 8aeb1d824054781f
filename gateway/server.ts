import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { internalError, Refusal } from '../platform/errors.ts';
import { type Listening, listen, sendJson, sendRefusal, targetOf } from '../platform/http.ts';
import type { Log } from '../platform/log.ts';
import type { Observing } from '../platform/observing/index.ts';
import type { Transport } from '../platform/subgraph/transport.ts';
import { dayInShanghai } from '../platform/viewer/viewer.ts';
import { mayBeShown } from '../schema/identifiers/id-shape.ts';
import { ANONYMOUS, type Caller } from './access/caller.ts';
import { CredentialRefusal } from './access/refusal.ts';
import { type Answering, takeInTurn } from './answering.ts';
import type { Aside } from './aside/aside.ts';
import { createAudiences } from './audiences.ts';
import type { Audit } from './audit/index.ts';
import type { AuthorizationPage } from './authorizations/page/index.ts';
import type { Authorizations } from './authorizations/service.ts';
import type { DemonstrationIssuer } from './demonstration/issuer.ts';
import { apolloExecutor } from './executor/apollo-executor.ts';
import type { Planner } from './executor/planner.ts';
import type { Explorer } from './explorer/index.ts';
import { gatewayLimits, type LimitsOptions } from './limits/index.ts';
import { observer } from './observing/observer.ts';
import { knownOperations } from './observing/operations.ts';
import { seenTurns } from './observing/turns.ts';
import type { StatusEdition } from './statuses.ts';

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
  /** Where figures and spans go; nowhere without it. */
  readonly observing?: Observing | undefined;
  /** Documents that figures name beside the registered ones. */
  readonly documents?: readonly string[] | undefined;
}

/** What faces callers: `POST /graphql`, the explorer at `GET /graphql`, `GET /health/live`. */
export interface Gateway {
  /** The schema as anybody without a credential knows it. */
  readonly view: GraphQLSchema;
  listen(address: { readonly host: string; readonly port: number }): Promise<Listening>;
  stop(): Promise<void>;
}

export async function createGateway(given: GatewayOptions): Promise<Gateway> {
  const { supergraphSdl, transports, log, deadlineMs, planner } = given;
  const options = { ...given, statusEdition: given.statusEdition ?? ('audited' as const) };
  const { observing = {}, documents = [] } = given;
  const executor = await apolloExecutor(supergraphSdl, transports, log, deadlineMs, planner, observing);
  const asked = gatewayLimits(supergraphSdl, given.limits ?? {});
  const limits = { ...asked, turns: seenTurns(asked.turns, observing.figures) };
  const operations = knownOperations([...limits.trusted.documents, ...documents]);
  const seeing = observer({ ...observing, log, operations, tells: given.tellsRefusals === true });
  const audiences = createAudiences(options, executor, limits);
  const { view } = await audiences.of(ANONYMOUS);
  const answering: Answering = { ...options, audiences, gatewayLimits: limits, observer: seeing };
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
    async stop() {
      await audiences.stop();
      await executor.stop();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: Answering): Promise<void> {
  const { now = () => new Date() } = options;
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
  return takeInTurn(request, response, requestId, options);
}

/** A caller's own request id where it is a sensible one, for finding a question again in the log. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/u.test(given) && mayBeShown(given) ? given : randomUUID();
}
