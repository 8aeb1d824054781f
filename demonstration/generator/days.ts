/** The day that the files were put together on: nothing in them is later, except what is wrong on purpose. */
export const referenceDay = '2026-11-01';

export function addDays(day: string, days: number): string {
  return textOf(
    Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8))) / 86_400_000 + days,
  );
}

/** Written once each: millions of rows share some ten thousand days. */
const texts = new Map<number, string>();

function textOf(number: number): string {
  const known = texts.get(number);
  if (known !== undefined) return known;
  const text = new Date(number * 86_400_000).toISOString().slice(0, 10);
  texts.set(number, text);
  return text;
}

export function addYears(day: string, years: number): string {
  const moved = `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;
  return moved.endsWith('-02-29') ? `${moved.slice(0, 8)}28` : moved;
}

export function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
}

/** The spellings that clerks and systems use for a day. */
export const spellings: readonly ((day: string) => string)[] = [
  (day) => day,
  (day) => day.replaceAll('-0', '/').replaceAll('-', '/'),
  (day) => day.replaceAll('-', ''),
  (day) => inWords(day),
  (day) => `${day} 00:00:00.0`,
];

/** 2026-03-05 → 2026年3月5日 */
export function inWords(day: string): string {
  return `${day.slice(0, 4)}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;
}

/** The number that a spreadsheet stores for a day (1900 system, after February 1900). */
export function serialOf(day: string): number {
  return daysBetween('1899-12-30', day);
}
