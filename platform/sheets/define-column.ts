import { type Cell, isBlank, tidy } from './cell.ts';
import type { Content } from './content.ts';

/** What a column made of one cell. Problems are Chinese sentences for the clerk and never hold an ID number. */
export type Reading<Value> =
  | { readonly value: Value; readonly flags?: readonly string[] }
  | { readonly isEmpty: true }
  | { readonly problem: string; readonly code?: string };

/**
 * One column of a sheet: the headers it is known by, and how a cell of it becomes a value.
 * `Value` is what a row holds: it includes null unless the column is required.
 */
export interface Column<Value> {
  /** Headers as they are published; compared after normalisation, so brackets, blanks and width need no variants. */
  readonly aliases: readonly string[];
  /** The header must be in the file and the cell must hold something. */
  readonly isRequired: boolean;
  /** WITHHELD: read into the values, kept out of `source` and of rejected rows. NEVER: not read at all. */
  readonly keeping: 'KEPT' | 'WITHHELD' | 'NEVER';
  /** Its headers count only as they are written: they say the unit of an amount, and a guess would be off by 10,000. */
  readonly isExact?: boolean;
  /** Its cells are numbers: one that reads as an ID number with a slip in it is not repeated. */
  readonly holdsNumbers?: boolean;
  /** What whoever fills a file is told. */
  readonly describes: Content;
  /** `header` is the normalised header in the file: it may say the unit. */
  read(cell: Cell, header: string): Reading<Value>;
}

export interface ColumnOptions {
  readonly isRequired?: boolean;
  /** For ID numbers that must be read (a person's record): the text stays out of `source` and of rejected rows. */
  readonly isWithheld?: boolean;
  /** Texts that mean "nothing" in this column only, such as `1` in a code column. */
  readonly emptyWords?: readonly string[];
  /** What is told beyond what the kind of column says of itself. */
  readonly describes?: Partial<Content>;
}

/** The type of a row's value: null is possible unless the column is required. */
export type ValueOf<Value, Options> = Options extends { readonly isRequired: true } ? Value : Value | null;

/** The reading of a cell that says nothing. */
export const EMPTY = { isEmpty: true } as const;
const FORMULA_ERROR = /^#(REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|N\/A|SPILL!|CALC!|未计算!)$/u;

/** A column with a rule of its own: `read` sees only cells that hold something. */
export function column<Value, const Options extends ColumnOptions>(
  aliases: readonly string[],
  options: Options | undefined,
  read: (cell: Cell, header: string) => Reading<Value>,
  emptyWords: readonly string[] = [],
): Column<ValueOf<Value, Options>> {
  const blanks = new Set([...emptyWords, ...(options?.emptyWords ?? [])]);
  return {
    aliases,
    isRequired: options?.isRequired ?? false,
    keeping: options?.isWithheld === true ? 'WITHHELD' : 'KEPT',
    describes: { kind: 'TEXT', ...options?.describes },
    // A required column never reports an absent value as null: `readSheet` rejects the row when it is empty.
    read(cell, header): Reading<Value> {
      if (isBlank(cell) || blanks.has(tidy(cell.text))) return EMPTY;
      if (FORMULA_ERROR.test(cell.text))
        return problem('FORMULA_ERROR', `公式没有结果（${cell.text}），请用电子表格软件打开核对，改为数值后再提交`);
      return read(cell, header);
    },
  };
}

/** A column that is recognised so that it can be left out: its cells are never read, kept or shown. */
export function never(aliases: readonly string[]): Column<never> {
  return { aliases, isRequired: false, keeping: 'NEVER', describes: { kind: 'TEXT' }, read: () => EMPTY };
}

/** The column, telling this of itself; what its options say goes first. */
export function describing<Value>(known: Column<Value>, content: Content, options?: ColumnOptions): Column<Value> {
  return { ...known, describes: { ...content, ...options?.describes } };
}

/** A reading that rejects the row. */
export function problem(code: string, sentence: string): { readonly problem: string; readonly code: string } {
  return { problem: sentence, code };
}
