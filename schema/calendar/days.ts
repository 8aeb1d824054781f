const DAY_IN_MS = 86_400_000;

/** So many calendar days later; earlier where `count` is negative. Days are YYYY-MM-DD. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_IN_MS).toISOString().slice(0, 10);
}

/** So many months later, on the same day of the month or on that month's last: 2026-11-30 and 3 months are 2027-02-28. */
export function addCalendarMonths(day: string, count: number): string {
  const [year, month, dayOfMonth] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8))];
  const months = year * 12 + month - 1 + count;
  const [targetYear, targetMonth] = [Math.floor(months / 12), (months % 12) + 1];
  return `${padded(targetYear, 4)}-${padded(targetMonth, 2)}-${padded(Math.min(dayOfMonth, lastOf(targetYear, targetMonth)), 2)}`;
}

/** The last day of a month, which counts from 1. */
function lastOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function padded(number: number, places: number): string {
  return String(number).padStart(places, '0');
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: string): number {
  return new Date(day).getUTCDay() || 7;
}

/** The day before; null is no day. */
export function dayBefore(day: string | null): string | null {
  return day === null ? null : addDays(day, -1);
}

/** The earlier of two days; null is no day. */
export function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
