import { readFile } from 'node:fs/promises';
import type postgres from 'postgres';
import { gatewaySchema } from '../gateway/database.ts';
import { publicKeys } from '../gateway/register/credentials.ts';
import {
  addClient,
  type Credential,
  type ListedClient,
  listClients,
  rotateCredentials,
  setState,
} from '../gateway/register/manage.ts';
import { openCity } from '../platform/installation/city.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';
import { type ClientsTask, clientsTask, type GivenCredential } from './clients-arguments.ts';
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
  const credential = 'credential' in task ? await credentialOf(task.credential) : undefined;
  const city = await openCity({
    config,
    cards: departments,
    directory: subjectDirectory,
    log: createLog(config.logLevel),
    only: [],
    own: [gatewaySchema(config)],
  });
  try {
    await city.migrate();
    await run(city.database.session('gateway', 'clients', { timeoutMs: 10_000, max: 1 }), task, credential);
  } finally {
    await city.stop();
  }
});

async function run(sql: postgres.Sql, task: ClientsTask, credential: Credential | undefined): Promise<void> {
  const now = new Date();
  if (task.kind === 'ADD' && credential) {
    const secret = await addClient(sql, task, credential, now);
    say(`已登记客户 ${task.id}(${task.role},${task.organisationName})。`);
    tellSecret(secret);
  } else if (task.kind === 'ROTATE' && credential) {
    const secret = await rotateCredentials(sql, task.id, credential, task.overlapMs, now);
    say(`已更换客户 ${task.id} 的凭据;旧凭据再有效 ${task.overlapMs / 3_600_000} 小时。`);
    tellSecret(secret);
  } else if (task.kind === 'SUSPEND' || task.kind === 'RESUME') {
    const [state, word] = task.kind === 'SUSPEND' ? (['SUSPENDED', '停用'] as const) : (['ACTIVE', '恢复'] as const);
    const outcome = await setState(sql, task.id, state, 'reason' in task ? task.reason : null, now);
    say(outcome === 'DONE' ? `客户 ${task.id} 已${word}。` : `客户 ${task.id} 此前已${word},没有变动。`);
  } else if (task.kind === 'LIST') {
    const clients = await listClients(sql, now, task.id);
    if (clients.length === 0) say(task.id === undefined ? '还没有登记客户。' : '没有登记这个客户。');
    for (const client of clients) for (const line of lines(client)) say(line);
    if (task.id !== undefined) for (const client of clients) tellKeys(client);
  }
}

async function credentialOf(given: GivenCredential): Promise<Credential> {
  if (given.kind !== 'PRIVATE_KEY_JWT') return given;
  const text = await readFile(given.path, 'utf8').catch(() => {
    throw new Error(`无法读取公钥文件 ${given.path}。`);
  });
  return { kind: given.kind, keys: await publicKeys(text) };
}

function tellSecret(secret: string | undefined): void {
  if (secret !== undefined) say(`口令(只显示这一次,请妥善保存):${secret}`);
}

function lines(client: ListedClient): readonly string[] {
  const { id, role, organisationName, department, scopes, quota, authentication, state, credentials } = client;
  const since = client.stateSince.slice(0, 10);
  const standing = state === 'ACTIVE' ? '在用' : `已停用(${client.stateReason ?? '未写原因'})`;
  return [
    `${id}  ${role}  ${organisationName}${department === null ? '' : `(${department})`}  ${standing},自 ${since}${client.isDemonstration ? '  演示' : ''}`,
    `  认证 ${authentication};范围 ${scopes.join('、') || '无'};额度 ${quota ?? '同角色'};凭据 ${credentials.length} 件` +
      credentials
        .filter(({ validUntil }) => validUntil !== null)
        .map(({ validUntil }) => `,一件至 ${validUntil?.slice(0, 16)}`)
        .join(''),
  ];
}

function tellKeys({ credentials }: ListedClient): void {
  const keys = credentials.flatMap(({ jwk }) => (jwk === null ? [] : [jwk]));
  if (keys.length > 0) say(JSON.stringify({ keys }, null, 2));
}
