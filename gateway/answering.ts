import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import { Refusal } from '../platform/errors.ts';
import { Leave } from '../platform/leaving.ts';
import { dayInShanghai } from '../platform/viewer/viewer.ts';
import { ANONYMOUS } from './access/caller.ts';
import { PURPOSE_HEADER, purposeOf } from './access/purpose.ts';
import { assertScope, mayUse } from './access/scopes.ts';
import { REFUSED_HEADER } from './aside/asked.ts';
import type { Audiences } from './audiences.ts';
import { codesOf } from './audit/trace.ts';
import { AUTHORIZATION_HEADER, NONE_PRESENTED } from './authorizations/presented.ts';
import type { KeptAnswer } from './cache/kept.ts';
import { type KeepableQuestion, keepableQuestion } from './cache/question.ts';
import { nothingYet } from './cache/rests.ts';
import { etagOf, tellKeepable } from './cache/telling.ts';
import { assertReadableText } from './limits/document.ts';
import type { Arrival, GatewayLimits } from './limits/index.ts';
import { refuseQuestion, statusOfRefusal, tellLimits } from './limits/telling.ts';
import type { Observer } from './observing/observer.ts';
import { noteDocument, noteRefusal, type Seen } from './observing/seen.ts';
import { questionIn, receive, type SentQuestion } from './request.ts';
import type { GatewayOptions } from './server.ts';
import type { StatusEdition } from './statuses.ts';
import type { Turns } from './turns/index.ts';

/** What questions are answered with, the same for all while an edition serves. */
export interface Answering extends GatewayOptions {
  readonly audiences: Audiences;
  readonly gatewayLimits: GatewayLimits;
  readonly statusEdition: StatusEdition;
  readonly observer: Observer;
  /** By what the supergraph that answers is told from others. */
  readonly edition: string;
}

/** One request on its way. */
interface Asking {
  readonly answering: Answering;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly today: string;
  readonly seen: Seen;
  /** Aborted when the caller leaves before the whole answer was sent. */
  readonly left: Leave;
  /** Whom it is charged to: until its credential is known to hold, where it came from. */
  arrival: Arrival;
}

/** Answers a request to `/graphql`: charged to whoever sent it, in the turn that refusals before it left the sender. */
export async function takeInTurn(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  answering: Answering,
): Promise<void> {
  const { gatewayLimits, observer, now = () => new Date() } = answering;
  const seen = observer.begin(request, response, requestId);
  const today = dayInShanghai(now());
  try {
    const arrival = gatewayLimits.arrive(request, ANONYMOUS, today);
    await answerInTurn({ answering, request, response, requestId, today, seen, left: leaving(response), arrival });
  } catch (error) {
    noteRefusal(seen.facts, error instanceof Refusal ? error : undefined);
    seen.tellOn(response);
    throw error;
  }
}

async function answerInTurn(asking: Asking): Promise<void> {
  const { answering, request, response, requestId, today, seen, left } = asking;
  const { gatewayLimits, identify = async () => ANONYMOUS } = answering;
  const { pace } = gatewayLimits.turns;
  seen.from(asking.arrival);
  const network = asking.arrival.payer;
  let pass: ((isRefused: boolean) => void) | undefined;
  try {
    // Who comes without a credential is known by its address, and whether there is room for it.
    if (request.headers.authorization === undefined) await assertRoom(network, gatewayLimits.turns);
    // Whose credential holds waits for none of those who come from the same address with one that does not.
    const caller = await seen
      .under('identify', () => identify(request))
      .catch(async (error: unknown) => {
        pass = await pace.enter(network, left);
        await asking.arrival.bill.open();
        throw error;
      });
    if (caller !== ANONYMOUS) asking.arrival = gatewayLimits.arrive(request, caller, today);
    seen.from(asking.arrival);
    pass = await pace.enter(asking.arrival.payer, left);
    await asking.arrival.bill.open();
    await answerQuestion(asking);
  } catch (error) {
    const { arrival } = asking;
    arrival.isRefused = error instanceof Refusal && statusOfRefusal(error) < 500;
    tellLimits(response, arrival);
    if (error instanceof Refusal) answering.audit?.refused(arrival.caller, requestId, codesOf({ errors: [error] }));
    throw error;
  } finally {
    pass?.(asking.arrival.isRefused);
  }
}

/** @throws Refusal where there is no room for more of this network's, when it is its turn to be told so. */
async function assertRoom(network: string, { questions, sendAway }: Turns): Promise<void> {
  try {
    questions.assertRoom(network);
  } catch (refusal) {
    await sendAway();
    throw refusal;
  }
}

function leaving(response: ServerResponse): Leave {
  const left = new Leave();
  response.once('close', () => {
    if (!response.writableFinished) left.abort(new Error('the caller has left'));
  });
  return left;
}

/** Answers a question here, in its turn, or has it answered by the second process. */
async function answerQuestion(asking: Asking): Promise<void> {
  const { answering, request, response, requestId, today, seen, left, arrival } = asking;
  const { gatewayLimits, aside, edition, cache } = answering;
  const received = await receive(request);
  const handed = { request, response, received, arrival, requestId, seen, signal: left };
  if (aside?.takesRequest(received)) return aside.answer(handed);
  const { trusted } = gatewayLimits;
  const keepable = cache && keepableQuestion(request, received, { caller: arrival.caller, today, edition, trusted });
  const kept = keepable && !keepable.isWantedFresh ? await cache?.find(keepable.key) : undefined;
  const isBank = arrival.caller.role === 'BANK';
  if (keepable && kept?.limit === arrival.bill.limits.pointsPerQuestion) {
    await gatewayLimits.turns.passBy(isBank);
    return answerAgain(asking, keepable, kept);
  }
  const leave = await seen.under('turn', () => gatewayLimits.turns.questions.enter(arrival.payer, left, isBank));
  let text: unknown;
  try {
    const asked = keepable?.asked ?? questionIn(received);
    text = keepable ? keepable.sentText : asked.query;
    arrival.isHandedOver = aside?.takesText(text) === true;
    arrival.mayBeHandedOver = aside?.takesCost;
    if (!arrival.isHandedOver) await answerHere(asking, asked, text, keepable);
  } finally {
    leave();
  }
  if (arrival.isHandedOver) await aside?.answer({ ...handed, text });
}

/** @param text as it was sent, where `asked` has the document of a hash. */
async function answerHere(
  asking: Asking,
  asked: SentQuestion,
  text: unknown,
  keepable: KeepableQuestion | undefined,
): Promise<void> {
  const { answering, request, response, requestId, today, seen, left, arrival } = asking;
  const { audiences, gatewayLimits: limits, audit, aside, cache } = answering;
  const { caller, payer } = arrival;
  try {
    if (asked !== keepable?.asked) asked.resolve((given) => limits.trusted.resolved(given, caller));
    noteDocument(seen, asked.query);
    const size = assertReadableText(asked.query);
    arrival.isHandedOver = aside?.takesSize(text, size) === true;
  } catch (error) {
    return refuse(asking, error);
  }
  if (arrival.isHandedOver) return;
  const silent = new Set<string>();
  const purpose = purposeOf(headerOf(request, PURPOSE_HEADER), caller, today);
  if (purpose) assertScope('credit:purpose', caller);
  const { role, department, ownSubject } = caller;
  const viewer = {
    role,
    department,
    ownSubject,
    purpose: purpose?.code ?? null,
    coversPersons: purpose?.coversPersons === true && mayUse('credit:persons', caller),
    grants: [],
    today,
    known: null,
    requestId,
  };
  const asOfHeader = headerOf(request, 'credit-as-of');
  const authorizationHeader = headerOf(request, AUTHORIZATION_HEADER);
  const { server, view } = await audiences.of(caller);
  const trace = audit?.trace({ caller, requestId, silent, signal: left, under: seen.under });
  const clock = limits.startClock(arrival, left);
  const computing = keepable && cache?.begin();
  const rests = computing && nothingYet();
  const stale = new Map<string, Date>();
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
        view,
        purpose,
        bill: arrival.bill,
        signal: left,
        payer,
        silent,
        stale,
        rests,
        asOfHeader,
        authorizationHeader,
        authorizing: answering.authorizations,
        presented: NONE_PRESENTED,
        said: { packages: new Map(), answered: new Set() },
        now: answering.now ?? (() => new Date()),
        arrival,
        request,
        trace,
        seen: seen.isHeard ? seen : undefined,
        audit: audit?.answers,
        noteRefusal: (codes) => audit?.refused(caller, requestId, codes, viewer),
      }),
    })
    .finally(() => {
      clearTimeout(clock);
      return trace?.settle();
    })
    .catch((error: unknown) => {
      if (computing) cache?.giveUp(computing);
      throw error;
    });
  const status = result.status ?? 200;
  const body = result.body.kind === 'complete' ? result.body.string : '';
  const isWhole = status === 200 && body.startsWith(WITHOUT_ERRORS) && silent.size + stale.size === 0;
  const isPublic = !arrival.dryRun && trace?.receiptId === undefined;
  let keeping: KeptAnswer | undefined;
  if (cache && computing && rests && keepable && isWhole && isPublic) {
    const { requested: points, limit } = arrival.bill.told;
    const { kind, operation } = seen.facts;
    const contentType = result.headers.get('content-type') ?? '';
    const told = { body: Buffer.from(body), contentType, etag: etagOf(body), points, limit, kind, operation };
    if (cache.keep(keepable.key, told, rests, computing)) keeping = told;
  } else if (computing) cache?.giveUp(computing);
  if (response.destroyed || arrival.isHandedOver) return;
  if (answering.tellsRefusals && arrival.isRefused) response.setHeader(REFUSED_HEADER, 'true');
  for (const [name, value] of result.headers) response.setHeader(name, value);
  if (status >= 500) arrival.bill.refund();
  tellLimits(response, arrival);
  seen.tellOn(response);
  if (keeping) return tellKeepable(request, response, keeping);
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Errors stand before the data. */
const WITHOUT_ERRORS = '{"data":{';

/** Tells an answer that was given before and still holds; it is charged as if it were asked anew. */
async function answerAgain(asking: Asking, keepable: KeepableQuestion, kept: KeptAnswer): Promise<void> {
  const { request, response, seen, arrival } = asking;
  noteDocument(seen, keepable.asked.query);
  try {
    await arrival.bill.charge(kept);
  } catch (error) {
    return refuse(asking, error);
  }
  const { kind, operation } = kept;
  Object.assign(seen.facts, { kind, operation, wasKept: true });
  tellLimits(response, arrival);
  tellKeepable(request, response, kept);
}

/** Tells a question why it is refused that no server of an audience has read. */
function refuse({ answering, request, response, requestId, seen, arrival }: Asking, error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
  const { audit, tellsRefusals, statusEdition } = answering;
  audit?.refused(arrival.caller, requestId, codesOf({ errors: [error] }));
  if (tellsRefusals) response.setHeader(REFUSED_HEADER, 'true');
  noteRefusal(seen.facts, error);
  seen.tellOn(response);
  refuseQuestion(response, error, { arrival, request }, statusEdition);
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const given = request.headers[name];
  return typeof given === 'string' && given !== '' ? given : null;
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
