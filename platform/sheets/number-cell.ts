import type { Cell } from './cell.ts';
import { dateOfSerial } from './dates.ts';

/** A number as a workbook stores it: `written` where the file has its digits, `dayShift` where its style shows a date. */
export function numberCell(number: number, written: string, dayShift: number | undefined): Cell {
  const date = dayShift === undefined ? undefined : dateOfSerial(number + dayShift);
  return date === undefined ? { text: numberText(written, number), number } : { text: date, date };
}

/**
 * The digits that a person would see. Spreadsheets count in binary floating point and show at most 15 digits, so
 * 0.30000000000000004 is 0.3. Whole numbers written out in full are kept to the last digit: their producer knew them.
 * What is left in scientific form (1.23456789012346e+17) has lost digits, and columns of codes refuse it.
 */
function numberText(written: string, number: number): string {
  // What a program writes out is nearly always what it would write again.
  if (written.length <= 15 && written === String(number)) return written;
  if (/^-?\d+$/u.test(written)) return written;
  const rounded = Number(number.toPrecision(15));
  if (Math.abs(rounded) >= 1e15) return rounded.toExponential();
  const text = String(rounded);
  return text.includes('e') ? rounded.toFixed(20).replace(/0+$/u, '') : text;
}
