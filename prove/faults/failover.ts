import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '../../platform/database/connection.ts';
import {
  debianPrograms,
  destroyed,
  initialised,
  type Place,
  placeFor,
  started,
} from '../../test/deploy/debian-server.ts';
import { callerOf, isAsEver, isWrong, type Seen } from './asking.ts';
import type { Load } from './loads.ts';
import { proxyTo } from './proxy.ts';
import { ended, fill, SECRET } from './stage.ts';

const PRIMARY = 20_000 + ((process.pid + 7) % 20_000);
const STANDBY = PRIMARY + 1;
const GATEWAY = PRIMARY + 2;
const RECOVERED_MS = 10_000;
const PATIENCE_MS = 60_000;

/** A PostgreSQL whose every commit a standby has applied; it is destroyed, and the standby takes its place and address. */
export const failover: Load = {
  fault: 'F11',
  title: '主库毁坏,同步备库(remote_apply)升为主库并接替其地址',
  async run() {
    if (!debianPrograms) return { saw: ['未做:须有 Debian 的 PostgreSQL'], faults: [] };
    const home = await mkdtemp(join(tmpdir(), 'credit-graph-failover-'));
    const place = await placeFor(await mkdtemp(join(tmpdir(), 'credit-graph-servers-')));
    const way = await proxyTo(PRIMARY);
    const url = `postgres://postgres@127.0.0.1:${way.port}/credit_graph`;
    const stopping: (() => unknown)[] = [
      () => rm(home, { recursive: true, force: true }),
      () => rm(place.folder, { recursive: true, force: true }),
      () => way.stop(),
    ];
    try {
      const primary = await initialised(place, 'primary');
      await started(place, primary, PRIMARY);
      await fill(home, { DATABASE_URL: url });
      const standby = await followed(place);
      stopping.push(() => place.run('pg_ctl', ['-D', standby, '-m', 'immediate', 'stop']).catch(() => undefined));
      const environment = { DATA_DIR: home, SECRET, DATABASE_URL: url, PORT: String(GATEWAY), LOG_LEVEL: 'silent' };
      const program = fileURLToPath(new URL('../../cli/start.ts', import.meta.url));
      const gateway = spawn(process.execPath, ['--import', 'tsx', program], {
        env: { ...process.env, ...environment, DEMONSTRATION: 'off', SECOND_PROCESS: 'off' },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
      stopping.push(() => ended(gateway));
      for await (const chunk of gateway.stdout ?? []) if (String(chunk).includes('/graphql')) break;
      gateway.stdout?.resume();
      const caller = callerOf(`http://127.0.0.1:${GATEWAY}/graphql`);
      stopping.push(() => caller.close());
      const writing = await writer(url);
      stopping.push(() => writing.stop());
      for (let warm = 0; warm < 20; warm += 1) await caller.profile();
      const baseline = await caller.profile();
      const asking = watched(caller.profile, baseline);
      await pause(1_000);
      await destroyed(primary);
      const began = performance.now();
      await place.run('pg_ctl', ['-D', standby, '-w', '-t', '60', 'promote']);
      way.turnTo(STANDBY);
      const [answeredMs, writtenMs] = await Promise.all([
        until(async () => isAsEver(await caller.profile(), baseline), began),
        until(writing.isAcknowledged(), began),
      ]);
      await pause(1_000);
      const { wrong, asked } = await asking.end();
      const lost = await writing.lost();
      return {
        saw: [
          `查询恢复 ${answeredMs.toFixed(0)} 毫秒,写入恢复 ${writtenMs.toFixed(0)} 毫秒`,
          `其间 ${asked} 次查询,错答 ${wrong}`,
          `已确认的 ${writing.acknowledged()} 次写入遗失 ${lost}`,
        ],
        faults: [
          ...(Math.max(answeredMs, writtenMs) > RECOVERED_MS ? ['恢复过慢'] : []),
          ...(wrong > 0 ? ['错答'] : []),
          ...(lost > 0 ? ['遗失已确认的写入'] : []),
        ],
      };
    } finally {
      for (const stop of stopping.reverse()) await stop();
    }
  },
};

/** A standby that the primary waits for with every commit. */
async function followed(place: Place): Promise<string> {
  const standby = join(place.folder, 'standby');
  const at = { PGPORT: String(PRIMARY) };
  await place.run('pg_basebackup', ['-D', standby, '-X', 'stream', '-c', 'fast', '-R'], at);
  const options = `-p ${STANDBY} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
  await place.run('pg_ctl', ['-D', standby, '-w', '-t', '60', '-l', `${standby}.log`, '-o', options, 'start']);
  const psql = (text: string): Promise<string> => place.run('psql', ['-d', 'postgres', '-Atc', text], at);
  await psql(`alter system set synchronous_standby_names = '*'`);
  await psql(`alter system set synchronous_commit = 'remote_apply'`);
  await psql('select pg_reload_conf()');
  while ((await psql('select sync_state from pg_stat_replication')).trim() !== 'sync') await pause(50);
  return standby;
}

/** Writes one row after another through the same address, and remembers which of them were acknowledged. */
async function writer(url: string) {
  const sql = connect({ url }, { applicationName: 'prove faults writer', max: 1 });
  await sql`create table acknowledged (number int primary key)`;
  const acknowledged: number[] = [];
  let isOver = false;
  const writing = (async () => {
    for (let number = 0; !isOver; number += 1) {
      await sql`insert into acknowledged values (${number})`.then(
        () => acknowledged.push(number),
        () => pause(20),
      );
      await pause(5);
    }
  })();
  return {
    acknowledged: () => acknowledged.length,
    /** Whether something has been acknowledged since this was asked. */
    isAcknowledged() {
      const before = acknowledged.length;
      return async () => acknowledged.length > before;
    },
    async lost(): Promise<number> {
      const kept = new Set(
        (await sql<{ number: number }[]>`select number from acknowledged`).map(({ number }) => number),
      );
      return acknowledged.filter((number) => !kept.has(number)).length;
    },
    async stop() {
      isOver = true;
      await writing;
      await sql.end({ timeout: 5 });
    },
  };
}

/** Asks until it is ended, and counts what was wrong. */
function watched(ask: () => Promise<Seen>, baseline: Seen) {
  let isOver = false;
  const counting = (async () => {
    const counts = { asked: 0, wrong: 0 };
    while (!isOver) {
      counts.asked += 1;
      if (isWrong(await ask(), baseline)) counts.wrong += 1;
      await pause(20);
    }
    return counts;
  })();
  return {
    end() {
      isOver = true;
      return counting;
    },
  };
}

async function until(isSo: () => Promise<boolean>, began: number): Promise<number> {
  while (!(await isSo()) && performance.now() - began < PATIENCE_MS) await pause(20);
  return performance.now() - began;
}
