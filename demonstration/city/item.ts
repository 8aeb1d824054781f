import type { Chance } from '../generator/random.ts';
import type { Row } from '../generator/sheet.ts';
import type { CitySubject } from './subject.ts';

/** How the files of one catalogue item come about. */
export interface CityItem {
  /** The catalogue item. */
  readonly item: string;
  /** What stands above the header. */
  readonly title: string;
  readonly headers: readonly string[];
  /** Another way in which departments write the same table. */
  readonly otherwise?: { readonly headers: readonly string[]; restyled(row: Row): Row };
  /** A list is submitted as a whole: one file, however long. */
  readonly isList?: boolean;
  /** In which files: by year, quarter or all at once. */
  readonly batches: readonly Batch[];
  /** The rows about one subject, without any mistake. */
  rows(subject: CitySubject, batch: Batch): readonly Row[];
  readonly mistakes: Mistakes;
}

export interface Batch {
  readonly name: string;
  readonly year: number;
  /** Rows for each subject of the city, on average and rather too many: a file is cut by it. */
  readonly perSubject: number;
}

/** Where the clerks of an item go wrong: its columns, and what only its files have. */
export interface Mistakes {
  readonly name: string;
  readonly code: string;
  /** Columns that must not be blank. */
  readonly required: readonly string[];
  readonly date?: string;
  readonly amount?: { readonly header: string; readonly unit: '元' | '万元' };
  /** A column of a code table. */
  readonly word?: string;
  /** False where a wrong name would not be noticed: the registry's own list. */
  readonly isNameChecked?: boolean;
  readonly own?: readonly ((row: Row, by: Chance) => Row)[];
}

/** One batch with everything. */
export function atOnce(perSubject: number): readonly Batch[] {
  return [{ name: '', year: 2026, perSubject }];
}

/** A batch for each of these years. */
export function byYear(years: readonly number[], perSubject: number): readonly Batch[] {
  return years.map((year) => ({ name: String(year), year, perSubject }));
}
