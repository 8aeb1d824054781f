import { readdir, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { giveWay } from '../giving-way.ts';

/** PostgreSQL begins to serve a connection a little after it was made; it is looked for so often, with pauses between. */
const LOOKS = 5;
const PAUSE_MS = 100;

/**
 * Has the process by which PostgreSQL serves a connection come after others, as who asks for its long questions does. Nothing
 * happens where it runs on another machine, or may not be told so: the embedded server's may, which is its user's own.
 */
export async function backendGivesWay(connection: Socket, by: number): Promise<void> {
  const { localAddress, localPort, remoteAddress } = connection;
  if (localAddress === undefined || localAddress !== remoteAddress) return;
  for (let look = 0; look < LOOKS && !connection.destroyed; look += 1) {
    await pause(PAUSE_MS, undefined, { ref: false });
    const pid = await backendOf(` ${localAddress}(${localPort}) `);
    if (pid !== undefined) return giveWay(by, pid);
  }
}

/** PostgreSQL's processes are titled by the other end of what they serve: `postgres: role database 127.0.0.1(40930) idle`. */
async function backendOf(end: string): Promise<number | undefined> {
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/u.test(name)) continue;
    const title = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (title.startsWith('postgres: ') && title.includes(end)) return Number(name);
  }
  return undefined;
}
