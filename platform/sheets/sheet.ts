import type { Column } from './define-column.ts';
import { normaliseHeader } from './header.ts';

/** What a rule over a whole row found. */
export interface Finding {
  readonly severity: 'REJECT' | 'FLAG';
  readonly code: string;
  /** A Chinese sentence for the clerk. */
  readonly message: string;
  readonly field?: string;
}

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** The values of a row, inferred from its columns; columns that are never stored have none. */
export type ValuesOf<C extends Columns> = {
  readonly [Name in keyof C as C[Name] extends Column<infer Value>
    ? [Value] extends [never]
      ? never
      : Name
    : never]: C[Name] extends Column<infer Value> ? Value : never;
};

/** How one kind of file is read. */
export interface Sheet<Values> {
  readonly columns: Columns;
  check?(values: Values): readonly Finding[];
}

/** The values type of a sheet: `RowOf<typeof penaltySheet>`. */
export type RowOf<S> = S extends Sheet<infer Values> ? Values : never;

/** Names the columns of a kind of file and the rules over a whole row; two columns may not share a header. */
export function defineSheet<C extends Columns>(definition: {
  readonly columns: C;
  readonly check?: (values: ValuesOf<C>) => readonly Finding[];
}): Sheet<ValuesOf<C>> {
  const owners = new Map<string, string>();
  for (const [name, column] of Object.entries(definition.columns)) {
    for (const alias of column.aliases.map(normaliseHeader)) {
      const owner = owners.get(alias) ?? name;
      if (owner !== name) throw new Error(`the header "${alias}" belongs to two columns, ${owner} and ${name}`);
      owners.set(alias, name);
    }
  }
  return definition;
}
