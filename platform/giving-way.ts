import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/**
 * Has a process come after whoever else wants the processors: all threads that it has now, and those that they start. What the
 * system does not let it do stays as it is.
 * @param by how much nicer each becomes than it is.
 */
export function giveWay(by: number, pid: number = process.pid): void {
  for (const thread of threadsOf(pid))
    attempt(() => setPriority(thread, Math.min(constants.priority.PRIORITY_LOW, getPriority(thread) + by)));
  if (process.platform !== 'linux') return;
  interruptNobody(pid);
  attempt(() => setGroup(pid, getPriority(pid)));
}

/** On Linux each thread has a priority of its own; elsewhere the process has one for all. */
function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}

/**
 * However nice a process is, Linux may put it on a processor as soon as it is given work, in place of who gave it the work, since
 * it has its share saved up. It does not with one that works in batches (SCHED_BATCH), which util-linux can say of it.
 */
function interruptNobody(pid: number): void {
  execFile('chrt', ['--all-tasks', '--batch', '--pid', '0', String(pid)], () => undefined);
}

/** Groups may be changed ten times a second only. */
const AGAIN_MS = 150;
const TRIES = 5;

/** Where Linux groups processes by session (autogroup), a process's own niceness counts within its session alone. */
function setGroup(pid: number, niceness: number, tries = TRIES): void {
  const failure = attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(niceness)));
  if (failure === 'EAGAIN' && tries > 1) setTimeout(() => setGroup(pid, niceness, tries - 1), AGAIN_MS).unref();
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
