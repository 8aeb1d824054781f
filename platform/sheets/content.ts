import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow, CodeTable, Term } from '../../schema/codes/index.ts';
import type { AmountUnit } from './amounts.ts';

/**
 * What a column takes, as it is told to whoever fills a file: templates, row schemas and the guide are made of it. Reading
 * decides; `test/house/templates.test.ts` reads every example and every word that is told here.
 */
export interface Content {
  readonly kind: 'TEXT' | 'DATE' | 'MONTH' | 'PERIOD' | 'INTEGER' | 'NUMBER' | 'AMOUNT' | 'CODE' | 'CODES';
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  /** Of a bare number, where the header names no unit. */
  readonly unit?: AmountUnit;
  readonly mayBeNegative?: boolean;
  /** 长期 is an answer. */
  readonly isOpenEnded?: boolean;
  /** The words of a coded column; read when asked for, since a city may bring tables of its own. */
  readonly words?: () => Words;
  /** Other words are taken too, with the mark CODE_UNKNOWN. */
  readonly isOpen?: boolean;
  /** A regular expression that the cell satisfies, for texts of a form of their own. */
  readonly pattern?: string;
  /** A Chinese sentence on what is written here, where kind and header do not say it. */
  readonly form?: string;
  /** A cell as a clerk would fill it in. Texts have none unless it is given here. */
  readonly example?: string;
  /** Empty in a usual row: stands in for another column, or is filled in once something has happened. */
  readonly isOccasional?: boolean;
}

/** Told of a column that stands empty in a usual row. */
export const OCCASIONAL = { isOccasional: true } as const;

/** The words that a coded column knows. */
export interface Words {
  /** The code table that they are of; undefined for a few words of the column's own. */
  readonly table: CodeTable | undefined;
  readonly terms: readonly KnownTerm[];
}

export interface KnownTerm extends Term {
  readonly aliases: readonly string[];
}

/** Finds what a word stands for, and tells the words that it knows. */
export interface Lookup<Value> {
  (word: string): Value | undefined;
  readonly words?: () => Words;
}

/**
 * Codes of a table by label or alias. `isTold` leaves out what can be read but is no good in this column (a row that says
 * so is refused by a rule).
 */
export function labelIn(table: string | (() => CodeTable), isTold?: (row: CodeRow) => boolean): Lookup<string> {
  const read = typeof table === 'string' ? () => codeTable(table) : table;
  return telling((word) => read().byLabel(word)?.code, wordsOf(read, isTold));
}

/** A few words of a column's own (是, 否); words of one value are told once, by the first. */
export function wordIn<Value>(words: ReadonlyMap<string, Value>): Lookup<Value> {
  return telling((word) => words.get(word), wordsIn(words));
}

/** A lookup of a column's own with the words that it knows. */
export function telling<Value>(lookup: (word: string) => Value | undefined, words: () => Words): Lookup<Value> {
  return Object.assign((word: string) => lookup(word), { words });
}

/** The words of a table that are in force. */
export function wordsOf(table: string | (() => CodeTable), isTold?: (row: CodeRow) => boolean): () => Words {
  return () => {
    const read = typeof table === 'string' ? codeTable(table) : table();
    const rows = read.rows.filter((row) => row.until === undefined && isTold?.(row) !== false);
    return { table: read, terms: rows.map(({ code, label, aliases }) => ({ code, label, aliases })) };
  };
}

/** A few words of a column's own, those of one value told together. */
export function wordsIn(words: ReadonlyMap<string, unknown>): () => Words {
  const all = [...words];
  const terms = [...new Set(words.values())].map((value) => {
    const [label = '', ...aliases] = all.filter(([, other]) => other === value).map(([word]) => word);
    return { code: String(value), label, aliases };
  });
  return () => ({ table: undefined, terms });
}
