const DAY_IN_MS = 86_400_000;

/** So many calendar days later; earlier where `count` is negative. Days are YYYY-MM-DD. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_IN_MS).toISOString().slice(0, 10);
}

/** So many months later, on the same day of the month or on that month's last: 2026-11-30 and 3 months are 2027-02-28. */
export function addCalendarMonths(day: string, count: number): string {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  const months = year * 12 + month - 1 + count;
  const [targetYear, targetMonth] = [Math.floor(months / 12), months % 12];
  const lastOfMonth = new Date(Date.UTC(targetYear, targetMonth + 1, 0)).getUTCDate();
  return new Date(Date.UTC(targetYear, targetMonth, Math.min(dayOfMonth, lastOfMonth))).toISOString().slice(0, 10);
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
