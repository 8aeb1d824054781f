import type { FilledCity } from './city/fill.ts';
import type { Contender } from './contenders.ts';
import type { Group, Sample } from './measure.ts';

/** What a run was, beside its samples. */
export interface RunFacts {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  /** 1, 5 and 15 minutes, before anything of ours ran. */
  readonly loadBefore: readonly number[];
  /** How much of the machine's CPU other processes used during the samples: the median and the most. */
  readonly othersShare: readonly [number, number];
  readonly rounds: number;
  readonly secondsPerSample: number;
  readonly seed: number;
  readonly recordsCompared: number;
  readonly subjectsCompared: number;
  readonly subjects: number;
  readonly tables: FilledCity['tables'];
}

/** One contender at one number of connections: the median of its rounds. */
export interface Figures {
  readonly contender: Contender['name'];
  readonly title: string;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerAnswer: number;
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
  /** This product's CPU, or requests per second, divided by the other's; at the larger number of connections. */
  readonly ratios: Readonly<Record<string, number>>;
}

export function resultsOf(
  known: Omit<RunFacts, 'othersShare'>,
  contenders: readonly Contender[],
  samples: readonly Sample[],
  statements: ReadonlyMap<string, number>,
): Results {
  const shares = samples.map((sample) => sample.othersShare);
  const facts: RunFacts = { ...known, othersShare: [rounded(median(shares), 3), rounded(Math.max(...shares), 3)] };
  const connections = [...new Set(samples.map((sample) => sample.connections))];
  const figures = connections.flatMap((count) =>
    contenders.map((contender) =>
      figuresOf(
        contender,
        samples.filter((one) => one.contender === contender.name && one.connections === count),
        statements.get(contender.name) ?? null,
      ),
    ),
  );
  const most = Math.max(...connections);
  const at = (name: Contender['name'], count: number): Figures | undefined =>
    figures.find((one) => one.contender === name && one.connections === count);
  const ratio = (pick: (one: Figures) => number, other: Contender['name'], count: number): number => {
    const [own, theirs] = [at('product', count), at(other, count)];
    return own && theirs ? rounded(pick(own) / pick(theirs), 3) : Number.NaN;
  };
  const least = Math.min(...connections);
  return {
    facts,
    figures,
    ratios: {
      profileCpuToFloor: ratio((one) => one.cpuMs.sum, 'floor', most),
      profileCpuToDefaultApollo: ratio((one) => one.cpuMs.sum, 'defaultApollo', most),
      profileRpsToFloor: ratio((one) => one.requestsPerSecond, 'floor', most),
      profileRpsToDefaultApollo: ratio((one) => one.requestsPerSecond, 'defaultApollo', most),
      profileP99ToFloor: ratio((one) => one.p99Ms, 'floor', most),
      singleCpuToFloor: ratio((one) => one.cpuMs.sum, 'floor', least),
      singleCpuToDefaultApollo: ratio((one) => one.cpuMs.sum, 'defaultApollo', least),
    },
  };
}

function figuresOf(contender: Contender, samples: readonly Sample[], statements: number | null): Figures {
  const middle = (pick: (one: Sample) => number): number => median(samples.map(pick));
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
  return {
    contender: contender.name,
    title: contender.title,
    connections: samples[0]?.connections ?? 0,
    requestsPerSecond: rounded(
      middle((one) => one.requestsPerSecond),
      1,
    ),
    p50Ms: rounded(
      middle((one) => one.p50Ms),
      2,
    ),
    p99Ms: rounded(
      middle((one) => one.p99Ms),
      2,
    ),
    bytesPerAnswer: Math.round(middle((one) => one.bytesPerAnswer)),
    cpuMs: { ...groups((one) => one.cpuMs), sum: rounded(median(sums), 3) },
    cpuMsRange: [rounded(Math.min(...sums), 3), rounded(Math.max(...sums), 3)],
    memoryMb: groups((one) => one.memoryMb),
    statementsPerRequest: statements,
    requests: sum(samples.map((one) => one.requests)),
    failed: sum(samples.map((one) => one.failed)),
  };
}

/** The results as a page. */
export function pageOf({ facts, figures, ratios }: Results): string {
  const records = sum(facts.tables.map((one) => one.rows));
  const visible = sum(facts.tables.map((one) => one.visible));
  const lines = figures.map((one) => {
    const { cpuMs, memoryMb } = one;
    return `| ${[
      one.title,
      one.connections,
      one.requestsPerSecond,
      one.p50Ms,
      one.p99Ms,
      [cpuMs.gateway, cpuMs.departments, cpuMs.postgres].map(shown).join(' / '),
      `**${cpuMs.sum}** (${one.cpuMsRange.join('–')})`,
      shown(one.statementsPerRequest),
      `${one.failed} of ${one.requests}`,
      [memoryMb.gateway, memoryMb.departments, memoryMb.postgres].map(shown).join(' / '),
    ].join(' | ')} |`;
  });
  return `# What a profile costs

Written by \`npm run bench\`, which measured all rows side by side in one run, alternating. CPU per request is the steadier
figure on a shared machine; ratios under 1.2 mean nothing.

- ${facts.measuredAt}, commit ${facts.commit}, Node ${facts.node}, PostgreSQL ${facts.postgres}
- ${facts.machine}; load before the run ${facts.loadBefore.map((one) => one.toFixed(2)).join(' ')} (1, 5, 15 minutes). During the samples other processes used ${percent(facts.othersShare[0])} of its CPU (at most ${percent(facts.othersShare[1])}). Load generator, servers and PostgreSQL share the rest.
- ${facts.rounds} rounds of ${facts.secondsPerSample} s each; the median of the rounds, CPU with the lowest and highest round.
- ${facts.subjects} subjects drawn evenly (seed ${facts.seed}), ${records} records of which ${visible} may be seen by anybody today. Pattern subjects went through the product's own import; SQL copied what it wrote under other codes.
- Before measuring, ${facts.subjectsCompared} subjects (${facts.recordsCompared} records) were asked of all three and gave the same answers. No cache of answers exists: every question is cold. The product's guards were on; they have no switch.
- \`gateway\` is the product's one process, departments included.

| | connections | rps | p50 ms | p99 ms | CPU ms per request: gateway / departments / PostgreSQL | sum | SQL statements | failed | memory MB (PSS), the same order |
|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}

| ratio (this product ÷ the other) | |
|---|---|
${Object.entries(ratios)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join('\n')}

| table | rows | visible |
|---|---|---|
${facts.tables.map((one) => `| ${one.table} | ${one.rows} | ${one.visible} |`).join('\n')}
`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function shown(value: number | null): string {
  return value === null ? '–' : String(value);
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
