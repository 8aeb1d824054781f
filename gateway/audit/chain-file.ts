import type postgres from 'postgres';
import { canonical } from './canonical.ts';
import type { Line } from './line.ts';
import { lineOf, type Stored } from './read.ts';

/** A line as it is exported: one line of text, in its one form. */
export function exportedLine(line: Line): string {
  return canonical(line);
}

const AT_ONCE = 1_000;

/** The whole chain in its order, or what stands behind a line, a line of text each: what `verify` needs beside the signed heads. */
export async function* exportedChain(sql: postgres.Sql, behind = 0): AsyncGenerator<string> {
  for (let after = behind; ; ) {
    const rows = await sql<Stored[]>`
      select sequence, previous, hash, body from audit.lines where sequence > ${after} order by sequence limit ${AT_ONCE}`;
    for (const row of rows) yield exportedLine(lineOf(row));
    if (rows.length < AT_ONCE) return;
    after = Number(rows.at(-1)?.sequence);
  }
}
