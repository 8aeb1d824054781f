import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { connect } from '../platform/database/connection.ts';
import { KINDS, type MeasuredKind, ROWS_PER_SUBJECT, writeFile, writeRegistry } from './import/files.ts';
import { importPage, type KindResult, type Round, type Taken } from './import/report.ts';
import { machineFacts } from './machine.ts';
import { usageOf } from './processes.ts';
import { benchServer } from './server.ts';

const HELP = `测量导入:一个 CSV 文件首次导入、原样再次导入,与同一次运行中以 COPY 把同样的行写入同样的空表相比,交替进行。
用法:npm run bench:import [-- <行数> [--rounds <轮数>]]
默认 1000000 行、2 轮;结果写入 bench/import.md。行数少于 1000000 时只显示,不写入。
BENCH_DATABASE_URL:自备 PostgreSQL 的超级用户连接串;不设则用内置数据库。`;

const FULL = 1_000_000;

const args = process.argv.slice(2);
if (args.includes('--help')) say(HELP);
else
  await run(
    Number(args.find((arg, at) => /^\d+$/u.test(arg) && args[at - 1] !== '--rounds') ?? FULL),
    roundsOf(args),
  ).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });

async function run(rows: number, rounds: number): Promise<void> {
  const loadBefore = loadavg();
  const server = await benchServer(process.env.BENCH_DATABASE_URL || undefined);
  const admin = connect({ url: server.url }, { applicationName: 'credit-graph bench', max: 1 });
  try {
    const registry = join(server.home, 'registry.csv');
    await writeRegistry(registry, rows);
    const database = server.postmaster === undefined ? [] : [server.postmaster];
    const postgresCpu = (): number | null => (database.length === 0 ? null : usageOf(database).cpuMs);
    const imported = async (item: string, path: string, ...more: string[]): Promise<Taken> => {
      const before = postgresCpu();
      const taken = await importing({ DATABASE_URL: server.url, DATA_DIR: server.home }, [item, path, ...more]);
      return { ...taken, postgresCpuMs: difference(before, postgresCpu()) };
    };
    await imported('credit.subject', registry);
    const results: KindResult[] = [];
    for (const kind of KINDS) {
      const path = join(server.home, `${kind.table}.csv`);
      const bytes = await writeFile(path, kind, rows);
      const done: Round[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await empty(admin, kind);
        await admin`checkpoint`;
        const first = await imported(kind.item, path);
        if (first.added !== rows) throw new Error(`${kind.item}:${JSON.stringify(first)}`);
        const copy = await copied(admin, server.url, kind, join(server.home, 'rows.copy'), postgresCpu);
        await admin`checkpoint`;

        const second = await imported(kind.item, path, '--again');
        if (second.unchanged !== rows) throw new Error(`${kind.item}:${JSON.stringify(second)}`);
        done.push({ first, second, copyMs: copy.ms, copyCpuMs: copy.cpuMs });
        const speed = (ms: number): number => Math.round((rows / ms) * 1000);
        const [was, again] = [speed(first.ms), speed(second.ms)];
        say(`${kind.title} 第 ${round + 1} 轮(行/秒):首次 ${was}、COPY ${speed(copy.ms)}、再次 ${again}`);
      }
      results.push({ title: kind.title, item: kind.item, bytes, rounds: done });
    }
    const page = importPage(
      { ...machineFacts(), postgres: server.version, loadBefore, rows, subjects: Math.ceil(rows / ROWS_PER_SUBJECT) },
      results,
    );
    say(page);
    if (rows < FULL) return say(`少于 ${FULL} 行,不写入文件。`);
    writeFileSync(new URL('import.md', import.meta.url), page);
    say('已写入 bench/import.md。');
  } finally {
    await admin.end({ timeout: 5 });
    await server.stop();
  }
}

/** Everything of the kind goes, and whoever was registered for its sake: the next import is the first again. */
async function empty(admin: postgres.Sql, { schema, table }: MeasuredKind): Promise<void> {
  await admin.unsafe(`truncate ${schema}.${table}, ${schema}.feed, ${schema}.imports`);
  await admin.unsafe(`
    delete from credit.subject_names n using credit.subjects s where s.id = n.subject_id and not s.is_verified;
    delete from credit.subject_identifiers n using credit.subjects s where s.id = n.subject_id and not s.is_verified;
    delete from credit.subjects where not is_verified;`);
  for (const one of ['subjects', 'subject_names', 'subject_identifiers'])
    await admin.unsafe(`vacuum (analyze) credit.${one}`);
}

/** What `COPY` takes for the rows that the import made, into an empty table with the same indexes. */
async function copied(
  admin: postgres.Sql,
  url: string,
  { schema, table }: MeasuredKind,
  path: string,
  postgresCpu: () => number | null,
): Promise<{ readonly ms: number; readonly cpuMs: number | null }> {
  const [source, copy] = [`${schema}.${table}`, `${schema}.${table}_copied`];
  await writeOut(url, source, path);
  await admin.unsafe(`create table ${copy} (like ${source} including all)`);
  await admin`checkpoint`;
  const [before, began, own] = [postgresCpu(), performance.now(), process.cpuUsage()];
  const from = createReadStream(path, { highWaterMark: 1 << 18 });
  await pipeline(from, await admin.unsafe(`copy ${copy} from stdin`).writable());
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(own);
  const server = difference(before, postgresCpu());
  const hash = (name: string) => `(select count(*) || ' ' || sum(hashtextextended(t::text, 0)) from ${name} t)`;
  const [same] = await admin.unsafe<{ isSame: boolean }[]>(`select ${hash(source)} = ${hash(copy)} as "isSame"`);
  if (!same?.isSame) throw new Error(`COPY 写入的行与导入的行不同:${source}`);
  await admin.unsafe(`drop table ${copy}`);
  return { ms, cpuMs: server === null ? null : server + (user + system) / 1000 };
}

/** On a connection of its own: after `COPY … TO` postgres.js 3.4.9 may leave its socket paused for good. */
async function writeOut(url: string, table: string, path: string): Promise<void> {
  const client = connect({ url }, { applicationName: 'credit-graph bench', max: 1 });
  await pipeline(await client.unsafe(`copy ${table} to stdout`).readable(), createWriteStream(path));
  await client.end({ timeout: 0 });
}

function importing(environment: Record<string, string>, args: readonly string[]): Promise<Taken> {
  const file = fileURLToPath(new URL('import/importing.ts', import.meta.url));
  const profile = process.env.PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`] : [];
  const child = spawn(process.execPath, [...profile, '--import', 'tsx', file, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(said)) : reject(new Error(`导入以 ${code} 结束`))));
  });
}

function roundsOf(given: readonly string[]): number {
  const at = given.indexOf('--rounds');
  return at < 0 ? 2 : Number(given[at + 1]);
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
