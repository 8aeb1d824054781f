import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network that a request comes from: an IPv4 address, or the first 64 bits of an IPv6 address (what one subscriber is
 * given). Behind `proxies` proxies of the operator's own, it is what the outermost of them wrote in `X-Forwarded-For`; what
 * stands before that is a caller's word and not believed.
 */
export function networkOf(request: IncomingMessage, proxies: number): string {
  const own = request.socket.remoteAddress ?? '';
  if (proxies === 0) return network(own);
  const header = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => hop.trim());
  return network(hops.at(-proxies) ?? own) || network(own);
}

/** Empty for what is no address. */
function network(text: string): string {
  const address = text.replace(/^::ffff:(?=\d+\.)/iu, '').replace(/%.*$/u, '');
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return '';
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled = [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0'), ...last];
  return `${filled
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
