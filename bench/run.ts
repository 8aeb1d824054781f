import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { chance } from '../demonstration/generator/random.ts';
import { readConfig } from '../platform/config.ts';
import { departments } from '../subgraphs/index.ts';
import { ask, compareAnswers } from './answers.ts';
import { fillCity } from './city/fill.ts';
import { type Contender, startDefaultApollo, startFloor, startProduct } from './contenders.ts';
import { machineFacts } from './machine.ts';
import { measure, type Sample, startLoad } from './measure.ts';
import { pageOf, resultsOf } from './report.ts';
import { type BenchServer, benchServer, statementsPerQuestion } from './server.ts';

const HELP = `测量一次档案查询的开销:本产品、Apollo 文档的默认做法、一条 SQL 语句的下限,同一次运行中交替进行。
用法:npm run bench [-- --quick]
  --quick  不到一分钟的粗测,只显示,不写入结果文件
结果写入 bench/results.md 与 bench/results.json。仅限 Linux(从 /proc 读取 CPU)。
BENCH_DATABASE_URL:自备 PostgreSQL 的超级用户连接串;不设则用内置数据库。测量在其中新建的库里进行,结束后删除。`;

const SEED = 20_261_121;
const SUBJECTS = 6_000;
const CONNECTIONS = [1, 32];
const FULL = { rounds: 4, seconds: 6, warmUpSeconds: 5, compared: 300 };
const QUICK = { rounds: 2, seconds: 2, warmUpSeconds: 2, compared: 40 };
/** Bounds a sample whatever its speed. */
const MOST_REQUESTS = 60_000;

const args = process.argv.slice(2);
if (args.includes('--help')) say(HELP);
else if (args.some((arg) => arg !== '--quick'))
  fail(`不认识选项 ${args.join(' ')}。用 npm run bench -- --help 查看用法。`);
else if (process.platform !== 'linux') fail('各进程的 CPU 从 /proc 读取,只能在 Linux 上测量。');
else await run(args.includes('--quick')).catch((error: unknown) => fail(String(error)));

async function run(isQuick: boolean): Promise<void> {
  const { rounds, seconds, warmUpSeconds, compared } = isQuick ? QUICK : FULL;
  const loadBefore = loadavg();
  const toStop: { stop(): unknown }[] = [];
  const stopAll = async (): Promise<void> => {
    for (let one = toStop.pop(); one; one = toStop.pop()) await one.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopAll().finally(() => process.exit(1)));
  try {
    say('正在准备数据库与测试数据……');
    const server = await benchServer(process.env.BENCH_DATABASE_URL || undefined);
    toStop.push(server);
    const environment = { DATABASE_URL: server.url, DATA_DIR: server.home };
    const names = departments.map((card) => card.name);
    const city = await fillCity(readConfig(environment, names), SUBJECTS);

    say('正在启动三方……');
    const contenders: Contender[] = [];
    for (const start of [startProduct, startDefaultApollo, startFloor]) {
      const contender = await start(environment);
      toStop.push(contender);
      contenders.push(contender);
    }
    const random = chance(SEED);
    const sampled = random.sample(city.codes, compared);
    const recordsCompared = await compareAnswers(contenders, sampled);
    say(`${compared} 个主体、${recordsCompared} 条记录,三方应答一致。`);

    const load = startLoad();
    toStop.push(load);
    const job = { codes: city.codes, requests: MOST_REQUESTS, seed: SEED };
    for (const contender of contenders)
      await measure(contender, server, load, { ...job, connections: 32, seconds: warmUpSeconds });
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round++) {
      say(`第 ${round + 1} 轮,共 ${rounds} 轮……`);
      for (const connections of CONNECTIONS) {
        // Each round begins with another contender, so that none always follows the same one.
        for (let turn = 0; turn < contenders.length; turn++) {
          const contender = contenders[(round + turn) % contenders.length];
          if (contender)
            samples.push(await measure(contender, server, load, { ...job, connections, seconds, seed: SEED + round }));
        }
      }
    }
    const statements = await countStatements(contenders, server, sampled);
    const results = resultsOf(
      {
        ...machineFacts(),
        postgres: `${server.version}${process.env.BENCH_DATABASE_URL ? ' (external)' : ' (embedded)'}`,
        loadBefore,
        rounds,
        secondsPerSample: seconds,
        seed: SEED,
        recordsCompared,
        subjectsCompared: compared,
        subjects: city.codes.length,
        tables: city.tables,
      },
      contenders,
      samples,
      statements,
    );
    say(pageOf(results));
    if (isQuick) return say('粗测结果不写入文件。');
    writeFileSync(new URL('results.md', import.meta.url), pageOf(results));
    writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
    say('已写入 bench/results.md 与 bench/results.json。');
  } finally {
    await stopAll();
  }
}

async function countStatements(
  contenders: readonly Contender[],
  server: BenchServer,
  codes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counted = new Map<string, number>();
  for (const { name, target } of contenders) {
    const count = await statementsPerQuestion(server, (index) => ask(target, codes[index % codes.length] ?? ''));
    counted.set(name, count);
  }
  return counted;
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
