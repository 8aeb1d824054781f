import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeTable } from './code-table.ts';
import { readCodeTable } from './code-table.ts';

export { type CodeRow, type CodeTable, readCodeTable, type Term } from './code-table.ts';

/** The code tables of this house, by file name without `.csv`. */
export interface CodeTables {
  readonly names: readonly string[];
  /** Throws for a name that has no file. */
  table(name: string): CodeTable;
}

/**
 * Reads every table of this folder, once per process. A file of the same name in the folder `overrides` (a city's own
 * list) stands in its place. A mistake in any of them throws, with the file and what is wrong, so that it shows at start.
 */
export function codeTables(overrides?: string): CodeTables {
  const known = loaded.get(overrides);
  if (known !== undefined) return known;
  if (overrides !== undefined && !existsSync(overrides)) throw new Error(`代码表目录不存在：${overrides}`);
  const files = readdirSync(folder).filter((file) => file.endsWith('.csv'));
  const tables = new Map(files.map((file) => [basename(file, '.csv'), tableIn(file, overrides)]));
  const read: CodeTables = {
    names: [...tables.keys()],
    table(name) {
      const found = tables.get(name);
      if (found === undefined) throw new Error(`没有名为“${name}”的代码表`);
      return found;
    },
  };
  loaded.set(overrides, read);
  return read;
}

/** What a city has no list of its own for is the product's, read once. */
function tableIn(file: string, overrides: string | undefined): CodeTable {
  if (overrides === undefined || existsSync(join(overrides, file))) return readCodeTable(join(folder, file), overrides);
  return table(basename(file, '.csv'));
}

/** A table as it comes with the product, without a city's own lists. */
export function table(name: string): CodeTable {
  return codeTables().table(name);
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const loaded = new Map<string | undefined, CodeTables>();
