import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';

const run = promisify(execFile);

/** The administrator's role of the embedded server. */
export const ADMINISTRATOR = 'postgres';

/**
 * Creates the data directory. It is made beside and renamed, so that one cut short leaves nothing that looks complete.
 * @throws Error with a Chinese sentence and initdb's last words.
 */
export async function initialise(
  initdb: string,
  directory: string,
  account: Account | undefined,
  password: string,
): Promise<void> {
  const drafts = join(dirname(directory), `${basename(directory)}.new-`);
  await removeDrafts(drafts);
  const draft = `${drafts}${randomBytes(4).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
    await tryLocales(initdb, draft, account, passwordFile);
    await rename(draft, directory);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** What PostgreSQL's programs see of our environment: not PGDATA, PGPORT and the like, which would change what they do. */
export function environment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return { PATH, LC_ALL: 'C', TZ: 'UTC', ...(SystemRoot === undefined ? {} : { SystemRoot }) };
}

// Collation is by code point (built in, so no library update can change it); the character classes that trigrams need
// come from the C library, and there only a UTF-8 locale knows that 食 is a letter.
async function tryLocales(
  initdb: string,
  draft: string,
  account: Account | undefined,
  passwordFile: string,
): Promise<void> {
  let failure: unknown;
  for (const ctype of ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'zh_CN.UTF-8']) {
    await mkdir(draft, { mode: 0o700 });
    if (account !== undefined) await chown(draft, account.uid, account.gid);
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', `--lc-ctype=${ctype}`];
    const rest = [
      `--username=${ADMINISTRATOR}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-instructions',
    ];
    try {
      await run(initdb, [`--pgdata=${draft}`, '--encoding=UTF8', ...locale, ...rest], {
        ...account,
        cwd: '/',
        env: environment(),
      });
      return;
    } catch (error) {
      failure = error;
      await rm(draft, { recursive: true, force: true });
      if (!/locale/.test(stderrOf(error))) break;
    }
  }
  const words = stderrOf(failure).trim().split('\n').at(-1);
  if (/look up effective user/.test(words ?? '')) {
    throw new Error(
      `当前用户（uid ${process.getuid?.()}）没有登记在系统的用户表（/etc/passwd）里，PostgreSQL 不能由它启动；请改用已登记的用户，或用 DATABASE_URL 指定一台 PostgreSQL。`,
      { cause: failure },
    );
  }
  throw new Error(`无法建立内置数据库：${words}。`, { cause: failure });
}

// The initdb of a killed process may still be writing into its draft: then that one is left for next time.
async function removeDrafts(prefix: string): Promise<void> {
  const folder = dirname(prefix);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(basename(prefix))) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

function stderrOf(error: unknown): string {
  return error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== ''
    ? error.stderr
    : String(error);
}
