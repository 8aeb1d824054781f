/** Built-in date formats, those of Chinese Excel among them (ECMA-376 part 1, 18.8.30); pure times are left out. */
export const BUILT_IN_DATES: ReadonlySet<number> = new Set([
  14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58,
]);

/** A format shows a date if its first section has a year or a day outside quotes, brackets and escapes. */
export function isDateFormat(code: string): boolean {
  if (code.length > 255) return false;
  const shown = code.replace(/"[^"]*"|\[[^\]]*\]|[\\_*]./gu, '').split(';')[0] ?? '';
  return /[yd年]/iu.test(shown) && !/^general$/iu.test(shown);
}
