import { compact } from './cell.ts';
import { readDate } from './dates.ts';
import {
  type Column,
  type ColumnOptions,
  column,
  describing,
  problem,
  type Reading,
  type ValueOf,
} from './define-column.ts';
import { excerpt } from './excerpt.ts';

/** A calendar month: `month` is 1 to 12. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

const MONTH = /^(\d{4})(?:[-./年](\d{1,2})|(\d{2}))(?:月份?)?$/u;

/** The month that a bill or a contribution is for: 202603, 2026-03, 2026年3月; a day stands for the month it lies in. */
export function month<const Options extends ColumnOptions>(
  aliases: readonly string[],
  options?: Options,
): Column<ValueOf<Month, Options>> {
  const known = column<Month, Options>(aliases, options, (cell): Reading<Month> => {
    const text = compact(cell.text);
    const value = monthIn(text);
    if (value !== undefined) return { value };
    const found = MONTH.test(text) ? undefined : readDate(cell.date ?? cell.text);
    if (found?.kind !== 'DAY') {
      return problem('MONTH_UNREADABLE', `应为年月（如 202603 或 2026年3月），实际为${excerpt(cell.text)}`);
    }
    return { value: monthOf(found.date), flags: found.flags };
  });
  return describing(known, { kind: 'MONTH' }, options);
}

/** The month that a text without white space names; undefined where it names none. */
export function monthIn(text: string): Month | undefined {
  const [, year, apart, together] = MONTH.exec(text) ?? [];
  const found = { year: Number(year), month: Number(apart ?? together) };
  return isMonth(found) ? found : undefined;
}

function monthOf(day: string): Month {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)) };
}

function isMonth({ year, month: of }: Month): boolean {
  return year >= 1900 && year <= 2199 && of >= 1 && of <= 12;
}

/** The first day of a month, YYYY-MM-DD. */
export function firstDayOf({ year, month: of }: Month): string {
  return `${year}-${String(of).padStart(2, '0')}-01`;
}

/** The last day of a month, YYYY-MM-DD: what is told by months is ordered by it. */
export function lastDayOf({ year, month: of }: Month): string {
  return new Date(Date.UTC(year, of, 0)).toISOString().slice(0, 10);
}
