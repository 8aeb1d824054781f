import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectory, writePrivate } from './account.ts';
import { binaries } from './binaries.ts';
import { ADMINISTRATOR, initialise } from './initdb.ts';
import { type Keeping, keeping } from './keeping.ts';
import { underLock } from './lock.ts';
import { createHome, exists, type Placement, place, readServerState, writeServerState } from './placement.ts';
import { findPostmaster, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { isAlive, type ProcessIdentity, processIdentity } from './processes.ts';
import { askToStopUnlessShared, livingUsers } from './users.ts';

export interface EmbeddedServer {
  /** The administrator's address; it holds the password. */
  readonly url: string;
  readonly port: number;
  /** Whether others were using the server already when we came. */
  readonly isShared: boolean;
  /** PostgreSQL's own directory. */
  readonly dataDirectory: string;
  readonly postmaster: ProcessIdentity;
  /** Ends our use. The last to end stops the server, whoever started it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** `DATA_DIR` */
  readonly home: string;
  readonly say?: ((sentence: string) => void) | undefined;
  /** Settings of `postgresql.conf` that differ from ours (tests). */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/**
 * Starts the embedded PostgreSQL of this `DATA_DIR`, or joins it where it runs already. It belongs to all who use it and
 * are on record in `server.json`: the last to leave stops it. Who was killed no longer counts, so a server that outlived
 * them all is simply joined, and stopped, by the next to come.
 * @throws Error with a Chinese sentence when it cannot be started.
 */
export async function embeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await createHome(options.home);
  const home = await realpath(options.home);
  const lock = join(home, 'server.lock');
  return underLock(lock, async () => {
    const self = await ownIdentity();
    const placement = await place(home, options.say ?? (() => undefined));
    const password = await administratorPassword(home, placement);
    const running = placement.initialised ? await findPostmaster(placement.dataDirectory) : undefined;
    const postmaster = running ?? (await start(home, placement, password, options.settings));
    const others = await livingUsers(home);
    const { dataDirectory } = placement;
    const { port } = postmaster;
    await writeServerState(home, { dataDirectory, port, users: [...others, self] });
    // Whoever is first starts it for all; clients know it by its port.
    const again = () =>
      underLock(lock, async () => {
        const started =
          (await findPostmaster(dataDirectory)) ?? (await start(home, placement, password, options.settings));
        if (started.port === port) return started;
        await stopPostmaster(started.identity);
        throw new Error(`内置数据库原来的端口 ${port} 已被占用。`);
      });
    const kept = keeping(postmaster, again, options.say ?? (() => undefined));
    return {
      url: `postgres://${ADMINISTRATOR}:${password}@127.0.0.1:${port}/postgres`,
      port,
      isShared: running !== undefined && others.length > 0,
      dataDirectory,
      get postmaster() {
        return kept.current.identity;
      },
      stop: stopper({ home, lock, dataDirectory, kept, self }),
    };
  });
}

async function start(
  home: string,
  placement: Placement,
  password: string,
  settings: EmbeddedOptions['settings'],
): Promise<Postmaster> {
  const { account, dataDirectory, workspace } = placement;
  const programs = await binaries(account, () =>
    account === undefined ? Promise.resolve(home) : openDirectory(workspace),
  );
  if (!placement.initialised) await initialise(programs.initdb, dataDirectory, account, password);
  return startPostmaster({
    postgres: programs.postgres,
    directory: dataDirectory,
    account,
    port: (await readServerState(home))?.port,
    logFile: join(home, 'postgres.log'),
    settings,
  });
}

interface Use {
  readonly home: string;
  readonly lock: string;
  readonly dataDirectory: string;
  readonly kept: Keeping;
  readonly self: ProcessIdentity;
}

// Those who end at once take the lock in turn, so exactly one of them is the last.
function stopper({ home, lock, dataDirectory, kept, self }: Use): () => Promise<void> {
  const onExit = () => askToStopUnlessShared(kept.current.identity, home, lock, self);
  process.once('exit', onExit);
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= kept.stop().then(() =>
      underLock(lock, async () => {
        process.off('exit', onExit);
        const others = await livingUsers(home, self);
        if (others.length === 0) {
          // Another user may have started a server anew after ours had died.
          const { current: known } = kept;
          const current = (await isAlive(known.identity)) ? known : await findPostmaster(dataDirectory);
          if (current !== undefined) await stopPostmaster(current.identity);
        }
        const { port } = (await readServerState(home)) ?? kept.current;
        await writeServerState(home, { dataDirectory, port, users: others });
      }),
    );
    return stopping;
  };
}

async function administratorPassword(home: string, placement: Placement): Promise<string> {
  const file = join(home, 'postgres.password');
  if (await exists(file)) return (await readFile(file, 'utf8')).trim();
  if (placement.initialised) {
    throw new Error(`数据库管理口令文件 ${file} 不见了，无法使用已有的数据库；请从备份恢复该文件。`);
  }
  const password = randomBytes(24).toString('base64url');
  await writePrivate(file, `${password}\n`, home);
  return password;
}

async function ownIdentity(): Promise<ProcessIdentity> {
  const self = await processIdentity(process.pid);
  if (self === undefined) throw new Error('无法确定本进程的启动时间（需要 /proc 或 ps）。');
  return self;
}
