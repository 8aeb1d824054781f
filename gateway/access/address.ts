import type { IncomingMessage } from 'node:http';
import { targetOf } from '../../platform/http.ts';

/**
 * The address of a request as its caller knows it: under the public address where one is configured, else where the gateway
 * listens. A `Host` that is none of its own is not believed: a proof for another server would pass as one for this.
 */
export function originReader(publicUrl: URL | undefined): (request: IncomingMessage) => string {
  const base = publicUrl?.href.replace(/\/$/u, '');
  return (request) => `${base ?? `http://${hostOf(request)}`}${targetOf(request).pathname}`;
}

function hostOf({ headers, socket }: IncomingMessage): string {
  const address = socket.localAddress?.replace(/^::ffff:/u, '') ?? '127.0.0.1';
  const own = [address, '127.0.0.1', 'localhost', '::1'].map((name) => (name.includes(':') ? `[${name}]` : name));
  const hosts = own.flatMap((name) =>
    socket.localPort === 80 ? [name, `${name}:80`] : [`${name}:${socket.localPort}`],
  );
  return hosts.find((host) => host === headers.host?.toLowerCase()) ?? hosts[0] ?? '';
}
