import { excerpt } from '../../platform/sheets/excerpt.ts';
import { type Column, column, describing, OCCASIONAL, type Reading } from '../../platform/sheets/index.ts';

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
  return { from: iso(year, first, 1), until: iso(year, last, daysIn(year, last)) };
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
  const [, monthYear, month] = /^(\d{4})(?:(?:年|[-./])(?=\d{1,2}月?$)|(?=\d\d$))(\d{1,2})月?$/u.exec(text) ?? [];
  if (monthYear) return within(Number(monthYear), Number(month), Number(month));
  const day = dayIn(text);
  return day === undefined ? undefined : { from: day, until: day };
}

function quarterOf(year: number, written: string): TaxPeriod | undefined {
  const quarter = '一二三四'.indexOf(written) + 1 || Number(written);
  return within(year, quarter * 3 - 2, quarter * 3);
}

function within(year: number, first: number, last: number): TaxPeriod | undefined {
  const isReal = year >= 1949 && year <= 2199 && first >= 1 && last <= 12;
  return isReal ? monthsOf(year, first, last) : undefined;
}

function dayIn(text: string): string | undefined {
  const parts = /^(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?$|^(\d{4})(\d\d)(\d\d)$/u.exec(text);
  const [year = 0, month = 0, day = 0] = (parts ?? []).slice(1).filter(Boolean).map(Number);
  const isReal = year >= 1949 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return isReal ? iso(year, month, day) : undefined;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function iso(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
