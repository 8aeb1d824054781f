import { readdirSync, writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/**
 * Has a process come after whoever else wants the processors: all threads that it has now, and those that they start. What the
 * system does not let it do stays as it is; more than once does nothing more.
 * @param by how much nicer each becomes.
 * @returns whether it is worth another try: Linux lets groups be changed ten times a second only.
 */
export function giveWay(by: number, pid: number = process.pid): boolean {
  for (const thread of threadsOf(pid)) {
    attempt(() => {
      const niceness = getPriority(thread);
      if (niceness < by) setPriority(thread, Math.min(constants.priority.PRIORITY_LOW, niceness + by));
    });
  }
  // Where Linux groups processes by session (autogroup), a process's own niceness counts within its session alone.
  return attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(by))) === 'EAGAIN';
}

/** On Linux each thread has a priority of its own; elsewhere the process has one for all. */
function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}

/** The code of what went wrong: there are no such groups here, a thread has ended, or it is somebody else's. */
function attempt(what: () => void): string | undefined {
  try {
    what();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : undefined;
  }
}
