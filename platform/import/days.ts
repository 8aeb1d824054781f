/** The earlier of two days; null is no day. */
export function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

export function dayBefore(day: string | null): string | null {
  return day === null ? null : new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

/** The same day so many years later; 29 February becomes the 28th where that year has none. */
export function yearsAfter(day: string, years: number): string {
  const year = Number(day.slice(0, 4)) + years;
  const hasLeapDay = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return `${year}${day.endsWith('-02-29') && !hasLeapDay ? '-02-28' : day.slice(4)}`;
}
