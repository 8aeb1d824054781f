import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { getTableColumns, type Table } from 'drizzle-orm';
import type postgres from 'postgres';
import { columnName } from '../records/kind.ts';
import type { IncomingRow, MergeTarget } from './merge.ts';

/** A column as it is written for `COPY`. */
export interface StagedColumn {
  /** The field of the incoming row. */
  readonly field: string;
  readonly name: string;
  readonly form: 'PLAIN' | 'LIST' | 'JSON';
}

/** What a row says beside the columns of its table, for settling it (settle.ts). */
const EXTRA: readonly (StagedColumn & { readonly type: string })[] = [
  { field: 'numbers', name: 'numbers', form: 'LIST', type: 'text[]' },
  { field: 'isPending', name: 'is_pending', form: 'PLAIN', type: 'boolean' },
  { field: 'heldId', name: 'held_id', form: 'PLAIN', type: 'text' },
];

/** The columns of a table, as fields and as `COPY` wants them. */
export function stagedColumns(table: Table): readonly StagedColumn[] {
  return Object.entries(getTableColumns(table)).map(([field, column]) => {
    const type = column.getSQLType();
    const form = type.endsWith(']') ? 'LIST' : /^jsonb?$/u.test(type) ? 'JSON' : 'PLAIN';
    return { field, name: columnName(field), form };
  });
}

/** The temporary table that a chunk is put into; it is empty again when its transaction ends. */
export function stageOf({ table }: Pick<MergeTarget, 'table'>): string {
  return `incoming_${table.replace(/\W+/gu, '_')}`;
}

/** Makes the temporary table of a connection, once. */
export function createStage(transaction: postgres.TransactionSql, target: Pick<MergeTarget, 'table'>) {
  const extra = EXTRA.map(({ name, type }) => `null::${type} as ${name}`).join(', ');
  return transaction.unsafe(
    `create temp table if not exists ${stageOf(target)} on commit delete rows as select t.*, ${extra} from ${target.table} t with no data`,
  );
}

/** Puts rows into the temporary table. */
export async function fillStage(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
): Promise<void> {
  const columns = [...target.columns.filter((column) => !target.filled.has(column.field)), ...EXTRA];
  await copyInto(
    transaction,
    `${stageOf(target)} (${columns.map(({ name }) => name).join(', ')})`,
    lines(rows, columns),
  );
}

/** Writes lines in `COPY`'s text format to `place`: a table, with its columns where not all are given. */
export async function copyInto(
  transaction: postgres.TransactionSql,
  place: string,
  text: Iterable<string>,
): Promise<void> {
  const query = transaction.unsafe(`copy ${place} from stdin`);
  const writable = await query.writable();
  // postgres.js has settled the query by now and, once the stream has ended, nobody to tell that the server refuses a line:
  // without this the import would wait for ever.
  const refused = new Promise<never>((_, reject) => Object.assign(query, { reject }));
  refused.catch(() => undefined);
  // postgres.js sends a last word when the stream is destroyed: it must have gone out before the next statement does.
  const closed = finished(writable);
  closed.catch(() => undefined);
  for (const piece of text) {
    if (!writable.write(piece)) await Promise.race([once(writable, 'drain'), closed, refused]);
  }
  writable.end();
  await Promise.race([closed, refused]);
}

const PIECE = 1 << 17;

function* lines(rows: readonly IncomingRow[], columns: readonly StagedColumn[]): Generator<string> {
  let piece = '';
  for (const row of rows) {
    let separator = '';
    for (const { field, form } of columns) {
      piece += separator + cell(row[field], form);
      separator = '\t';
    }
    piece += '\n';
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function cell(value: unknown, form: StagedColumn['form']): string {
  if (value === null || value === undefined) return '\\N';
  if (form === 'JSON') return escaped(JSON.stringify(value));
  if (typeof value === 'string') return escaped(value);
  return form === 'LIST' ? escaped(listText(value as readonly unknown[])) : escaped(String(value));
}

/** `{"a","b"}`: an array as PostgreSQL reads one. */
function listText(values: readonly unknown[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${String(value).replace(/["\\]/gu, '\\$&')}"`)).join(',')}}`;
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text;
}
