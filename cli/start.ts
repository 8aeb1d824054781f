import './production.ts';
import { dirname } from 'node:path';
import { examplesAt, examplesElsewhere } from '../demonstration/index.ts';
import { openAside } from '../gateway/aside/aside.ts';
import { secondProcess } from '../gateway/aside/second-process.ts';
import { auditSchema } from '../gateway/audit/database.ts';
import { openAudit } from '../gateway/audit/open.ts';
import { type AnswerCacheOptions, openAnswerCache } from '../gateway/cache/index.ts';
import { gatewaySchema } from '../gateway/database.ts';
import { threadPlanners } from '../gateway/executor/planner.ts';
import { buildExplorer, type Explorer } from '../gateway/explorer/index.ts';
import { openLimits } from '../gateway/limits/open.ts';
import { createGateway, type Gateway } from '../gateway/server.ts';
import type { Config } from '../platform/config.ts';
import { type City, openCity } from '../platform/installation/city.ts';
import { followDepartments } from '../platform/installation/follow.ts';
import { rekeyRecords } from '../platform/installation/rekey.ts';
import { tellDisks, tellStoredFigures } from '../platform/installation/stored-figures.ts';
import { createLog, type Log } from '../platform/log.ts';
import { openObserving } from '../platform/observing/index.ts';
import type { Snapshot } from '../platform/observing/prometheus.ts';
import { programAt } from '../platform/programs.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { openAuthorizations } from './authorizations.ts';
import { command, say, stopOnSignal } from './command.ts';
import { holdsDemonstration, isInventedCity, takeDemonstration, takeRestOfCity } from './demonstration.ts';
import { openIdentity } from './identity.ts';
import { keepHeapSmall } from './memory.ts';
import { drained, supergraphAt, watchSupergraph } from './supergraph.ts';

const HELP = `信用图谱:启动网关与未另行部署的各部门。
用法:npm start [-- --help]
首次启动建立内置数据库并导入虚构城市的演示文件,即可打开页面;这座城市的其余文件随后在后台导入。Ctrl-C 停止。`;

const SECOND_PROGRAM = new URL('./aside.ts', import.meta.url);

await command(HELP, async (config) => {
  keepHeapSmall();
  const began = performance.now();
  const log = createLog(config.logLevel);
  // Bundled while the database starts; what the page offers follows once the files are in.
  const bundled = explorerOrNone(log, []);
  const supergraphSdl = supergraphAt(config.supergraph);
  // It starts while the database does.
  const planner = threadPlanners(supergraphSdl, log, config.executor);
  const own = [gatewaySchema(config), auditSchema(config)];
  const observing = await openObserving({ config: config.observing, process: 'gateway', log });
  const { figures } = observing;
  const opening = openCity({ config, cards: departments, directory: subjectDirectory, own, log, observing, say });
  opening.catch(() => observing.stop());
  const city = await opening;
  const stopping: (() => Promise<void>)[] = [() => observing.stop(), () => city.stop()];
  const stop = async (): Promise<void> => {
    for (const step of stopping.splice(0)) await step();
  };
  stopOnSignal(stop);
  try {
    say(city.database.description);
    const applied = await city.migrate();
    if (applied > 0) say(`已应用 ${applied} 个数据库迁移。`);
    await rekeyRecords(city);
    const following = await followDepartments({ city, log });
    stopping.unshift(() => following.stop());
    const isInvented = config.demonstration && (await isInventedCity(city));
    if (isInvented) await takeDemonstration(city, config.dataDirectory);
    const sql = city.database.session('gateway', 'limits', { timeoutMs: 2_000, max: 1 });
    const counting = openLimits({ config, sql, secret: city.secret, log });
    stopping.unshift(() => counting.stop());
    const { identity, demonstration, issuer, access } = await openIdentity(city, config, log);
    stopping.unshift(() => identity.stop());
    const auditing = await openAudit(city, config, log, { figures });
    stopping.unshift(() => auditing.stop());
    const { authorizations, page, ...authorizing } = openAuthorizations({
      ...{ city, access, issuer, log },
      audit: auditing.audit,
    });
    stopping.unshift(async () => authorizing.stop());
    const examples = (await holdsDemonstration(city)) ? examplesAt(new Date().toISOString()) : examplesElsewhere;
    const second = config.secondProcess ? secondProcess(programAt(SECOND_PROGRAM), log) : undefined;
    const aside = second && openAside(second, log, figures);
    // A start that fails later must not leave it: it would keep this process alive.
    if (aside) stopping.unshift(() => aside.stop());
    if (figures) {
      tellStoredFigures(city, figures);
      tellDisks(figures, { data: config.dataDirectory, audit_heads: dirname(config.audit.heads) });
      if (second) {
        figures.gauge('credit_graph_second_process_up', () => [{ value: second.open ? 1 : 0 }]);
        observing.join(async () => (await second.figures()) as Snapshot | undefined);
      }
    }
    const cache = openCache(city, config, { log, figures });
    if (cache) stopping.unshift(() => cache.stop());
    void second?.ready.then(() => say('第二进程已就绪:长的与昂贵的查询由它回答,他人不必等候。'));
    const gateway = await createGateway({
      supergraphSdl,
      transports: city.transports,
      log,
      explorer: (await bundled) && (await explorerOrNone(log, examples)),
      deadlineMs: config.departmentDeadlineMs,
      planner,
      executor: config.executor,
      limits: counting.limits,
      statusEdition: config.statusEdition,
      identify: identity.identify,
      audit: auditing.audit,
      authorizations,
      authorizationPage: page,
      demonstration,
      aside,
      cache,
      observing,
      documents: examples.map(({ query }) => query),
    });
    stopping.unshift(() => gateway.stop());
    const watched = watchSupergraph(config.supergraph, supergraphSdl, gateway, log, { say });
    const listening = await gateway.listen({ host: config.host, port: config.port });
    const lane = await laneFor(gateway, config);
    stopping.unshift(async () => void (await Promise.all([listening.close(), lane?.close()])));
    stopping.unshift(() => drained(gateway, config.drainMs));
    stopping.unshift(async () => watched.stop());
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    demonstration?.open(`http://${isEverywhere(host) ? '127.0.0.1' : host}:${listening.port}`);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say(`信用图谱已启动(${seconds} 秒):http://${host}:${listening.port}/graphql`);
    if (lane) say(`只接受带凭证的请求:http://${host}:${lane.port}/graphql`);
    if (demonstration)
      say('演示身份已就绪(只用于虚构的云泽市):页面上可选择以谁的身份查询,程序的用法见 docs/access.md。');
    const rest = isInvented ? await takeRestOfCity(city) : undefined;
    if (rest) stopping.unshift(() => rest.stop());
  } catch (error) {
    await stop();
    throw error;
  }
});

/** Where banks are answered apart from the public; undefined where no port was set for it. */
async function laneFor(gateway: Gateway, { host, bankPort: port }: Config) {
  return port === undefined ? undefined : gateway.listen({ host, port, isForCredentials: true });
}

function openCache(
  { transports, secret }: City,
  { cache: { bytes, url } }: Config,
  observing: Pick<AnswerCacheOptions, 'log' | 'figures'>,
) {
  if (bytes === 0) return undefined;
  return openAnswerCache({ ...observing, transports, bytes, shared: url === undefined ? undefined : { url, secret } });
}

/** Whether a server that listens there is reached under any of the machine's addresses. */
function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]';
}

/** The page is a convenience: where it cannot be built, the service runs without it. */
async function explorerOrNone(log: Log, examples: ReturnType<typeof examplesAt>): Promise<Explorer | undefined> {
  try {
    return await buildExplorer({ say, examples });
  } catch (error) {
    log.error({ message: String(error) }, 'the explorer could not be built');
    say('查询页面未能生成,服务照常运行;请查看日志。');
    return undefined;
  }
}
