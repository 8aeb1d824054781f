import './production.ts';
import { callerIn } from '../gateway/aside/asked.ts';
import type { AsideOpen, AsideOpening, FiguresAsked, FiguresTold } from '../gateway/aside/second-process.ts';
import { auditSchema } from '../gateway/audit/database.ts';
import { openAudit } from '../gateway/audit/open.ts';
import { createAuthorizations } from '../gateway/authorizations/service.ts';
import { gatewaySchema } from '../gateway/database.ts';
import { threadPlanners } from '../gateway/executor/planner.ts';
import { openLimits } from '../gateway/limits/open.ts';
import { createGateway, type GatewayOptions } from '../gateway/server.ts';
import { NO_TURNS } from '../gateway/turns/index.ts';
import { giveWay } from '../platform/giving-way.ts';
import { openCity } from '../platform/installation/city.ts';
import { createLog } from '../platform/log.ts';
import { openObserving } from '../platform/observing/index.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, stopOnSignal } from './command.ts';
import { keepHeapSmall } from './memory.ts';
import { representationIn } from './representation.ts';
import { supergraphAt, watchSupergraph } from './supergraph.ts';

const HELP = `信用图谱的第二进程:由 npm start 启动,回答长的与昂贵的查询。不单独使用。`;

/** By how much whoever else wants the processors comes before it, and before what PostgreSQL reads for it. */
const NICER = 10;

/** By then the first process has read another supergraph. */
const LATE_MS = 5_000;

await command(HELP, async (config) => {
  keepHeapSmall();
  const opening = new Promise<AsideOpening>((resolve) => process.once('message', resolve));
  if (!process.connected) throw new Error(HELP);
  // Until it can end in an orderly way, it ends at once with whoever started it.
  const endAtOnce = (): never => process.exit(0);
  process.once('disconnect', endAtOnce);
  const log = createLog(config.logLevel);
  const supergraphSdl = supergraphAt(config.supergraph);
  const planner = threadPlanners(supergraphSdl, log, config.executor);
  const shared = { config, cards: departments, directory: subjectDirectory, log };
  const own = [gatewaySchema(config), auditSchema(config)];
  // The first process tells this one's figures with its own.
  const observing = await openObserving({ config: config.observing, process: 'aside', log, isJoined: true });
  process.on('message', ({ figures }: Partial<FiguresAsked>) => {
    if (figures === undefined) return;
    const tell = (snapshot: unknown): void => {
      // Whoever asked may be gone.
      process.send?.({ figures, snapshot } satisfies FiguresTold, undefined, undefined, () => undefined);
    };
    observing.snapshot().then(tell, () => tell(undefined));
  });
  const city = await openCity({ ...shared, own, observing, hotConnections: 1, nicerBy: NICER });
  const stopping: (() => Promise<void>)[] = [() => observing.stop(), () => city.stop()];
  const stop = async (): Promise<void> => {
    for (const step of stopping.splice(0)) await step();
  };
  stopOnSignal(stop);
  process.off('disconnect', endAtOnce);
  const sql = city.database.session('gateway', 'limits', { timeoutMs: 2_000, max: 1 });
  const counting = openLimits({ config, sql, secret: city.secret, log });
  stopping.unshift(() => counting.stop());
  // The first process signs the chain's heads for both.
  const auditing = await openAudit(city, config, log, { signsHeads: false, figures: observing.figures });
  stopping.unshift(() => auditing.stop());
  const authorizing = city.database.session('gateway', 'authorizations', { timeoutMs: 2_000, max: 2 });
  const { key } = await opening;
  // All that the first process gives its own (cli/start.ts): whatever is added there is wanted here, too.
  const options: { readonly [name in keyof Required<GatewayOptions>]: GatewayOptions[name] } = {
    supergraphSdl,
    transports: city.transports,
    log,
    explorer: undefined,
    deadlineMs: config.departmentDeadlineMs,
    // What it has seen of departments is its own: it finds out by itself who is silent.
    budgets: undefined,
    planner,
    executor: config.executor,
    // Turns were taken before; the first process alone is believed where somebody comes from.
    limits: { ...counting.limits, turns: NO_TURNS, trustedProxies: ['127.0.0.1'] },
    statusEdition: config.statusEdition,
    now: () => new Date(),
    identify: callerIn(key),
    audit: auditing.audit,
    authorizations: createAuthorizations({
      sql: authorizing,
      secret: city.secret,
      representation: representationIn(city, config.access, log),
      publicUrl: config.access.publicUrl,
    }),
    authorizationPage: undefined,
    demonstration: undefined,
    aside: undefined,
    cache: undefined, // the first process keeps answers
    tellsRefusals: true,
    observing,
    documents: undefined, // the first process names operations in figures
    onPiece: undefined,
  };
  const gateway = await createGateway(options);
  stopping.unshift(() => gateway.stop());
  const watched = watchSupergraph(config.supergraph, supergraphSdl, gateway, log, { lateMs: LATE_MS });
  stopping.unshift(async () => watched.stop());
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
  stopping.unshift(() => listening.close(2_000));
  giveWay(NICER); // not before: who starts it waits for it
  process.send?.({ port: listening.port } satisfies AsideOpen);
});
