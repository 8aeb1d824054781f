import type { Contender } from './contenders.ts';
import { floorCpuOf, type JudgedFigures, nearestRecord, type Recorded, recordedOnMachines } from './machines.ts';
import type { Results } from './report.ts';

/** How much worse than recorded is worse than noise. */
const WORSE = 2;

/**
 * What a short run says beside what was recorded on a machine like this, and what of it is wrong: a guard that is off, or far
 * more CPU than then.
 */
export function judged(
  { facts, figures }: { readonly facts: Pick<Results['facts'], 'guards'>; readonly figures: readonly JudgedFigures[] },
  recorded: readonly Recorded[] = recordedOnMachines(),
): { readonly told: readonly string[]; readonly wrong: readonly string[] } {
  const told: string[] = [];
  const wrong = facts.guards.filter(({ isOn }) => !isOn).map(({ name }) => `防护不全:${name}`);
  for (const question of new Set(figures.map((one) => one.question))) {
    const floorCpuMs = floorCpuOf(figures, question);
    const record = floorCpuMs === undefined ? undefined : nearestRecord(recorded, question, floorCpuMs);
    const then = record?.ratios[question === 'profile' ? 'coldProfileCpuToFloor' : `${question}CpuToFloor`];
    const rangeOf = (name: Contender['name']) =>
      figures.findLast((one) => one.contender === name && one.question === question && !one.isWarm)?.cpuMsRange;
    // The product's best round beside the floor's worst: what is left of a difference then is none of the machine's.
    const [own, floor] = [rangeOf('product')?.[0], rangeOf('floor')?.[1]];
    if (then === undefined || own === undefined || floor === undefined) {
      told.push(`${question}:没有可比的记录。`);
      continue;
    }
    const sentence = `${question}:CPU 至少为下限的 ${(own / floor).toFixed(2)} 倍;下限在此机器上用 ${floorCpuMs} 毫秒,最相近的记录(${record?.commit})用 ${record?.floorCpuMs[question]} 毫秒,当时为 ${then} 倍。`;
    (own / floor > then * WORSE ? wrong : told).push(sentence);
  }
  return { told, wrong };
}
