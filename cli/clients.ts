import { gatewaySchema } from '../gateway/database.ts';
import { openCity } from '../platform/installation/city.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { clientsTask } from './clients-arguments.ts';
import { readCredential, runClients } from './clients-run.ts';
import { command, say } from './command.ts';

const HELP = `登记可以用自己的名义调用网关的客户(门户、分析人员、银行、部门、企业代表、信用办、审计)。
用法:
  npm run clients -- add <客户代号> --role <角色> --organisation <单位名称> [--credit-code <统一社会信用代码>]
      [--department <部门>] [--scopes <范围,范围>] [--quota <每日点数>] [--jwks <公钥文件> | --secret]
  npm run clients -- rotate <客户代号> (--jwks <公钥文件> | --secret) [--overlap <小时>]
  npm run clients -- suspend <客户代号> [--reason <原因>]
  npm run clients -- resume <客户代号>
  npm run clients -- list [客户代号]
角色:PORTAL 门户、ANALYST 分析人员、BANK 合作银行、DEPARTMENT 部门、SUBJECT 主体代表、CREDIT_OFFICE 信用办、AUDITOR 审计。
客户代号与身份签发方处的 client_id 相同。--jwks 是客户自己的公钥(JWKS 或 JWK,不得含私钥);--secret 由本系统生成口令,
只显示这一次,库中只存散列。两者都不写,即由身份签发方自行核验。rotate 之后旧凭据再有效 --overlap 小时(默认 24,0 为立即失效)。
suspend 在一秒之内生效,已发出的令牌也不再有效。list <客户代号> 另列出在用的公钥,可交给身份签发方。`;

await command(HELP, async (config, args) => {
  const task = clientsTask(
    args,
    departments.map(({ name }) => name),
  );
  // Read before the database is opened: a wrong file is told at once.
  const credential = 'credential' in task ? await readCredential(task.credential) : undefined;
  const city = await openCity({
    config,
    cards: departments,
    directory: subjectDirectory,
    asksFew: true,
    log: createLog(config.logLevel),
    only: [],
    own: [gatewaySchema(config)],
  });
  try {
    await city.migrate();
    const sql = city.database.session('gateway', 'clients', { timeoutMs: 10_000, max: 1 });
    await runClients(sql, task, credential, say);
  } finally {
    await city.stop();
  }
});
