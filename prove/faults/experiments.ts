import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import type { Behaviour } from './proxy.ts';
import type { Stage } from './stage.ts';

/** A fault (design: gateway.md I), how it is brought about and ended, and what callers should see meanwhile. */
export interface Experiment {
  readonly fault: string;
  readonly title: string;
  /**
   * `TAX`: the tax department's slice is not known, everything else as ever. `DATABASE`: what is not known is said to be, nobody is
   * failed. `NOTHING`: callers see nothing of it. `GATEWAY`: nobody answers, or as ever.
   */
  readonly seen: 'TAX' | 'DATABASE' | 'NOTHING' | 'GATEWAY';
  /** For how long it lasts. */
  readonly seconds: number;
  begin(stage: Stage): Promise<void>;
  end(stage: Stage): Promise<void>;
  /** Why it cannot be brought about here, if so. */
  skipped?(stage: Stage): string | undefined;
}

/** A department is left alone after five silences, each of which may take its whole deadline. */
const LATE_SECONDS = 16;

const onTheWay = (fault: string, title: string, behaviour: Behaviour, seconds = 6): Experiment => ({
  fault,
  title,
  seen: 'TAX',
  seconds,
  begin: ({ proxy }) => proxy.behave(behaviour),
  end: ({ proxy }) => proxy.behave('PASS'),
});

const FILLER = 'filler';
let unlock: (() => Promise<void>) | undefined;

export const EXPERIMENTS: readonly Experiment[] = [
  onTheWay('F1', '税务子图拒绝连接', 'REFUSE'),
  onTheWay('F1', '税务子图重置连接', 'RESET'),
  onTheWay('F1', '税务子图应答乱码', 'GARBAGE'),
  onTheWay('F1', '税务子图应答到一半断开', 'TRUNCATE'),
  onTheWay('F2', '税务子图收下查询后不应答', 'HANG', LATE_SECONDS),
  onTheWay('F2', '税务子图应答到一半不再作声', 'HALF', LATE_SECONDS),
  onTheWay('F3', '税务子图逐字节应答', 'DRIP', LATE_SECONDS),
  {
    fault: 'F4',
    title: '税务子图进程被强行终止,6 秒后重新启动',
    seen: 'TAX',
    seconds: 6,
    async begin({ tax }) {
      const over = once(tax(), 'exit');
      tax().kill('SIGKILL');
      await over;
    },
    end: ({ startTax }) => startTax(),
  },
  {
    fault: 'F12',
    title: '税务子图进程停住(SIGSTOP),连接仍在而无人应答',
    seen: 'TAX',
    seconds: LATE_SECONDS,
    begin: async ({ tax }) => void tax().kill('SIGSTOP'),
    end: async ({ tax }) => void tax().kill('SIGCONT'),
  },
  {
    fault: 'F13',
    title: '市场监管的表被另一事务锁住',
    seen: 'DATABASE',
    seconds: 5,
    async begin({ admin }) {
      const sql = admin();
      let tellLocked: (() => void) | undefined;
      const locked = new Promise<void>((resolve) => {
        tellLocked = resolve;
      });
      let letGo: (() => void) | undefined;
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const transaction = sql.begin(async (inner) => {
        await inner`lock table market.registrations in access exclusive mode`;
        tellLocked?.();
        await held;
      });
      await locked;
      unlock = async () => {
        letGo?.();
        await transaction;
        await sql.end({ timeout: 5 });
      };
    },
    end: async () => unlock?.(),
  },
  {
    fault: 'F6',
    title: 'PostgreSQL 的全部会话被终止',
    seen: 'DATABASE',
    seconds: 2,
    async begin({ admin }) {
      const sql = admin();
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`;
      await sql.end({ timeout: 5 });
    },
    end: async () => undefined,
  },
  {
    fault: 'F6',
    title: '内置 PostgreSQL 被强行终止(由使用它的进程重新启动)',
    seen: 'DATABASE',
    seconds: 3,
    begin: async ({ server }) => void process.kill(server.postmaster.pid, 'SIGKILL'),
    end: async () => undefined,
  },
  {
    fault: 'F8',
    title: '数据盘写满',
    seen: 'NOTHING',
    seconds: 5,
    skipped: withoutRoom,
    begin: fillDisk,
    end: ({ home }) => rm(join(home, FILLER)),
  },
  {
    fault: 'F9',
    title: 'WAL 盘写满,直到 PostgreSQL 自行停止',
    seen: 'DATABASE',
    seconds: 8,
    skipped: withoutRoom,
    async begin(stage) {
      await fillDisk(stage);
      const sql = stage.admin();
      // Written until there is no room for the log, whatever comes of it.
      for (let round = 0; round < 2_000; round += 1) {
        const isOver = await sql`select pg_logical_emit_message(false, 'filler', repeat('x', 1000000))`.then(
          () => false,
          () => true,
        );
        if (isOver) break;
      }
      await sql.end({ timeout: 1 });
    },
    end: ({ home }) => rm(join(home, FILLER)),
  },
  falseClocks('网关与税务子图的时钟都快 2 小时(不越过当日)', 'NOTHING', { gateway: 2, tax: 2 }),
  falseClocks('网关与税务子图的时钟都倒走 2 小时(不越过当日)', 'NOTHING', { gateway: -2, tax: -2 }),
  // It believes what was signed for thirty seconds until those are over by its clock.
  falseClocks('税务子图的时钟快 2 小时', 'TAX', { tax: 2 }),
  falseClocks('税务子图的时钟慢 2 小时', 'NOTHING', { tax: -2 }),
  {
    fault: 'F18',
    title: '换上不能组合的超图',
    seen: 'NOTHING',
    seconds: 6,
    begin: ({ supergraph }) => writeFile(supergraph, 'type Query { nothing: Int }'),
    end: ({ supergraph }) => writeFile(supergraph, committedSupergraph()),
  },
  {
    fault: 'F18',
    title: '换上另一份好的超图',
    seen: 'NOTHING',
    seconds: 8,
    begin: ({ supergraph }) => writeFile(supergraph, `${committedSupergraph()}\n# another edition\n`),
    end: ({ supergraph }) => writeFile(supergraph, committedSupergraph()),
  },
  {
    fault: 'F7',
    title: '网关被强行终止,随即重新启动',
    seen: 'GATEWAY',
    seconds: 1,
    async begin({ gateway }) {
      const over = once(gateway(), 'exit');
      gateway().kill('SIGKILL');
      await over;
    },
    end: ({ startGateway }) => startGateway(),
  },
];

const HOUR = 3_600_000;
const MARGIN = HOUR / 20;

/** So many hours, or as many as are left of the day in Shanghai: on another day other records are in force, which is no fault. */
function withinToday(hours: number): number {
  const sinceMidnight = (Date.now() + 8 * HOUR) % (24 * HOUR);
  const [least, most] = [MARGIN - sinceMidnight, 24 * HOUR - MARGIN - sinceMidnight];
  return Math.min(Math.max(hours * HOUR, Math.min(least, 0)), Math.max(most, 0));
}

/** Clocks that are wrong by so many hours, or as many as the day has. */
function falseClocks(
  title: string,
  seen: Experiment['seen'],
  hours: { readonly gateway?: number; readonly tax?: number },
): Experiment {
  const set = async ({ gateway, tax }: Stage, share: number): Promise<void> => {
    gateway().send({ clockAheadMs: withinToday(hours.gateway ?? 0) * share });
    tax().send({ clockAheadMs: withinToday(hours.tax ?? 0) * share });
    await pause(100);
  };
  return { fault: 'F14', title, seen, seconds: 6, begin: (stage) => set(stage, 1), end: (stage) => set(stage, 0) };
}

function withoutRoom({ isSmall }: Stage): string | undefined {
  return isSmall ? undefined : '须以 root 运行,才能挂载一个小的文件系统';
}

/** Leaves no room at all. */
async function fillDisk({ home }: Stage): Promise<void> {
  spawnSync('dd', ['if=/dev/zero', `of=${join(home, FILLER)}`, 'bs=1M'], { stdio: 'ignore' });
  await pause(100);
}
