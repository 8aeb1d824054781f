import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chance } from '../demonstration/generator/random.ts';
import { createGateway } from '../gateway/server.ts';
import { committedSupergraph } from '../gateway/supergraph/committed.ts';
import { readConfig } from '../platform/config.ts';
import { connect } from '../platform/database/connection.ts';
import type { Clients } from '../platform/database/index.ts';
import { openCity } from '../platform/installation/city.ts';
import { takeFile } from '../platform/installation/take-file.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { codeOf } from './city/patterns.ts';
import { benchServer } from './server.ts';

const HELP = `测量按名称查找信用主体的开销:以按代码查一个主体为 1,并列出各语句的执行计划中是否有全表扫描。
用法:npx tsx bench/finding.ts [主体数,默认 200000] [名称文件,每行一个字号]
BENCH_DATABASE_URL:自备 PostgreSQL 的超级用户连接串;不设则用内置数据库。`;

const SEED = 20_261_121;
const REPEATS = 40;
const TRADES = '机械 贸易 食品 科技 生物科技 建筑工程 物流 餐饮管理 环保设备 电子商务 文化传媒 农业发展'.split(' ');
const FORMS = ['有限公司', '有限公司', '有限公司', '有限责任公司', '股份有限公司', '(集团)有限公司', '经营部', '厂'];
const DISTRICTS = ['990102', '990103', '990104', '990105', '990121', '990181'];
const CHARACTERS = Array.from(
  '云泽晨光暮雨金石弘扬雪川祝康盛恒锦佩竹林鹰击长空风岩谷宝通华东茂山顶洞半水群联尚天吉顺发爱出色百万庄味道园鑫源瑞祥福禄安泰兴隆达信诚德仁义和平众创新纪元星辰海洋江河湖美佳好乐居家',
);

if (process.argv.includes('--help')) console.log(HELP);
else await run(Number(process.argv[2] ?? 200_000), process.argv[3]);

async function run(count: number, file: string | undefined): Promise<void> {
  const server = await benchServer(process.env.BENCH_DATABASE_URL || undefined);
  const environment = {
    DATABASE_URL: server.url,
    DATA_DIR: server.home,
    LOG_LEVEL: 'silent',
    STATEMENT_TIMEOUT_MS: '60000',
  };
  const config = readConfig(
    environment,
    departments.map(({ name }) => name),
  );
  const log = createLog('silent');
  const city = await openCity({ config, cards: departments, directory: subjectDirectory, log });
  try {
    await city.migrate();
    const names = namesOf(count, file);
    const path = join(server.home, 'subjects.csv');
    const lines = names.map((name, at) => `${name},${codeOf(at)},${DISTRICTS[at % DISTRICTS.length]}`);
    await writeFile(path, ['机构名称,统一社会信用代码,行政区划', ...lines].join('\n'));
    const began = performance.now();
    const report = await takeFile(city, 'credit.subject', path, { dataDirectory: server.home });
    const seconds = (performance.now() - began) / 1000;
    console.log(`导入 ${report.added} 个主体,退回 ${report.rejected} 行,用时 ${seconds.toFixed(0)} 秒。`);
    const owner = city.database.owner('credit');
    for (const table of ['subjects', 'subject_identifiers', 'subject_names'])
      await owner.unsafe(`vacuum analyze credit.${table}`);

    const asked: { text: string; parameters: readonly unknown[] }[] = [];
    const credit = city.near.get('credit');
    if (!credit) throw new Error('信用办不在本进程内。');
    const { searches } = credit.clients;
    const watched: Clients['searches'] = {
      read(text, parameters = [], options) {
        asked.push({ text, parameters });
        return searches.read(text, parameters, options);
      },
    };
    Object.assign(credit.clients, { searches: watched });
    const gateway = await createGateway({
      supergraphSdl: committedSupergraph(),
      transports: city.transports,
      log,
      deadlineMs: 60_000,
    });
    const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${listening.port}/graphql`;
    const ask = async (query: string, variables: object): Promise<number> => {
      const start = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const { errors } = (await response.json()) as { errors?: unknown };
      if (errors) throw new Error(JSON.stringify(errors));
      return performance.now() - start;
    };
    const random = chance(SEED);
    const name = (): string => random.pick(names);
    const SEARCH =
      'query ($text: String!) { subjects(search: $text, first: 20) { totalCount isTotalCountExact nodes { id name } } }';
    const MATCH =
      'query ($text: String!) { matchSubjects(name: $text) { score reasons matchedName subject { id name } } }';
    const BATCH =
      'query ($list: [String!]!) { subjectsByIdentifier(identifiers: $list) { outcome subject { id name } candidates { score subject { id name } } } }';
    const ONE = 'query ($text: String!) { subject(identifier: $text) { id name } }';
    const typo = (text: string): string => text.slice(0, 3) + random.pick(CHARACTERS) + text.slice(4);
    const kinds: readonly (readonly [string, string, () => object])[] = [
      ['按代码查一个主体(比较的基数)', ONE, () => ({ text: codeOf(random.below(count)) })],
      ['检索:全名', SEARCH, () => ({ text: name() })],
      ['检索:两个字的字号', SEARCH, () => ({ text: name().slice(2, 4) })],
      ['检索:四个字', SEARCH, () => ({ text: name().slice(2, 6) })],
      ['检索:两个词', SEARCH, () => ({ text: `${name().slice(2, 4)} ${random.pick(TRADES)}` })],
      ['检索:常见的两个字(科技、贸易等)', SEARCH, () => ({ text: random.pick(TRADES).slice(0, 2) })],
      ['检索:几乎人人都有的两个字(云泽)', SEARCH, () => ({ text: '云泽' })],
      ['检索:几乎人人都有的两个字(公司)', SEARCH, () => ({ text: '公司' })],
      ['检索:没有的词', SEARCH, () => ({ text: '喵汪' })],
      ['匹配:全名', MATCH, () => ({ text: name() })],
      ['匹配:错一字', MATCH, () => ({ text: typo(name()) })],
      ['匹配:字号加行业', MATCH, () => ({ text: name().slice(2, 6) })],
      ['匹配:拼音', MATCH, () => ({ text: 'chenguangjixie' })],
      ['匹配:几乎人人都有(云泽科技有限公司)', MATCH, () => ({ text: '云泽科技有限公司' })],
      ['识别一页:100 个代码', BATCH, () => ({ list: Array.from({ length: 100 }, () => codeOf(random.below(count))) })],
      ['识别一页:100 个名称', BATCH, () => ({ list: Array.from({ length: 100 }, name) })],
      ['识别一页:100 个各错一字的名称', BATCH, () => ({ list: Array.from({ length: 100 }, () => typo(name())) })],
    ];
    const rows: string[] = [];
    let base = 0;
    for (const [title, query, variables] of kinds) {
      const repeats = query === BATCH ? REPEATS / 8 : REPEATS;
      for (let warm = 0; warm < 3; warm++) await ask(query, variables());
      asked.length = 0;
      const times: number[] = [];
      for (let turn = 0; turn < repeats; turn++) times.push(await ask(query, variables()));
      times.sort((one, other) => one - other);
      const [median = 0, worst = 0] = [times[Math.floor(times.length / 2)], times.at(-1)];
      base ||= median;
      const last = asked.at(-1);
      const scans = last ? await sequentialScans(server.url, last) : '';
      rows.push(`| ${title} | ${median.toFixed(1)} | ${worst.toFixed(1)} | ${(median / base).toFixed(1)} | ${scans} |`);
      console.log(rows.at(-1));
    }
    console.log(
      ['', '| 问题 | 中位 ms | 最慢 ms | 倍数 | 语句 ms;全表扫描 |', '|---|---|---|---|---|', ...rows].join('\n'),
    );
    await listening.close(1_000);
    await gateway.stop();
    await owner.end({ timeout: 5 });
  } finally {
    await city.stop();
    await server.stop();
  }

  async function sequentialScans(
    url: string,
    { text, parameters }: { readonly text: string; readonly parameters: readonly unknown[] },
  ): Promise<string> {
    const sql = connect({ url }, { applicationName: 'credit-graph bench', max: 1 });
    await sql.unsafe('set plan_cache_mode = force_custom_plan');
    const rows = await sql.unsafe(`explain (analyze, buffers) ${text}`, parameters as never[]);
    const plan = rows.map((row) => String(row['QUERY PLAN']));
    await sql.end({ timeout: 5 });
    if (process.env.PLANS) console.log(plan.join('\n'));
    const scanned = plan
      .filter((line) => /Seq Scan on subject/u.test(line) && !line.includes('never executed'))
      .map((line) => line.trim());
    const ms = /Execution Time: ([\d.]+)/u.exec(plan.join('\n'))?.[1];
    return `${ms};${scanned.join(' ') || '无'}`;
  }
}

function namesOf(count: number, file: string | undefined): readonly string[] {
  const random = chance(SEED);
  const given = file
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.length > 1)
    : undefined;
  const made = (): string => Array.from({ length: random.between(2, 4) }, () => random.pick(CHARACTERS)).join('');
  return Array.from({ length: count }, () =>
    `云泽${given ? random.pick(given) : made()}${random.pick(TRADES)}${random.pick(FORMS)}`.replaceAll(',', ''),
  );
}
