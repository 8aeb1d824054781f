import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The account the server runs under; `undefined` where it is simply ours. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/**
 * PostgreSQL refuses root. As root it runs as whoever owns its data directory already, else as `postgres`, else as
 * `nobody`: initdb needs an account that the system knows, and we never create one.
 * @throws Error with a Chinese sentence when there is none.
 */
export async function serverAccount(existingDataDirectory: string | undefined): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (existingDataDirectory !== undefined) {
    const { uid, gid } = await stat(existingDataDirectory);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const account = await lookUp(name);
    if (account !== undefined && account.uid !== 0) return account;
  }
  throw new Error(
    'PostgreSQL 不能以 root 身份运行，而本机既没有 postgres 用户也没有 nobody 用户；请改用普通用户启动，或用 DATABASE_URL 指定一台 PostgreSQL。',
  );
}

/** Whether the account can pass to this path and read, and where asked write, it: tried as that account, not guessed. */
export async function canReach(account: Account | undefined, path: string, mode: 'r' | 'rw' | 'x'): Promise<boolean> {
  if (account === undefined) return true; // our own account: what fails will say so itself
  const tests = { r: '[ -r "$1" ]', rw: '[ -r "$1" ] && [ -w "$1" ] && [ -x "$1" ]', x: '[ -x "$1" ]' };
  return run('/bin/sh', ['-c', tests[mode], 'sh', path], { uid: account.uid, gid: account.gid, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** Writes a file that only its owner may read. Beneath a user's directory it stays that user's, even when root writes. */
export async function writePrivate(file: string, text: string, directory: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(directory);
  await chown(file, uid, gid);
}

/** A directory that other accounts may pass through, whatever the umask. */
export async function openDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return path;
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
  } catch {
    return undefined;
  }
}
