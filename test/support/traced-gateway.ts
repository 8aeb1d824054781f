// A gateway with the audit chain, in a process of its own that tests kill: everybody with a purpose is an official. It says
// where it listens; SIGTERM signs the last head, anything else is a disorderly end.

import '../../cli/production.ts';
import { ANONYMOUS } from '../../gateway/access/caller.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { openAudit } from '../../gateway/audit/open.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { openCity } from '../../platform/installation/city.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';

const config = readConfig(
  process.env,
  departments.map(({ name }) => name),
);
const log = createLog(config.logLevel);
const own = [auditSchema(config)];
const city = await openCity({ config, cards: departments, directory: subjectDirectory, own, log });
const auditing = await openAudit(city, config, log);
const official = { ...ANONYMOUS, role: 'DEPARTMENT' as const, client: 'tax-office', department: 'tax' };
const gateway = await createGateway({
  supergraphSdl: committedSupergraph(),
  transports: city.transports,
  log,
  identify: async () => official,
  audit: auditing.audit,
});
const { port } = await gateway.listen({ host: '127.0.0.1', port: 0 });
console.log(`http://127.0.0.1:${port}/graphql`);
process.once('SIGTERM', () => void auditing.stop().finally(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
