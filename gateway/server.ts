import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { internalError, Refusal, unauthenticated } from '../platform/errors.ts';
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
import type { Audit } from './audit/index.ts';
import type { AuthorizationPage } from './authorizations/page/index.ts';
import type { Authorizations } from './authorizations/service.ts';
import type { AnswerCache } from './cache/index.ts';
import type { DemonstrationIssuer } from './demonstration/issuer.ts';
import type { DepartmentBudgets } from './departments/budgets.ts';
import type { Departments } from './departments/index.ts';
import { type Edition, openEdition } from './edition.ts';
import type { ExecutorKind } from './executor/executor.ts';
import type { Planner } from './executor/planner.ts';
import type { Explorer } from './explorer/index.ts';
import { type Health, healthOf } from './health.ts';
import type { LimitsOptions } from './limits/index.ts';
import { tellBreakers } from './observing/breakers.ts';
import { observer } from './observing/observer.ts';
import { knownOperations } from './observing/operations.ts';
import { seenTurns } from './observing/turns.ts';
import type { OnPiece } from './pieces.ts';
import type { StatusEdition } from './statuses.ts';
import { OPEN_DOOR } from './turns/door.ts';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: Log;
  readonly explorer?: Explorer | undefined;
  /** How long a department is waited for, in place of the table of deadlines. */
  readonly deadlineMs?: number | undefined;
  /** What is spent on departments beside that, where it is other than usual. */
  readonly budgets?: Partial<DepartmentBudgets> | undefined;
  /** Plans a supergraph's questions in a thread of its own; without it they are planned here. It is stopped with the gateway. */
  readonly planner?: ((supergraphSdl: string) => Planner) | undefined;
  /** What joins the departments' answers (docs/executors.md). */
  readonly executor?: ExecutorKind | undefined;
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
  /** Where public answers are kept; without it every question is asked. It is stopped by who opened it. */
  readonly cache?: AnswerCache | undefined;
  /** Whether it answers for another process of ours, which is told what callers are not. */
  readonly tellsRefusals?: boolean | undefined;
  /** Where figures and spans go; nowhere without it. */
  readonly observing?: Observing | undefined;
  /** Documents that figures name beside the registered ones. */
  readonly documents?: readonly string[] | undefined;
  /** Told of each piece of opening a supergraph: between two of them questions are answered. */
  readonly onPiece?: OnPiece | undefined;
}

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /**
   * Whether only who brings a credential is answered here (a lane for banks): their connections are not taken behind a crowd's,
   * of which Node takes one in each turn of its event loop.
   */
  readonly isForCredentials?: boolean | undefined;
}

/** What faces callers: `POST /graphql`, the explorer at `GET /graphql`, `GET /health/live` and `/health/ready`. */
export interface Gateway {
  /** The schema as anybody without a credential knows it. */
  readonly view: GraphQLSchema;
  /**
   * Answers by another supergraph from now on; what was taken before is finished by the one before.
   * @throws Error for one that cannot be joined or planned here: the one before serves on.
   */
  replace(supergraphSdl: string): Promise<void>;
  /** What this process has seen of a department. */
  readonly stateOf: Departments['stateOf'];
  listen(address: GatewayAddress): Promise<Listening>;
  /** Tells `/health/ready` that no more should be sent here. */
  drain(): void;
  stop(): Promise<void>;
}

export async function createGateway(given: GatewayOptions): Promise<Gateway> {
  const { transports, log } = given;
  const { observing = {}, documents = [], limits: asked = {} } = given;
  const limits = { ...asked, turns: asked.turns && seenTurns(asked.turns, observing.figures) };
  const statusEdition = given.statusEdition ?? ('audited' as const);
  const options = { ...given, limits, statusEdition };
  let edition = await openEdition(given.supergraphSdl, options);
  const operations = knownOperations([...edition.limits.trusted.documents, ...documents]);
  const seeing = observer({ ...observing, log, operations, tells: given.tellsRefusals === true });
  const stateOf: Departments['stateOf'] = (department) => edition.departments.stateOf(department);
  tellBreakers([...transports.keys()], stateOf, observing.figures);
  const health = healthOf({ transports, departments: () => edition.departments, log });
  const answeringBy = ({ audiences, limits: gatewayLimits, name }: Edition): Answers => {
    return { ...options, audiences, gatewayLimits, observer: seeing, edition: name, health };
  };
  let answering = answeringBy(edition);
  return {
    get view() {
      return edition.view;
    },
    async replace(supergraphSdl) {
      const before = edition;
      edition = await openEdition(supergraphSdl, options, before);
      answering = answeringBy(edition);
      void before.retire().catch((error: unknown) => log.error({ message: String(error) }, 'an edition did not end'));
    },
    async listen({ isForCredentials = false, ...address }) {
      const door = isForCredentials ? OPEN_DOOR : edition.limits.door();
      const listening = await listen(
        async (request, response) => {
          const by = answering;
          response.once('close', edition.enter());
          const requestId = requestIdOf(request);
          response.setHeader('x-request-id', requestId);
          if (isForCredentials) assertCredential(request, response);
          const goFromDoor = door.enter(request, response);
          try {
            await answer(request, response, requestId, by);
          } finally {
            goFromDoor();
          }
        },
        address,
        (error, response) => {
          if (error instanceof CredentialRefusal) response.setHeader('www-authenticate', [...error.challenges]);
          if (error instanceof Refusal) return sendRefusal(response, error);
          const refusal = internalError();
          log.error({ reference: refusal.extensions.reference, message: String(error) }, 'a request failed');
          return sendRefusal(response, refusal);
        },
        door.admit,
      );
      return {
        ...listening,
        close(patience) {
          door.open();
          return listening.close(patience);
        },
      };
    },
    stateOf,
    drain: () => health.drain(),
    async stop() {
      await edition.retire();
    },
  };
}

/** What requests are answered with. */
interface Answers extends Answering {
  readonly health: Health;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  options: Answers,
): Promise<void> {
  const { now = () => new Date() } = options;
  if (options.explorer?.handle(request, response)) return;
  const { pathname } = targetOf(request);
  if (pathname === '/health/live' && request.method === 'GET') return sendJson(response, 200, { isAlive: true });
  if (pathname === '/health/ready' && request.method === 'GET') {
    const told = await options.health.ready();
    return sendJson(response, told.isReady ? 200 : 503, told);
  }
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

/** @throws Refusal `UNAUTHENTICATED` where there is none; the connection ends with it. */
function assertCredential({ headers, url = '' }: IncomingMessage, response: ServerResponse): void {
  if (headers.authorization !== undefined || url.startsWith('/health/')) return;
  response.shouldKeepAlive = false;
  throw unauthenticated('此端口只接受带凭证(请求头 Authorization)的请求。不带凭证的查询请用公众端口。');
}

/** A caller's own request id where it is a sensible one, for finding a question again in the log. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/u.test(given) && mayBeShown(given) ? given : randomUUID();
}
