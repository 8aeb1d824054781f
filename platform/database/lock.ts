import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive, type ProcessIdentity, pause, processIdentity } from './processes.ts';

const PATIENCE_MS = 180_000; // longer than any start: crash recovery may take minutes

/**
 * Runs `work` while no other process runs work under the same lock file. A lock whose holder has died is broken.
 * @throws Error with a Chinese sentence when a living process holds it for three minutes.
 */
export async function underLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(await processIdentity(process.pid)), { mode: 0o600, flag: 'wx' });
  try {
    await acquire(file, draft);
    try {
      await sweepDrafts(file);
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

// A hard link is made whole or not at all, so a lock file always names its holder.
async function acquire(file: string, draft: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await pause(25)) {
    try {
      return await link(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = await readFile(file, 'utf8').catch(() => undefined);
    const holder = held === undefined ? undefined : parse(held);
    if (held !== undefined && (holder === undefined || !(await isAlive(holder)))) await breakLock(file, held, draft);
    else if (Date.now() > deadline) {
      throw new Error(`等待另一个进程（pid ${holder?.pid ?? '未知'}）启动数据库超时；请确认它是否卡住，然后重试。`);
    }
  }
}

// Moved aside before it is removed: should another process have broken it and locked anew, that lock is put back.
async function breakLock(file: string, seen: string, draft: string): Promise<void> {
  const aside = `${draft}.broken`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== seen) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Removes what killed processes left beside the lock. */
async function sweepDrafts(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    const pid = name.startsWith(`${basename(file)}.`)
      ? Number(name.slice(basename(file).length + 1).split('.')[0])
      : Number.NaN;
    if (Number.isNaN(pid) || (await processIdentity(pid)) !== undefined) continue;
    await rm(join(dirname(file), name), { force: true });
  }
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined;
    if (typeof value.pid !== 'number' || typeof value.started !== 'string') return undefined;
    return { pid: value.pid, started: value.started };
  } catch {
    return undefined;
  }
}
