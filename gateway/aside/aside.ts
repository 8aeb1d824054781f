import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { Pool } from 'undici';
import { serviceUnavailable } from '../../platform/errors.ts';
import { abortSignalOf, type Leaving } from '../../platform/leaving.ts';
import type { Log } from '../../platform/log.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import type { Cost } from '../limits/cost.ts';
import type { Arrival } from '../limits/index.ts';
import { fromHeader, SEEN_HEADER, type Seen } from '../observing/seen.ts';
import { seenQueue } from '../observing/turns.ts';
import type { Received } from '../request.ts';
import { fairQueue } from '../turns/fair-queue.ts';
import { handedOver, REFUSED_HEADER } from './asked.ts';
import type { SecondProcess } from './second-process.ts';
import { familiarDocuments, isDear, isLargeRequest, isLong, isWide } from './size.ts';

/** A question that is handed over, with the text of its document where it was read. */
export interface Handed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly received: Received;
  readonly arrival: Arrival;
  readonly requestId: string;
  readonly seen: Seen;
  readonly signal: Leaving;
  readonly text?: unknown;
}

/**
 * Answers long and dear questions in a process of its own, callers taking turns: reading, checking, planning and joining them
 * takes up to a second of one processor, and who asks something small meanwhile waits for none of it. While that process is not
 * there, they are answered here as all others are.
 */
export interface Aside {
  /** Whether a request is for it by its size alone. */
  takesRequest(received: Received): boolean;
  takesText(text: unknown): boolean;
  /** The same of a text with so much in it to understand (gateway/limits/document.ts). */
  takesSize(text: unknown, size: number): boolean;
  takesCost(cost: Cost): boolean;
  /** @throws Refusal where too much waits (gateway/turns/fair-queue.ts), or where that process ended meanwhile. */
  answer(handed: Handed): Promise<void>;
  stop(): Promise<void>;
}

export function openAside(second: SecondProcess, log: Log, figures?: Figures): Aside {
  const familiar = familiarDocuments();
  // One processor at least is left to everybody else.
  const queue = fairQueue({
    atOnce: Math.max(1, availableParallelism() - 1),
    waitingEach: 20,
    waitingInAll: 400,
    patienceMs: 10_000,
  });
  const turns = seenQueue('aside', queue, figures);
  let pool: { readonly port: number; readonly to: Pool } | undefined;
  const poolTo = (port: number): Pool => {
    if (pool?.port === port) return pool.to;
    void pool?.to.destroy();
    pool = { port, to: new Pool(`http://127.0.0.1:${port}`, { connections: 16, headersTimeout: 0, bodyTimeout: 0 }) };
    return pool.to;
  };
  const isOpen = (): boolean => second.open !== undefined;

  return {
    takesRequest: (received) => isOpen() && isLargeRequest(received),
    takesText: (text) => isOpen() && isLong(text) && !familiar.has(text),
    takesSize: (text, size) => typeof text === 'string' && isOpen() && isWide(size) && !familiar.has(text),
    takesCost: (cost) => isOpen() && isDear(cost),
    async answer({ request, response, received, arrival, requestId, seen, signal, text }) {
      arrival.bill.refund(); // there it is charged anew
      const { caller, network, payer } = arrival;
      const leave = await turns.enter(payer, signal);
      try {
        const { open } = second;
        if (!open) throw ended();
        const { method, url } = request;
        const answered = await seen.under('handed over', (traceparent) =>
          poolTo(open.port).request({
            method: method === 'GET' ? 'GET' : 'POST',
            path: url ?? '/graphql',
            headers: handedOver(request.headers, { key: open.key, caller, network, requestId, traceparent }),
            body: received.isGet ? null : received.body,
            signal: abortSignalOf(signal),
          }),
        );
        const { statusCode, headers, body } = answered;
        const { [REFUSED_HEADER]: isRefused, [SEEN_HEADER]: wasSeen, ...others } = headers;
        const { connection: _connection, 'keep-alive': _alive, ...told } = others;
        fromHeader(seen.facts, wasSeen);
        arrival.isRefused = isRefused !== undefined || (statusCode >= 400 && statusCode < 500);
        if (statusCode === 200 && !arrival.isRefused && typeof text === 'string')
          familiar.answered(text, Number.parseInt(String(headers['credit-cost']), 10));
        // Whole, before its turn ends: whoever reads slowly keeps no place in which others are answered.
        const whole = Buffer.from(await body.arrayBuffer());
        if (!response.destroyed) response.writeHead(statusCode, told).end(whole);
      } catch (error) {
        if (signal.aborted || response.headersSent) return void response.destroy();
        log.error({ requestId, message: String(error) }, 'the second process did not answer');
        throw ended();
      } finally {
        leave();
      }
    },
    async stop() {
      await second.stop();
      await pool?.to.destroy();
    },
  };
}

function ended(): Error {
  return serviceUnavailable('回答此问的进程刚刚中断,正在重新启动。请在 2 秒后重试。', 2);
}
