import { auditSchema } from '../gateway/audit/database.ts';
import { gatewaySchema } from '../gateway/database.ts';
import { openCity } from '../platform/installation/city.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { command, say } from './command.ts';

const HELP = `应用各部门与网关尚未应用的数据库迁移。
用法:npm run migrate
只处理在本机运行的部门(未设 <部门>_URL 者)。`;

await command(HELP, async (config) => {
  const city = await openCity({
    config,
    cards: departments,
    directory: subjectDirectory,
    asksFew: true,
    own: [gatewaySchema(config), auditSchema(config)],
    log: createLog(config.logLevel),
    say,
  });
  try {
    say(city.database.description);
    say(`已应用 ${await city.migrate()} 个迁移。`);
  } finally {
    await city.stop();
  }
});
