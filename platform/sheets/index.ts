export type { SourceRow } from './cell.ts';
export {
  type Column,
  type ColumnOptions,
  coded,
  codedList,
  column,
  date,
  describing,
  identifierColumn,
  integer,
  money,
  never,
  type Reading,
  score,
  text,
} from './column.ts';
export {
  type Content,
  type Lookup,
  labelIn,
  OCCASIONAL,
  telling,
  type Words,
  wordIn,
  wordsIn,
  wordsOf,
} from './content.ts';
export { REJECTION_TITLES } from './header.ts';
export { firstDayOf, lastDayOf, type Month, month, monthIn } from './month.ts';
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
export { type Columns, defineSheet, type Finding, type RowOf, type Sheet } from './sheet.ts';
export { SheetError, type SheetErrorCode, unreadable } from './sheet-error.ts';
