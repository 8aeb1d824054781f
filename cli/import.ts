import { existsSync } from 'node:fs';
import { openCity } from '../platform/installation/city.ts';
import { importableItems, takeFile } from '../platform/installation/take-file.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, say } from './command.ts';
import { progressLine, reportOf } from './report.ts';

const ITEMS = importableItems({ cards: departments }).map(({ item, title }) => `  ${item.padEnd(36)} ${title}`);

const HELP = `导入一个目录项的文件(CSV、XLSX 或 XLS)。
用法:npm run import -- <目录项> <文件…> [--again]
  --again  重新读取已导入过的文件(例如信用办恢复应答之后)
每行或入库,或带标注入库,或连同原因退回;各数相加等于文件行数。退回的行写成 CSV,改正后可再次导入。
目录项:
${ITEMS.join('\n')}`;

await command(HELP, async (config, args) => {
  const again = args.includes('--again');
  const [item, ...paths] = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--again');
  if (unknown) throw new Error(`不认识选项 ${unknown}。用 npm run import -- --help 查看用法。`);
  if (!item || paths.length === 0) throw new Error('用法:npm run import -- <目录项> <文件…>。用 --help 查看目录项。');
  const missing = paths.find((path) => !existsSync(path));
  if (missing) throw new Error(`没有这个文件:${missing}`);
  const city = await openCity({
    config,
    cards: departments,
    directory: subjectDirectory,
    log: createLog(config.logLevel),
    say,
  });
  try {
    await city.migrate();
    for (const path of paths) {
      const progress = progressLine(item);
      const report = await takeFile(city, item, path, {
        dataDirectory: config.dataDirectory,
        again,
        onProgress: progress.update,
      });
      progress.end();
      say(reportOf(report));
    }
  } finally {
    await city.stop();
  }
});
