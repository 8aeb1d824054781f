import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a network, or what stands at its end, does to a department's connections. */
export type Behaviour =
  | 'PASS'
  /** Nobody listens. */
  | 'REFUSE'
  /** Each connection is reset when it asks. */
  | 'RESET'
  /** Takes the question and says nothing. */
  | 'HANG'
  /** Sends half of the answer and nothing more. */
  | 'HALF'
  /** Sends half of the answer and ends the connection. */
  | 'TRUNCATE'
  /** Answers what is no HTTP. */
  | 'GARBAGE'
  /** Sends the answer a byte at a time. */
  | 'DRIP';

/** A TCP proxy before a department: what it does to what passes can be changed while it runs. */
export interface FaultyWay {
  readonly port: number;
  behave(behaviour: Behaviour): Promise<void>;
  /** Leads elsewhere from now on; what is open ends. */
  turnTo(port: number): void;
  stop(): Promise<void>;
}

const DRIP_MS = 50;

export async function proxyTo(first: number): Promise<FaultyWay> {
  let port = first;
  let behaviour: Behaviour = 'PASS';
  const open = new Set<Socket>();
  const server = createServer((client) => {
    track(open, client);
    client.once('data', (first: Buffer) => {
      if (behaviour === 'RESET') return void client.resetAndDestroy();
      if (behaviour === 'HANG') return;
      if (behaviour === 'GARBAGE') return void client.end('this is no answer\r\n\r\n\u0000\u0001');
      const department = track(open, connect(port, '127.0.0.1'));
      department.write(first);
      client.on('data', (more: Buffer) => department.write(more));
      client.once('close', () => department.destroy());
      department.once('close', () => client.end());
      department.on('data', (answer: Buffer) => pass(answer, client, behaviour));
    });
  });
  const listening = await listen(server, 0);

  return {
    port: listening,
    async behave(next) {
      behaviour = next;
      // What is kept alive from before would go on as it was.
      for (const socket of open) socket.destroy();
      if (next === 'REFUSE') await closed(server);
      else if (!server.listening) await listen(server, listening);
    },
    turnTo(other) {
      port = other;
      for (const socket of open) socket.destroy();
    },
    async stop() {
      for (const socket of open) socket.destroy();
      await closed(server);
    },
  };
}

function pass(answer: Buffer, client: Socket, behaviour: Behaviour): void {
  const half = answer.subarray(0, Math.floor(answer.length / 2));
  if (behaviour === 'PASS') client.write(answer);
  else if (behaviour === 'HALF') client.write(half);
  else if (behaviour === 'TRUNCATE') client.end(half);
  else if (behaviour === 'DRIP') drip(answer, client);
}

function drip(answer: Buffer, client: Socket): void {
  let at = 0;
  const timer = setInterval(() => {
    if (client.destroyed || at >= answer.length) return clearInterval(timer);
    client.write(answer.subarray(at, at + 1));
    at += 1;
  }, DRIP_MS);
}

function track(open: Set<Socket>, socket: Socket): Socket {
  open.add(socket);
  socket.on('error', () => undefined);
  return socket.once('close', () => open.delete(socket));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
}
