import { Pool } from 'undici';
import { chance } from '../demonstration/generator/random.ts';
import type { Target } from './contenders.ts';
import { PROFILE } from './question.ts';

/** What the load process is told to do: so many connections, until the seconds or the requests are used up. */
export interface LoadJob {
  readonly target: Target;
  readonly codes: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  readonly requests: number;
  readonly seed: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly megabytes: number;
  /** Requests that got no answer, or one with errors; and the first such. */
  readonly failed: number;
  readonly failure: string | null;
}

/** A contender that fails this often is not worth asking on. */
const MOST_FAILURES = 200;

process.on('message', (job: LoadJob) => {
  run(job).then((result) => process.send?.(result));
});

/** Each connection asks, waits for the whole answer and asks the next: codes are drawn evenly, the same for a seed. */
async function run(job: LoadJob): Promise<LoadResult> {
  const { target, codes, connections, requests } = job;
  const random = chance(job.seed);
  const drawn = Array.from({ length: requests }, () => random.pick(codes));
  const pool = new Pool(target.origin, { connections, pipelining: 1 });
  const times: number[] = [];
  let bytes = 0;
  let failed = 0;
  let failure: string | null = null;
  let next = 0;
  const fail = (reason: string): void => {
    failed++;
    failure ??= reason.slice(0, 400);
  };
  const began = performance.now();
  const ends = began + job.seconds * 1_000;
  const ask = async (): Promise<void> => {
    while (failed < MOST_FAILURES && next < drawn.length && performance.now() < ends) {
      const code = drawn[next++] ?? '';
      const started = performance.now();
      try {
        const { statusCode, body } = await pool.request(requestOf(target, code));
        const text = await body.text();
        bytes += text.length;
        if (statusCode !== 200 || !text.includes(code) || text.includes('"errors"')) fail(text);
      } catch (error) {
        fail(String(error));
      }
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const seconds = (performance.now() - began) / 1_000;
  await pool.destroy();
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { requests: times.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99), megabytes: bytes / 1e6, failed, failure };
}

function requestOf({ kind, path, headers }: Target, code: string) {
  if (kind === 'PATH') return { method: 'GET', path: `${path}${code}` } as const;
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: PROFILE, variables: { identifier: code } }),
  } as const;
}
