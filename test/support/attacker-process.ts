// A process of its own that asks a gateway what its parent says, from whichever address and as whoever, or nothing: attacks, and
// long questions. Its parent's end is this process's end.

import { Agent } from 'undici';
import { ATTACKS } from '../security/attacks.ts';
import type { Order } from '../security/disturbed.ts';
import { LONGEST } from '../security/longest.ts';

/** What is asked, by kind: the text of one request, by its number. */
const KINDS: Readonly<Record<string, (number: number) => string>> = {
  ...ATTACKS,
  ...Object.fromEntries(Object.entries(LONGEST).map(([kind, query]) => [kind, () => JSON.stringify({ query })])),
};

let current: Order | undefined;
let sent = 0;
/** How many were answered with which status. */
let statuses: Record<string, number> = {};
/** Since when, and what this process has used of the processors by then. */
let since = { at: performance.now(), cpu: process.cpuUsage() };

async function attack(order: Order, from: string): Promise<void> {
  const agent = new Agent({ connections: 1, localAddress: from });
  const bodyOf = KINDS[order.kind ?? ''];
  while (bodyOf && current === order) {
    const body = bodyOf(sent++);
    const headers = { 'content-type': 'application/json', ...order.headers };
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
