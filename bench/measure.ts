import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contenders.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { machineCpu, type Usage, usageOf } from './processes.ts';
import type { QuestionName } from './question.ts';
import type { BenchServer } from './server.ts';

export type Group = 'gateway' | 'departments' | 'postgres';

/** One contender under load for some seconds. */
export interface Sample {
  readonly contender: Contender['name'];
  readonly question: QuestionName;
  /** Whether an answer from memory was as welcome as another. */
  readonly isWarm: boolean;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerAnswer: number;
  /** The share of keys that had been asked before in the sample, and of answers that came from a cache. */
  readonly repeats: number;
  readonly hits: number;
  readonly requests: number;
  /** Of these requests, how many got no answer or one with errors. */
  readonly failed: number;
  /** Milliseconds of CPU for one request, by process group; PostgreSQL's is null on another machine. */
  readonly cpuMs: Readonly<Record<Group, number | null>>;
  readonly memoryMb: Readonly<Record<Group, number | null>>;
  /** How much of the machine's CPU went to processes that are no part of the measurement, 0 to 1. */
  readonly othersShare: number;
}

export interface Load {
  readonly pid: number;
  run(job: LoadJob): Promise<LoadResult>;
  stop(): void;
}

/** The process that asks, apart from all that is measured. */
export function startLoad(): Load {
  const child: ChildProcess = fork(fileURLToPath(new URL('load.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
  });
  return {
    pid: child.pid ?? 0,
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`负载进程已退出(${code})。`));
        child.once('exit', ended);
        child.once('message', (result: LoadResult) => {
          child.off('exit', ended);
          resolve(result);
        });
        child.send(job);
      }),
    stop: () => child.kill('SIGTERM'),
  };
}

/** A few failures are counted and shown; more mean that something else is being measured. A peer's own are shown beside its figures, unless it answers next to nothing. */
const LARGEST_FAILED_SHARE = 0.02;
const LARGEST_OF_PEERS = 0.95;

/**
 * Asked before each sample and not counted. While another contender has its turn, servers close their idle connections
 * after five seconds, and Apollo's gateway by default then asks on them once more and answers "socket hang up".
 */
const LEAD_IN_SECONDS = 0.5;

/** @throws Error with a Chinese sentence when too much failed: no figure is better than one about errors. */
export async function measure(
  contender: Contender,
  server: BenchServer,
  load: Load,
  job: Omit<LoadJob, 'target'>,
  isWarm = false,
): Promise<Sample> {
  const { headers: _cold, ...bare } = contender.target;
  const target = isWarm ? bare : contender.target;
  await load.run({ ...job, seconds: LEAD_IN_SECONDS, target });
  const [hitsBefore, before] = [await contender.toldAgain?.(), look(contender, server, load)];
  const result = await load.run({ ...job, target });
  const after = look(contender, server, load);
  const hits = ((await contender.toldAgain?.()) ?? 0) - (hitsBefore ?? 0);
  const isOurs = contender.name.startsWith('product') || contender.name === 'floor';
  if (result.failed > result.requests * (isOurs ? LARGEST_FAILED_SHARE : LARGEST_OF_PEERS))
    throw new Error(`${contender.title}:${result.requests} 次请求中 ${result.failed} 次没有正确应答:${result.failure}`);
  const each = (group: Group): number | null => {
    const [then, now] = [before[group], after[group]];
    return then && now ? (now.cpuMs - then.cpuMs) / result.requests : null;
  };
  return {
    contender: contender.name,
    question: job.question ?? 'profile',
    isWarm,
    connections: job.connections,
    requestsPerSecond: result.requests / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    requests: result.requests,
    failed: result.failed,
    bytesPerAnswer: (result.megabytes * 1e6) / result.requests,
    repeats: result.repeats,
    hits: hits / result.requests,
    cpuMs: { gateway: each('gateway'), departments: each('departments'), postgres: each('postgres') },
    memoryMb: {
      gateway: after.gateway?.memoryMb ?? null,
      departments: after.departments?.memoryMb ?? null,
      postgres: after.postgres?.memoryMb ?? null,
    },
    othersShare: othersShare(before, after),
  };
}

type Look = Readonly<Record<Group, Usage | null>> & {
  readonly load: Usage;
  readonly machine: ReturnType<typeof machineCpu>;
};

function look({ processes }: Contender, { postmaster }: BenchServer, load: Load): Look {
  const database = postmaster === undefined ? [] : [postmaster];
  const group = (pids: readonly number[]): Usage | null => (pids.length === 0 ? null : usageOf(pids, database));
  return {
    gateway: group(processes.gateway),
    departments: group(processes.departments),
    postgres: postmaster === undefined ? null : usageOf(database),
    load: usageOf([load.pid]),
    machine: machineCpu(),
  };
}

function othersShare(before: Look, after: Look): number {
  const ours = (one: Look): number =>
    one.load.cpuMs + (one.gateway?.cpuMs ?? 0) + (one.departments?.cpuMs ?? 0) + (one.postgres?.cpuMs ?? 0);
  const busy = after.machine.busyMs - before.machine.busyMs;
  return Math.max(0, (busy - (ours(after) - ours(before))) / (after.machine.allMs - before.machine.allMs));
}
