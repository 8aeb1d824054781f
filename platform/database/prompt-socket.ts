import { createConnection, type Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Where postgres.js connects to, as it has understood its URL. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path: string | false;
}

const PATIENCE_MS = 5_000;

/**
 * A connection for postgres.js (3.4.9) that sends at once what is written to it. The driver's own leaves that to Nagle's
 * algorithm: the end of a statement with much in it then waits some 40 ms for PostgreSQL's system to acknowledge what came
 * before, several times in each chunk of an import.
 */
export function promptSocket(
  { host, port, path }: Target,
  onConnected: (socket: Socket) => void = () => undefined,
): Promise<Duplex> {
  const at = path ? { path } : { host: host[0] ?? 'localhost', port: port[0] ?? 5432, noDelay: true };
  return new Promise((resolve) => {
    // The driver looks there for the name that a certificate must bear.
    const socket = Object.assign(createConnection(at), { host: host[0] });
    const patience = setTimeout(() => {
      socket.destroy(Object.assign(new Error('nobody answered in time'), { code: 'CONNECT_TIMEOUT' }));
    }, PATIENCE_MS);
    const fail = (error: Error): void => {
      clearTimeout(patience);
      resolve(failing(error));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(patience);
      socket.off('error', fail);
      onConnected(socket);
      resolve(socket);
    });
  });
}

/** The driver never tries again once it was refused a socket; one that fails under it, it understands. */
function failing(error: Error): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done(error) });
}
