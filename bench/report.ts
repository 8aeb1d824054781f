import type { FilledCity } from './city/fill.ts';
import type { Contender } from './contenders.ts';
import type { Guard } from './guards.ts';
import type { Group, Sample } from './measure.ts';
import { type Ratios, ratiosOf } from './ratios.ts';

/** What a run was, beside its samples. */
export interface RunFacts {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  /** What joined the product's answers. */
  readonly executor: string;
  readonly guards: readonly Guard[];
  /** 1, 5 and 15 minutes, before anything of ours ran. */
  readonly loadBefore: readonly number[];
  /** How much of the machine's CPU other processes used during the samples: the median and the most. */
  readonly othersShare: readonly [number, number];
  readonly rounds: number;
  readonly secondsPerSample: number;
  /** For so long each question was asked before warm answers were measured. */
  readonly secondsOfFilling: number;
  readonly seed: number;
  readonly recordsCompared: number;
  readonly subjectsCompared: number;
  readonly subjects: number;
  readonly tables: FilledCity['tables'];
}

/** One contender, asked one question over one number of connections: the median of its rounds. */
export interface Figures extends Pick<Sample, 'contender' | 'question' | 'isWarm' | 'connections'> {
  readonly title: string;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerAnswer: number;
  readonly repeats: number;
  readonly hits: number;
  readonly cpuMs: Readonly<Record<Group, number | null>> & { readonly sum: number };
  /** The lowest and the highest sum of a round. */
  readonly cpuMsRange: readonly [number, number];
  readonly memoryMb: Readonly<Record<Group, number | null>>;
  readonly statementsPerRequest: number | null;
  /** In all rounds. */
  readonly requests: number;
  readonly failed: number;
}

export interface Results {
  readonly facts: RunFacts;
  readonly figures: readonly Figures[];
  readonly ratios: Ratios;
}

export function resultsOf(
  known: Omit<RunFacts, 'othersShare'>,
  contenders: readonly Contender[],
  samples: readonly Sample[],
  statements: ReadonlyMap<string, number>,
): Results {
  const shares = samples.map((sample) => sample.othersShare);
  const facts: RunFacts = { ...known, othersShare: [rounded(median(shares), 3), rounded(Math.max(...shares), 3)] };
  const alike = new Map<string, Sample[]>();
  for (const one of samples) alike.set(keyOf(one), [...(alike.get(keyOf(one)) ?? []), one]);
  const figures = [...alike.values()].map((some) => figuresOf(some, contenders, statements));
  return { facts, figures, ratios: ratiosOf(figures) };
}

function keyOf({ question, isWarm, connections, contender }: Sample): string {
  return [question, isWarm, String(connections).padStart(4), contender].join(' ');
}

function figuresOf(
  samples: readonly Sample[],
  contenders: readonly Contender[],
  statements: ReadonlyMap<string, number>,
): Figures {
  const middle = (pick: (one: Sample) => number, places: number): number => rounded(median(samples.map(pick)), places);
  const group = (pick: (one: Sample) => Readonly<Record<Group, number | null>>, name: Group): number | null => {
    const known = samples.map((one) => pick(one)[name]).filter((one): one is number => one !== null);
    return known.length === 0 ? null : rounded(median(known), 3);
  };
  const sums = samples.map(({ cpuMs }) => (cpuMs.gateway ?? 0) + (cpuMs.departments ?? 0) + (cpuMs.postgres ?? 0));
  const groups = (pick: (one: Sample) => Readonly<Record<Group, number | null>>) => ({
    gateway: group(pick, 'gateway'),
    departments: group(pick, 'departments'),
    postgres: group(pick, 'postgres'),
  });
  const [{ contender, question, isWarm, connections }] = samples as readonly [Sample, ...Sample[]];
  return {
    ...{ contender, question, isWarm, connections },
    title: contenders.find(({ name }) => name === contender)?.title ?? contender,
    requestsPerSecond: middle((one) => one.requestsPerSecond, 1),
    p50Ms: middle((one) => one.p50Ms, 2),
    p99Ms: middle((one) => one.p99Ms, 2),
    bytesPerAnswer: middle((one) => one.bytesPerAnswer, 0),
    repeats: middle((one) => one.repeats, 3),
    hits: middle((one) => one.hits, 3),
    cpuMs: { ...groups((one) => one.cpuMs), sum: rounded(median(sums), 3) },
    cpuMsRange: [rounded(Math.min(...sums), 3), rounded(Math.max(...sums), 3)],
    memoryMb: groups((one) => one.memoryMb),
    statementsPerRequest: question === 'profile' ? (statements.get(contender) ?? null) : null,
    requests: sum(samples.map((one) => one.requests)),
    failed: sum(samples.map((one) => one.failed)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1] ?? Number.NaN, sorted[Math.floor(half)] ?? Number.NaN];
  return (low + high) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

function rounded(value: number, places: number): number {
  return Number(value.toFixed(places));
}
