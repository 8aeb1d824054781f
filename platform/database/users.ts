import { existsSync, readFileSync } from 'node:fs';
import { parseServerState, readServerState, stateFile } from './placement.ts';
import { isAlive, isTaken, type ProcessIdentity, signal } from './processes.ts';

/**
 * Who uses the server of this `DATA_DIR` and lives. Call it under the lock.
 * @param leaving of this one's uses one is left out; a process may use the server more than once.
 */
export async function livingUsers(home: string, leaving?: ProcessIdentity): Promise<readonly ProcessIdentity[]> {
  const recorded = (await readServerState(home))?.users ?? [];
  const left = recorded.findIndex(({ pid, started }) => pid === leaving?.pid && started === leaving.started);
  const alive = await Promise.all(recorded.map(isAlive));
  return recorded.filter((_, index) => index !== left && alive[index]);
}

/**
 * For a process that exits without a word and can wait for nothing, not even the lock: asks the server for an orderly
 * shutdown, unless another uses it or is just coming or going. What is wrongly left running, the next to come takes over.
 */
export function askToStopUnlessShared(
  postmaster: ProcessIdentity,
  home: string,
  lock: string,
  self: ProcessIdentity,
): void {
  if (existsSync(lock) || recordedNow(home).some(({ pid }) => pid !== self.pid && isTaken(pid))) return;
  signal(postmaster.pid, 'SIGINT');
}

function recordedNow(home: string): readonly ProcessIdentity[] {
  try {
    return parseServerState(readFileSync(stateFile(home), 'utf8')).users;
  } catch {
    return [];
  }
}
