import '../../cli/production.ts';
import { ANONYMOUS } from '../../gateway/access/caller.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { threadPlanners } from '../../gateway/executor/planner.ts';
import { openLimits } from '../../gateway/limits/open.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { openCity } from '../../platform/installation/city.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';

// A gateway with its limits and turns as `npm start` opens it, but that whoever comes as `bank` is one: overload is brought about
// without an issuer. It says where it listens, and where for those with a credential.

const config = readConfig(
  process.env,
  departments.map(({ name }) => name),
);
const log = createLog(config.logLevel);
const cards = departments;
const city = await openCity({ config, cards, directory: subjectDirectory, own: [gatewaySchema(config)], log });
const sql = city.database.session('gateway', 'limits', { timeoutMs: 2_000, max: 1 });
const { limits } = openLimits({ config, sql, secret: city.secret, log });
const supergraphSdl = committedSupergraph();
const organisation = { name: '云泽江畔银行', creditCode: null };
const bank = { ...ANONYMOUS, role: 'BANK' as const, client: 'river-bank', organisation };
const gateway = await createGateway({
  supergraphSdl,
  transports: city.transports,
  log,
  planner: threadPlanners(supergraphSdl, log, config.executor),
  limits,
  identify: async ({ headers }) => (headers.authorization === 'bank' ? bank : ANONYMOUS),
});
const { port } = await gateway.listen({ host: '127.0.0.1', port: 0 });
const lane = await gateway.listen({ host: '127.0.0.1', port: 0, isForCredentials: true });
console.log(`http://127.0.0.1:${port}/graphql http://127.0.0.1:${lane.port}/graphql`);
for (const end of ['SIGTERM', 'disconnect']) process.once(end, () => process.exit(0));
