import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCsv, writeWorkbook } from './sheet-files.ts';

const HELP = `测量读取表格的速度:本产品与其解析器本身(XLSX:解压与 XML 解析,不作解释;CSV:csv-parse),同一次运行中交替进行。
用法:npm run bench:sheets [-- --quick]
  --quick  两万行、一轮的粗测
每次读取各用一个进程。比较的是每 CPU 秒的行数:机器上有别的工作时,时钟说明不了什么。`;

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const [ROWS, ROUNDS] = isQuick ? [20_000, 1] : [200_000, 3];

interface Sample {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** What is measured: a way of reading (`sheets-contender.ts`), and which of the others it is held against. */
const CONTENDERS = [
  { title: 'XLSX: its parser alone', way: 'xlsx-parser', file: 'xlsx', beside: 'xlsx-parser' },
  { title: 'XLSX: rows of cells', way: 'rows', file: 'xlsx', beside: 'xlsx-parser' },
  { title: 'XLSX: penalties with every rule', way: 'drafts', file: 'xlsx', beside: 'xlsx-parser' },
  { title: 'CSV: csv-parse alone', way: 'csv-parser', file: 'csv', beside: 'csv-parser' },
  { title: 'CSV: rows of cells', way: 'rows', file: 'csv', beside: 'csv-parser' },
  { title: 'CSV: penalties with every rule', way: 'drafts', file: 'csv', beside: 'csv-parser' },
] as const;

if (args.includes('--help')) process.stdout.write(`${HELP}\n`);
else await run();

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'credit-graph-sheets-'));
  try {
    const files = { xlsx: join(folder, 'penalties.xlsx'), csv: join(folder, 'penalties.csv') };
    await writeWorkbook(files.xlsx, ROWS);
    await writeCsv(files.csv, ROWS);
    const sizes = Object.entries(files).map(([kind, path]) => `${kind} ${(statSync(path).size / 1e6).toFixed(0)} MB`);
    say(
      `${ROWS} rows of 16 columns (${sizes.join(', ')}), ${ROUNDS} round(s); Node ${process.version}, ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}`,
    );
    const samples = CONTENDERS.map((): Sample[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { way, file }] of CONTENDERS.entries()) samples[index]?.push(measure(way, files[file]));
    }
    tell(samples);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(way: string, path: string): Sample {
  const program = fileURLToPath(new URL('sheets-contender.ts', import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, ['--import', 'tsx', program, way, path], { encoding: 'utf8' }),
  ) as Sample;
}

function tell(samples: readonly (readonly Sample[])[]): void {
  const speeds = samples.map((each) => median(each.map(({ rows, cpuSeconds }) => rows / cpuSeconds)));
  say('');
  say('| read | rows per CPU second | of its parser | rows/s by the clock | peak memory |');
  say('|---|---:|---:|---:|---:|');
  CONTENDERS.forEach(({ title, beside }, index) => {
    const own = speeds[index] ?? 0;
    const parser = speeds[CONTENDERS.findIndex(({ way }) => way === beside)] ?? 1;
    const each = samples[index] ?? [];
    const clock = median(each.map(({ rows, seconds }) => rows / seconds));
    const peak = Math.max(...each.map(({ peakMb }) => peakMb));
    say(`| ${title} | ${whole(own)} | ${Math.round((own / parser) * 100)} % | ${whole(clock)} | ${whole(peak)} MB |`);
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
