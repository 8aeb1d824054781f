import { createServer, type Server, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import { freePort } from '../../platform/database/ports.ts';
import { VIEWER_HEADER } from '../../platform/subgraph/listen.ts';
import type { Question } from '../../platform/viewer/token.ts';

/** A request as it came over the wire. */
export interface Received {
  readonly head: string;
  readonly question: Question;
  readonly token: string | undefined;
}

/** What becomes of a request: the socket is the fault's to use as it likes. */
export type Fault = (socket: Socket, received: Received) => void | Promise<void>;

/** A TCP server that stands where a department's URL points and does to each request what the test says. */
export interface FaultyDepartment {
  readonly url: URL;
  /** The requests that came, whole. */
  readonly received: Received[];
  /** Open connections on which something was asked since it was last said what to `do`. */
  readonly asking: ReadonlySet<Socket>;
  do(fault: Fault): void;
  /** Lets nobody in and throws out who is in, until `admit`. */
  refuse(): Promise<void>;
  admit(): Promise<void>;
}

export async function faultyDepartment(): Promise<FaultyDepartment> {
  const open = new Set<Socket>();
  const asking = new Set<Socket>();
  const received: Received[] = [];
  let fault: Fault = () => undefined;
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      asking.delete(socket);
    });
    socket.on('error', () => undefined);
    readRequests(socket, (request) => {
      received.push(request);
      asking.add(socket);
      void fault(socket, request);
    });
  });
  const admit = (port: number): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const refuse = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  const port = await freePort(); // one that no outgoing connection is lent while nobody listens there
  await admit(port);
  afterAll(async () => {
    if (server.listening) await refuse();
  });
  return {
    url: new URL(`http://127.0.0.1:${port}/graphql`),
    received,
    asking,
    do(next) {
      fault = next;
      asking.clear();
    },
    refuse,
    admit: () => admit(port),
  };
}

/** Calls back with each whole request of a connection that is kept alive. */
function readRequests(socket: Socket, on: (received: Received) => void): void {
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = bytes.subarray(0, end).toString('latin1');
      const length = Number(/^content-length: *(\d+)/imu.exec(head)?.[1] ?? 0);
      if (bytes.length < end + 4 + length) return;
      const question = JSON.parse(bytes.subarray(end + 4, end + 4 + length).toString('utf8')) as Question;
      bytes = bytes.subarray(end + 4 + length);
      on({ head, question, token: new RegExp(`^${VIEWER_HEADER}: *(\\S+)`, 'imu').exec(head)?.[1] });
    }
  });
}

/** A whole HTTP answer with this text. */
export function httpAnswer(text: string, type = 'application/json; charset=utf-8', status = '200 OK'): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`),
    body,
  ]);
}
