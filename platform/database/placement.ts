import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Account, canReach, openDirectory, serverAccount, writePrivate } from './account.ts';

/** Where the server's data may live when its account cannot reach `DATA_DIR` (only ever as root). */
const SHELTER = '/var/lib/credit-graph';

const identity = z.object({ pid: z.number(), started: z.string() });

/** `DATA_DIR/server.json`: what one process leaves for the next. */
const serverState = z.object({
  dataDirectory: z.string(),
  port: z.number(),
  /** Who uses the server, one entry for each use; those who were killed stay on record until the next comes or goes. */
  users: z.array(identity).readonly().default([]),
});
export type ServerState = z.infer<typeof serverState>;

export interface Placement {
  readonly account: Account | undefined;
  /** PostgreSQL's own directory. */
  readonly dataDirectory: string;
  readonly initialised: boolean;
  /** A directory beside it for what the account must read: a copy of the programs. */
  readonly workspace: string;
}

/**
 * Decides where the server's files are. What exists is used where it is; a new server goes into `DATA_DIR/postgres`, or
 * into a shelter when we are root and the account that we must use cannot reach `DATA_DIR`.
 * @throws Error with a Chinese sentence when existing data is missing or belongs to somebody else.
 */
export async function place(home: string, say: (sentence: string) => void): Promise<Placement> {
  const beneath = join(home, 'postgres');
  const recorded = (await readServerState(home))?.dataDirectory;
  const existing = (await exists(beneath)) ? beneath : recorded;
  if (existing !== undefined && existing !== beneath && !(await exists(existing))) {
    throw new Error(
      `数据库目录 ${existing} 不见了（记录于 ${stateFile(home)}）；请恢复它，或删除该记录文件以建立一个空的数据库。`,
    );
  }
  const account = await serverAccount(existing);
  if (existing !== undefined) await checkAccess(existing, account);
  const sheltered = existing === undefined ? !(await canReach(account, home, 'x')) : existing !== beneath;
  const workspace = sheltered ? join(SHELTER, hashOf(await realpath(home))) : home;
  const dataDirectory = existing ?? (sheltered ? join(workspace, 'postgres') : beneath);
  if (sheltered) {
    say(`PostgreSQL 不能以 root 身份运行，所用账户又无法进入 ${home}，因此数据库文件存放在 ${dataDirectory}。`);
    await openDirectory(SHELTER);
    await openDirectory(workspace);
  }
  return { account, dataDirectory, initialised: existing !== undefined || (await exists(dataDirectory)), workspace };
}

export async function readServerState(home: string): Promise<ServerState | undefined> {
  const text = await readFile(stateFile(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return parseServerState(text);
  } catch {
    throw new Error(`文件 ${stateFile(home)} 已损坏；如果 ${join(home, 'postgres')} 存在，可以直接删除它。`);
  }
}

export function parseServerState(text: string): ServerState {
  return serverState.parse(JSON.parse(text));
}

export function stateFile(home: string): string {
  return join(home, 'server.json');
}

export async function writeServerState(home: string, state: ServerState): Promise<void> {
  const file = stateFile(home);
  await writePrivate(`${file}.new`, `${JSON.stringify(state)}\n`, home);
  await rename(`${file}.new`, file);
}

/** Creates `DATA_DIR`. @throws Error with a Chinese sentence when that is not possible. */
export async function createHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true }).catch((error: unknown) => {
    throw new Error(`无法创建数据目录 ${home}，请检查 DATA_DIR 及其权限。`, { cause: error });
  });
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function checkAccess(directory: string, account: Account | undefined): Promise<void> {
  const { uid } = await stat(directory);
  const own = process.getuid?.();
  if (account === undefined && own !== undefined && uid !== own) {
    throw new Error(`数据库目录 ${directory} 属于另一个用户（uid ${uid}）；请用该用户或 root 启动，或更改 DATA_DIR。`);
  }
  if (!(await canReach(account, directory, 'rw'))) {
    throw new Error(
      `PostgreSQL 所用的账户（uid ${account?.uid ?? own}）无法进入已有的数据库目录 ${directory}，请放开其上级目录的进入权限。`,
    );
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
