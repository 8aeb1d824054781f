import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../platform/config.ts';
import { ImportInterrupted } from '../platform/import/import-file.ts';
import { listBatches, withdraw } from '../platform/installation/batches.ts';
import { type City, openCity } from '../platform/installation/city.ts';
import { importableItems, takeFile } from '../platform/installation/take-file.ts';
import { createLog, type Log } from '../platform/log.ts';
import { openObserving } from '../platform/observing/index.ts';
import { withoutMetrics } from '../platform/observing-settings.ts';
import { SheetError } from '../platform/sheets/index.ts';
import { stackInSources } from '../platform/source-stack.ts';
import { withoutIdNumbers } from '../schema/identifiers/redact.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { batchLines, withdrawalOf } from './batches.ts';
import { command, say } from './command.ts';
import { type ImportTask, importTask } from './import-arguments.ts';
import { keepHeapSmall } from './memory.ts';
import { progressLine, reportOf } from './report.ts';

const ITEMS = importableItems({ cards: departments }).map(({ item, title }) => `  ${item.padEnd(36)} ${title}`);

const HELP = `导入一个目录项的文件(CSV、XLSX 或 XLS),查看或撤回已导入的批次。
用法:npm run import -- <目录项> <文件…> [--dry-run] [--again] [--confirm]
     npm run import -- --list [目录项] [--page <页码>]
     npm run import -- --withdraw <批次> [--confirm]
  --dry-run           试导入:照常读取、核对、识别主体并报告结果,数据库不作任何写入;退回的行照常写成 CSV
  --again             重新读取刚导入过的文件(例如信用办恢复应答之后);隔着别的文件再报送的,无须此项
  --confirm           确认超过比例的终止或撤回(比例见环境变量 IMPORT_CONFIRM_PERCENT)
  --list              列出批次,最新在前,每页 20 批
  --withdraw <批次>   撤回一批:它新增的记录撤下,它更正的恢复原内容,其后又变动过的不动;撤回后同一文件可再导入
每行或入库,或带标注入库,或连同原因退回;各数相加等于文件行数。退回的行写成 CSV,改正后可再次导入。
全量报送的目录项,文件未列的同一报送单位的记录予以终止;有行读不出是哪一条、或终止过多时,先报告,待 --confirm。
中途按 Ctrl-C,存完当前一批后停止;以同样的命令再次运行即接着完成。再按一次立即停止,同样可以接着完成。
退出码:0 全部入库;1 出错;2 有行被退回;3 有待 --confirm 的终止或撤回;130 中途停止。
目录项:
${ITEMS.join('\n')}`;

const CODES = { REJECTED: 2, UNCONFIRMED: 3, INTERRUPTED: 130 } as const;
const PAGE = 20;

await command(HELP, async (config, args) => {
  keepHeapSmall();
  const log = createLog(config.logLevel);
  process.once('uncaughtException', (error) => endAtOnce(error, log));
  const task = importTask(args);
  const missing = task.kind === 'IMPORT' ? task.paths.find((path) => !existsSync(path)) : undefined;
  if (missing) throw new Error(`没有这个文件:${withoutIdNumbers(missing)}`);
  const observing = await openObserving({ config: withoutMetrics(config.observing), process: 'import', log });
  const shared = { config, cards: departments, directory: subjectDirectory, log, say };
  const city = await openCity({ ...shared, asksFew: true, observing });
  try {
    await city.migrate();
    process.exitCode = await carryOut(task, city, config);
  } finally {
    await city.stop();
    await observing.stop();
  }
});

async function carryOut(task: ImportTask, city: City, config: Config): Promise<number> {
  if (task.kind === 'LIST') {
    const { batches, hasMore } = await listBatches(city, task.item, task.page, PAGE);
    for (const line of batchLines(batches)) say(line);
    if (hasMore) say(`还有更早的批次:加 --page ${task.page + 1} 查看。`);
    return 0;
  }
  if (task.kind === 'WITHDRAW') {
    const { confirmShare } = config;
    const withdrawal = await withdraw(city, task.batch, { confirmShare, isConfirmed: task.isConfirmed });
    say(withdrawalOf(task.batch, withdrawal));
    return withdrawal.outcome === 'UNCONFIRMED' ? CODES.UNCONFIRMED : 0;
  }
  return importFiles(task, city, config);
}

async function importFiles(
  { item, paths, again, isDryRun, isConfirmed }: Extract<ImportTask, { kind: 'IMPORT' }>,
  city: City,
  { dataDirectory, confirmShare }: Config,
): Promise<number> {
  const signal = interruption();
  let code = 0;
  for (const [at, path] of paths.entries()) {
    if (signal.aborted) {
      say(`已按要求停止:其余 ${paths.length - at} 个文件未读取。以同样的命令再次运行即接着导入。`);
      return CODES.INTERRUPTED;
    }
    const progress = progressLine(item);
    try {
      const report = await takeFile(city, item, path, {
        dataDirectory,
        confirmShare,
        again,
        isDryRun,
        isConfirmed,
        onProgress: progress.update,
        signal,
      });
      progress.end();
      say(reportOf(report));
      if (report.rejected + report.rejectedBefore > 0) code = Math.max(code, CODES.REJECTED);
      if (report.unlisted?.awaits) code = Math.max(code, CODES.UNCONFIRMED);
    } catch (error) {
      progress.end();
      if (error instanceof SheetError) throw new Error(`${withoutIdNumbers(basename(path))}:${error.message}`);
      if (!(error instanceof ImportInterrupted)) throw error;
      say(error.message);
      return CODES.INTERRUPTED;
    }
  }
  return code;
}

/** The database's client throws where nobody can catch it when a session is ended under it (architecture, Index). */
function endAtOnce(error: Error, log: Log): void {
  log.debug({ stack: stackInSources(error.stack) }, 'uncaught');
  process.stderr.write(
    `导入意外停止(${error.name}),多半是数据库连接中断。已入库的行保留;以同样的命令再次运行即接着完成。\n`,
  );
  process.exit(1);
}

/** Aborted by the first Ctrl-C; the second ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(CODES.INTERRUPTED);
      controller.abort();
      process.stderr.write('正在停止:存完当前一批即止(再按一次立即停止)……\n');
    });
  }
  return controller.signal;
}
