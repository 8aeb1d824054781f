import { demonstrationFiles, examples } from '../demonstration/index.ts';
import { buildExplorer, type Explorer } from '../gateway/explorer/index.ts';
import { createGateway } from '../gateway/server.ts';
import { committedSupergraph } from '../gateway/supergraph/committed.ts';
import { type City, openCity } from '../platform/installation/city.ts';
import { takeFile } from '../platform/installation/take-file.ts';
import { createLog, type Log } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, say, stopOnSignal } from './command.ts';
import { progressLine, summaryOf } from './report.ts';

const HELP = `信用图谱:启动网关与未另行部署的各部门。
用法:npm start [-- --help]
首次启动建立内置数据库并导入虚构城市的演示文件;Ctrl-C 停止。`;

await command(HELP, async (config) => {
  const began = performance.now();
  const log = createLog(config.logLevel);
  const explorer = explorerOrNone(log);
  const city = await openCity({ config, cards: departments, directory: subjectDirectory, log, say });
  stopOnSignal(() => city.stop());
  say(city.database.description);
  const applied = await city.migrate();
  if (applied > 0) say(`已应用 ${applied} 个数据库迁移。`);
  if (config.demonstration) await takeDemonstration(city, config.dataDirectory);
  const gateway = await createGateway({
    supergraphSdl: committedSupergraph(),
    transports: city.transports,
    log,
    explorer: await explorer,
    deadlineMs: config.departmentDeadlineMs,
  });
  const listening = await gateway.listen({ host: config.host, port: config.port });
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  stopOnSignal(async () => {
    await listening.close();
    await gateway.stop();
    await city.stop();
  });
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`信用图谱已启动(${seconds} 秒):http://${host}:${listening.port}/graphql`);
});

/** The page is a convenience: where it cannot be built, the service runs without it. */
async function explorerOrNone(log: Log): Promise<Explorer | undefined> {
  try {
    return await buildExplorer({ say, examples });
  } catch (error) {
    log.error({ message: String(error) }, 'the explorer could not be built');
    say('查询页面未能生成,服务照常运行;请查看日志。');
    return undefined;
  }
}

/** Imports the invented city's files that this installation has not taken yet; a file taken before is passed over. */
async function takeDemonstration(city: City, dataDirectory: string): Promise<void> {
  const here = demonstrationFiles.filter(({ item }) => city.near.has(item.split('.')[0] ?? ''));
  for (const [index, { item, path }] of here.entries()) {
    const progress = progressLine(`演示文件 ${index + 1}/${here.length} ${item}`);
    const report = await takeFile(city, item, path, { dataDirectory, onProgress: progress.update });
    progress.end();
    if (!report.takenBefore) say(`演示文件 ${index + 1}/${here.length} ${summaryOf(report)}`);
  }
}
