import { readFile } from 'node:fs/promises';
import type postgres from 'postgres';
import { publicKeys } from '../gateway/register/credentials.ts';
import {
  addClient,
  type Credential,
  type ListedClient,
  listClients,
  rotateCredentials,
  setState,
} from '../gateway/register/manage.ts';
import type { ClientsTask, GivenCredential } from './clients-arguments.ts';

type Say = (sentence: string) => void;

/** Does what `npm run clients` is asked, with the credential that was read for it. @throws Error with a Chinese sentence. */
export async function runClients(
  sql: postgres.Sql,
  task: ClientsTask,
  credential: Credential | undefined,
  say: Say,
  now = new Date(),
): Promise<void> {
  if (task.kind === 'ADD' && credential) {
    const secret = await addClient(sql, task, credential, now);
    say(`已登记客户 ${task.id}(${task.role},${task.organisationName})。`);
    tellSecret(secret, say);
  } else if (task.kind === 'ROTATE' && credential) {
    const secret = await rotateCredentials(sql, task.id, credential, task.overlapMs, now);
    say(`已更换客户 ${task.id} 的凭据;旧凭据再有效 ${task.overlapMs / 3_600_000} 小时。`);
    tellSecret(secret, say);
  } else if (task.kind === 'SUSPEND' || task.kind === 'RESUME') {
    const [state, word] = task.kind === 'SUSPEND' ? (['SUSPENDED', '停用'] as const) : (['ACTIVE', '恢复'] as const);
    const outcome = await setState(sql, task.id, state, 'reason' in task ? task.reason : null, now);
    say(outcome === 'DONE' ? `客户 ${task.id} 已${word}。` : `客户 ${task.id} 此前已${word},没有变动。`);
  } else if (task.kind === 'LIST') {
    const clients = await listClients(sql, now, task.id);
    if (clients.length === 0) say(task.id === undefined ? '还没有登记客户。' : '没有登记这个客户。');
    for (const client of clients) for (const line of lines(client)) say(line);
    if (task.id !== undefined) for (const client of clients) tellKeys(client, say);
  }
}

/** A credential as it was given, its file read. @throws Error with a Chinese sentence, which never repeats a key. */
export async function readCredential(given: GivenCredential): Promise<Credential> {
  if (given.kind !== 'PRIVATE_KEY_JWT') return given;
  const text = await readFile(given.path, 'utf8').catch(() => {
    throw new Error(`无法读取公钥文件 ${given.path}。`);
  });
  return { kind: given.kind, keys: await publicKeys(text) };
}

function tellSecret(secret: string | undefined, say: Say): void {
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

function tellKeys({ credentials }: ListedClient, say: Say): void {
  const keys = credentials.flatMap(({ jwk }) => (jwk === null ? [] : [jwk]));
  if (keys.length > 0) say(JSON.stringify({ keys }, null, 2));
}
