import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What one group of processes has used. */
export interface Usage {
  /** Milliseconds of CPU, user and system, since the processes began. */
  readonly cpuMs: number;
  /** Proportional set size in MB; null where the kernel does not let us read it. */
  readonly memoryMb: number | null;
}

interface Stat {
  readonly parent: number;
  readonly name: string;
  readonly ownTicks: number;
  /** Of children that have ended. */
  readonly endedTicks: number;
}

const MS_PER_TICK = 1_000 / Number(execFileSync('getconf', ['CLK_TCK']).toString());

/** A process, its descendants and those that have ended, without the trees of `except`. */
export function usageOf(roots: readonly number[], except: readonly number[] = []): Usage {
  const all = readStats();
  const pids = roots.flatMap((root) => treeOf(root, all, new Set(except)));
  const ticks = pids.map((pid) => (all.get(pid)?.ownTicks ?? 0) + (all.get(pid)?.endedTicks ?? 0));
  return { cpuMs: sum(ticks) * MS_PER_TICK, memoryMb: memoryOf(pids) };
}

/** CPU that the whole machine has used and could have used since it started, in milliseconds. */
export function machineCpu(): { readonly busyMs: number; readonly allMs: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in user already.
  const ticks = line.split(/\s+/u).slice(1, 9).map(Number);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { busyMs: (sum(ticks) - idle) * MS_PER_TICK, allMs: sum(ticks) * MS_PER_TICK };
}

/** The process whose child this is: for a PostgreSQL backend its postmaster. Undefined where it runs on another machine. */
export function postmasterOf(backend: number): number | undefined {
  const all = readStats();
  const found = all.get(backend);
  return found?.name === 'postgres' && all.get(found.parent)?.name === 'postgres' ? found.parent : undefined;
}

function treeOf(root: number, all: ReadonlyMap<number, Stat>, except: ReadonlySet<number>): readonly number[] {
  if (except.has(root) || !all.has(root)) return [];
  const children = [...all].filter(([, stat]) => stat.parent === root).map(([pid]) => pid);
  return [root, ...children.flatMap((child) => treeOf(child, all, except))];
}

function readStats(): ReadonlyMap<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/u.test(name))) {
    const stat = statOf(pid); // undefined for one that has just ended
    if (stat) stats.set(Number(pid), stat);
  }
  return stats;
}

/** proc(5): fields are counted from after the name, which may hold anything but ends at the last bracket. */
function statOf(pid: string): Stat | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/su.exec(text) ?? [];
  const fields = rest.split(' ').map(Number);
  const [, parent, utime, stime, cutime, cstime] = [
    fields[0],
    fields[1],
    fields[11],
    fields[12],
    fields[13],
    fields[14],
  ];
  if (parent === undefined) return undefined;
  return { parent, name, ownTicks: (utime ?? 0) + (stime ?? 0), endedTicks: (cutime ?? 0) + (cstime ?? 0) };
}

function memoryOf(pids: readonly number[]): number | null {
  const kilobytes = pids.map((pid) => /^Pss:\s+(\d+) kB/mu.exec(readOrNothing(`/proc/${pid}/smaps_rollup`))?.[1]);
  return kilobytes.some((one) => one === undefined) ? null : Math.round(sum(kilobytes.map(Number)) / 1024);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
