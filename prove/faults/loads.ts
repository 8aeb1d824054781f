import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { dishonestDebtor } from '../../demonstration/story.ts';
import { PROFILE } from './asking.ts';
import { failover } from './failover.ts';
import type { LoadJob, LoadTold } from './load.ts';
import { ended, type Stage } from './stage.ts';

/** What is no fault of a part but of how much is asked; it tells by itself what was seen, and what of it must not be. */
export interface Load {
  readonly fault: string;
  readonly title: string;
  run(stage: Stage): Promise<{ readonly saw: readonly string[]; readonly faults: readonly string[] }>;
}

/** How much of what is answered at capacity still has to be while more is asked. */
const LEAST_SHARE = 0.8;
const SECONDS = 6;
const ROUNDS = 3;
/** Where who asks comes from, each of them: 127.<net>.0.0. */
const NETS = { others: 4, bank: 5, many: 6 };
const REQUESTS = Number(process.env.FAULT_REQUESTS ?? 30_000);
/** What a process may keep more at the end than in the middle. */
const MOST_GROWTH = 1.08;

const body = JSON.stringify({ query: PROFILE, variables: { identifier: dishonestDebtor.creditCode } });

export const LOADS: readonly Load[] = [
  failover,
  {
    fault: 'F15',
    title: '查询为能力的 3 倍与 10 倍(每个地址都在限额之内),一家银行照常查询',
    async run(stage) {
      const { gateway, url, lane } = await startedGateway(stage);
      const [crowd, bank] = [asker(true), asker()];
      try {
        const asking = (job: Partial<LoadJob>) =>
          Promise.all([
            crowd.load({ url, body, headers: {}, seconds: SECONDS, net: NETS.others, ...job }),
            bank.load({
              url: lane,
              body,
              headers: { authorization: 'bank' },
              seconds: SECONDS,
              net: NETS.bank,
              callers: 2,
            }),
          ]);
        await asking({ callers: 24 });
        // What else the machine does comes and goes: of each the best of a few.
        const best = { capacity: [0, 0], 3: [0, 0], 10: [0, 0] };
        const faults: string[] = [];
        const saw: string[] = [];
        for (let round = 0; round < ROUNDS; round += 1)
          for (const load of ['capacity', 3, 10] as const) {
            const [crowds] = best.capacity;
            const told = await asking(load === 'capacity' ? { callers: 24 } : { perSecond: (crowds ?? 0) * load });
            best[load] = best[load].map((rate, who) => Math.max(rate, told[who as 0 | 1].answeredPerSecond));
            const [{ sent, refused, refusedP99Ms, unconnected }] = told;
            if (load !== 'capacity')
              saw.push(
                `${load} 倍时每秒提问 ${(sent / SECONDS).toFixed(0)} 次,429/503 ${refused} 次(p99 ${refusedP99Ms.toFixed(0)} 毫秒),未能连上 ${unconnected} 次`,
              );
            for (const { failed, failure } of told)
              if (failed > 0) faults.push(`${load} 倍时 ${failed} 次既未答出也未按约回绝:${failure}`);
          }
        saw.unshift(`能力每秒 ${best.capacity.map((rate) => rate.toFixed(0)).join(',另银行 ')}`);
        for (const load of [3, 10] as const) {
          const shares = best[load].map((rate, who) => rate / (best.capacity[who] ?? 0));
          saw.push(`${load} 倍时答出 ${shares.map((share) => `${(share * 100).toFixed(0)} %`).join(',银行 ')}`);
          if (shares.some((share) => share < LEAST_SHARE)) faults.push(`${load} 倍时答出过少`);
        }
        return { saw, faults };
      } finally {
        crowd.stop();
        bank.stop();
        await ended(gateway);
      }
    },
  },
  {
    fault: 'F16',
    title: `${REQUESTS} 次查询之后所占内存(不计待回收的)不增长`,
    async run(stage) {
      const many = asker();
      const sizes: (readonly [number, number])[] = [];
      const residents: number[] = [];
      let sent = 0;
      try {
        while (sent < REQUESTS) {
          const told = await many.load({ url: stage.url, body, headers: {}, seconds: 4, callers: 8, net: NETS.many });
          if (told.failure !== null) return { saw: [], faults: [told.failure] };
          if (told.refused > 0) return { saw: [], faults: [`回绝 ${told.refused} 次`] };
          sent += told.sent;
          residents.push(residentOf(stage.gateway()));
          sizes.push([await heldBy(stage.gateway()), await heldBy(stage.tax())]);
        }
      } finally {
        many.stop();
      }
      const third = Math.floor(sizes.length / 3);
      const mean = (which: 0 | 1, from: number, to?: number): number => {
        const some = sizes.slice(from, to).map((size) => size[which]);
        return some.reduce((sum, one) => sum + one, 0) / some.length;
      };
      const names = ['网关', '税务子图'] as const;
      const grown = ([0, 1] as const).map((which) => [mean(which, third, 2 * third), mean(which, 2 * third)] as const);
      return {
        saw: [
          ...grown.map(([before, after], at) => `${names[at]} ${before.toFixed(1)} → ${after.toFixed(1)} MB`),
          `网关进程驻留内存至多 ${Math.max(...residents).toFixed(0)} MB`,
        ],
        faults: grown.flatMap(([before, after], at) => (after > before * MOST_GROWTH ? [`${names[at]}内存增长`] : [])),
      };
    },
  },
];

/**
 * A process that asks. A crowd has machines of its own: here it has what processor's time is left over, or it would be its machine
 * that fails and not ours.
 */
function asker(isCrowd = false) {
  const child = fork(fileURLToPath(new URL('./load.ts', import.meta.url)), [], { execArgv: ['--import', 'tsx'] });
  if (isCrowd && child.pid !== undefined) setPriority(child.pid, 10);
  return {
    async load(job: LoadJob): Promise<LoadTold> {
      const told = once(child, 'message');
      child.send(job);
      return (await told)[0] as LoadTold;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

async function startedGateway({
  settings,
}: Stage): Promise<{ readonly gateway: ChildProcess; readonly url: string; readonly lane: string }> {
  const program = fileURLToPath(new URL('./gateway.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    env: { ...settings, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  for await (const chunk of child.stdout ?? []) {
    const [url, lane] = String(chunk).match(/http:\S+/gu) ?? [];
    if (url !== undefined && lane !== undefined) return { gateway: child, url, lane };
  }
  throw new Error('the gateway did not start');
}

/** Megabytes that a process holds, garbage not counted (memory.mjs). */
async function heldBy(child: ChildProcess): Promise<number> {
  const told = once(child, 'message');
  child.send({ tellsHeld: true });
  return ((await told)[0] as { heldMegabytes: number }).heldMegabytes;
}

function residentOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}
