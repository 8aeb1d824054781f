import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { unauthenticated } from '../../platform/errors.ts';
import type { Caller } from '../access/caller.ts';

// A question that is handed to the second process carries what the first found out of its caller, under a key that only these
// two know. Neither is ever taken from a caller.

const KEY_HEADER = 'credit-graph-key';
const CALLER_HEADER = 'credit-graph-caller';
/** How the second process tells the first that nothing was answered. */
export const REFUSED_HEADER = 'credit-graph-refused';

/** What belongs to one connection, or to the credential, which the first process has checked. */
const LEFT_BEHIND = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect', 'content-length', 'host'],
  ...['authorization', 'dpop', 'cookie', 'forwarded'],
]);

export function newKey(): string {
  return randomBytes(32).toString('base64url');
}

/** The headers under which a question is handed over. */
export function handedOver(
  headers: IncomingHttpHeaders,
  given: {
    readonly key: string;
    readonly caller: Caller;
    readonly network: string;
    readonly requestId: string;
    readonly traceparent: string | undefined;
  },
): Record<string, string | string[]> {
  const own: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !LEFT_BEHIND.has(name)) own[name] = value;
  return {
    ...own,
    'x-request-id': given.requestId,
    ...(given.traceparent === undefined ? {} : { traceparent: given.traceparent }),
    // A network of 64 bits, as its first address.
    'x-forwarded-for': given.network.replace('/64', ''),
    [KEY_HEADER]: given.key,
    [CALLER_HEADER]: Buffer.from(JSON.stringify(given.caller)).toString('base64url'),
  };
}

/** Tells whose question the first process handed over. @throws Refusal `UNAUTHENTICATED` for anybody else's. */
export function callerIn(key: string): (request: IncomingMessage) => Promise<Caller> {
  const expected = Buffer.from(key);
  return async ({ headers }) => {
    const given = Buffer.from(String(headers[KEY_HEADER] ?? ''));
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw unauthenticated('此地址只供信用图谱的网关自用。');
    return JSON.parse(Buffer.from(String(headers[CALLER_HEADER]), 'base64url').toString()) as Caller;
  };
}
