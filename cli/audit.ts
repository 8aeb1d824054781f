import './production.ts';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { exportedChain } from '../gateway/audit/chain-file.ts';
import { auditSchema } from '../gateway/audit/database.ts';
import { headIn, headsIn } from '../gateway/audit/heads-file.ts';
import { rotateKeys, signingKeys } from '../gateway/audit/key-file.ts';
import type { PublicJwk } from '../gateway/audit/signing.ts';
import { verifyChain } from '../gateway/audit/verify.ts';
import { gatewaySchema } from '../gateway/database.ts';
import type { Config } from '../platform/config.ts';
import { type AuditTask, auditTask } from './audit-arguments.ts';
import { disagreementsOf, verdictOf } from './audit-report.ts';
import { authorizationsOtherwise } from './authorizations-otherwise.ts';
import { command, say } from './command.ts';
import { reading } from './reading.ts';

const HELP = `审计链:何人何时为何事查了谁的什么,逐行以散列相接,链头签名后存于库外(见 docs/audit.md)。
用法:
  npm run audit -- export [文件]                  导出全部行(NDJSON);不写文件则输出到屏幕
  npm run audit -- verify <导出文件> --keys <公钥文件> [--heads <链头文件>] [--database]
                                                  只凭文件核验,不连数据库;指出第一处改动、删除、插入、错位或截断
                                                  --database 另将库中的授权登记与链中各行核对(只读),指出哪一份被改、哪一行可证
  npm run audit -- heads                          列出已签名的链头
  npm run audit -- keys                           输出公钥(JWKS),即网关 /.well-known/jwks.json 的内容
  npm run audit -- rotate                         更换签名密钥;旧公钥继续公布,运行中的网关一分钟内换用
核验不符时以 1 结束。`;

await command(HELP, async (config, args) => {
  const task = auditTask(args, config.audit);
  if (task.kind === 'EXPORT') await exportTo(task.file, config);
  else if (task.kind === 'VERIFY') await verify(task, config);
  else if (task.kind === 'HEADS') await listHeads(config);
  else {
    const { keys, signature } = config.audit;
    const { published, current } = await (task.kind === 'ROTATE' ? rotateKeys : signingKeys)(keys, signature);
    if (task.kind === 'ROTATE')
      say(`新的签名密钥 ${current.jwk.kid} 已启用;此前的公钥继续公布,共 ${published.length} 个。`);
    else say(JSON.stringify({ keys: published }, null, 2));
  }
});

async function exportTo(path: string | undefined, config: Config): Promise<void> {
  await reading(config, [{ ...auditSchema(config), holds: 'lines' }], async (city) => {
    const file = path === undefined ? undefined : await open(path, 'w', 0o600);
    try {
      const sql = city.database.session('audit', 'export', { timeoutMs: 60_000, max: 1 });
      let count = 0;
      for await (const line of exportedChain(sql)) {
        if (file) await file.write(`${line}\n`);
        else say(line);
        count += 1;
      }
      if (file) say(`已导出 ${count} 行到 ${path}。`);
    } finally {
      await file?.close();
    }
  });
}

async function verify(task: Extract<AuditTask, { kind: 'VERIFY' }>, config: Config): Promise<void> {
  const published = publicKeysIn(await readFile(task.keys, 'utf8'), task.keys);
  const { heads, torn } = headsIn(await readFile(task.heads, 'utf8'), published);
  const input = await open(task.file);
  // Read at once: lines that came before somebody asks for them would be lost.
  const verified = await verifyChain(input.readLines(), heads, published);
  for (const sentence of verdictOf(verified, torn)) say(sentence);
  if (verified.fault || verified.heads === 0) process.exitCode = 1;
  // A chain that does not hold proves nothing of a table.
  if (!task.withDatabase || verified.fault) return;
  const found = await reading(
    config,
    [
      { ...auditSchema(config), holds: 'lines' },
      { ...gatewaySchema(config), holds: 'authorizations' },
    ],
    (city) => authorizationsOtherwise(city, task.file),
  );
  for (const sentence of disagreementsOf(found)) say(sentence);
  if (found.length > 0) process.exitCode = 1;
}

async function listHeads({ audit }: Config): Promise<void> {
  const { published } = await signingKeys(audit.keys, audit.signature);
  const heads = createInterface({ input: createReadStream(audit.heads) });
  for await (const text of heads) {
    const head = headIn(text, published);
    say(head ? `${head.at}  第 ${head.sequence} 行  ${head.hash}` : '签名无效或不完整的一行');
  }
}

/** The keys of a JWKS, or of the file of signing keys itself. @throws Error with a Chinese sentence. */
function publicKeysIn(text: string, path: string): readonly PublicJwk[] {
  try {
    const { keys } = JSON.parse(text) as { readonly keys: readonly PublicJwk[] };
    if (Array.isArray(keys) && keys.length > 0) return keys;
  } catch {}
  throw new Error(
    `公钥文件 ${path} 应为 JWKS:{"keys": […]},可由 npm run audit -- keys 或网关 /.well-known/jwks.json 取得。`,
  );
}
