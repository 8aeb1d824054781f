import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import type { SourceRow } from '../../platform/sheets/cell.ts';
import { readRows, SheetError } from '../../platform/sheets/index.ts';
import { collect, scratchFiles } from '../support/files.ts';
import { workbook, workbookParts, worksheet, zip } from '../support/workbook-files.ts';

const write = scratchFiles();
const fixture = (name: string) => fileURLToPath(new URL(`../data/sheets/${name}`, import.meta.url));

const TABLE = '企业名称,决定日期\r\n随州示例建材有限公司,2026-03-05\r\n';
const TEXTS = [
  ['企业名称', '决定日期'],
  ['随州示例建材有限公司', '2026-03-05'],
];
// The same text in GBK; Node decodes GBK but does not encode it.
const TABLE_IN_GBK = Buffer.from(
  'c6f3d2b5c3fbb3c62cbef6b6a8c8d5c6da0d0acbe6d6ddcabec0fdbda8b2c4d3d0cfdeb9abcbbe2c323032362d30332d30350d0a',
  'hex',
);

describe('a CSV file', () => {
  it.each([
    ['UTF-8', Buffer.from(TABLE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TABLE}`)],
    ['UTF-16 little endian, as Excel saves "Unicode text"', Buffer.from(`\uFEFF${TABLE}`, 'utf16le')],
    ['UTF-16 big endian', Buffer.from(`\uFEFF${TABLE}`, 'utf16le').swap16()],
    ['GBK', TABLE_IN_GBK],
    ['LF line ends', Buffer.from(TABLE.replaceAll('\r\n', '\n'))],
    ['CR line ends', Buffer.from(TABLE.replaceAll('\r\n', '\r'))],
    ['tabs', Buffer.from(TABLE.replaceAll(',', '\t'))],
    ['semicolons', Buffer.from(TABLE.replaceAll(',', ';'))],
    ['no line end at the end', Buffer.from(TABLE.trimEnd())],
  ])('in %s gives the same cells', async (_, bytes) => {
    expect(await texts(write('table.csv', bytes))).toEqual(TEXTS);
  });

  it('is GBK if only its last byte pair says so', async () => {
    const ascii = 'name,note\n'.repeat(20_000);
    const rows = await texts(write('late.csv', Buffer.concat([Buffer.from(ascii), Buffer.from('c6f3d2b5', 'hex')])));
    expect(rows.at(-1)).toEqual(['企业']);
  });

  it('holds four-byte characters of GB18030', async () => {
    expect(await texts(write('rare.csv', Buffer.from('c6f38139ef302c31', 'hex')))).toEqual([['企㐁', '1']]);
  });

  it('counts a record with quoted line breaks as one row, and blank lines as rows', async () => {
    const rows = await all(write('quoted.csv', '名称,内容\r\n\r\n甲,"一、罚款；\r\n二、""没收""，整改"\r\n乙,无'));
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3, 4]);
    expect(rows[2]?.cells[1]?.text).toBe('一、罚款；\r\n二、"没收"，整改');
  });

  it('keeps a quote in the middle of a cell and rows of any length', async () => {
    const rows = await texts(write('loose.csv', '名称,备注\n号称"示例"的店,3"管\n只有一格\n甲,乙,丙\n'));
    expect(rows).toEqual([['名称', '备注'], ['号称"示例"的店', '3"管'], ['只有一格'], ['甲', '乙', '丙']]);
  });

  it('chooses the separator by the table, not by the title above it or the commas in its prose', async () => {
    const rows = await texts(
      write('prose.csv', '公示表,制表：某局,某科\n名称\t内容\n甲\t罚款2,000元,没收\n乙\t警告\n'),
    );
    expect(rows[2]).toEqual(['甲', '罚款2,000元,没收']);
  });

  it('of 100,000 rows is read to the last one', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `企业${index},${index}`).join('\n');
    let last: SourceRow | undefined;
    for await (const row of readRows(write('long.csv', lines))) last = row;
    expect([last?.number, last?.cells[0]?.text]).toEqual([100_000, '企业99999']);
  });
});

describe('an XLSX file', () => {
  it.each(['written-by-openpyxl.xlsx', 'written-by-xlsxwriter.xlsx', 'written-by-sheetjs.xlsx'])(
    '%s gives its cells',
    async (name) => {
      const rows = await all(fixture(name));
      expect(rows.map((row) => row.sheet)).toEqual(rows.map(() => '处罚'));
      expect(rows[0]?.cells.map((cell) => cell.text)).toEqual([
        '企业名称',
        '统一社会信用代码',
        '处罚决定日期',
        '罚款金额（万元）',
      ]);
      expect(rows[1]?.cells).toEqual([
        { text: '随州示例建材有限公司' },
        { text: '91421300MA00000000' },
        { text: '2026-03-05', date: '2026-03-05' },
        { text: '0.2', number: 0.2 },
      ]);
      expect(rows[2]?.cells[1]?.text).toBe('201312142');
    },
  );

  it('gives rich text whole and a formula by its value', async () => {
    const last = (await all(fixture('written-by-xlsxwriter.xlsx'))).at(-1);
    expect([last?.cells[0]?.text, last?.cells[3]?.number]).toEqual(['随州示例 商贸行', 0.125]);
  });

  it('knows dates by their format, built in or written out, and not by a d in quotes', async () => {
    const row = [
      { number: 46086, style: 1 },
      { number: 46086.6, style: 2 },
      { number: 46086, style: 3 },
      { number: 46086, style: 4 },
      46086,
    ];
    const [read] = await all(write('dates.xlsx', workbook([{ name: '表', rows: [row] }])));
    expect(read?.cells.map((cell) => cell.date ?? cell.number)).toEqual([
      '2026-03-05',
      '2026-03-05',
      46086,
      '2026-03-05',
      46086,
    ]);
  });

  it('counts days from 1904 where the workbook says so', async () => {
    const bytes = workbook([{ name: '表', rows: [[{ number: 46086 - 1462, style: 1 }]] }], { is1904: true });
    expect((await all(write('mac.xlsx', bytes)))[0]?.cells[0]?.date).toBe('2026-03-05');
  });

  it('shows numbers as a spreadsheet does: 15 digits, whole numbers whole, lost digits in scientific form', async () => {
    const numbers = [
      '0.30000000000000004',
      '201312142.0',
      '914403001922038216',
      '9.1440300192203802E17',
      '1E-7',
      '-12.50',
    ];
    const bytes = workbook([{ name: '表', rows: [numbers.map((number) => ({ number, style: 0 }))] }]);
    const [row] = await all(write('numbers.xlsx', bytes));
    expect(row?.cells.map((cell) => cell.text)).toEqual([
      '0.3',
      '201312142',
      '914403001922038216',
      '9.14403001922038e+17',
      '0.0000001',
      '-12.5',
    ]);
  });

  it('has every sheet in order, says which are hidden, and numbers rows as a person counts them', async () => {
    const parts = workbookParts([
      { name: '许可 & 备案', rows: [['甲']] },
      { name: '字典', rows: [['乙']], isHidden: true },
    ]);
    parts.set(
      'xl/worksheets/sheet1.xml',
      worksheet('<row r="3"><c r="C3" t="str"><v>丙</v></c></row><row r="7"/><row><c><v>1</v></c></row>'),
    );
    const rows = await all(write('two.xlsx', zip(parts)));
    expect(
      rows.map(({ sheet, number, isHidden, cells }) => [sheet, number, isHidden, cells.map((cell) => cell.text)]),
    ).toEqual([
      ['许可 & 备案', 3, undefined, ['', '', '丙']],
      ['许可 & 备案', 7, undefined, []],
      ['许可 & 备案', 8, undefined, ['1']],
      ['字典', 1, true, ['乙']],
    ]);
  });

  it('reads shared strings without their phonetic guides, escapes, CDATA, comments and prefixed names', async () => {
    const parts = workbookParts([{ name: '表', rows: [] }]);
    const relations = parts.get('xl/_rels/workbook.xml.rels') ?? '';
    parts.set(
      'xl/_rels/workbook.xml.rels',
      relations.replace('</Rel', '<Relationship Id="r5" Type="x/sharedStrings" Target="/xl/SharedStrings.xml"/></Rel'),
    );
    parts.set(
      'xl/sharedStrings.xml',
      '<x:sst xmlns:x="m"><x:si><x:t>东京</x:t><x:rPh sb="0" eb="1"><x:t>トウ</x:t></x:rPh></x:si><x:si><x:r><x:t>a_x000D_&#x4e2d;</x:t></x:r><x:r><x:t><![CDATA[<b>]]></x:t></x:r></x:si></x:sst>',
    );
    parts.set(
      'xl/worksheets/sheet1.xml',
      worksheet(
        `<!-- > --><row a='">' r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#REF!</v></c></row>`,
      ),
    );
    const [row] = await all(write('strings.xlsx', zip(parts)));
    expect(row?.cells.map((cell) => cell.text)).toEqual(['东京', 'a\r中<b>', 'TRUE', '#REF!']);
  });
});

describe('a file that is no sheet', () => {
  const sheet = [{ name: '表', rows: [['企业名称', '日期']] }];
  const parts = (changes: Record<string, string>) =>
    zip(new Map([...workbookParts(sheet), ...Object.entries(changes)]));
  const whole = workbook(sheet);

  it.each<[string, string, string | Buffer]>([
    ['an empty file', 'FILE_EMPTY', ''],
    ['a mark and nothing after it', 'FILE_EMPTY', '\uFEFF'],
    ['a workbook without rows', 'FILE_EMPTY', workbook([{ name: '表', rows: [] }])],
    ['a page saved as .xls', 'FILE_NOT_A_SHEET', '<html><table><tr><td>企业名称</td></tr></table></html>'],
    ['an XML spreadsheet of 2003', 'FILE_NOT_A_SHEET', '\uFEFF<?xml version="1.0"?><Workbook/>'],
    ['a PDF', 'FILE_NOT_A_SHEET', '%PDF-1.7\n'],
    ['a document', 'FILE_NOT_A_SHEET', parts({ 'word/document.xml': '<w/>' })],
    ['bytes of no encoding', 'ENCODING_UNKNOWN', Buffer.from('e4bc81ff2cff0a', 'hex')],
    ['a table of more columns than a sheet of records has', 'FILE_TOO_LARGE', `名称${','.repeat(2_000)}尾\n`],
    [
      'a row of many long texts',
      'FILE_TOO_LARGE',
      parts({
        'xl/worksheets/sheet1.xml': worksheet(`<row>${`<c t="str"><v>${'a'.repeat(500_000)}</v></c>`.repeat(5)}</row>`),
      }),
    ],
    ['a workbook in which two sheets have one name', 'FILE_BROKEN', workbook([...sheet, ...sheet])],
    ['a quote that never closes', 'FILE_BROKEN', '名称,内容\n甲,"没有结束\n乙,丙\n'],
    ['a workbook cut in half', 'FILE_BROKEN', whole.subarray(0, whole.length / 2)],
    ['a workbook with a wrong bit', 'FILE_BROKEN', flipped(whole, whole.indexOf('xl/styles.xml') + 20)],
    [
      'a workbook whose sheet is cut off',
      'FILE_BROKEN',
      parts({ 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row>' }),
    ],
    [
      'a workbook whose sheet is missing',
      'FILE_BROKEN',
      zip(without(workbookParts(sheet), 'xl/worksheets/sheet1.xml')),
    ],
    [
      'a document type with an entity bomb',
      'FILE_BROKEN',
      parts({ 'xl/workbook.xml': '<!DOCTYPE w [<!ENTITY a "aa">]><workbook>&a;</workbook>' }),
    ],
    [
      'an entity that XML does not know',
      'FILE_BROKEN',
      parts({ 'xl/worksheets/sheet1.xml': worksheet('<row><c t="str"><v>&a;</v></c></row>') }),
    ],
    ['a row beyond the last', 'FILE_BROKEN', parts({ 'xl/worksheets/sheet1.xml': worksheet('<row r="99999999"/>') })],
    [
      'a cell far to the right',
      'FILE_TOO_LARGE',
      parts({ 'xl/worksheets/sheet1.xml': worksheet('<row r="1"><c r="XFD1"><v>1</v></c></row>') }),
    ],
    [
      'elements without end',
      'FILE_BROKEN',
      parts({ 'xl/worksheets/sheet1.xml': `<worksheet>${'<a>'.repeat(100_000)}` }),
    ],
    [
      'a text without end',
      'FILE_BROKEN',
      parts({ 'xl/worksheets/sheet1.xml': worksheet(`<row><c t="str"><v>${'a'.repeat(3_000_000)}</v></c></row>`) }),
    ],
  ])('%s is refused: %s', async (_, code, content) => {
    await expectRefusal(write('refused.xlsx', content), code);
  });

  it.each([
    ['binary.xlsb', 'FILE_NOT_A_SHEET', '.xlsb'],
    ['open-document.ods', 'FILE_NOT_A_SHEET', '.xlsx'],
    ['under-password.xlsx', 'FILE_ENCRYPTED', '密码'],
    ['picture.xlsx', 'FILE_NOT_A_SHEET', 'CSV'],
    ['not-there.xlsx', 'FILE_UNREADABLE', '打不开'],
  ])('%s is refused: %s', async (name, code, word) => {
    expect((await expectRefusal(fixture(name), code)).message).toContain(word);
  });

  it('a workbook that unpacks to more than the limit is refused before it is unpacked', async () => {
    const bomb = parts({ 'xl/worksheets/sheet1.xml': worksheet('<c/>'.repeat(10_000_000)) });
    expect(bomb.length).toBeLessThan(100_000);
    const path = write('bomb.xlsx', bomb);
    await expectRefusal(path, 'FILE_TOO_LARGE', { sheetBytes: 20_000_000, otherBytes: 20_000_000 });
    await expectRefusal(path, 'FILE_EMPTY');
  });

  it('a workbook of more shared texts or styles than memory should hold is refused, however few bytes they take', async () => {
    const relations = workbookParts(sheet).get('xl/_rels/workbook.xml.rels') ?? '';
    const strings = parts({
      'xl/_rels/workbook.xml.rels': relations.replace(
        '</Rel',
        '<Relationship Id="r5" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Rel',
      ),
      'xl/sharedStrings.xml': `<sst>${'<si><t>字</t></si>'.repeat(101)}</sst>`,
    });
    const limits = { sheetBytes: 20_000_000, otherBytes: 20_000_000 };
    const path = write('strings.xlsx', strings);
    await expectRefusal(path, 'FILE_TOO_LARGE', { ...limits, sharedStrings: 100 });
    expect(await collect(readRows(path, { ...limits, sharedStrings: 101 }))).not.toEqual([]);
    const styles = parts({ 'xl/styles.xml': `<styleSheet><cellXfs>${'<xf/>'.repeat(100_001)}</cellXfs></styleSheet>` });
    await expectRefusal(write('styles.xlsx', styles), 'FILE_BROKEN');
  });

  it('a part that inflates to more than it declares is refused', async () => {
    const honest = zip(
      new Map([...workbookParts(sheet), ['xl/worksheets/sheet1.xml', worksheet(' '.repeat(100_000))]]),
    );
    const size = worksheet(' '.repeat(100_000)).length;
    const lying = Buffer.from(honest);
    for (let at = lying.indexOf('PK\x01\x02'); at >= 0; at = lying.indexOf('PK\x01\x02', at + 4)) {
      if (lying.readUInt32LE(at + 24) === size) lying.writeUInt32LE(300, at + 24);
    }
    expect(lying.equals(honest)).toBe(false);
    await expectRefusal(write('lying.xlsx', lying), 'FILE_BROKEN');
  });

  it('a ZIP archive under a password is refused as such', async () => {
    const locked = Buffer.from(whole);
    for (let at = locked.indexOf('PK\x01\x02'); at >= 0; at = locked.indexOf('PK\x01\x02', at + 4))
      locked.writeUInt16LE(1, at + 8);
    await expectRefusal(write('locked.xlsx', locked), 'FILE_ENCRYPTED');
  });
});

async function all(path: string): Promise<SourceRow[]> {
  return collect(readRows(path));
}

async function texts(path: string): Promise<string[][]> {
  return (await all(path)).map((row) => row.cells.map((cell) => cell.text));
}

/** The refusal, after checking that it speaks to a person. */
async function expectRefusal(path: string, code: string, limits?: Parameters<typeof readRows>[1]): Promise<SheetError> {
  const error = await collect(readRows(path, limits)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SheetError)) throw new Error(`expected a SheetError, got ${String(error)}`);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^[^\n]*\p{Script=Han}[^\n]*。$/u);
  expect(error.message).not.toContain(path);
  return error;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 0xff, at);
  return changed;
}

function without(parts: Map<string, string>, name: string): Map<string, string> {
  parts.delete(name);
  return parts;
}
