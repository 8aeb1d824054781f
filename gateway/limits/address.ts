import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6, type Socket } from 'node:net';
import { networks } from '../../platform/access-settings.ts';

/**
 * The network that a request comes from: an IPv4 address, or the first 64 bits of an IPv6 address (what one subscriber is
 * given). What a proxy of the operator's own says of whom it speaks for (`X-Forwarded-For`) is believed, of others nothing.
 */
export function networkReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isProxy = networks(trustedProxies);
  return ({ socket, headers }) => {
    const given = headers['x-forwarded-for'];
    const hops = (Array.isArray(given) ? given.join(',') : (given ?? '')).split(',').map(plain);
    let address = plain(socket.remoteAddress ?? '');
    for (const hop of hops.reverse()) {
      if (hop === '' || !isProxy(address)) break;
      address = hop;
    }
    return networkOf(address);
  };
}

/** Whether a connection is a proxy's of the operator's own. */
export function proxyConnections(trustedProxies: readonly string[]): (socket: Socket) => boolean {
  const isProxy = networks(trustedProxies);
  return ({ remoteAddress = '' }) => isProxy(plain(remoteAddress));
}

/** The network that a connection itself comes from. */
export function networkOfConnection({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  return networkOf(plain(remoteAddress));
}

/** The address in its plain form; empty for what is none. */
function plain(text: string): string {
  const address = text
    .trim()
    .replace(/^::ffff:(?=\d+\.)/iu, '')
    .replace(/%.*$/u, '');
  return isIPv4(address) || isIPv6(address) ? address : '';
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled = [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0'), ...last];
  return `${filled
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
