// A gateway with the audit chain and authorizations, in a process of its own that tests kill: everybody with a purpose is an
// official, whoever comes as `bank` or `company` (header `test-as`) the bank of tests or the company COMPANY. It says where it listens; SIGTERM signs the last head, anything else is a disorderly end.

import '../../cli/production.ts';
import { ANONYMOUS } from '../../gateway/access/caller.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { openAudit } from '../../gateway/audit/open.ts';
import { representation } from '../../gateway/authorizations/representative.ts';
import { createAuthorizations } from '../../gateway/authorizations/service.ts';
import { gatewaySchema } from '../../gateway/database.ts';
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
const own = [gatewaySchema(config), auditSchema(config)];
const city = await openCity({ config, cards: departments, directory: subjectDirectory, own, log });
const auditing = await openAudit(city, config, log);
const official = { ...ANONYMOUS, role: 'DEPARTMENT' as const, client: 'tax-office', department: 'tax' };
const bank = {
  ...ANONYMOUS,
  role: 'BANK' as const,
  client: 'river-bank',
  organisation: { name: '云泽江畔银行', creditCode: null },
};
const company = {
  ...ANONYMOUS,
  role: 'SUBJECT' as const,
  client: 'test-subject',
  ownSubject: process.env.COMPANY ?? null,
};
const session = city.database.session('gateway', 'authorizations', { timeoutMs: 2_000, max: 2 });
const gateway = await createGateway({
  supergraphSdl: committedSupergraph(),
  transports: city.transports,
  log,
  identify: async ({ headers }) => ({ bank, company })[String(headers['test-as'])] ?? official,
  audit: auditing.audit,
  authorizations: createAuthorizations({
    sql: session,
    secret: city.secret,
    representation: representation({ ask: undefined, isIssuerEnough: true }),
  }),
});
const { port } = await gateway.listen({ host: '127.0.0.1', port: 0 });
console.log(`http://127.0.0.1:${port}/graphql`);
process.once('SIGTERM', () => void auditing.stop().finally(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
