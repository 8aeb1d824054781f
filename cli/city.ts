import './production.ts';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuiltFile, buildCity, cityFolder, defaultCity, LARGEST_SCALE } from '../demonstration/city/index.ts';
import type { Config } from '../platform/config.ts';
import type { ImportReport } from '../platform/import/report.ts';
import { type City, openCity } from '../platform/installation/city.ts';
import { takeFile } from '../platform/installation/take-file.ts';
import { createLog } from '../platform/log.ts';
import { openObserving } from '../platform/observing/index.ts';
import { withoutMetrics } from '../platform/observing-settings.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, say } from './command.ts';
import { progressLine, summaryOf } from './report.ts';

const HELP = `生成虚构的云泽市:各部门按真实格式报送的文件,含至少百分之一的差错行。同一种子和规模,逐字节相同。
用法:npm run city -- [--scale N] [--seed S] [--into <目录>] [--import [--discard]]
  --scale N       规模,默认 1(2400 个主体、约 2.6 万行);2000 约 5000 万行,最大 ${LARGEST_SCALE}
  --seed S        种子,非负整数,默认 ${defaultCity.seed}
  --into <目录>   写到哪里,默认 <数据目录>/city/<种子>-<规模>
  --import        每写完一个文件即照常导入
  --discard       导入后删除该文件
随时可以中断(Ctrl-C、终止进程、断电):以同样的参数再次运行,从未完成的文件继续,结果相同。目录中的 city.json 是文件清单。`;

interface Wanted {
  readonly seed: number;
  readonly scale: number;
  readonly folder: string;
  readonly isImporting: boolean;
  readonly isDiscarding: boolean;
}

await command(HELP, async (config, args) => {
  const wanted = wantedIn(args, config);
  const stopping = stopAfterFile();
  if (!wanted.isImporting)
    return await build(wanted, stopping, ({ number, of, name, rows, isOld }) => {
      if (!isOld) say(`${number}/${of} ${name}:${rows} 行`);
      return Promise.resolve(false);
    });
  const log = createLog(config.logLevel);
  const observing = await openObserving({ config: withoutMetrics(config.observing), process: 'import', log });
  const shared = { config, cards: departments, directory: subjectDirectory, log, say };
  const city = await openCity({ ...shared, observing });
  try {
    await city.migrate();
    const totals = { rows: 0, stored: 0, flagged: 0, repeated: 0, rejected: 0 };
    await build(wanted, stopping, async (file) => {
      const report = await taken(city, file, config.dataDirectory);
      if (report === undefined) return false;
      totals.rows += report.rows;
      totals.stored += report.added + report.corrected + report.unchanged;
      totals.flagged += report.flagged;
      totals.repeated += report.repeated;
      totals.rejected += report.rejected;
      return true;
    });
    const { rows, stored, flagged, repeated, rejected } = totals;
    say(`本次导入 ${rows} 行 = 入库 ${stored}(带标注 ${flagged})、重复 ${repeated}、退回 ${rejected}。`);
  } finally {
    await city.stop();
    await observing.stop();
  }
});

async function build(
  wanted: Wanted,
  signal: AbortSignal,
  onFile: (file: BuiltFile) => Promise<boolean>,
): Promise<void> {
  const { subjects, files } = await buildCity({ ...wanted, signal, onFile });
  if (signal.aborted) return say('已停止;以同样的参数再次运行即从这里继续。');
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const where = wanted.isDiscarding ? '' : `,在 ${wanted.folder}`;
  say(
    `云泽市(种子 ${wanted.seed}、规模 ${wanted.scale}):${subjects} 个主体、${files.length} 个文件、${rows} 行${where}`,
  );
}

/** Imports a file into its department; undefined where that is elsewhere. */
async function taken(city: City, file: BuiltFile, dataDirectory: string): Promise<ImportReport | undefined> {
  if (!city.near.has(file.item.split('.')[0] ?? '')) {
    say(`${file.number}/${file.of} ${file.name}:该部门在别处运行,未导入。`);
    return undefined;
  }
  const title = `云泽市 ${file.number}/${file.of}`;
  const progress = progressLine(`${title} ${file.name}`);
  const report = await takeFile(city, file.item, file.path, { dataDirectory, once: true, onProgress: progress.update });
  progress.end();
  if (!report.takenBefore) say(`${title} ${summaryOf(report)}`);
  return report;
}

/** Aborted at the first signal, or when the process that started this one lets go of it; a second signal ends it at once. */
function stopAfterFile(): AbortSignal {
  const controller = new AbortController();
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(130);
      controller.abort();
    });
  }
  process.on('disconnect', () => controller.abort());
  // The channel is listened to, and is no reason to stay.
  process.channel?.unref();
  return controller.signal;
}

function wantedIn(args: readonly string[], config: Config): Wanted {
  const given = optionsIn(args);
  const [scale, seed] = [Number(given.scale ?? defaultCity.scale), Number(given.seed ?? defaultCity.seed)];
  if (!(scale > 0 && scale <= LARGEST_SCALE))
    throw new Error(`--scale 应为大于 0、至多 ${LARGEST_SCALE} 的数,收到“${given.scale}”。`);
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new Error(`--seed 应为 0 至 ${2 ** 32 - 1} 的整数,收到“${given.seed}”。`);
  }
  const [isImporting, isDiscarding] = [given.import === true, given.discard === true];
  if (isDiscarding && !isImporting) throw new Error('--discard 只与 --import 一起使用。');
  const folder = given.into ?? cityFolder(join(config.dataDirectory, 'city'), { seed, scale });
  return { seed, scale, folder, isImporting, isDiscarding };
}

function optionsIn(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { scale: text, seed: text, into: text, import: flag, discard: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new Error(`不认识这样的参数:${args.join(' ')}。用 npm run city -- --help 查看用法。`);
  }
}
