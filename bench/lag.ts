import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createGateway } from '../gateway/server.ts';
import { committedSupergraph } from '../gateway/supergraph/committed.ts';
import { readConfig } from '../platform/config.ts';
import { openCity } from '../platform/installation/city.ts';
import { followDepartments } from '../platform/installation/follow.ts';
import { takeFile } from '../platform/installation/take-file.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { KINDS, writeFile, writeRegistry } from './import/files.ts';
import { type Probes, probes } from './lag/probes.ts';
import { type Lag, lagPage, lagSentence } from './lag/report.ts';
import { machineFacts } from './machine.ts';
import { benchServer } from './server.ts';

const HELP = `测量一条已入库的记录多久之后能由跨部门索引(Query.records)查到:空闲时,以及另一进程正在导入一个大文件时。
用法:npm run bench:lag [-- <导入文件的行数,默认 1000000>]
结果写入 bench/lag.md;行数少于 1000000 时只显示,不写入。
BENCH_DATABASE_URL:自备 PostgreSQL 的超级用户连接串;不设则用内置数据库。`;

const FULL = 1_000_000;
const AT_REST = 150;

if (process.argv.includes('--help')) say(HELP);
else await run(Number(process.argv[2] ?? FULL));

async function run(rows: number): Promise<void> {
  const loadBefore = loadavg();
  const server = await benchServer(process.env.BENCH_DATABASE_URL || undefined);
  const environment = { DATABASE_URL: server.url, DATA_DIR: server.home, LOG_LEVEL: 'silent' };
  const config = readConfig(
    environment,
    departments.map(({ name }) => name),
  );
  const log = createLog('silent');
  const city = await openCity({ config, cards: departments, directory: subjectDirectory, log });
  try {
    await city.migrate();
    const following = await followDepartments({ city, log });
    const transports = city.transports;
    const gateway = await createGateway({ supergraphSdl: committedSupergraph(), transports, log });
    const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
    const registry = join(server.home, 'registry.csv');
    await writeRegistry(registry, 20_000);
    await takeFile(city, 'credit.subject', registry, { dataDirectory: server.home });
    const probing = await probes(server.url, `http://127.0.0.1:${listening.port}/graphql`);

    const lags: Lag[] = [];
    const tell = (lag: Lag): void => {
      lags.push(lag);
      say(lagSentence(lag));
    };
    const rest: number[] = [];
    for (let turn = 0; turn < AT_REST; turn++) {
      await pause(Math.random() * 600);
      rest.push(await (turn % 2 ? probing.ofMarket() : probing.ofTax()));
    }
    tell({ when: 'at rest', what: 'one record', ms: rest });

    const path = join(server.home, 'ratings.csv');
    const [, ratings] = KINDS;
    if (!ratings) throw new Error('no kind to import');
    await writeFile(path, ratings, rows);
    const importing = importOf(environment, ratings.item, path);
    const when = 'during the import';
    for (const lag of await duringImport(probing, importing)) tell({ when, ...lag });
    const { rows: taken, ms } = JSON.parse(await importing) as { rows: number; ms: number };
    const left = performance.now();
    await following.catchUp();
    const afterwardsMs = performance.now() - left;
    say(
      `导入 ${taken} 行,每秒 ${Math.round((taken / ms) * 1000)} 行;导入结束后 ${Math.round(afterwardsMs)} ms 索引齐全。`,
    );

    const facts = { ...machineFacts(), postgres: server.version, loadBefore, rows: taken, importMs: ms, afterwardsMs };
    if (rows < FULL) say(`少于 ${FULL} 行,不写入文件。`);
    else {
      writeFileSync(new URL('lag.md', import.meta.url), lagPage(facts, lags));
      say('已写入 bench/lag.md。');
    }
    await probing.end();
    await listening.close(1_000);
    await gateway.stop();
    await following.stop();
  } finally {
    await city.stop();
    await server.stop();
  }
}

/** Probes of each kind, one after the other, for as long as the import runs. */
async function duringImport(probing: Probes, importing: Promise<string>): Promise<readonly Omit<Lag, 'when'>[]> {
  let isOver = false;
  const ended = importing.finally(() => {
    isOver = true;
  });
  const series = async (what: string, probe: () => Promise<number>): Promise<Omit<Lag, 'when'>> => {
    const ms: number[] = [];
    while (!isOver) {
      const lag = await Promise.race([probe(), ended.then(() => undefined)]);
      if (lag !== undefined) ms.push(lag);
      await pause(Math.random() * 200);
    }
    return { what, ms };
  };
  return Promise.all([
    series('one record of another department', probing.ofMarket),
    series('one record of the same department', probing.ofTax),
    series('the last row of the file itself', probing.ofFile),
  ]);
}

/** As `npm run import` does, in a process of its own; answers what it says of itself. */
async function importOf(environment: Record<string, string>, item: string, path: string): Promise<string> {
  const file = fileURLToPath(new URL('import/importing.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, item, path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`导入以 ${code} 结束`);
  return said;
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
