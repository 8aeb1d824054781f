import type { FiledColumn, FiledItem } from './filed-items.ts';
import { unitOf } from './filling.ts';

/** A cell as a clerk would fill it in; undefined for a text of which none is given. */
export function exampleOf(filed: FiledColumn): string | undefined {
  const { kind, example, isOpenEnded, min = 0, max, words } = filed.column.describes;
  if (example !== undefined) return example;
  switch (kind) {
    case 'DATE':
      return isOpenEnded ? '2029-03-04' : '2026-03-05';
    case 'MONTH':
      return '2026-03';
    case 'PERIOD':
      return '2026-03-05至2029-03-04';
    case 'INTEGER':
      return String(min >= 1900 && max !== undefined ? 2025 : Math.max(min, 1));
    case 'AMOUNT':
      return unitOf(filed) === 'YUAN' ? '5000.00' : '0.5';
    case 'CODE':
    case 'CODES':
      return words?.().terms[0]?.label;
    default:
      return undefined;
  }
}

/** A usual row of an item, by header; `npm test` imports it. */
export function exampleRow({ columns }: FiledItem): Readonly<Record<string, string>> {
  const cells = columns
    .filter(({ column }) => !column.describes.isOccasional)
    .map((filed) => [filed.header, exampleOf(filed)] as const);
  return Object.fromEntries(cells.filter((cell): cell is readonly [string, string] => cell[1] !== undefined));
}
