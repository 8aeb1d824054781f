import { CALLER_ROLES, type CallerRole } from '../../platform/viewer/viewer.ts';
import { codesBeside } from '../../schema/codes/city.ts';
import type { CodeRow } from '../../schema/codes/index.ts';
import type { Caller } from '../access/caller.ts';

/** How much a client may ask, in points (docs/limits.md). */
export interface Limits {
  /** What one question may cost. */
  readonly pointsPerQuestion: number;
  /** The bucket: what may be asked at once after a pause; `pointsPerSecond` flow back into it. */
  readonly pointsAtOnce: number;
  readonly pointsPerSecond: number;
  /** The quota of a calendar day in Asia/Shanghai. */
  readonly pointsPerDay: number;
  /** The time for a whole answer. */
  readonly milliseconds: number;
}

/** A caller's limits on a day, YYYY-MM-DD. */
export type LimitsOf = (caller: Caller, day: string) => Limits;

/** The limits of a caller's role, with the quota that its client is registered with. */
export const registeredLimits: LimitsOf = ({ role, quota }, day) => {
  const limits = limitsOfRole(role, day);
  return typeof quota === 'number' ? { ...limits, pointsPerDay: quota } : limits;
};

/** Limits of a role: dated data, `codes/limits.csv` or the city's own file of that name. */
export function limitsOfRole(role: CallerRole, day: string): Limits {
  const row = table().onDate(day).get(role);
  if (!row) throw new Error(`限额表 limits.csv 没有角色 ${role} 在 ${day} 的一行。`);
  const known = read.get(row) ?? limitsIn(row);
  read.set(row, known);
  return known;
}

/**
 * Reads the whole table, so that a mistake in a city's own shows when the gateway starts, not at the first question of a role.
 * @throws Error that names the role, and what was expected.
 */
export function checkLimits(day: string): void {
  for (const row of table().rows) limitsIn(row);
  for (const role of CALLER_ROLES) limitsOfRole(role, day);
}

const table = codesBeside(new URL('./', import.meta.url), 'limits');
const read = new WeakMap<CodeRow, Limits>();

function limitsIn({ code, extra }: CodeRow): Limits {
  const number = (column: string): number => {
    const text = extra[column] ?? '';
    if (!/^[1-9]\d{0,8}$/u.test(text))
      throw new Error(`限额表 limits.csv:${code} 的 ${column} 须为不超过 999999999 的正整数,现为“${text}”。`);
    return Number(text);
  };
  const limits = {
    pointsPerQuestion: number('pointsPerQuestion'),
    pointsAtOnce: number('pointsAtOnce'),
    pointsPerSecond: number('pointsPerSecond'),
    pointsPerDay: number('pointsPerDay'),
    milliseconds: number('milliseconds'),
  };
  // A question that the bucket never holds could be asked again and again and would never be answered.
  if (limits.pointsAtOnce < limits.pointsPerQuestion || limits.pointsPerDay < limits.pointsPerQuestion)
    throw new Error(`限额表 limits.csv:${code} 的 pointsAtOnce 与 pointsPerDay 不得小于 pointsPerQuestion。`);
  return limits;
}
