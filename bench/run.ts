import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { chance } from '../demonstration/generator/random.ts';
import { readConfig } from '../platform/config.ts';
import { departments } from '../subgraphs/index.ts';
import { ask, compareAnswers } from './answers.ts';
import { isMeasured, isMeasuredWarm } from './asked.ts';
import { authorizeBank, startIssuer } from './bank.ts';
import { fillCity } from './city/fill.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { guardsOf } from './guards.ts';
import { judged } from './judged.ts';
import { keysOf } from './keys.ts';
import { limitsForBench } from './limits.ts';
import { machineFacts } from './machine.ts';
import { recordMachine } from './machines.ts';
import { measure, type Sample, startLoad } from './measure.ts';
import { pageOf } from './page.ts';
import { QUESTIONS, type QuestionName } from './question.ts';
import { resultsOf } from './report.ts';
import { type BenchServer, benchServer, statementsPerQuestion } from './server.ts';
import { startContenders } from './starting.ts';

const HELP = `测量各种查询的开销:一次档案(profile)、档案首屏(profileTop)、五十个主体的批量查询(batch)、一个区划的处罚公示栏(board)、名称检索(search)、
银行凭企业授权、留痕的数据包(bankPackage)。本产品(就地、各部门经 HTTP)与一条 SQL 语句的下限答六问;Apollo 文档的默认做法、
Hive Gateway(默认与 router-runtime)、PostGraphile 5 只答 profile 与 batch(其子图与视图没有逐项结论、索引与银行)。
同一次运行中交替进行;先比对应答,再测量。数据包从不取自缓存,只有冷测。
用法:npm run bench [-- --quick | --short [--record]] [--only product,floor]
  --quick  粗测,只显示,不写入结果文件
  --short  供持续集成:三分钟以内;应答不一致,或与 bench/machines.json 中最相近的机器所记之比差出一倍以上,即以 1 结束;
           --record 把这次所得记入该文件(换了一种机器时)
  --only   只测这几方:${CONTENDERS.join('、')}
结果写入 bench/results.md、bench/results.json 与 bench/machines.json(须各方齐全,且本产品的各项防护均在)。仅限 Linux(从 /proc 读取 CPU)。
各方自有的依赖首次用到时装入 bench/peers 下各自的目录。
BENCH_DATABASE_URL:自备 PostgreSQL 的超级用户连接串;不设则用内置数据库。测量在其中新建的库里进行,结束后删除。EXECUTOR:本产品所用的执行器。`;

const SEED = 20_261_121;
/** Bounds a sample whatever its speed. */
const MOST_REQUESTS = 60_000;
const WARM_UP_CONNECTIONS = 8;
/** So many times as long as a contender is warmed up its memory is filled before warm answers are measured, by so many. */
const FILLING = 4;
const FILLING_CONNECTIONS = 32;

interface Scale {
  readonly subjects: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly compared: number;
  /** How many connections ask each question at once; a question without any is compared and not measured. */
  readonly connections: Readonly<Record<QuestionName, readonly number[]>>;
}

const SCALES: Readonly<Record<'full' | 'quick' | 'short', Scale>> = {
  full: {
    ...{ subjects: 100_000, rounds: 3, seconds: 5, warmUpSeconds: 5, compared: 300 },
    connections: {
      ...{ profile: [1, 32, 256], profileTop: [1, 32], batch: [8] },
      ...{ board: [1, 32], search: [1, 32], bankPackage: [1, 32] },
    },
  },
  quick: {
    ...{ subjects: 6_000, rounds: 2, seconds: 2, warmUpSeconds: 2, compared: 60 },
    connections: { profile: [1, 32], profileTop: [32], batch: [8], board: [32], search: [32], bankPackage: [32] },
  },
  short: {
    ...{ subjects: 3_000, rounds: 4, seconds: 2, warmUpSeconds: 2, compared: 60 },
    connections: { profile: [1, 32], profileTop: [], batch: [8], board: [], search: [], bankPackage: [] },
  },
};

const args = process.argv.slice(2);
const only = args[args.indexOf('--only') + 1]?.split(',') ?? [];
const known = new Set(['--quick', '--short', '--record', '--only', only.join(',')]);
if (args.includes('--help')) say(HELP);
else if (args.some((arg) => !known.has(arg)) || (args.includes('--only') && !only.every(isContender)))
  fail(`不认识选项 ${args.join(' ')}。用 npm run bench -- --help 查看用法。`);
else if (process.platform !== 'linux') fail('各进程的 CPU 从 /proc 读取,只能在 Linux 上测量。');
else {
  const scale = args.includes('--short') ? 'short' : args.includes('--quick') ? 'quick' : 'full';
  const all: readonly string[] = scale === 'short' ? ['product', 'floor'] : CONTENDERS;
  const chosen = args.includes('--only') ? only : all;
  await run(
    scale,
    CONTENDERS.filter((name) => chosen.includes(name)),
  ).catch((error: unknown) => fail(String(error)));
}

async function run(scale: keyof typeof SCALES, names: readonly Contender['name'][]): Promise<void> {
  const { subjects, rounds, seconds, warmUpSeconds, compared, connections } = SCALES[scale];
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
    const issuer = await startIssuer();
    toStop.push(issuer);
    const executor = readConfig({ EXECUTOR: process.env.EXECUTOR }, []).executor;
    const environment = {
      DATABASE_URL: server.url,
      DATA_DIR: server.home,
      AUDIT_HEADS: `${server.home}/heads.jsonl`,
      CODES_DIR: limitsForBench(server.home),
      EXECUTOR: executor,
      OIDC_ISSUER: issuer.url,
    };
    const cards = departments.map((card) => card.name);
    const city = await fillCity(readConfig(environment, cards), subjects);

    say(`正在启动:${names.join('、')}……`);
    const started = await startContenders(names, environment, toStop);
    const contenders = started.map((one) => ({ ...one, target: { ...one.target, bankToken: issuer.token } }));
    if (names.some((name) => name.startsWith('product'))) await authorizeBank(server.url, city.codes);
    const keys = keysOf(city, SEED);
    const sampled = mapped(keys, (some) => chance(SEED).sample(some, compared));
    const recordsCompared = await compareAnswers(contenders, sampled);
    say(`${compared} 个主体(${recordsCompared} 条记录)及各问所及的检索词、区划与授权企业,各方应答一致。`);
    const product = contenders.find(({ name }) => name === 'product');
    const guards = product ? await guardsOf(product.target, sampled.profile[0] ?? '', server) : [];
    for (const { name, isOn } of guards) say(`${isOn ? '在' : '不在'}:${name}`);

    const load = startLoad();
    toStop.push(load);
    const asking = (question: QuestionName) => ({
      ...{ question, keys: keys[question], requests: MOST_REQUESTS, draw: 'ZIPF' as const },
    });
    const measured = QUESTIONS.flatMap((question) => connections[question].map((count) => [question, count] as const));
    for (const contender of contenders)
      for (const question of new Set(measured.map(([one]) => one)))
        if (isMeasured(question, contender.name, WARM_UP_CONNECTIONS))
          await measure(contender, server, load, {
            ...asking(question),
            ...{ connections: WARM_UP_CONNECTIONS, seconds: warmUpSeconds, seed: 1 },
          });
    for (const contender of contenders)
      for (const [question, count] of measured)
        if (count === FILLING_CONNECTIONS && isMeasuredWarm(question, contender.name, count))
          await measure(
            contender,
            server,
            load,
            { ...asking(question), connections: count, seconds: FILLING * warmUpSeconds, seed: 2 },
            true,
          );
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round++) {
      say(`第 ${round + 1} 轮,共 ${rounds} 轮……`);
      for (const [question, count] of measured) {
        const job = { ...asking(question), connections: count, seconds, seed: SEED + round };
        const asked = contenders.filter(({ name }) => isMeasured(question, name, count));
        // Each round begins with another contender, so that none always follows the same one.
        const first = round % asked.length;
        for (const contender of [...asked.slice(first), ...asked.slice(0, first)]) {
          samples.push(await measure(contender, server, load, job));
          if (isMeasuredWarm(question, contender.name, count))
            samples.push(await measure(contender, server, load, job, true));
        }
      }
    }
    const statements =
      scale === 'short' ? new Map<string, number>() : await countStatements(contenders, server, sampled.profile);
    const results = resultsOf(
      {
        ...machineFacts(),
        postgres: `${server.version}${process.env.BENCH_DATABASE_URL ? ' (external)' : ' (embedded)'}`,
        ...{ executor, guards, loadBefore, rounds, recordsCompared },
        secondsPerSample: seconds,
        secondsOfFilling: FILLING * warmUpSeconds,
        seed: SEED,
        subjectsCompared: compared,
        subjects: city.codes.length,
        tables: city.tables,
      },
      contenders,
      samples,
      statements,
    );
    say(pageOf(results));
    if (scale === 'short') {
      const verdict = judged(results);
      if (args.includes('--record')) recordMachine(results, scale);
      for (const sentence of verdict.told) say(sentence);
      for (const sentence of verdict.wrong) fail(sentence);
      return;
    }
    if (scale === 'quick') return say('粗测结果不写入文件。');
    const off = guards.filter(({ isOn }) => !isOn).map(({ name }) => name);
    if (off.length > 0 || names.length < CONTENDERS.length)
      return fail(off.length > 0 ? `防护不全,不予记录:${off.join(';')}` : '各方不全,不写入结果文件。');
    writeFileSync(new URL('results.md', import.meta.url), pageOf(results));
    writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
    recordMachine(results, 'full');
    say('已写入 bench/results.md、bench/results.json 与 bench/machines.json。');
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
    const one = (index: number) => ask(target, 'profile', [codes[index % codes.length] ?? '']);
    counted.set(name, await statementsPerQuestion(server, one));
  }
  return counted;
}

function mapped<Key extends string, From, To>(by: Readonly<Record<Key, From>>, to: (one: From) => To) {
  return Object.fromEntries(Object.entries(by).map(([key, one]) => [key, to(one as From)])) as Record<Key, To>;
}

function isContender(name: string): boolean {
  return CONTENDERS.some((one) => one === name);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
