import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';

/** A free loopback port, below the range from which systems lend ports to outgoing connections: so it is still free next time. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + (randomBytes(2).readUInt16BE() % 12_000);
    if (await isFree(port)) return port;
  }
  throw new Error('本机找不到可供内置数据库使用的端口（20000–31999）。');
}

/** Whether nobody listens on this port of the loopback address. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
