import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

type Cells = Readonly<Record<string, string>>;

const read = (file: string): readonly Cells[] =>
  parse(readFileSync(new URL(file, import.meta.url), 'utf8'), { columns: true });

/** Who sees which field: a line for each `Type.field`, a column for each standing. */
export const FIELDS: ReadonlyMap<string, Cells> = new Map(
  read('fields.csv').map((line) => [`${line.type}.${line.field}`, line]),
);

/** Who sees a record in which condition. */
export const ROWS: ReadonlyMap<string, Cells> = new Map(read('rows.csv').map((line) => [String(line.condition), line]));
