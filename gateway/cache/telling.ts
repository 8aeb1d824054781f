import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeptAnswer } from './kept.ts';

/** What decides which answer a client may tell itself again, beside the address and the body. */
const VARY = 'Accept, Authorization, DPoP, Credit-Purpose, Credit-Authorization, Credit-As-Of';

export function etagOf(body: string | Buffer): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
}

/**
 * Tells an answer that may be told again: its client may keep it and must ask each time whether it still holds (`no-cache`),
 * by GET with `If-None-Match`; nobody between us may.
 */
export function tellKeepable(
  request: IncomingMessage,
  response: ServerResponse,
  { body, contentType, etag }: KeptAnswer,
): void {
  response.setHeader('cache-control', 'private, no-cache');
  response.setHeader('etag', etag);
  response.setHeader('vary', VARY);
  if (request.method === 'GET' && isNamed(etag, request.headers['if-none-match'])) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('content-type', contentType);
  response.writeHead(200, { 'content-length': body.length }).end(body);
}

function isNamed(etag: string, wish: string | undefined): boolean {
  if (wish === undefined) return false;
  return wish.split(',').some((one) => [etag, '*'].includes(one.trim().replace(/^W\//u, '')));
}
