import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { directory, localHeader, type ZipPart } from '../demonstration/generator/zip.ts';
import { checkCharacter as creditCheck } from '../schema/identifiers/credit-code.ts';
import { checkCharacter as organizationCheck } from '../schema/identifiers/organization-code.ts';

/** Headers of a penalty sheet, and what kind of cell stands below each. */
const COLUMNS: readonly (readonly [header: string, cell: (row: number) => string | number | Day])[] = [
  ['行政相对人名称', (row) => `云泽示例${row % 50_000}号商贸有限公司`],
  ['行政相对人类别', () => '法人及非法人组织'],
  ['行政相对人代码_1(统一社会信用代码)', (row) => creditCode(row % 50_000)],
  ['法定代表人', (row) => `周某${row % 300}`],
  ['行政处罚决定书文号', (row) => `云市监罚〔2026〕${row}号`],
  ['违法行为类型', (row) => TYPES[row % TYPES.length] ?? ''],
  [
    '违法事实',
    (row) => `当事人于2026年${(row % 12) + 1}月${(row % 28) + 1}日经营标签不符合规定的食品 & 拒不改正，第 ${row} 号。`,
  ],
  ['处罚依据', () => '《中华人民共和国食品安全法》第一百二十五条第一款第二项'],
  ['处罚类别', (row) => (row % 3 === 0 ? '罚款' : '警告')],
  ['处罚内容', (row) => `1.警告；2.罚款${1000 + (row % 90) * 100}元。`],
  ['罚款金额(万元)', (row) => (1000 + (row % 90) * 100) / 10_000],
  ['处罚决定日期', (row) => ({ day: 45_000 + (row % 1000) })],
  ['公示截止期', (row) => ({ day: 46_095 + (row % 1000) })],
  ['处罚机关', () => '云泽市市场监督管理局'],
  ['数据来源单位', () => '云泽市市场监督管理局'],
  ['备注', () => ''],
];
const TYPES = ['经营超过保质期的食品', '标签不符合规定', '未按规定公示', '虚假宣传'];

const codes = new Map<number, string>();

/** A sound code for each company: a wrong one would measure how fast rows are rejected. */
function creditCode(company: number): string {
  const known = codes.get(company);
  if (known !== undefined) return known;
  const body = String(70_000_000 + company);
  const first17 = `91990102${body}${organizationCheck(body)}`;
  const code = first17 + creditCheck(first17);
  codes.set(company, code);
  return code;
}

interface Day {
  readonly day: number;
}

/** A CSV of so many penalties; the same rows as `writeWorkbook`. */
export async function writeCsv(path: string, rows: number): Promise<void> {
  const stream = createWriteStream(path);
  stream.write(`\uFEFF${COLUMNS.map(([header]) => header).join(',')}\r\n`);
  for (let row = 1; row <= rows; row += 1) {
    const cells = COLUMNS.map(([, cell]) => {
      const value = cell(row);
      return typeof value === 'object' ? dayText(value.day) : String(value);
    });
    await put(stream, `${cells.join(',')}\r\n`);
  }
  stream.end();
  await finished(stream);
}

/** A workbook as Excel writes it: texts once in a shared list, dates as numbers in a style. */
export async function writeWorkbook(path: string, rows: number): Promise<void> {
  const texts = new Map<string, number>();
  const place = (text: string): number => {
    const known = texts.get(text) ?? texts.size;
    texts.set(text, known);
    return known;
  };
  const cellXml = (value: string | number | Day, reference: string): string => {
    if (value === '') return `<c r="${reference}" s="2"/>`;
    if (typeof value === 'string') return `<c r="${reference}" s="2" t="s"><v>${place(value)}</v></c>`;
    return typeof value === 'number'
      ? `<c r="${reference}" s="2"><v>${value}</v></c>`
      : `<c r="${reference}" s="1"><v>${value.day}</v></c>`;
  };
  const rowXml = (number: number, values: readonly (string | number | Day)[]): string =>
    `<row r="${number}" spans="1:${values.length}" ht="15" x14ac:dyDescent="0.25">${values
      .map((value, at) => cellXml(value, `${String.fromCharCode(65 + at)}${number}`))
      .join('')}</row>`;
  function* sheet(): Generator<string> {
    yield `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetData>`;
    yield rowXml(
      1,
      COLUMNS.map(([header]) => header),
    );
    for (let row = 1; row <= rows; row += 1)
      yield rowXml(
        row + 1,
        COLUMNS.map(([, cell]) => cell(row)),
      );
    yield '</sheetData></worksheet>';
  }
  function* sharedStrings(): Generator<string> {
    yield `${DECLARATION}<sst xmlns="${MAIN}">`;
    for (const text of texts.keys()) yield `<si><t>${text.replaceAll('&', '&amp;')}</t></si>`;
    yield '</sst>';
  }
  await writeArchive(path, [
    ['[Content_Types].xml', ['<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>']],
    [
      'xl/workbook.xml',
      [
        `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="处罚" sheetId="1" r:id="r1"/></sheets></workbook>`,
      ],
    ],
    ['xl/_rels/workbook.xml.rels', [relations()]],
    [
      'xl/styles.xml',
      [
        `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="49"/></cellXfs></styleSheet>`,
      ],
    ],
    ['xl/worksheets/sheet1.xml', sheet()],
    ['xl/sharedStrings.xml', sharedStrings()],
  ]);
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function relations(): string {
  const parts = [
    ['worksheet', 'worksheets/sheet1.xml'],
    ['styles', 'styles.xml'],
    ['sharedStrings', 'sharedStrings.xml'],
  ];
  const each = parts.map(
    ([type, target], at) => `<Relationship Id="r${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`;
}

/** A ZIP archive whose parts are never in memory as a whole: sizes and checksums are put into the headers afterwards. */
async function writeArchive(path: string, parts: readonly (readonly [string, Iterable<string>])[]): Promise<void> {
  const stream = createWriteStream(path);
  const placed: { part: ZipPart; offset: number }[] = [];
  let offset = 0;
  for (const [name, pieces] of parts) {
    let part: ZipPart = { name, isDeflated: true, checksum: 0, packedSize: 0, size: 0 };
    const header = localHeader(part);
    await put(stream, header);
    const deflate = createDeflateRaw();
    let [checksum, packedSize, size] = [0, 0, 0];
    const written = (async () => {
      for await (const bytes of deflate as AsyncIterable<Buffer>) {
        packedSize += bytes.length;
        await put(stream, bytes);
      }
    })();
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      checksum = crc32(bytes, checksum);
      size += bytes.length;
      if (!deflate.write(bytes)) await once(deflate, 'drain');
    }
    deflate.end();
    await written;
    part = { ...part, checksum, packedSize, size };
    placed.push({ part, offset });
    offset += header.length + packedSize;
  }
  const ending = directory(placed, offset);
  stream.end(ending);
  await finished(stream);
  const file = await open(path, 'r+');
  for (const one of placed) {
    const header = localHeader(one.part);
    await file.write(header, 0, header.length, one.offset);
  }
  await file.close();
  if ((await stat(path)).size !== offset + ending.length) throw new Error('the archive was not written');
}

async function put(stream: WriteStream, content: string | Buffer): Promise<void> {
  if (!stream.write(content)) await once(stream, 'drain');
}

/** The day of a spreadsheet's day number. */
function dayText(serial: number): string {
  return new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10);
}
