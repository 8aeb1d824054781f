import { hash } from 'node:crypto';
import type postgres from 'postgres';
import type { SourceCells } from '../records/columns.ts';

/** By what rows name the headings they were submitted under: 66 bits of their hash, so that whoever reads a file knows it without asking. */
export function headingsId(headings: readonly string[]): string {
  return hash('sha256', JSON.stringify(headings), 'base64url').slice(0, 11);
}

/** A row's cells as its record keeps them, without the empty ones at its end. */
export function sourceOf(headings: string, cells: readonly string[]): SourceCells {
  return [headings, ...cells.slice(0, 1 + cells.findLastIndex((cell) => cell !== ''))];
}

/** Keeps the headings of a worksheet whose rows may be stored. */
export async function keepHeadings(client: postgres.Sql, schema: string, headings: readonly string[]): Promise<void> {
  await client`insert into ${client(`${schema}.source_headings`)} (id, headings)
    values (${headingsId(headings)}, ${headings}) on conflict do nothing`;
}
