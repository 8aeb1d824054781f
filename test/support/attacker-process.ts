// A process of its own that attacks a gateway as its parent says: what from whichever address, or nothing. Its parent's end is
// this process's end.

import { Agent } from 'undici';
import { ATTACKS } from '../security/attacks.ts';

interface Order {
  readonly url: string;
  /** A kind of ATTACKS; null: none. */
  readonly kind: string | null;
  /** Addresses of this machine, one for each attacker. */
  readonly from: readonly string[];
}

let current: Order | undefined;
let sent = 0;
/** How many were answered with which status. */
let statuses: Record<string, number> = {};
/** Since when, and what this process has used of the processors by then. */
let since = { at: performance.now(), cpu: process.cpuUsage() };

async function attack(order: Order, from: string): Promise<void> {
  const agent = new Agent({ connections: 1, localAddress: from });
  const bodyOf = ATTACKS[order.kind ?? ''];
  while (bodyOf && current === order) {
    const body = bodyOf(sent++);
    const headers = { 'content-type': 'application/json' };
    const { origin, pathname: path } = new URL(order.url);
    await agent.request({ origin, path, method: 'POST', headers, body }).then(
      async (response) => {
        statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
        await response.body.dump();
      },
      () => undefined, // what is too large is refused before it was sent
    );
  }
  await agent.destroy();
}

process.on('message', (order: Order) => {
  const { user, system } = process.cpuUsage(since.cpu);
  process.send?.({ sent, statuses, cpuShare: (user + system) / 1000 / (performance.now() - since.at) });
  since = { at: performance.now(), cpu: process.cpuUsage() };
  sent = 0;
  statuses = {};
  current = order;
  if (order.kind !== null) for (const from of order.from) void attack(order, from);
});
process.on('disconnect', () => process.exit(0));
