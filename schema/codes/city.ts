import { fileURLToPath } from 'node:url';
import { type CodeTable, codeTables, readCodeTable } from './index.ts';

/** The folder of a city's own code tables, chosen once at start (`CODES_DIR`) before any table is read. */
let cityFolder: string | undefined;

export function chooseCityCodes(folder: string | undefined): void {
  cityFolder = folder;
}

/** A code table of this folder, or the city's own in its place. @throws Error for a name that no table has. */
export function codeTable(name: string): CodeTable {
  return codeTables(cityFolder).table(name);
}

/** A department's own table, in its folder `codes/`; read when first asked for, from the city's folder where it has one. */
export function codesBeside(department: URL, name: string): () => CodeTable {
  let read: CodeTable | undefined;
  return () => {
    read ??= readCodeTable(fileURLToPath(new URL(`codes/${name}.csv`, department)), cityFolder);
    return read;
  };
}
