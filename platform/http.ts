import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { badRequest, badUserInput, type ErrorAnswer, questionTooLarge, type Refusal } from './errors.ts';

/** How many bytes one question may have. Beyond it nothing is read, let alone parsed. */
export const LARGEST_BODY_BYTES = 64 * 1024;

/**
 * Reads a JSON object from a request's body.
 * @throws Refusal `QUESTION_TOO_LARGE`, or `BAD_REQUEST` for what is no JSON object in UTF-8.
 */
export async function readJsonBody(
  request: IncomingMessage,
  limit = LARGEST_BODY_BYTES,
): Promise<Record<string, unknown>> {
  return jsonObjectIn(await readBody(request, limit));
}

/**
 * Reads a request's body as it was sent; nothing of one that says itself that it is too large.
 * @throws Refusal `QUESTION_TOO_LARGE`, or `BAD_REQUEST` for a compressed one.
 */
export async function readBody(request: IncomingMessage, limit = LARGEST_BODY_BYTES): Promise<Buffer> {
  if (request.headers['content-encoding'] !== undefined) throw badRequest('请求体不接受压缩编码。');
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return bytesOf(request, limit);
}

/** By events: an iterator over what mostly comes in one piece costs more than all else that is done with it. */
function bytesOf(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (): void => {
      request.off('data', take).off('end', end).off('error', fail).off('close', fail);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      settle();
      // It still has to be answered; what else it sends is not read.
      request.pause();
      reject(tooLarge(limit));
    };
    const end = (): void => {
      settle();
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error('the request ended before its body did'));
    };
    request.on('data', take).once('end', end).once('error', fail).once('close', fail);
  });
}

/** @throws Refusal `BAD_REQUEST` for what is no JSON object in UTF-8. */
export function jsonObjectIn(body: Buffer): Record<string, unknown> {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('请求体须为 UTF-8 编码的 JSON 对象,形如 {"query": "…", "variables": {…}};不接受批量数组。');
  }
  return value as Record<string, unknown>;
}

function tooLarge(limit: number): Refusal {
  return questionTooLarge(`请求体超过 ${limit} 字节的上限。请缩短查询,或分成几次。`, { limit });
}

/** Path and query of a request as they were sent. (The URL class fails on some that a client may send, such as `//`.) */
export function targetOf(request: IncomingMessage): { readonly pathname: string; readonly search: string } {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/iu, '');
  const at = target.indexOf('?');
  return at < 0 ? { pathname: target, search: '' } : { pathname: target.slice(0, at), search: target.slice(at) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  AUTHORIZATION_REQUIRED: 403,
  AUTHORIZATION_ENDED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  QUESTION_TOO_LARGE: 413,
  TRUSTED_DOCUMENT_REQUIRED: 403,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  TOO_MANY_SUBJECTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
  AUDIT_UNAVAILABLE: 503,
};

/** The HTTP status that belongs to an error's code. */
export function statusFor(code: string): number {
  return STATUS[code] ?? 400;
}

/** Answers with one of our refusals, in the shape of a GraphQL answer. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const answer: ErrorAnswer = refusal.toJSON() as ErrorAnswer;
  const { retryAfter } = answer.extensions;
  if (typeof retryAfter === 'number' && !response.headersSent) response.setHeader('retry-after', retryAfter);
  sendJson(response, statusFor(answer.extensions.code), { errors: [answer] });
}

export function sendJson(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(value);
  // What a refused request still sends is not read; the connection ends with the answer.
  const close = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    ...close,
  });
  response.end(body);
}

/** Whoever waits for the end of one answer: turns, limits, figures, an edition, and what is asked for it. */
const MOST_LISTENERS = 40;

/** Connections that wait to be taken: more than Node's 511, so that a crowd is told to come again instead of nothing. */
const BACKLOG = 4_096;

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no new requests, finishes those it has, then closes; what is not finished after `patience` ms is cut. */
  close(patience?: number): Promise<void>;
}

/** Has a new connection taken, at once or later. */
export type Admit = (socket: Socket, take: () => void) => void;

/** Listens with the given handler. A handler that throws answers 400, 413 … for a refusal and 500 for anything else. */
export function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  address: { readonly host: string; readonly port: number },
  onError: (error: unknown, response: ServerResponse) => void,
  admit?: Admit,
): Promise<Listening> {
  /** What each connection still waits for: of several questions sent ahead, Node gives it to the first alone and forgets the others with it. */
  const answering = new WeakMap<object, Set<ServerResponse>>();
  const open = new Set<ServerResponse>();
  const waitingOn = (socket: Socket): Set<ServerResponse> => {
    const known = answering.get(socket);
    if (known) return known;
    const made = new Set<ServerResponse>();
    answering.set(socket, made);
    socket.once('close', () =>
      setImmediate(() => {
        for (const response of made) response.destroy().emit('close');
      }),
    );
    return made;
  };
  let isClosing = false;
  const server: Server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const ofConnection = waitingOn(request.socket).add(response);
      open.add(response);
      response.setMaxListeners(MOST_LISTENERS);
      // Whoever goes on asking on this connection would find nobody.
      if (isClosing) response.shouldKeepAlive = false;
      response.once('close', () => {
        ofConnection.delete(response);
        open.delete(response);
      });
      handler(request, response).catch((error: unknown) => onError(error, response));
    },
  );
  if (admit) {
    const taking = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) =>
      admit(socket, () => {
        for (const take of taking) take.call(server, socket);
      }),
    );
  }
  server.on('clientError', (_error, socket) => {
    // What follows a question on its connection must not be answered in its place.
    // A browser opens connections ahead of need: an answer to one that asked nothing would be taken for that of its first request.
    const isUnused = socket instanceof Socket && socket.bytesRead === 0;
    if (!socket.writable || isUnused || (answering.get(socket)?.size ?? 0) > 0) return socket.destroy();
    const body = JSON.stringify({ errors: [badUserInput('不是可读的 HTTP 请求。').toJSON()] });
    const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\nx-request-id: ${randomUUID()}\r\ncontent-length: ${Buffer.byteLength(body)}`;
    return socket.end(`${head}\r\n\r\n${body}`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, address)));
    server.listen({ ...address, backlog: BACKLOG }, () => {
      server.removeAllListeners('error');
      resolve({
        port: (server.address() as AddressInfo).port,
        close(patience = 10_000) {
          isClosing = true;
          for (const response of open) response.shouldKeepAlive = false;
          return closed(server, patience);
        },
      });
    });
  });
}

function cannotListen(
  error: NodeJS.ErrnoException,
  { host, port }: { readonly host: string; readonly port: number },
): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `端口 ${port} 已被占用,请以 PORT 另选端口,或先停止占用它的程序。`,
    EACCES: `没有监听端口 ${port} 的权限,请以 PORT 另选 1024 以上的端口。`,
    EADDRNOTAVAIL: `本机没有地址 ${host},请检查 HOST。`,
    ENOTFOUND: `本机没有地址 ${host},请检查 HOST。`,
  };
  return new Error(reasons[error.code ?? ''] ?? `不能在 ${host}:${port} 监听。`, { cause: error });
}

function closed(server: Server, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
