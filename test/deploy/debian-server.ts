import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chown, cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Account, serverAccount } from '../../platform/database/account.ts';

const run = promisify(execFile);
const ROOT = '/usr/lib/postgresql';
const SCRIPTS = fileURLToPath(new URL('../../deploy/backup/', import.meta.url));

/** Debian's PostgreSQL with its programs for backups, the newest one; undefined where there is none. */
export const debianPrograms = (existsSync(ROOT) ? readdirSync(ROOT) : [])
  .sort((one, other) => Number(one) - Number(other))
  .map((version) => join(ROOT, version, 'bin'))
  .filter((bin) => existsSync(join(bin, 'pg_basebackup')) && existsSync(join(bin, 'initdb')))
  .at(-1);

/** A place for servers of Debian's PostgreSQL and their backups, under the account that PostgreSQL runs under. */
export interface Place {
  readonly folder: string;
  readonly backups: string;
  /** Runs one of PostgreSQL's programs, or one of deploy/backup. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
  start(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): ChildProcess;
}

export async function placeFor(folder: string): Promise<Place> {
  const account: Account | undefined = await serverAccount(undefined);
  const backups = join(folder, 'backups');
  const scripts = join(folder, 'scripts');
  // Whoever runs PostgreSQL need not be able to reach the project.
  await cp(SCRIPTS, scripts, { recursive: true });
  for (const path of [backups, join(backups, 'wal'), join(backups, 'received')]) await mkdir(path, { mode: 0o700 });
  if (account)
    for (const path of [folder, backups, join(backups, 'wal'), join(backups, 'received')])
      await chown(path, account.uid, account.gid);
  const pathOf = (program: string): string =>
    existsSync(join(scripts, program)) ? join(scripts, program) : join(debianPrograms ?? '', program);
  const options = (environment: Readonly<Record<string, string>> = {}) => ({
    ...account,
    cwd: '/',
    env: {
      PATH: `${debianPrograms}:/usr/bin:/bin`,
      LC_ALL: 'C',
      PGUSER: 'postgres',
      PGHOST: '127.0.0.1',
      ...environment,
    },
  });
  return {
    folder,
    backups,
    async run(program, args, environment) {
      const { stdout } = await run(pathOf(program), [...args], options(environment));
      return stdout;
    },
    start: (program, args, environment) =>
      spawn(pathOf(program), [...args], { ...options(environment), stdio: 'ignore' }),
  };
}

/** A server with the settings of deploy/backup/postgresql.conf, as an operator would include them. */
export async function initialised(place: Place, name: string): Promise<string> {
  const directory = join(place.folder, name);
  await place.run('initdb', ['-D', directory, '-A', 'trust', '--locale=C.UTF-8', '-E', 'UTF8', '--data-checksums']);
  const settings = await readFile(join(SCRIPTS, 'postgresql.conf'), 'utf8');
  const here = settings
    .replaceAll('/opt/credit-graph/current/app/deploy/backup', join(place.folder, 'scripts'))
    .replaceAll('/var/backups/credit-graph', place.backups);
  await appendFile(join(directory, 'postgresql.conf'), here);
  return directory;
}

/** Starts it and waits until it takes writes. */
export async function started(place: Place, directory: string, port: number): Promise<void> {
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
  const start = ['-D', directory, '-w', '-t', '120', '-l', `${directory}.log`, '-o', options, 'start'];
  await place.run('pg_ctl', start).catch(async (error: unknown) => {
    throw new Error((await readFile(`${directory}.log`, 'utf8')).slice(-2_000), { cause: error });
  });
  const ask = ['-d', 'postgres', '-p', String(port), '-Atc', 'select pg_is_in_recovery()'];
  while ((await place.run('psql', ask)).trim() !== 'f') await pause(20);
}

/** The end of a machine: the server's processes are killed and its directory is gone. */
export async function destroyed(directory: string): Promise<void> {
  const [pid] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** What credit-graph-wal-receiver.service runs, once the server waits for it with every commit. */
export async function receiving(place: Place, port: number): Promise<ChildProcess> {
  const unit = await readFile(join(SCRIPTS, 'credit-graph-wal-receiver.service'), 'utf8');
  const environment = { PGPORT: String(port), PGAPPNAME: /PGAPPNAME=(\S+)/u.exec(unit)?.[1] ?? '' };
  const argumentsOf = (key: string): readonly string[] =>
    (new RegExp(`^${key}=/usr/bin/pg_receivewal (.*)$`, 'mu').exec(unit)?.[1] ?? '')
      .replaceAll('/var/backups/credit-graph', place.backups)
      .split(' ');
  await place.run('pg_receivewal', argumentsOf('ExecStartPre'), environment);
  const receiver = place.start('pg_receivewal', argumentsOf('ExecStart'), environment);
  const psql = (text: string): Promise<string> =>
    place.run('psql', ['-d', 'postgres', '-p', String(port), '-Atc', text]);
  await psql(`alter system set synchronous_standby_names = 'credit_graph_wal'`);
  await psql('select pg_reload_conf()');
  while ((await psql(`select sync_state from pg_stat_replication`)).trim() !== 'sync') await pause(20);
  return receiver;
}

export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
