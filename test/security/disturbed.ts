import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { program } from '../support/programs.ts';

// What somebody waits while others ask: a gateway as `npm start` runs it, and the others in a process of their own. Measured on a
// machine that does nothing else, in quiet and disturbed phases that take turns, so that what else happens on the machine happens to both.

/** What the others are told to do (test/support/attacker-process.ts). */
export interface Order {
  readonly url: string;
  /** What they ask; null: nothing. */
  readonly kind: string | null;
  /** Addresses of this machine, one for each of them. */
  readonly from: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** How many requests were sent, how they were answered, and how much of a processor it took to send them. */
export interface Disturbed {
  readonly sent: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly cpuShare: number;
}

export interface Others {
  order(order: Order): void;
  /** What they did since they were last told something. */
  told(): Promise<Disturbed>;
}

/** Each has an allowance of its own, and whoever comes from it anew the whole of it. */
export function addresses(): () => string {
  let given = 0;
  return () => `127.1.${Math.floor(given / 250)}.${1 + (given++ % 250)}`;
}

export function openOthers(): Others {
  const child = spawn(process.execPath, [program('attacker-process')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  afterAll(() => {
    child.kill();
  });
  return {
    order: (order) => child.send(order),
    told: () => new Promise((resolve) => child.once('message', resolve)),
  };
}

/** In turns: phases of quiet, and phases in which the others do what they are told. */
export async function inTurns<T>(
  { rounds, phaseMs, pauseMs, others, begin, end }: Turns,
  ask: () => Promise<T>,
): Promise<{ readonly quiet: readonly T[]; readonly disturbed: readonly T[]; readonly others: readonly Disturbed[] }> {
  const quiet: T[] = [];
  const disturbed: T[] = [];
  const did: Disturbed[] = [];
  const phase = async (taken: T[]): Promise<void> => {
    for (const until = performance.now() + phaseMs; performance.now() < until; await pause(pauseMs))
      taken.push(await ask());
  };
  for (let round = 0; round < rounds; round += 1) {
    await phase(quiet);
    const begun = others.told();
    others.order(begin());
    await begun;
    await phase(disturbed);
    const done = others.told();
    others.order(end);
    did.push(await done);
    await pause(1_000);
  }
  return { quiet, disturbed, others: did };
}

export interface Turns {
  readonly rounds: number;
  readonly phaseMs: number;
  /** Between two questions. */
  readonly pauseMs: number;
  readonly others: Others;
  readonly begin: () => Order;
  readonly end: Order;
}

export function p99(list: readonly number[]): number {
  return [...list].sort((one, other) => one - other)[Math.floor(list.length * 0.99)] ?? 0;
}
