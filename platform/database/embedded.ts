import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectory, writePrivate } from './account.ts';
import { binaries } from './binaries.ts';
import { ADMINISTRATOR, initialise } from './initdb.ts';
import { underLock } from './lock.ts';
import { createHome, exists, type Placement, place, readServerState, writeServerState } from './placement.ts';
import { findPostmaster, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { isAlive, type ProcessIdentity, processIdentity, signal } from './processes.ts';

export interface EmbeddedServer {
  /** The administrator's address; it holds the password. */
  readonly url: string;
  readonly port: number;
  /** Whether this process stops the server; others that use it are disconnected then. */
  readonly isOwner: boolean;
  /** PostgreSQL's own directory. */
  readonly dataDirectory: string;
  readonly postmaster: ProcessIdentity;
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
 * Starts the embedded PostgreSQL of this `DATA_DIR`, or joins it where it runs already. It belongs to the first process
 * that needed it; when that one was killed, the next to come takes it over.
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
    const previous = (await readServerState(home))?.owner;
    const isGuest = running !== undefined && previous !== undefined && (await isAlive(previous));
    const postmaster = running ?? (await start(home, placement, password, options.settings));
    if (!isGuest) {
      await writeServerState(home, { dataDirectory: placement.dataDirectory, port: postmaster.port, owner: self });
    }
    return {
      url: `postgres://${ADMINISTRATOR}:${password}@127.0.0.1:${postmaster.port}/postgres`,
      port: postmaster.port,
      isOwner: !isGuest,
      dataDirectory: placement.dataDirectory,
      postmaster: postmaster.identity,
      stop: isGuest ? async () => undefined : stopper(home, lock, placement, postmaster),
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

function stopper(home: string, lock: string, placement: Placement, postmaster: Postmaster): () => Promise<void> {
  // A process that ends without stop() still asks for an orderly shutdown; after kill -9 the next start takes over.
  const onExit = () => signal(postmaster.identity.pid, 'SIGINT');
  process.once('exit', onExit);
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= underLock(lock, async () => {
      process.off('exit', onExit);
      await stopPostmaster(postmaster.identity);
      await writeServerState(home, { dataDirectory: placement.dataDirectory, port: postmaster.port });
    });
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
