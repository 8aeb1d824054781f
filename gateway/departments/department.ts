import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import { Leave, type Leaving } from '../../platform/leaving.ts';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { type FairQueue, fairQueue } from '../turns/fair-queue.ts';
import { again, saysSilent } from './again.ts';
import type { Asked, Asking } from './asked.ts';
import { breaker, type DepartmentState } from './breaker.ts';
import type { DepartmentBudgets } from './budgets.ts';
import { Late, withDeadline } from './deadline.ts';
import { gathered } from './gathered.ts';
import { look } from './look.ts';
import type { StandIn } from './stand-in.ts';
import { together } from './together.ts';
import { assertUsable, Misasked } from './usable.ts';

/** The department is not asked: it was silent too often, and is looked at until it is back. */
export class Resting extends Error {
  override readonly name = 'Resting';
}

/** Too much is being asked of the department. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

/** A department as one gateway's process reaches it. */
export interface ReachedDepartment {
  readonly state: DepartmentState;
  /** Looks whether it and what it stands on answer, whatever its breaker says. @throws Error where they do not. */
  look(): Promise<void>;
  /** Whether a caller's answer is not to wait for it again. */
  wasLate(caller: Leaving): boolean;
  /** @throws Error where it gave no answer that can be used: `Late`, `Left`, `Resting`, `Busy`, or whatever kept it from answering. */
  ask(asked: Asked): Promise<FormattedExecutionResult>;
  stop(): void;
}

export interface ReachOptions {
  readonly transport: Transport;
  readonly schema: GraphQLSchema;
  /** The codes of its catalogue items. */
  readonly items: readonly string[];
  readonly budgets: DepartmentBudgets;
  readonly log: Log;
  readonly now: () => Date;
  /** Called with each answer to one caller's question that can be used, before anybody has it. */
  readonly onAnswer: StandIn['keep'];
}

/** The share of a deadline within which what comes of an ask has come quickly. */
const QUICK = 0.25;
/** What takes longer was tried and timed out, however long the deadline is. */
const QUICK_MS = 2_000;

export function reachDepartment(options: ReachOptions): ReachedDepartment {
  const { transport, schema, items, budgets, log, now, onAnswer } = options;
  const { department } = transport;
  const stopping = new Leave();
  const usual = (): number => budgets.deadlineOf(department, 'ANONYMOUS', dayInShanghai(now()));
  usual(); // a table that cannot be read shows at the start
  const lookAtIt = () => look(transport, items, schema, now(), stopping, usual());
  const fuse = breaker(budgets.breaker, lookAtIt, now, (state) =>
    log[state === 'HALF_OPEN' ? 'debug' : 'warn']({ department, state }, 'the breaker of a department changed'),
  );
  const places = fairQueue(budgets.places);
  const deadlineOf = ({ asking: { viewer } }: Asked): number =>
    budgets.deadlineOf(department, viewer.role, viewer.today);
  const flights = together<FormattedExecutionResult>();
  const late = new WeakMap<Leaving, true>();

  /** Asks the department itself, in its turn, and tells the breaker what came of it. */
  async function askItself(asked: Asked, signal: Leaving): Promise<FormattedExecutionResult> {
    const { question, document, asking, askedAt, key } = asked;
    const deadlineMs = deadlineOf(asked);
    const leave = await placeFor(places, asking, signal);
    if (fuse.state.state !== 'CLOSED') {
      leave();
      throw new Resting('it was silent while this waited');
    }
    const began = performance.now();
    const ending = fuse.begin();
    const ask = async (): Promise<FormattedExecutionResult> => {
      const answer = await unlessAborted(transport.ask(question, asking.viewer, signal), signal);
      assertUsable(answer, schema, document, question, transport);
      return answer;
    };
    const mayAgain = (): boolean =>
      key !== undefined &&
      fuse.state.state === 'CLOSED' &&
      performance.now() - began < Math.min(QUICK_MS, deadlineMs * QUICK);
    try {
      const answer = await again(ask, mayAgain, signal);
      if (saysSilent(answer)) ending.silent();
      else ending.answered();
      return answer;
    } catch (error) {
      if (error instanceof Misasked) ending.answered();
      else if (!signal.aborted) ending.silent();
      // Who waited for a place, or was asked with others before, leaves it less than its time; who has left says nothing about it.
      else if (signal.reason instanceof Late && began - askedAt < deadlineMs * QUICK) ending.late();
      throw error;
    } finally {
      leave();
    }
  }

  const askOnce = gathered(askItself, (facts, said) => log.debug({ department, ...facts }, said));

  async function askAndKeep(asked: Asked, signal: Leaving): Promise<FormattedExecutionResult> {
    const at = now();
    const answer = await askOnce(asked, signal);
    if (!asked.companions) onAnswer(asked, answer, at);
    return answer;
  }

  /** Whoever finds the same question out already waits for it; where that one found no place, each asks in its own turn. */
  async function joined(
    key: string,
    signal: Leaving,
    itself: (signal: Leaving) => Promise<FormattedExecutionResult>,
    requestId: string,
    onShared: () => void,
  ): Promise<FormattedExecutionResult> {
    let isShared = false;
    const shared = (): void => {
      isShared = true;
      onShared();
      log.debug({ department, requestId }, 'asked together with another');
    };
    return flights.join(key, signal, itself, shared).catch((error: unknown) => {
      if (isShared && error instanceof Busy && !signal.aborted) return itself(signal);
      throw error;
    });
  }

  return {
    get state() {
      return fuse.state;
    },
    look: lookAtIt,
    wasLate: (caller) => late.has(caller),
    async ask(asked) {
      const { asking, key } = asked;
      const { viewer, signal: caller } = asking;
      if (fuse.state.state !== 'CLOSED') throw new Resting('it was silent too often');
      // The deadline is the department's for the whole answer: who was late once is not waited for again.
      if (late.has(caller)) throw new Late('it was late in this answer before');
      // What another was told may have been read before this one began: it is not kept for later ones.
      const readEarlier = (): void => {
        if (asking.rests) asking.rests.isUntold = true;
      };
      const itself = (signal: Leaving) => askAndKeep(asked, signal);
      const ask = (signal: Leaving): Promise<FormattedExecutionResult> =>
        key === undefined ? itself(signal) : joined(key, signal, itself, viewer.requestId, readEarlier);
      const spent = performance.now() - asked.askedAt;
      return withDeadline(ask, caller, deadlineOf(asked) - spent).catch((error: unknown) => {
        if (error instanceof Late) for (const one of asked.companions ?? [caller]) late.set(one, true);
        throw error;
      });
    },
    stop() {
      stopping.abort(new Error('the gateway stops'));
      fuse.stop();
    },
  };
}

/** A place among those who ask the department at once; banks have some of their own. */
async function placeFor(places: FairQueue, { payer, caller }: Asking, signal: Leaving): Promise<() => void> {
  try {
    return await places.enter(payer, signal, caller.role === 'BANK');
  } catch (error) {
    throw signal.aborted ? signal.reason : new Busy('too much is asked of it', { cause: error });
  }
}

/** What is told to stop is not waited for, whether it stops or not. */
async function unlessAborted<T>(asked: Promise<T>, signal: Leaving): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([aborted, asked]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
