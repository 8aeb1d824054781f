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

/** The code that a text stands for, itself or by its label; null where the table does not tell (a name that two regions share). */
export function codeIn(name: string, text: string | null): string | null {
  if (text === null) return null;
  const table = codeTable(name);
  return table.get(text.toUpperCase())?.code ?? table.byLabel(text)?.code ?? null;
}

/** A department's own table, in its folder `codes/`; read when first asked for, from the city's folder where it has one. */
export function codesBeside(department: URL, name: string): () => CodeTable {
  const read = new Map<string | undefined, CodeTable>();
  return () => {
    const known = read.get(cityFolder);
    if (known !== undefined) return known;
    const table = readCodeTable(fileURLToPath(new URL(`codes/${name}.csv`, department)), cityFolder);
    read.set(cityFolder, table);
    return table;
  };
}
