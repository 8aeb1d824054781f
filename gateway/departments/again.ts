import { setTimeout as sleep } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { abortSignalOf, type Leaving } from '../../platform/leaving.ts';
import { Unanswered } from '../../platform/subgraph/transport.ts';

/** Between an ask and its repetition, in milliseconds: not all at once. */
const PAUSE_MS = 5;
const JITTER_MS = 20;

/**
 * Asks once more where nothing was answered, and quickly: the connection was refused or reset, or one that was kept alive had
 * ended; or the department said at once that its database gave nothing. `mayAgain` is asked when it comes to that.
 */
export async function again(
  ask: () => Promise<FormattedExecutionResult>,
  mayAgain: () => boolean,
  signal: Leaving,
): Promise<FormattedExecutionResult> {
  try {
    const answer = await ask();
    if (!saysSilent(answer) || !mayAgain()) return answer;
  } catch (error) {
    if (!(error instanceof Unanswered) || signal.aborted || !mayAgain()) throw error;
  }
  await sleep(PAUSE_MS + Math.random() * JITTER_MS, undefined, { signal: abortSignalOf(signal) });
  return ask();
}

/** Whether a department answers that what it stands on is silent. */
export function saysSilent({ errors }: FormattedExecutionResult): boolean {
  return errors?.some(({ extensions }) => extensions?.code === 'SOURCE_UNAVAILABLE') ?? false;
}
