import { type Archive, readWhole, type UnpackLimits } from './archive.ts';
import type { Cell } from './cell.ts';
import { BUILT_IN_DATES, isDateFormat } from './date-formats.ts';
import { SheetError } from './sheet-error.ts';
import { attribute } from './xml.ts';

/** What must be known of a workbook before its sheets can be read. */
export interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly part: string; readonly isHidden: boolean }[];
  /** Texts that cells share, each as the cell that it makes: most stand in many. */
  readonly sharedStrings: readonly Cell[];
  /** By style number: whether numbers in that style are dates. */
  readonly dateStyles: readonly boolean[];
  /** Days between the workbook's day 0 and the 1900 system's: 1,462 in workbooks of old Macintosh Excel. */
  readonly dateShift: number;
}

/** Each costs memory that its few bytes in the file do not tell: a file of kilobytes can name fifty million. */
const MOST_SHARED_STRINGS = 8_000_000;
/** A spreadsheet takes no more than 65,490 styles; sheets and relations are far fewer. */
const MOST_NAMED = 100_000;
const EMPTY_CELL: Cell = { text: '' };

/** @throws Error for a part that names more than any workbook has. */
function checkCount(count: number): void {
  if (count > MOST_NAMED) throw new Error('a part of the workbook names too much');
}

interface Relation {
  readonly type: string;
  readonly part: string;
}

export async function readWorkbook(archive: Archive, limits: UnpackLimits): Promise<Workbook> {
  const part = await findWorkbook(archive);
  const relations = await readRelations(archive, part);
  const declared: { name: string; relation: string; isHidden: boolean }[] = [];
  let dateShift = 0;
  await readWhole(archive, part, {
    open(name, attributes) {
      if (name === 'workbookPr' && /^(1|true)$/u.test(attribute(attributes, 'date1904') ?? '')) dateShift = 1462;
      if (name !== 'sheet') return;
      declared.push({
        name: attribute(attributes, 'name') ?? '',
        relation: attribute(attributes, 'id') ?? '',
        isHidden: (attribute(attributes, 'state') ?? 'visible') !== 'visible',
      });
      checkCount(declared.length);
    },
  });
  if (new Set(declared.map(({ name }) => name)).size < declared.length) throw new Error('two sheets have one name');
  const sheets = declared.flatMap(({ name, relation, isHidden }) => {
    const found = relations.get(relation);
    // A chart sheet has no rows.
    return found?.type === 'worksheet' ? [{ name, part: found.part, isHidden }] : [];
  });
  const partOf = (type: string) => [...relations.values()].find((relation) => relation.type === type)?.part;
  return {
    sheets,
    sharedStrings: await readSharedStrings(
      archive,
      partOf('sharedStrings'),
      limits.sharedStrings ?? MOST_SHARED_STRINGS,
    ),
    dateStyles: await readDateStyles(archive, partOf('styles')),
    dateShift,
  };
}

async function findWorkbook(archive: Archive): Promise<string> {
  const usual = 'xl/workbook.xml';
  if (archive.has(usual)) return usual;
  const main = [...(await readRelations(archive, '')).values()].find((relation) => relation.type === 'officeDocument');
  if (main === undefined) throw new Error('the archive has no workbook');
  return main.part;
}

/** The relations of a part by their id; of the archive itself for the part ''. */
async function readRelations(archive: Archive, part: string): Promise<ReadonlyMap<string, Relation>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const relations = new Map<string, Relation>();
  await readWhole(archive, `${folder}_rels/${part.slice(folder.length)}.rels`, {
    open(name, attributes) {
      if (name !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return;
      const target = (attribute(attributes, 'Target') ?? '').replaceAll('\\', '/');
      // Resolved as an address is: "../x" and "/x" are both written by real producers.
      const resolved = decodeURI(new URL(target, `archive:///${folder}`).pathname).slice(1);
      const type = attribute(attributes, 'Type') ?? '';
      relations.set(attribute(attributes, 'Id') ?? '', { type: type.slice(type.lastIndexOf('/') + 1), part: resolved });
      checkCount(relations.size);
    },
  });
  return relations;
}

async function readSharedStrings(archive: Archive, part: string | undefined, most: number): Promise<readonly Cell[]> {
  if (part === undefined || !archive.has(part)) return [];
  const strings: Cell[] = [];
  let current = '';
  let isText = false;
  let isPhonetic = false;
  await readWhole(archive, part, {
    open(name) {
      if (name === 'si') current = '';
      else if (name === 't') isText = true;
      else if (name === 'rPh') isPhonetic = true;
    },
    text(piece) {
      if (isText && !isPhonetic) current += piece;
    },
    close(name) {
      if (name === 'si') {
        strings.push(current === '' ? EMPTY_CELL : { text: unescapeText(current) });
        if (strings.length > most)
          throw new SheetError('FILE_TOO_LARGE', '工作簿里的文字太多，请拆分成几个文件，或另存为 CSV 后提交。');
      } else if (name === 't') isText = false;
      else if (name === 'rPh') isPhonetic = false;
    },
  });
  return strings;
}

/** `_x000D_` and its like: how workbooks write characters that XML cannot hold (ECMA-376 part 1, 22.4.2.4). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

async function readDateStyles(archive: Archive, part: string | undefined): Promise<readonly boolean[]> {
  if (part === undefined || !archive.has(part)) return [];
  const formats = new Map<string, string>();
  const styles: boolean[] = [];
  let isCellFormats = false;
  await readWhole(archive, part, {
    open(name, attributes) {
      if (name === 'cellXfs') isCellFormats = true;
      if (name === 'numFmt')
        formats.set(attribute(attributes, 'numFmtId') ?? '', attribute(attributes, 'formatCode') ?? '');
      checkCount(formats.size);
      if (name !== 'xf' || !isCellFormats) return;
      const id = attribute(attributes, 'numFmtId') ?? '0';
      const format = formats.get(id);
      styles.push(format === undefined ? BUILT_IN_DATES.has(Number(id)) : isDateFormat(format));
      checkCount(styles.length);
    },
    close(name) {
      if (name === 'cellXfs') isCellFormats = false;
    },
  });
  return styles;
}
