import { setTimeout as pause } from 'node:timers/promises';
import { type Asking, callerOf, isAsEver, isWrong, type Seen, type Watched } from './asking.ts';
import { EXPERIMENTS, type Experiment } from './experiments.ts';
import { LOADS } from './loads.ts';
import { openStage, type Stage } from './stage.ts';

const HELP = `故障试验:逐一制造故障,说明调用方看到什么、最慢多久应答、他人是否受影响、多久恢复。
用法:npm run prove -- faults [F1 F2 …]
  不写编号则全部。任何一项不符合要求,以 1 结束。F16 的次数由 FAULT_REQUESTS 给出(默认 30000)。`;

/** What has to hold of each (design: gateway.md J). */
const SLOWEST_MS = 2_000;
const EXTRA_MS = 20;
const RECOVERED_MS = 2_000;
const OTHERS_RATIO = 1.5;
/** How long a recovery is waited for. */
const PATIENCE_MS = 60_000;

interface Row {
  readonly experiment: Experiment;
  readonly saw: string;
  readonly slowestMs: number;
  /** By how much longer a profile took in the second half of the fault than when all was quiet. */
  readonly extraMs: number;
  readonly others: string;
  readonly wrong: number;
  readonly recoveredMs: number;
  readonly faults: readonly string[];
}

export async function proveFaults(args: readonly string[]): Promise<boolean> {
  if (args.includes('--help')) {
    console.log(HELP);
    return true;
  }
  const isWanted = ({ fault }: { readonly fault: string }): boolean => args.length === 0 || args.includes(fault);
  const wanted = EXPERIMENTS.filter(isWanted);
  const loads = LOADS.filter(isWanted);
  const stage = await openStage();
  const caller = callerOf(stage.url);
  const lines: string[] = [];
  const loaded: string[] = [];
  let isProven = wanted.length + loads.length > 0;
  try {
    for (let warm = 0; warm < 50; warm += 1) await Promise.all([caller.profile(), caller.others()]);
    const baseline = await caller.profile();
    if (baseline.status !== 200 || baseline.codes !== '')
      throw new Error(`the stage does not answer: ${JSON.stringify(baseline)}`);
    for (const experiment of wanted) {
      const why = experiment.skipped?.(stage);
      if (why !== undefined) {
        lines.push(`| ${experiment.fault} | ${experiment.title} | 未做:${why} | | | | | |`);
        continue;
      }
      const row = await tried(experiment, stage, caller, baseline);
      if (row.faults.length > 0) isProven = false;
      lines.push(lineOf(row));
      console.log(lines.at(-1));
    }
    for (const { fault, title, run } of loads) {
      const { saw, faults } = await run(stage);
      if (faults.length > 0) isProven = false;
      const verdict = faults.length === 0 ? '通过' : `未通过:${faults.join('、')}`;
      loaded.push(`| ${fault} | ${title} | ${saw.join(';')} | ${verdict} |`);
      console.log(loaded.at(-1));
    }
  } finally {
    await caller.close();
    await stage.stop();
  }
  console.log(
    [
      '',
      `| 编号 | 故障 | 调用方所见(次数) | 最慢毫秒 | 后半程多用毫秒 | 他问 p99 毫秒(平时 → 故障时) | 错答 | 恢复毫秒 | 结论 |`,
      '|---|---|---|---|---|---|---|---|---|',
      ...lines,
      '',
      '| 编号 | 负载 | 所见 | 结论 |',
      '|---|---|---|---|',
      ...loaded,
    ].join('\n'),
  );
  return isProven;
}

async function tried(experiment: Experiment, stage: Stage, caller: Asking, baseline: Seen): Promise<Row> {
  const quiet = await caller.watch(pause(3_000));
  await experiment.begin(stage);
  const during = await caller.watch(pause(experiment.seconds * 1_000));
  await experiment.end(stage);
  const began = performance.now();
  while (!isAsEver(await caller.profile(), baseline) && performance.now() - began < PATIENCE_MS) await pause(20);
  const recoveredMs = performance.now() - began;
  return judged({ experiment, quiet, during, baseline, recoveredMs });
}

interface Tried {
  readonly experiment: Experiment;
  readonly quiet: Watched;
  readonly during: Watched;
  readonly baseline: Seen;
  readonly recoveredMs: number;
}

function judged({ experiment, quiet, during, baseline, recoveredMs }: Tried): Row {
  const { seen } = experiment;
  const all = [...during.profile, ...during.others.map((one) => ({ ...one, taxData: baseline.taxData }))];
  const wrong = all.filter((one) => isWrong(one, baseline)).length;
  const counts = new Map<string, number>();
  for (const { status, codes, stale } of during.profile) {
    const text = [status, codes, stale && `以最近所知代 ${stale}`].filter(Boolean).join(' ');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const slowestMs = Math.max(...all.map(({ ms }) => ms));
  const later = during.profile.slice(Math.floor(during.profile.length / 2));
  const extraMs = median(later) - median(quiet.profile);
  const [before, meanwhile] = [p99(quiet.others), p99(during.others)];
  const faults = [
    ...(wrong > 0 ? [`错答 ${wrong}`] : []),
    ...(slowestMs > SLOWEST_MS && seen !== 'GATEWAY' ? ['应答过慢'] : []),
    ...(recoveredMs > RECOVERED_MS && seen !== 'GATEWAY' ? ['恢复过慢'] : []),
    ...(seen === 'TAX' && extraMs > EXTRA_MS ? ['断路后仍慢'] : []),
    ...((seen === 'TAX' || seen === 'NOTHING') && meanwhile > before * OTHERS_RATIO + 5 ? ['影响他问'] : []),
    ...(seen === 'TAX' && during.others.some((one) => one.codes !== '' || one.status !== 200) ? ['他问出错'] : []),
    ...(seen === 'NOTHING' && during.profile.some((one) => !isAsEver(one, baseline)) ? ['调用方察觉'] : []),
    ...(seen !== 'GATEWAY' && all.some(({ status }) => status === 0 || status === 500) ? ['连接中断或 500'] : []),
  ];
  return {
    experiment,
    saw: [...counts].map(([text, count]) => `${text} ×${count}`).join(';'),
    slowestMs,
    extraMs,
    others: `${before.toFixed(1)} → ${meanwhile.toFixed(1)}`,
    wrong,
    recoveredMs,
    faults,
  };
}

const sorted = (seen: readonly Seen[]): number[] => seen.map(({ ms }) => ms).sort((one, other) => one - other);
const median = (seen: readonly Seen[]): number => sorted(seen)[Math.floor(seen.length / 2)] ?? 0;
const p99 = (seen: readonly Seen[]): number => sorted(seen)[Math.floor(seen.length * 0.99)] ?? 0;

function lineOf({ experiment, saw, slowestMs, extraMs, others, wrong, recoveredMs, faults }: Row): string {
  const cells = [
    experiment.fault,
    experiment.title,
    saw,
    slowestMs.toFixed(0),
    extraMs.toFixed(1),
    others,
    wrong,
    recoveredMs.toFixed(0),
    faults.length === 0 ? '通过' : `未通过:${faults.join('、')}`,
  ];
  return `| ${cells.join(' | ')} |`;
}
