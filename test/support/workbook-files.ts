import { letters } from '../../demonstration/generator/workbook.ts';
import { zip as archive } from '../../demonstration/generator/zip.ts';

/** A cell as a test states it: text, a number, a number in a style, or XML of its own. */
export type TestCell =
  | string
  | number
  | null
  | { readonly number: number | string; readonly style: number }
  | { readonly xml: string };

export interface TestSheet {
  readonly name: string;
  readonly rows: readonly (readonly TestCell[])[];
  readonly isHidden?: boolean;
}

/** Styles that a cell may name: 0 general, 1 built-in date, 2 yyyy"年"m"月"d"日", 3 0.00"d", 4 [$-804]yyyy\-mm\-dd hh:mm. */
const STYLES = `<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3">
<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="0.00&quot;d&quot;"/>
<numFmt numFmtId="166" formatCode="[$-804]yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`;
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** The parts of a workbook, with a declared dimension of one cell, as some producers write it. Tests replace parts. */
export function workbookParts(
  sheets: readonly TestSheet[],
  options: { readonly is1904?: boolean } = {},
): Map<string, string> {
  const relation = (id: number, type: string, target: string) =>
    `<Relationship Id="r${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const parts = new Map([
    ['[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'],
    [
      '_rels/.rels',
      `<Relationships xmlns="${PACKAGE}">${relation(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ],
    ['xl/styles.xml', STYLES],
  ]);
  const names = sheets.map(
    ({ name, isHidden }, index) =>
      `<sheet name="${escaped(name)}" sheetId="${index + 1}"${isHidden === true ? ' state="hidden"' : ''} r:id="r${index + 1}"/>`,
  );
  const properties = options.is1904 === true ? '<workbookPr date1904="1"/>' : '';
  parts.set(
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}">${properties}<sheets>${names.join('')}</sheets></workbook>`,
  );
  const relations = sheets.map((_, index) => relation(index + 1, 'worksheet', `worksheets/sheet${index + 1}.xml`));
  parts.set(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}">${relations.join('')}${relation(900, 'styles', 'styles.xml')}</Relationships>`,
  );
  sheets.forEach(({ rows }, index) => {
    parts.set(`xl/worksheets/sheet${index + 1}.xml`, worksheet(rows.map(rowXml).join('')));
  });
  return parts;
}

export function worksheet(rows: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="${MAIN}"><dimension ref="A1"/><sheetData>${rows}</sheetData></worksheet>`;
}

/** A ZIP archive of these parts. */
export function zip(parts: ReadonlyMap<string, string | Buffer>): Buffer {
  return archive(parts, { isDeflated: true });
}

export function workbook(sheets: readonly TestSheet[], options: { readonly is1904?: boolean } = {}): Buffer {
  return zip(workbookParts(sheets, options));
}

function rowXml(cells: readonly TestCell[], index: number): string {
  const number = index + 1;
  return `<row r="${number}">${cells.map((cell, column) => cellXml(cell, `${letters(column)}${number}`)).join('')}</row>`;
}

function cellXml(cell: TestCell, reference: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string')
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
  if ('xml' in cell) return cell.xml.replace('REF', reference);
  return `<c r="${reference}" s="${cell.style}"><v>${cell.number}</v></c>`;
}

/** XML text; characters that XML cannot hold in the way workbooks write them. */
function escaped(text: string): string {
  return [...text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')]
    .map((character) =>
      /[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/u.test(character) && !/[\t\n]/u.test(character)
        ? `_x${character.charCodeAt(0).toString(16).padStart(4, '0')}_`
        : character,
    )
    .join('');
}
