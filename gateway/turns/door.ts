import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { serviceUnavailable } from '../../platform/errors.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import { hearFirstHead } from './first-head.ts';
import { networkLine } from './network-line.ts';

/**
 * Where connections wait while those for whom places are kept ask and enough others are being answered: what is not read yet costs
 * next to nothing, and what was read has to be answered, be it by a refusal.
 */
export interface Door {
  /**
   * Has a new connection taken at once, or when it is its turn. One whose first request brings a credential, or asks how we are,
   * waits for nobody.
   */
  admit(socket: Socket, take: () => void): void;
  /**
   * A request is in work until its answer is told, or what this returns is called: whoever sends a body slowly, or reads slowly,
   * keeps nobody out.
   * @throws Refusal `SERVICE_UNAVAILABLE` on a connection that was not taken in time; the connection ends with it.
   */
  enter(request: IncomingMessage, response: ServerResponse): () => void;
  /** Lets in whoever waits, and whoever comes from now on. */
  open(): void;
}

export interface DoorOptions {
  /** Whether those for whom places are kept ask. */
  readonly isWatched: () => boolean;
  /** Whose connections never wait: a proxy's carries the requests of many, who are known by their requests alone. */
  readonly passes: (socket: Socket) => boolean;
  /** Where a connection comes from: of those who wait, one of each network is taken in turn. */
  readonly networkOf: (socket: Socket) => string;
  /** Requests without a credential in work at once, beyond which new connections wait. */
  readonly atOnce: number;
  /** How many connections may wait; who comes then is told so at once. */
  readonly waiting: number;
  readonly patienceMs: number;
  /** Told how long connections waited, how many wait, and who was refused. */
  readonly figures?: Figures | undefined;
}

interface Waiting {
  readonly take: () => void;
  /** Told to come again, whatever it asks. */
  readonly refuse: () => void;
  readonly since: number;
}

const COME_AGAIN = 1;
const TOO_BUSY = serviceUnavailable(`此刻等候回答的查询过多。请在 ${COME_AGAIN} 秒后重试。`, COME_AGAIN);
/** Between two looks at whether somebody has waited too long. */
const LOOK_MS = 100;
/** A body that takes longer to come is not waited for. */
const SLOW_MS = 250;
/** So many networks at least may share the line: each may have this part of it. */
const NETWORKS = 20;
const WAITS_FOR_NOBODY = /^GET \/health\/|\r\nauthorization:/iu;

export function doorOf(options: DoorOptions): Door {
  const { isWatched, passes, networkOf, atOnce, waiting, patienceMs, figures } = options;
  const line = networkLine<Waiting>();
  /** Lets go those who have not said what they ask. */
  const silent = new Set<() => void>();
  const late = new WeakSet<Socket>();
  let inWork = 0;
  /** Those taken just now, whose requests are about to come. */
  let fresh = 0;
  let isOpen = false;
  let isGoingOn = false;
  let watch: NodeJS.Timeout | undefined;
  figures?.gauge('credit_graph_turns_waiting', () => [{ value: line.size, labels: { queue: 'door' } }]);

  const hasRoom = (): boolean => isOpen || inWork + fresh < atOnce || !isWatched();

  /** Takes one in each turn of the event loop, as long as there is room or the first has waited too long. */
  const goOn = (): void => {
    if (isGoingOn) return;
    const oldest = line.oldest();
    if (!oldest) {
      clearInterval(watch);
      watch = undefined;
      return;
    }
    if (hasRoom()) line.next()?.take();
    else if (performance.now() - oldest.since > patienceMs) oldest.refuse();
    else return;
    isGoingOn = true;
    setImmediate(() => {
      isGoingOn = false;
      goOn();
    });
  };

  /** What it asks is read in this turn of the event loop or the next. */
  const enterFresh = (take: () => void): void => {
    fresh += 1;
    setImmediate(() =>
      setImmediate(() => {
        fresh -= 1;
        goOn();
      }),
    );
    take();
  };

  /** Has a connection wait in line; what it returns takes it out. */
  const stand = (socket: Socket, letGo: () => void): (() => void) => {
    const refuse = (): void => {
      late.add(socket);
      letGo();
    };
    const network = networkOf(socket);
    if (line.size >= waiting || line.sizeOf(network) >= Math.max(1, waiting / NETWORKS)) {
      refuse();
      return ignore;
    }
    const since = performance.now();
    const leave = line.add(network, { take: letGo, refuse, since });
    watch ??= setInterval(goOn, LOOK_MS).unref();
    return () => {
      leave();
      figures?.observe('credit_graph_turn_wait_seconds', (performance.now() - since) / 1_000, { queue: 'door' });
    };
  };

  /** Hears what a connection asks, and has it wait. */
  const hold = (socket: Socket, take: () => void): void => {
    let isStanding = false;
    let leave = ignore;
    const stopHearing = hearFirstHead(socket, (head) => {
      if (WAITS_FOR_NOBODY.test(head)) return letGo();
      if (isStanding) return;
      isStanding = true;
      silent.delete(letGo);
      socket.setTimeout(0);
      leave = stand(socket, letGo);
      goOn();
    });
    const gone = (): void => {
      silent.delete(letGo);
      leave();
    };
    const letGo = (): void => {
      gone();
      socket.setTimeout(0);
      socket.off('timeout', giveUp).off('end', giveUp).off('close', gone).off('error', ignore);
      stopHearing();
      if (!socket.destroyed) take();
    };
    // Who says nothing is not waited for, neither here nor once it is taken; nor is who says that it is done.
    const giveUp = (): void => {
      socket.destroy();
    };
    silent.add(letGo);
    socket.setTimeout(patienceMs);
    socket.on('timeout', giveUp).on('end', giveUp).on('close', gone).on('error', ignore);
  };

  return {
    admit(socket, take) {
      const isFirst = line.size === 0;
      if (isOpen || passes(socket) || (isFirst && !isWatched())) return take();
      if (isFirst && hasRoom()) return enterFresh(take);
      hold(socket, take);
    },
    enter(request, response) {
      const { headers, socket, url = '' } = request;
      const waitsForNobody = headers.authorization !== undefined || url.startsWith('/health/');
      if (late.delete(socket) && !waitsForNobody) {
        response.shouldKeepAlive = false;
        figures?.count('credit_graph_answers_total', { status: '503' });
        figures?.count('credit_graph_errors_total', { code: 'SERVICE_UNAVAILABLE' });
        throw TOO_BUSY;
      }
      if (waitsForNobody) return ignore;
      inWork += 1;
      let isOver = false;
      const leave = (): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(slow);
        inWork -= 1;
        goOn();
      };
      const slow = setTimeout(() => {
        if (!request.complete) leave();
      }, SLOW_MS).unref();
      response.once('close', leave);
      return leave;
    },
    open() {
      isOpen = true;
      // Of those who say nothing the server knows what to do: it ends them when its patience does.
      for (const letGo of [...silent]) letGo();
      goOn();
    },
  };
}

/** Nobody waits before a connection is read. */
export const OPEN_DOOR: Door = { admit: (_socket, take) => take(), enter: () => ignore, open: ignore };

function ignore(): void {}
