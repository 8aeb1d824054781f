import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { getTableColumns, type Table } from 'drizzle-orm';
import type postgres from 'postgres';
import { columnName } from '../records/kind.ts';
import { type CopyForm, cellText } from './copy-text.ts';
import type { IncomingRow, MergeTarget } from './merge.ts';

/** A column as it is written for `COPY`. */
export interface StagedColumn {
  /** The field of the incoming row. */
  readonly field: string;
  readonly name: string;
  readonly form: CopyForm;
  /** What stands where the row has nothing. */
  readonly otherwise?: string;
  /** The row has it within `text`, which holds all such columns in their order (written.ts). */
  readonly isWritten?: boolean;
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
  await copyRows(transaction, stageOf(target), columns, rows);
}

/** Writes rows to a table, those columns of it. */
export function copyRows(
  transaction: postgres.TransactionSql,
  table: string,
  columns: readonly StagedColumn[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  return copyInto(transaction, `${table} (${columns.map(({ name }) => name).join(', ')})`, lines(rows, columns));
}

/** Writes lines in `COPY`'s text format to `place`: a table, with its columns where not all are given. */
export async function copyInto(
  transaction: postgres.TransactionSql,
  place: string,
  text: Iterable<string | Uint8Array>,
): Promise<void> {
  const query = transaction.unsafe(`copy ${place} from stdin`);
  const writable = await query.writable();
  // postgres.js (3.4.9) has answered the query with the stream by now, and tells an error that comes after the last row to
  // nobody, nor a connection that is lost then: whoever waited for the stream would wait for good.
  const failed = new Promise<never>((_, reject) => Object.assign(query, { reject }));
  // It also sends a last word when the stream is destroyed: that must have gone out before the next statement does.
  const closed = Promise.race([finished(writable), failed]);
  closed.catch(() => undefined);
  for (const piece of text) {
    writable.write(piece);
    if (writable.writableLength > MOST_WAITING) await Promise.race([once(writable, 'drain'), closed]);
  }
  writable.end();
  await closed;
}

const PIECE = 1 << 17;
/** A chunk goes out without a wait for each of its pieces: whoever reads on meanwhile would make each wait long. */
const MOST_WAITING = 1 << 23;

/** The rows' lines, in pieces; what rows have written stands first in each. */
function* lines(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly StagedColumn[],
): Generator<Uint8Array> {
  const others = columns.filter((column) => !column.isWritten);
  const isWritten = others.length < columns.length;
  const pieces = gathered();
  for (const row of rows) {
    if (isWritten) yield* pieces.add(row.text as string | Uint8Array);
    let rest = isWritten ? '\t' : '';
    others.forEach(({ field, form, otherwise }, at) => {
      rest += (at === 0 ? '' : '\t') + cellText(row[field] ?? otherwise, form);
    });
    yield* pieces.add(`${rest}\n`);
  }
  yield* pieces.rest();
}

/** Puts texts and bytes together to pieces of some size. */
function gathered() {
  let piece = Buffer.allocUnsafe(PIECE);
  let length = 0;
  function* rest(): Generator<Uint8Array> {
    if (length > 0) yield piece.subarray(0, length);
    // What was handed out is on its way and may not be written over.
    piece = Buffer.allocUnsafe(PIECE);
    length = 0;
  }
  return {
    rest,
    *add(text: string | Uint8Array): Generator<Uint8Array> {
      const most = typeof text === 'string' ? text.length * 3 : text.length;
      if (length + most > PIECE) yield* rest();
      if (most > PIECE) yield typeof text === 'string' ? Buffer.from(text) : text;
      else if (typeof text === 'string') length += piece.write(text, length);
      else {
        piece.set(text, length);
        length += text.length;
      }
    },
  };
}
