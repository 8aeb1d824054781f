import { spawn } from 'node:child_process';
import { type FileHandle, open, readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { environment } from './initdb.ts';
import { freePort, isFree } from './ports.ts';
import { type ProcessIdentity, pause, processIdentity, servesDataDirectory, signal, waitForEnd } from './processes.ts';

const START_MS = 150_000; // crash recovery reads the whole log since the last checkpoint
const LOG_BYTES = 10 * 1024 * 1024;

export interface Postmaster {
  readonly identity: ProcessIdentity;
  readonly port: number;
}

/**
 * Durable, for a machine of two cores, on loopback only. The log keeps no statement, no value and no detail of an error:
 * rows hold personal values, and the client gets the error anyway.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '150',
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  password_encryption: 'scram-sha-256',
};

/**
 * Starts the server and waits until it answers. What a killed one left behind is cleared first.
 * @param port the remembered one; another is chosen when it is taken.
 */
export async function startPostmaster(start: {
  readonly postgres: string;
  readonly directory: string;
  readonly account: Account | undefined;
  readonly port: number | undefined;
  readonly logFile: string;
  readonly settings?: Readonly<Record<string, string>> | undefined;
}): Promise<Postmaster> {
  const settings = Object.entries({ ...SETTINGS, ...start.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  let port = start.port;
  for (let attempt = 1; ; attempt++) {
    port = port !== undefined && (await isFree(port)) ? port : await freePort();
    await rm(join(start.directory, 'postmaster.pid'), { force: true }); // the caller holds the lock and found nobody
    const log = await openLog(start.logFile);
    const child = spawn(start.postgres, ['-D', start.directory, '-p', String(port), ...settings], {
      ...start.account,
      cwd: '/',
      env: environment(),
      detached: true, // its own session: Ctrl-C in a terminal reaches us, and we stop it in order
      stdio: ['ignore', log.handle.fd, log.handle.fd],
    });
    let failure: string | undefined;
    child.once('error', (error) => {
      failure = error.message;
    });
    child.once('exit', (code, name) => {
      failure ??= `exit ${code ?? name}`;
    });
    child.unref();
    await log.handle.close();
    const identity = await ready(start.directory, child.pid, () => failure);
    if (identity !== undefined) return { identity, port };
    const words = await lastWords(start.logFile, log.from);
    if (attempt === 5) throw new Error(`内置数据库未能启动：${words || failure}。详见 ${start.logFile}。`);
    if (/could not (?:bind|create any TCP)/.test(words)) port = undefined;
    else if (/still in use/.test(words)) await endOrphans(start.directory);
    else throw new Error(`内置数据库未能启动：${words || failure}。详见 ${start.logFile}。`);
  }
}

/** The living server of this data directory, once it is ready; waits for one that is starting or stopping. */
export async function findPostmaster(directory: string): Promise<Postmaster | undefined> {
  for (const deadline = Date.now() + START_MS; ; await pause(20)) {
    const file = await readPidFile(directory);
    if (file === undefined || !(await servesDataDirectory(file.pid, directory))) return undefined;
    const identity = await processIdentity(file.pid);
    if (identity !== undefined && file.isReady) return { identity, port: file.port };
    if (Date.now() > deadline) throw new Error(`内置数据库（pid ${file.pid}）迟迟没有就绪，请稍后重试或结束该进程。`);
  }
}

/** Fast shutdown (open transactions are rolled back), and when that takes too long an immediate one, which the next start heals. */
export async function stopPostmaster(identity: ProcessIdentity): Promise<void> {
  for (const [name, milliseconds] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (await waitForEnd(identity, 0)) return;
    signal(identity.pid, name);
    if (await waitForEnd(identity, milliseconds)) return;
  }
}

async function ready(
  directory: string,
  pid: number | undefined,
  failure: () => string | undefined,
): Promise<ProcessIdentity | undefined> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await pause(10)) {
    if (failure() !== undefined || pid === undefined) return undefined;
    const file = await readPidFile(directory);
    if (file?.pid === pid && file.isReady) return processIdentity(pid);
  }
  if (pid !== undefined) signal(pid, 'SIGQUIT');
  return undefined;
}

/** Line 1 is the pid, line 4 the port, line 8 the state (src/include/utils/pidfile.h). */
async function readPidFile(directory: string): Promise<{ pid: number; port: number; isReady: boolean } | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
}

/** Backends that outlived a killed postmaster keep its shared memory; each would leave by itself when next idle. */
async function endOrphans(directory: string): Promise<void> {
  if (process.platform === 'linux') {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const working = await readlink(`/proc/${name}/cwd`).catch(() => undefined);
      const program = await readFile(`/proc/${name}/comm`, 'utf8').catch(() => '');
      if (working === directory && program.trim() === 'postgres') signal(Number(name), 'SIGQUIT');
    }
  }
  await pause(500);
}

async function openLog(file: string): Promise<{ handle: FileHandle; from: number }> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(file, `${file}.1`);
  const handle = await open(file, 'a', 0o600);
  return { handle, from: size > LOG_BYTES ? 0 : size };
}

async function lastWords(file: string, from: number): Promise<string> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const lines = bytes.subarray(from).toString('utf8').split('\n');
  return lines.filter((line) => /(?:FATAL|PANIC|error while loading)/.test(line)).join(' ');
}
