import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proveFaults } from './faults/run.ts';

/**
 * The long proofs: tests of `npm test` at their full length, one after the other, and a table of what came out. Ends with
 * 1 where one fails.
 */
const PROOFS: readonly {
  readonly title: string;
  readonly file: string;
  readonly project?: 'near' | 'far';
  readonly environment: Record<string, string>;
}[] = [
  {
    title: '导入在 20 个随机时刻被强行终止后重新运行,各表内容一致,变更流各版本恰好一次',
    file: 'test/departments/import-kill.test.ts',
    environment: { KILLS: '20' },
  },
  {
    title: '60 个随机月份的数据打乱、重复、分拆成多个文件导入,与按序导入一次的各表内容、变更流一致',
    file: 'test/departments/import-shuffle.test.ts',
    environment: { MONTHS: '60' },
  },
  {
    title: '默认规模的云泽市(2000 个以上主体、20000 条以上记录、全部目录项、百分之一以上差错行)照常导入',
    file: 'test/departments/city.test.ts',
    environment: { CITY_SCALE: '1' },
  },
  {
    title: '新增一个部门,只需它的目录、部门表中的一行、npm run generate 与它自己的测试',
    file: 'test/house/sixth-department.test.ts',
    environment: { SIXTH_DEPARTMENT: '1' },
  },
  {
    title: '最大的合规查询,无论何种写法,网关事件循环停顿均不足 100 毫秒',
    file: 'test/security/stalls.test.ts',
    environment: { STALLS: '1' },
  },
  {
    title: '全部提问测试,各部门在网关进程之外',
    file: 'test/graph',
    project: 'far',
    environment: { FAR: 'all' },
  },
  {
    title: '谁能看什么(权限矩阵、自然人、viewer),各部门在网关进程之外',
    file: 'test/security',
    project: 'far',
    environment: { FAR: 'all' },
  },
  {
    title: '全部提问测试,由另一执行器(EXECUTOR=apollo)汇合各部门应答',
    file: 'test/graph',
    environment: { EXECUTOR: 'apollo' },
  },
  {
    title: '全部安全测试,由另一执行器(EXECUTOR=apollo)汇合各部门应答',
    file: 'test/security',
    environment: { EXECUTOR: 'apollo' },
  },
  {
    title: '两个执行器对 3000 个怪异而合法的查询所答一致',
    file: 'test/graph/executors-odd.test.ts',
    environment: { ODD: '3000' },
  },
  {
    title: '首次启动即可查询,云泽市的其余文件在后台导入,被强行终止后下次启动继续',
    file: 'test/departments/first-start.test.ts',
    environment: { FIRST_START: '1' },
  },
  {
    title: '10000 个随机改动的访问令牌,网关与 jose、oauth4webapi 判断一致',
    file: 'test/security/mutated-tokens.test.ts',
    environment: { MUTATED_TOKENS: '10000' },
  },
  {
    title: '50000 对答复:数据只在某身份不可见之处不同,对该身份的答复逐字节一致',
    file: 'test/security/non-interference.test.ts',
    environment: { PAIRS: '50000' },
  },
  {
    title: '各身份的 1000000 个异常请求,无 5xx,均答以 JSON,不含其不可见的内容与内部文字',
    file: 'test/security/fuzz.test.ts',
    environment: { INPUTS: '1000000' },
  },
  {
    title: '经 100000 条随机路径到达的字段,均与权限矩阵一致',
    file: 'test/security/walks.test.ts',
    environment: { WALKS: '100000' },
  },
  {
    title: '负载之下 200 次更正:存入 0.6 秒之后的查询,没有一次得到更正之前的答复',
    file: 'test/cache/hammer.test.ts',
    environment: { CORRECTIONS: '200' },
  },
  {
    title: '各身份随机次序的 5000 次查询:有无答案缓存,所得一致',
    file: 'test/cache/viewers.test.ts',
    environment: { QUESTIONS: '5000' },
  },
  {
    title: '审计链的导出与在库各行共 10000 次随机改动,全部发现并指出所在',
    file: 'test/audit/verify.test.ts',
    environment: { ALTERATIONS: '5000' },
  },
  {
    title: '各部门在网关进程之外时,查了谁的什么同样入链',
    file: 'test/audit/trace.test.ts',
    environment: { DEPARTMENTS: 'far' },
  },
  {
    title: '负载之下强行终止网关与 PostgreSQL 各 20 次,没有一个非公开的答复缺少审计行',
    file: 'test/audit/kill.test.ts',
    environment: { KILLS: '20' },
  },
  {
    title: '离线安装包(x64、arm64)可制作;断网安装、启动,并答出信用档案',
    file: 'test/deploy/offline.test.ts',
    environment: { BUNDLE: '1' },
  },
  {
    title: '数据库毁坏后由备份恢复:已答复的查询无一丢失,记录、历史与审计链核验相符;并可恢复到指定时刻',
    file: 'test/deploy/restore-drill.test.ts',
    environment: { RESTORE_DRILL: '1' },
  },
  {
    title: 'compose.yaml 的各服务以其命令与设置作为独立进程运行:就地导入、应答、缺一仍答、有序停止',
    file: 'test/deploy/processes.test.ts',
    environment: { PROCESSES: '1' },
  },
  {
    title: '同一超图、同样的部门,由另一联邦网关(Hive Gateway)答出同样的信用档案',
    file: 'test/deploy/other-gateway.test.ts',
    environment: { HIVE: '1' },
  },
  {
    title: 'npm start 的全部 Node 进程,启动后与 3000 次查询之后,内存合计不超过 400 MB',
    file: 'test/life/memory.test.ts',
    environment: { MEMORY_MB: '400', MEMORY_QUESTIONS: '3000' },
  },
  {
    title: '四个攻击者发送 T1 至 T4 期间,他人查询的 p99 不超过平时的 1.5 倍',
    file: 'test/security/attacks.test.ts',
    environment: { ATTACKS: '1' },
  },
  {
    title: '分析人员不间断地作最长的合规查询期间,门户查询的 p99 不超过平时的 1.2 倍',
    file: 'test/security/fair-share.test.ts',
    environment: { FAIR_SHARE: '1' },
  },
];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const [chosen, ...args] = process.argv.slice(2);
if (chosen === 'faults') {
  if (!(await proveFaults(args))) process.exitCode = 1;
} else await proveAll(chosen);

/** All of them, or those whose file has this in its name; then the faults. */
async function proveAll(part: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'credit-graph-prove-'));
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  const wanted = PROOFS.filter(({ file }) => part === undefined || file.includes(part));
  const lines = wanted.map(({ title, file, project = 'near', environment }, index) => {
    console.log(`── ${title}`);
    const report = join(folder, `${index}.json`);
    const began = performance.now();
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    spawnSync(process.execPath, [vitest, 'run', '--project', project, file, ...reporters], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    });
    const counts = countsOf(report);
    const isProven = counts !== undefined && counts.numFailedTests === 0 && counts.numPassedTests > 0;
    const seconds = Math.round((performance.now() - began) / 1000);
    const skipped = counts?.numPendingTests ? `,跳过 ${counts.numPendingTests}` : '';
    return { isProven, text: `| ${isProven ? '通过' : '未通过'}${skipped} | ${seconds} 秒 | ${title} |` };
  });
  rmSync(folder, { recursive: true });
  console.log(['', '| 结果 | 用时 | 证明 |', '|---|---|---|', ...lines.map(({ text }) => text)].join('\n'));
  if (lines.some(({ isProven }) => !isProven)) process.exitCode = 1;
  if (part === undefined && !(await proveFaults([]))) process.exitCode = 1;
}

/** Undefined where the run ended before it could report. */
function countsOf(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
