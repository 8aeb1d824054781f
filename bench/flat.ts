import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, open, readdir } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../platform/config.ts';
import { connect } from '../platform/database/connection.ts';
import { embeddedServer } from '../platform/database/embedded.ts';
import { createDatabase } from '../platform/database/provision.ts';
import { departments } from '../subgraphs/index.ts';
import { startProduct } from './contenders.ts';
import { askFor, KINDS } from './flat/ask.ts';
import { growingCity } from './flat/city.ts';
import { type Measured, pageOf } from './flat/report.ts';
import { limitsForBench } from './limits.ts';
import { machineFacts } from './machine.ts';
import { usageOf } from './processes.ts';
import type { Draw } from './zipf.ts';

const HELP = `测量城市变大时问答是否仍同样快:同一座城市逐段长大,到每个规模时启动产品,依次提问。
用法:npm run bench:flat [-- <记录数…,默认 400000 4000000>] [--seconds <每项秒数,默认 12>] [--keep <文件夹>] [--grow]
已写入的段落保留在 --keep 的文件夹里(默认系统临时目录下 credit-graph-flat),中断后再次运行即接着长大;已测的规模不重测。
--grow:只长大,不测量(可在别的工作旁边进行,测量则须机器空闲)。
4000 万条约需 80 GB 磁盘。结果写入该文件夹的 measured.jsonl 与 bench/flat.md。`;

const DATABASE = 'flat';
const CONNECTIONS = 4;
const SEED = 20_261_122;

const args = process.argv.slice(2);
if (args.includes('--help')) say(HELP);
else await run();

async function run(): Promise<void> {
  const option = (name: string): string | undefined => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args.splice(at, 2)[1];
  };
  const seconds = Number(option('--seconds') ?? 12);
  const isGrowing = args.includes('--grow') && args.splice(args.indexOf('--grow'), 1).length > 0;
  const home = option('--keep') ?? join(tmpdir(), 'credit-graph-flat');
  const sizes = args.length > 0 ? args.map(Number) : [400_000, 4_000_000];
  if (sizes.some((size) => !(size > 0)) || !(seconds > 0)) throw new Error(HELP);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755); // as root the server runs under another account
  const server = await embeddedServer({ home });
  try {
    const admin = connect({ url: server.url }, { applicationName: 'credit-graph bench', max: 1 });
    const [there] = await admin`select from pg_database where datname = ${DATABASE}`;
    if (!there) await createDatabase(admin, DATABASE);
    await admin.end({ timeout: 5 });
    const url = new URL(server.url);
    url.pathname = `/${DATABASE}`;
    const environment = { DATABASE_URL: url.href, DATA_DIR: home, CODES_DIR: limitsForBench(home), LOG_LEVEL: 'error' };
    const names = departments.map(({ name }) => name);
    const city = await growingCity(readConfig(environment, names), url.href);
    const results = join(home, 'measured.jsonl');
    for (const size of sizes) {
      if (measuredIn(results).some((one) => one.asked === size)) continue;
      const began = performance.now();
      const before = await city.size();
      await city.growTo(size, say);
      const { subjects, records } = await city.size();
      if (isGrowing) continue;
      const grown = { records: records - before.records, seconds: (performance.now() - began) / 1_000 };
      await readOnce(join(home, 'postgres', 'base'));
      const measured = await measureAt(environment, subjects, seconds);
      const line = { asked: size, subjects, records, grown, disk: await city.disk(), ...measured };
      appendFileSync(results, `${JSON.stringify(line)}\n`);
      say(`${records} 条记录时测毕。`);
    }
    const page = pageOf(measuredIn(results));
    say(page);
    if (sizes.length > 1) writeFileSync(new URL('flat.md', import.meta.url), page);
    await city.stop();
  } finally {
    await server.stop();
  }
}

/** As in a city in service, whose files the operating system keeps where its memory holds them. */
async function readOnce(folder: string): Promise<void> {
  const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // PostgreSQL takes some of its files away meanwhile.
    const file = await open(join(entry.parentPath, entry.name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (!file) continue;
    while ((await file.read(buffer, 0, buffer.length)).bytesRead > 0);
    await file.close();
  }
}

async function measureAt(environment: Readonly<Record<string, string>>, subjects: number, seconds: number) {
  const loadBefore = loadavg();
  const began = performance.now();
  const product = await startProduct(environment);
  const startMs = performance.now() - began;
  const url = `${product.target.origin}${product.target.path}`;
  try {
    const rows: Measured['rows'][number][] = [];
    let memoryMb = 0;
    for (const kind of KINDS) {
      for (const draw of ['ZIPF', 'EVEN'] satisfies Draw[]) {
        const job = { draw, limit: subjects, connections: CONNECTIONS };
        await askFor(url, kind, { ...job, seconds: Math.min(4, seconds), seed: SEED + 1 });
        rows.push({ kind: kind.name, draw, ...(await askFor(url, kind, { ...job, seconds, seed: SEED })) });
        memoryMb = Math.max(memoryMb, usageOf(product.processes.gateway).memoryMb ?? 0);
      }
    }
    return { ...machineFacts(), loadBefore, startMs, memoryMb, connections: CONNECTIONS, seconds, rows };
  } finally {
    await product.stop();
  }
}

function measuredIn(path: string): readonly Measured[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Measured)
    .sort((one, other) => one.records - other.records);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
