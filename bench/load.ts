import { Pool } from 'undici';
import { chance } from '../demonstration/generator/random.ts';
import type { Target } from './contenders.ts';
import { KEYS_OF, type QuestionName, signOf } from './question.ts';
import { requestOf } from './request.ts';
import { type Draw, drawing } from './zipf.ts';

/** What the load process is told to do: so many connections, until the seconds or the requests are used up. */
export interface LoadJob {
  readonly target: Target;
  /** What is asked about: codes of subjects, districts, texts. */
  readonly keys: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  readonly requests: number;
  readonly seed: number;
  /** A profile of each code where it is not said. */
  readonly question?: QuestionName;
  /** All keys alike where it is not said. */
  readonly draw?: Draw;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly megabytes: number;
  /** The share of keys that had been asked before. */
  readonly repeats: number;
  /** Requests that got no answer, or one with errors; and the first such. */
  readonly failed: number;
  readonly failure: string | null;
}

/** A contender that fails this often is not worth asking on. */
const MOST_FAILURES = 200;

process.on('message', (job: LoadJob) => {
  run(job).then((result) => process.send?.(result));
});

/** Each connection asks, waits for the whole answer and asks the next: keys are drawn in one order, the same for a seed. */
async function run(job: LoadJob): Promise<LoadResult> {
  const { target, keys, connections, requests, question = 'profile', draw = 'EVEN' } = job;
  const next = drawing(keys, draw, chance(job.seed));
  const pool = new Pool(target.origin, { connections, pipelining: 1 });
  const times: number[] = [];
  const seen = new Set<string>();
  const counted = { asked: 0, drawn: 0, repeats: 0, bytes: 0, failed: 0 };
  let failure: string | null = null;
  const fail = (reason: string): void => {
    counted.failed++;
    failure ??= reason.slice(0, 400);
  };
  const drawn = (): readonly string[] => {
    const some = new Set<string>();
    while (some.size < Math.min(KEYS_OF[question], keys.length)) some.add(next());
    for (const key of some) {
      counted.drawn++;
      if (seen.has(key)) counted.repeats++;
      seen.add(key);
    }
    return [...some];
  };
  const began = performance.now();
  const ends = began + job.seconds * 1_000;
  const ask = async (): Promise<void> => {
    while (counted.failed < MOST_FAILURES && counted.asked < requests && performance.now() < ends) {
      counted.asked++;
      const some = drawn();
      const started = performance.now();
      try {
        const { statusCode, body } = await pool.request(requestOf(target, question, some));
        const text = await body.text();
        counted.bytes += text.length;
        const sign = signOf(question, some[0] ?? '');
        if (statusCode !== 200 || !text.includes(sign) || text.includes('"errors"')) fail(text);
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
  return {
    requests: times.length,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    megabytes: counted.bytes / 1e6,
    repeats: counted.repeats / counted.drawn,
    failed: counted.failed,
    failure,
  };
}
