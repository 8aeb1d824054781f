export type { SourceRow } from './cell.ts';
export {
  type Column,
  coded,
  codedList,
  column,
  date,
  identifierColumn,
  integer,
  money,
  never,
  type Reading,
  text,
} from './column.ts';
export { REJECTION_TITLES } from './header.ts';
export { lastDayOf, type Month, month } from './month.ts';
export { type Period, period } from './period.ts';
export { type ReadingProgress, readRows } from './read.ts';
export {
  type AcceptedRow,
  type HeaderFound,
  type ReadRow,
  type Reason,
  type RejectedRow,
  readSheet,
  type SkippedRows,
} from './read-sheet.ts';
export { defineSheet, type Finding, type RowOf, type Sheet } from './sheet.ts';
export { SheetError, type SheetErrorCode } from './sheet-error.ts';
