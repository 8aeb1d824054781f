import { ANONYMOUS } from '../../gateway/access/caller.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { openAudit } from '../../gateway/audit/open.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { threadPlanner } from '../../gateway/executor/planner.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { openCity } from '../../platform/installation/city.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';

/**
 * The product, with everybody taken for an official of one department, so that each question with a purpose is traced:
 * `traced` with the audit chain, `untraced` without it.
 */
const isTraced = process.argv[2] === 'traced';
const config = readConfig(
  process.env,
  departments.map(({ name }) => name),
);
const log = createLog(config.logLevel);
const own = [gatewaySchema(config), auditSchema(config)];
const city = await openCity({ config, cards: departments, directory: subjectDirectory, own, log });
await city.migrate();
const auditing = isTraced ? await openAudit(city, config, log) : undefined;
const organisation = { name: '云泽市税务局', creditCode: null };
const official = { ...ANONYMOUS, role: 'DEPARTMENT' as const, client: 'official', organisation, department: 'tax' };
const gateway = await createGateway({
  supergraphSdl: committedSupergraph(),
  transports: city.transports,
  log,
  planner: (sdl) => threadPlanner(sdl, log, config.executor),
  executor: config.executor,
  identify: async () => official,
  audit: auditing?.audit,
});
const { port } = await gateway.listen({ host: '127.0.0.1', port: 0 });
console.log(`http://127.0.0.1:${port}/graphql`);
process.once('SIGTERM', () => {
  void auditing?.stop().finally(() => process.exit(0));
  if (!auditing) process.exit(0);
});
