import { Leave, type Leaving } from '../../platform/leaving.ts';
import { copied } from './copied.ts';
import { Late } from './deadline.ts';

/** Identical questions that are asked of a department at once, asked of it once. */
export interface Together<T extends object> {
  /**
   * Waits for what `begin` comes to, or for what one with this key does that is out already. Whoever leaves by its signal
   * leaves alone; the ask itself is told to stop when all have left, with the reason of the last. Each gets an answer of its own.
   */
  join(key: string, leaving: Leaving, begin: (signal: Leaving) => Promise<T>, onShared: () => void): Promise<T>;
}

interface Flight<T> {
  readonly asked: Promise<T>;
  readonly stop: Leave;
  /** Who waits still, and who ever did. */
  waiting: number;
  joined: number;
}

export function together<T extends object>(): Together<T> {
  const flights = new Map<string, Flight<T>>();

  const take = (key: string, begin: (signal: Leaving) => Promise<T>): Flight<T> => {
    const stop = new Leave();
    const flight: Flight<T> = {
      stop,
      waiting: 0,
      joined: 0,
      asked: begin(stop).finally(() => close(key, flight)),
    };
    flights.set(key, flight);
    return flight;
  };
  const close = (key: string, flight: Flight<T>): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };

  return {
    async join(key, leaving, begin, onShared) {
      const known = flights.get(key);
      const flight = known ?? take(key, begin);
      flight.waiting += 1;
      flight.joined += 1;
      if (known) onShared();
      const leave = (): void => {
        flight.waiting -= 1;
        // The department is late, or nobody waits any more: who comes now is better off with an ask of its own.
        if (flight.waiting === 0 || leaving.reason instanceof Late) close(key, flight);
        if (flight.waiting === 0) flight.stop.abort(leaving.reason);
      };
      leaving.addEventListener('abort', leave, { once: true });
      if (leaving.aborted) leave();
      try {
        const answer = await flight.asked;
        // Joining the departments' answers changes them.
        return flight.joined > 1 ? copied(answer) : answer;
      } finally {
        leaving.removeEventListener('abort', leave);
      }
    },
  };
}
