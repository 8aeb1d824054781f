import { readDate } from '../../platform/sheets/dates.ts';
import { excerpt } from '../../platform/sheets/excerpt.ts';
import {
  type Column,
  column,
  describing,
  firstDayOf,
  lastDayOf,
  monthIn,
  OCCASIONAL,
  type Reading,
} from '../../platform/sheets/index.ts';

/** 税款所属期: the days that a tax is due for, both inclusive. */
export interface TaxPeriod {
  readonly from: string;
  readonly until: string;
}

/** A period in words: 2025年, 2025-03, 2025年3月, 2025年第1季度, 2025年上半年, 2025-01至2025-03, 2025-01-01至2025-03-31. */
export function periodColumn(aliases: readonly string[]): Column<TaxPeriod | null> {
  const known = column<TaxPeriod, object>(aliases, {}, (cell): Reading<TaxPeriod> => {
    const period = periodIn(cell.text);
    if (period) return { value: period };
    const problem = `应为所属期（如 2025-03、2025年第1季度、2025-01-01至2025-03-31），实际为${excerpt(cell.text)}`;
    return { problem, code: 'PERIOD_UNREADABLE' };
  });
  return describing(known, { kind: 'TEXT', form: '年、季、月或起止日期', example: '2025年第1季度', ...OCCASIONAL });
}

/** The months from the first to the last of a year; 2 to 2 is February. */
export function monthsOf(year: number, first: number, last: number): TaxPeriod {
  return { from: firstDayOf({ year, month: first }), until: lastDayOf({ year, month: last }) };
}

function periodIn(words: string): TaxPeriod | undefined {
  const text = words.normalize('NFKC').replace(/\s|第|度|份/gu, '');
  const quarter = /^(\d{4})年?(?:[Qq]([1-4])|([1-4一二三四])季)$/u.exec(text);
  if (quarter) return quarterOf(Number(quarter[1]), quarter[2] ?? quarter[3] ?? '');
  const half = /^(\d{4})年([上下])半年$/u.exec(text);
  if (half) return half[2] === '上' ? within(Number(half[1]), 1, 6) : within(Number(half[1]), 7, 12);
  const whole = partIn(text);
  if (whole) return whole;
  const [from, until, ...more] = text.split(/至|到|~|—|--|(?<=^\d{6}|^\d{8})-/u).map(partIn);
  const isRange = from !== undefined && until !== undefined && more.length === 0 && from.from <= until.until;
  return isRange ? { from: from.from, until: until.until } : undefined;
}

/** One year, month or day. */
function partIn(text: string): TaxPeriod | undefined {
  const year = /^(\d{4})年?$/u.exec(text);
  if (year) return within(Number(year[1]), 1, 12);
  const month = monthIn(text);
  if (month) return within(month.year, month.month, month.month);
  const day = text.length < MORE_THAN_A_SERIAL ? undefined : readDate(text);
  const isDay = day?.kind === 'DAY' && day.flags.length === 0 && day.date >= '1949';
  return isDay ? { from: day.date, until: day.date } : undefined;
}

/** Five digits would be a spreadsheet's day number; a day of four places of year has eight places or more. */
const MORE_THAN_A_SERIAL = 8;

function quarterOf(year: number, written: string): TaxPeriod | undefined {
  const quarter = '一二三四'.indexOf(written) + 1 || Number(written);
  return within(year, quarter * 3 - 2, quarter * 3);
}

function within(year: number, first: number, last: number): TaxPeriod | undefined {
  const isReal = year >= 1949 && year <= 2199 && first >= 1 && last <= 12;
  return isReal ? monthsOf(year, first, last) : undefined;
}
