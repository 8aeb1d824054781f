import { badUserInput } from '../../platform/errors.ts';
import { needsPurpose } from '../../platform/viewer/rights.ts';
import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow } from '../../schema/codes/index.ts';
import type { Caller } from './caller.ts';

/** The header that says what a question is for: the code of a registered usage item (F140). */
export const PURPOSE_HEADER = 'credit-purpose';

/** A registered usage item: in what affair, at which stage and on what basis credit records are looked up. */
export interface UsageItem {
  readonly code: string;
  readonly label: string;
  readonly stage: string;
  readonly basis: string;
  /** Whether its basis extends to natural persons. */
  readonly coversPersons: boolean;
}

/** The usage items that a caller's questions may name on a day. */
export function usageItemsOf(caller: Caller, today: string): readonly UsageItem[] {
  return codeTable('usage-items')
    .onDate(today)
    .rows.filter((row) => isFor(caller, row))
    .map(usageItem);
}

/**
 * What a question is for, as its header says; null where it says nothing, or the caller needs no purpose.
 * @throws Refusal `BAD_USER_INPUT` for an item that is not registered, no longer in force or not the caller's to name.
 */
export function purposeOf(header: string | null, caller: Caller, today: string): UsageItem | null {
  if (header === null || !needsPurpose(caller.role)) return null;
  const named = usageItemsOf(caller, today).find((item) => item.code === header);
  if (named) return named;
  const known = usageItemsOf(caller, today).map(({ code, label }) => `${code}(${label})`);
  throw badUserInput(`请求头 Credit-Purpose 须为已登记、现行且本单位可用的应用事项代码:${known.join('、')}。`, {
    argument: 'Credit-Purpose',
  });
}

/** A usage item as it was registered on a day, whoever may name it; null for none of that code. */
export function usageItemOf(code: string, day: string): UsageItem | null {
  const row = codeTable('usage-items').onDate(day).get(code);
  return row ? usageItem(row) : null;
}

function isFor({ role, department }: Caller, { extra }: CodeRow): boolean {
  const isOfUnit = !extra.unit || extra.unit === department;
  return isOfUnit && (extra.roles ?? '').split('|').includes(role);
}

function usageItem({ code, label, extra }: CodeRow): UsageItem {
  return { code, label, stage: extra.stage ?? '', basis: extra.basis ?? '', coversPersons: extra.persons === 'yes' };
}
