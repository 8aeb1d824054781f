import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { chance } from '../demonstration/generator/random.ts';
import { readConfig } from '../platform/config.ts';
import { departments } from '../subgraphs/index.ts';
import { fillCity } from './city/fill.ts';
import { type Started, start } from './contenders.ts';
import { machineFacts } from './machine.ts';
import { type Load, startLoad } from './measure.ts';
import { usageOf } from './processes.ts';
import { type BenchServer, benchServer } from './server.ts';

const HELP = `测量审计链的开销:同一档案查询,官方身份(每问两行先提交后答复)与不留痕的同一网关,同一次运行中交替进行。
用法:npm run bench:audit [-- --quick]
  --quick  一分钟左右的粗测,只显示,不写入 bench/audit.md`;

const SEED = 20_261_121;
const SUBJECTS = 2_000;
const CONNECTIONS = [1, 32];
const LEAST_SHARE = 0.85;
const isQuick = process.argv.includes('--quick');
const { rounds, seconds } = isQuick ? { rounds: 8, seconds: 2 } : { rounds: 24, seconds: 2 };

type Kind = 'traced' | 'untraced';
const KINDS: readonly Kind[] = ['traced', 'untraced'];

interface Sample {
  readonly kind: Kind;
  readonly connections: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Milliseconds of CPU for one question. */
  readonly gatewayCpuMs: number;
  readonly postgresCpuMs: number;
}

if (process.argv.includes('--help')) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const loadBefore = loadavg();
  const server = await benchServer(process.env.BENCH_DATABASE_URL || undefined);
  const environment = { DATABASE_URL: server.url, DATA_DIR: server.home, AUDIT_HEADS: `${server.home}/heads.jsonl` };
  const stopping: { stop(): unknown }[] = [server];
  try {
    const config = readConfig(
      environment,
      departments.map(({ name }) => name),
    );
    const { codes } = await fillCity(config, SUBJECTS);
    const gateways = new Map<Kind, Started>();
    for (const kind of KINDS) {
      const gateway = await start('peers/traced-gateway.ts', [kind], { ...environment, NODE_ENV: 'production' });
      stopping.push(gateway);
      gateways.set(kind, gateway);
    }
    const load = startLoad();
    stopping.push(load);
    const ask = asking(load, gateways, codes, server);
    for (const kind of KINDS) await ask(kind, 32, 4, SEED);
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round += 1)
      // Each round begins with the other one.
      for (const connections of CONNECTIONS)
        for (const kind of round % 2 === 0 ? KINDS : KINDS.toReversed())
          samples.push(await ask(kind, connections, seconds, SEED + round));
    const [counted] = await counts(server.url);
    const page = pageOf(samples, { loadBefore, postgres: server.version, lines: counted ?? 0 });
    console.log(page);
    if (!isQuick) writeFileSync(new URL('audit.md', import.meta.url), page);
  } finally {
    for (const one of stopping.reverse()) await one.stop();
  }
}

function asking(
  load: Load,
  gateways: ReadonlyMap<Kind, Started>,
  codes: readonly string[],
  { postmaster }: Pick<BenchServer, 'postmaster'>,
) {
  const database = postmaster === undefined ? [] : [postmaster];
  return async (kind: Kind, connections: number, forSeconds: number, seed: number): Promise<Sample> => {
    const url = new URL(gateways.get(kind)?.url ?? '');
    const target = {
      kind: 'GRAPHQL' as const,
      origin: url.origin,
      path: url.pathname,
      headers: { 'credit-purpose': 'SUPERVISION' },
    };
    const job = { target, keys: chance(seed).sample(codes, codes.length), connections, seed, requests: 60_000 };
    const usage = () => [usageOf([gateways.get(kind)?.pid ?? 0], database).cpuMs, usageOf(database).cpuMs] as const;
    const before = usage();
    const result = await load.run({ ...job, seconds: forSeconds });
    const after = usage();
    if (result.failed > 0) throw new Error(`${kind}:${result.failed} 次没有正确应答:${result.failure}`);
    const { p50Ms, p99Ms, requests } = result;
    const [gatewayCpuMs, postgresCpuMs] = [0, 1].map((at) => ((after[at] ?? 0) - (before[at] ?? 0)) / requests) as [
      number,
      number,
    ];
    return { kind, connections, perSecond: requests / result.seconds, p50Ms, p99Ms, gatewayCpuMs, postgresCpuMs };
  };
}

async function counts(url: string): Promise<readonly number[]> {
  const { connect } = await import('../platform/database/connection.ts');
  const sql = connect({ url }, { applicationName: 'credit-graph bench', max: 1 });
  const rows = await sql<{ count: number }[]>`select count(*)::int from audit.lines`;
  await sql.end({ timeout: 5 });
  return rows.map(({ count }) => count);
}

/** The throughput with as a share of that without, of each round: what others do on the machine changes from one to the next. */
function paired(samples: readonly Sample[], connections: number): readonly number[] {
  const [traced, untraced] = KINDS.map((kind) =>
    samples.filter((one) => one.kind === kind && one.connections === connections).map(({ perSecond }) => perSecond),
  );
  return (traced ?? []).map((one, round) => one / (untraced?.[round] ?? Number.NaN));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function pageOf(
  samples: readonly Sample[],
  facts: { readonly loadBefore: readonly number[]; readonly postgres: string; readonly lines: number },
): string {
  const { measuredAt, commit, machine, node } = machineFacts();
  const of = (kind: Kind, connections: number, what: keyof Sample) =>
    median(
      samples.filter((one) => one.kind === kind && one.connections === connections).map((one) => Number(one[what])),
    );
  const rows = CONNECTIONS.map((connections) => {
    const [traced, untraced] = KINDS.map((kind) => of(kind, connections, 'perSecond'));
    const share = median(paired(samples, connections));
    const times = KINDS.flatMap((kind) => [
      ...(['p50Ms', 'p99Ms', 'gatewayCpuMs', 'postgresCpuMs'] as const).map((what) => of(kind, connections, what)),
    ]);
    return `| ${connections} | ${untraced?.toFixed(0)} | ${traced?.toFixed(0)} | **${(share * 100).toFixed(0)} %**${connections > 1 && share < LEAST_SHARE ? ' (goal missed)' : ''} | ${times.map((one) => one.toFixed(2)).join(' | ')} |`;
  });
  return `# What the audit chain costs

Written by \`npm run bench:audit\`. The profile of \`npm run bench\`, asked by an official with a purpose of two gateways in turn: one
that commits an intent before and an outcome before the answer leaves, signs a receipt and puts it in, and the same without.
Gateway and departments are one process; the load and PostgreSQL share the machine. Medians of ${rounds} rounds of ${seconds} s, each begun by
the other; the share is the median of the rounds' own. Goal: at least ${LEAST_SHARE * 100} % of the throughput under load.

- ${measuredAt}, commit ${commit}, Node ${node}, PostgreSQL ${facts.postgres}, ${facts.lines} lines committed
- ${machine}; load before the run ${facts.loadBefore.map((one) => one.toFixed(2)).join(' ')} (1, 5, 15 minutes)

| connections | without, requests per second | with | share | with: p50 ms | p99 ms | CPU ms, gateway | CPU ms, PostgreSQL | without: p50 ms | p99 ms | CPU ms, gateway | CPU ms, PostgreSQL |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
