import { readFileSync, writeFileSync } from 'node:fs';
import type { QuestionName } from './question.ts';
import type { Figures, Results } from './report.ts';

/**
 * What a run recorded on one sort of machine. A ratio to the floor holds for runs in which the floor takes about as long: where
 * system calls and PostgreSQL are four times as fast and JavaScript twice, or a small city is all in PostgreSQL's own memory, the
 * same program is at twice the ratio.
 */
export interface Recorded {
  readonly scale: 'full' | 'short';
  readonly measuredAt: string;
  readonly commit: string;
  /** CPU of the floor, in milliseconds a question. */
  readonly floorCpuMs: Readonly<Partial<Record<QuestionName, number>>>;
  readonly ratios: Readonly<Record<string, number>>;
}

const FILE = new URL('machines.json', import.meta.url);
/** Floors that are this many times apart are of one sort of machine. */
const ALIKE = 1.5;
const JUDGED = ['profile', 'batch'] satisfies QuestionName[];
const CONNECTIONS: Readonly<Partial<Record<QuestionName, number>>> = { profile: 32, batch: 8 };

export function recordedOnMachines(): readonly Recorded[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recorded[];
}

/** The record of the machine on which the floor took most nearly as long. */
export function nearestRecord(
  recorded: readonly Recorded[],
  question: QuestionName,
  floorCpuMs: number,
): Recorded | undefined {
  const apart = (one: Recorded): number => timesApart(one.floorCpuMs[question] ?? Number.POSITIVE_INFINITY, floorCpuMs);
  const [nearest] = [...recorded].sort((one, other) => apart(one) - apart(other));
  return nearest && Number.isFinite(apart(nearest)) ? nearest : undefined;
}

/** What is looked at of a contender's figures. */
export type JudgedFigures = Pick<Figures, 'contender' | 'question' | 'isWarm' | 'connections' | 'cpuMsRange'> & {
  readonly cpuMs: Pick<Figures['cpuMs'], 'sum'>;
};

export function floorCpuOf(figures: readonly JudgedFigures[], question: QuestionName): number | undefined {
  return figures.find(
    (one) =>
      one.contender === 'floor' &&
      one.question === question &&
      !one.isWarm &&
      one.connections === CONNECTIONS[question],
  )?.cpuMs.sum;
}

/** Keeps what a run recorded, in place of what another like it did on the same sort of machine. */
export function recordMachine({ facts, figures, ratios }: Results, scale: Recorded['scale']): void {
  const floorCpuMs = Object.fromEntries(JUDGED.map((question) => [question, floorCpuOf(figures, question)]));
  const kept = { coldProfileCpuToFloor: ratios.coldProfileCpuToFloor, batchCpuToFloor: ratios.batchCpuToFloor };
  const record = { scale, measuredAt: facts.measuredAt, commit: facts.commit, floorCpuMs, ratios: kept } as Recorded;
  const isOther = (one: Recorded): boolean =>
    one.scale !== scale ||
    timesApart(one.floorCpuMs.profile ?? Number.POSITIVE_INFINITY, record.floorCpuMs.profile ?? 1) > ALIKE;
  const all = [...recordedOnMachines().filter(isOther), record];
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
}

function timesApart(one: number, other: number): number {
  return one > other ? one / other : other / one;
}
