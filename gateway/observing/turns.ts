import type { Leaving } from '../../platform/leaving.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import type { FairQueue } from '../turns/fair-queue.ts';
import { NO_TURNS, type Turns } from '../turns/index.ts';

/** Anything that is entered in turn. */
type Entering<Left> = { enter(payer: string, signal: Leaving, isKeptFor?: boolean): Promise<Left> };

/** A queue that tells how long was waited in it, and how many wait. */
export function seenQueue(queue: string, waited: FairQueue, figures: Figures | undefined): FairQueue {
  return { ...waited, ...seenEntering(queue, waited, figures) };
}

export function seenTurns(turns: Turns, figures: Figures | undefined): Turns {
  if (turns === NO_TURNS) return turns;
  return {
    ...turns,
    door: (before) => turns.door({ ...before, figures }),
    questions: seenQueue('questions', turns.questions, figures),
    pace: seenEntering('refusals', turns.pace, figures),
  };
}

function seenEntering<Left>(queue: string, entering: Entering<Left>, figures: Figures | undefined): Entering<Left> {
  if (!figures) return entering;
  let waiting = 0;
  figures.gauge('credit_graph_turns_waiting', () => [{ value: waiting, labels: { queue } }]);
  return {
    async enter(payer, signal, isKeptFor) {
      const began = performance.now();
      waiting += 1;
      try {
        return await entering.enter(payer, signal, isKeptFor);
      } finally {
        waiting -= 1;
        figures.observe('credit_graph_turn_wait_seconds', (performance.now() - began) / 1000, { queue });
      }
    },
  };
}
