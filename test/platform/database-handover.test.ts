import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClients } from '../../platform/database/clients.ts';
import type { EmbeddedServer } from '../../platform/database/embedded.ts';
import { findPostmaster } from '../../platform/database/postmaster.ts';
import { isAlive, type ProcessIdentity, signal, waitForEnd } from '../../platform/database/processes.ts';
import { oneRole } from '../../platform/database/provision.ts';
import {
  child,
  cleanUpAfterEach,
  cleanups,
  end,
  gone,
  kill,
  newHome,
  open,
  query,
} from '../support/embedded-server.ts';

cleanUpAfterEach();
const ONE = [{ one: 1 }];

describe('an embedded server that several use', () => {
  it('is joined by whoever comes second, and outlives the guest that leaves', async () => {
    const home = await newHome();
    const [first, guest] = [await open(home), await open(home)];
    expect([first.isShared, guest.isShared]).toEqual([false, true]);
    expect(guest.postmaster).toEqual(first.postmaster);
    await guest.stop();
    await guest.stop();
    expect(await query(first, 'select 1 as one')).toEqual(ONE);
  });

  it('outlives the process that started it, and stops with the last guest', async () => {
    const home = await newHome();
    const starter = await child(home);
    const guest = await open(home);
    const { hotReads } = reader(guest);
    expect(await hotReads.read('select 1 as one')).toEqual(ONE);
    await end(starter.process);
    expect(await hotReads.read('select 1 as one')).toEqual(ONE);
    expect(await isAlive(guest.postmaster)).toBe(true);
    await guest.stop();
    expect(await isAlive(guest.postmaster)).toBe(false);
    expect(await readFile(join(home, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  it('outlives a starter that exits without a word, and is stopped by a last guest that does the same', async () => {
    const home = await newHome();
    const starter = await child(home);
    const guest = await child(home);
    const watcher = await open(home);
    starter.process.stdin?.write('exit');
    await gone(starter.process);
    expect(await query(watcher, 'select 1 as one')).toEqual(ONE);
    await watcher.stop();
    expect(await isAlive(watcher.postmaster)).toBe(true);
    guest.process.stdin?.write('exit');
    await gone(guest.process);
    expect(await waitForEnd(watcher.postmaster, 20_000)).toBe(true);
  });

  it('passes from hand to hand while there is always somebody', async () => {
    const home = await newHome();
    let present = await open(home);
    const { postmaster } = present;
    for (let turn = 0; turn < 5; turn++) {
      const next = await open(home);
      await present.stop();
      present = next;
    }
    expect(present.postmaster).toEqual(postmaster);
    expect(await query(present, 'select 1 as one')).toEqual(ONE);
    await present.stop();
    expect(await isAlive(postmaster)).toBe(false);
  });

  it('is stopped when all end at once', async () => {
    const home = await newHome();
    const both = [await child(home), await child(home)];
    const postmaster = await runningAt(home);
    await Promise.all(both.map(({ process }) => end(process)));
    expect(await isAlive(postmaster)).toBe(false);

    const uses = [await open(home), await open(home), await open(home)];
    const anew = await runningAt(home);
    await Promise.all(uses.map((use) => use.stop()));
    expect(await isAlive(anew)).toBe(false);
  });

  it('is not kept running by a guest that was killed', async () => {
    const home = await newHome();
    const starter = await open(home);
    await kill((await child(home)).process);
    await starter.stop();
    expect(await isAlive(starter.postmaster)).toBe(false);
  });

  it('is stopped by the last guest when its starter was killed', async () => {
    const home = await newHome();
    const starter = await child(home);
    const guest = await open(home);
    await kill(starter.process);
    expect(await query(guest, 'select 1 as one')).toEqual(ONE);
    await guest.stop();
    expect(await isAlive(guest.postmaster)).toBe(false);
  });

  it('when it died and a newcomer started it anew, serves and stops for whoever is left', async () => {
    const home = await newHome();
    const guest = await open(home);
    const { hotReads } = reader(guest);
    signal(guest.postmaster.pid, 'SIGKILL');
    await waitForEnd(guest.postmaster, 10_000);
    const newcomer = await open(home);
    expect(newcomer.isShared).toBe(false);
    await newcomer.stop();
    expect(newcomer.port).toBe(guest.port);
    expect(await hotReads.read('select 1 as one')).toEqual(ONE);
    await guest.stop();
    expect(await isAlive(newcomer.postmaster)).toBe(false);
  });
});

/** A gateway's own way to ask. */
function reader(server: EmbeddedServer) {
  const clients = createClients(oneRole({ url: server.url }), 'tax', { statementTimeoutMs: 20_000 });
  cleanups.push(() => clients.end());
  return clients;
}

async function runningAt(home: string): Promise<ProcessIdentity> {
  const running = await findPostmaster(join(home, 'postgres'));
  if (running === undefined) throw new Error('no server is running');
  return running.identity;
}
