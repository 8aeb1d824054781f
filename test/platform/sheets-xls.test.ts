import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceRow } from '../../platform/sheets/cell.ts';
import { readRows, SheetError } from '../../platform/sheets/index.ts';
import { XLS_LIMITS } from '../../platform/sheets/xls.ts';
import { collect, scratchFiles } from '../support/files.ts';
import { workbook } from '../support/workbook-files.ts';
import { biff, container, double, word, workbookStream, xls } from '../support/xls-files.ts';

const write = scratchFiles();
const fixture = (name: string) => fileURLToPath(new URL(`../data/sheets/${name}`, import.meta.url));
const all = (bytes: Buffer | string, name = 'book.xls') => collect(readRows(write(name, bytes)));
const texts = (rows: readonly SourceRow[]) => rows.map(({ cells }) => cells.map(({ text }) => text));

const PENALTIES = {
  name: '处罚',
  rows: [
    ['企业名称', '处罚决定日期', '罚款金额（万元）'],
    ['随州示例建材有限公司', { number: 46_086, z: 'yyyy-mm-dd' }, 0.2],
  ],
} as const;

describe('An XLS file', () => {
  it.each(['biff8', 'biff5', 'biff2'] as const)('in %s gives its cells, real dates among them', async (format) => {
    const latin =
      format === 'biff8'
        ? PENALTIES.rows
        : ([
            ['name', 'day', 'fine'],
            ['Suizhou', { number: 46_086, z: 'yyyy-mm-dd' }, 0.2],
          ] as const);
    const [head, row] = await all(xls([{ name: 'A', rows: latin }], { format }));
    expect(head?.cells.map(({ text }) => text)).toEqual(latin[0]);
    expect(row?.cells).toEqual([
      { text: latin[1][0] },
      { text: '2026-03-05', date: '2026-03-05' },
      { text: '0.2', number: 0.2 },
    ]);
  });

  it('written by another program gives the cells of the XLSX file that it wrote beside it', async () => {
    const [old, present] = await Promise.all(
      ['old-excel.xls', 'written-by-sheetjs.xlsx'].map((name) => collect(readRows(fixture(name)))),
    );
    expect(old).toHaveLength(3);
    expect(old).toEqual(present);
  });

  it('has every sheet in order, says which are hidden, and numbers rows as a person counts them', async () => {
    const rows = await all(
      xls([
        { name: '许可', rows: [['甲']] },
        { name: '处罚', rows: [[], ['', '乙'], [], ['丙']] },
        { name: '字典', rows: [['丁']], isHidden: true },
      ]),
    );
    expect(rows.filter(({ cells }) => cells.some(({ text }) => text !== ''))).toEqual([
      { sheet: '许可', number: 1, cells: [{ text: '甲' }] },
      { sheet: '处罚', number: 2, cells: [{ text: '' }, { text: '乙' }] },
      { sheet: '处罚', number: 4, cells: [{ text: '丙' }] },
      { sheet: '字典', number: 1, cells: [{ text: '丁' }], isHidden: true },
    ]);
  });

  it('counts days from 1904 where the workbook says so', async () => {
    const [row] = await all(
      xls([{ name: '表', rows: [[{ number: 46_086 - 1462, z: 'yyyy/m/d' }]] }], { is1904: true }),
    );
    expect(row?.cells[0]?.date).toBe('2026-03-05');
  });

  it('knows the date formats that Chinese Excel has built in and does not write down', async () => {
    const format = (id: number) => biff(0xe0, word(0), word(id), Buffer.alloc(16));
    const stream = workbookStream({
      globals: [format(0), format(31), format(58), format(33)],
      records: [0, 1, 2, 3].map((style) => biff(0x203, word(0), word(style), word(style), double(46_086))),
    });
    const [row] = await all(container(stream));
    expect(row?.cells.map(({ text }) => text)).toEqual(['46086', '2026-03-05', '2026-03-05', '46086']);
  });

  it('gives numbers as a spreadsheet shows them, and codes that lost their digits as such', async () => {
    const numbers = [201312142, 420000000012345, Number('914403001922038216'), 0.1 + 0.2, -12.5, 1e-7];
    const [row] = await all(xls([{ name: '表', rows: [numbers] }]));
    expect(row?.cells.map(({ text }) => text)).toEqual([
      '201312142',
      '420000000012345',
      '9.14403001922038e+17',
      '0.3',
      '-12.5',
      '0.0000001',
    ]);
  });

  it('gives a formula by its result: a number, a text, an error, a truth', async () => {
    const formula = (column: number, result: Buffer) =>
      biff(0x06, word(0), word(column), word(0), result, word(0), Buffer.alloc(4), word(3), [0x1e, 1, 0]);
    const result = (kind: number, value: number) => Buffer.from([kind, 0, value, 0, 0, 0, 0xff, 0xff]);
    const text = Buffer.from('伍拾肆万元整', 'utf16le');
    const records = [
      formula(0, double(0.125)),
      formula(1, result(0, 0)),
      biff(0x207, word(text.length / 2), [1], text),
      formula(2, result(2, 0x17)),
      formula(3, result(1, 1)),
    ];
    const [row] = await all(container(workbookStream({ records })));
    expect(row?.cells.map((cell) => cell.text)).toEqual(['0.125', '伍拾肆万元整', '#REF!', 'TRUE']);
  });

  it('of Excel 95 is read in the code page that it names: GBK', async () => {
    const gbk = (hex: string) => Buffer.from(hex, 'hex');
    const label = (column: number, bytes: Buffer) =>
      biff(0x204, word(0), word(column), word(0), word(bytes.length), bytes);
    const stream = workbookStream({
      version: 0x500,
      globals: [biff(0x42, word(936))],
      sheetName: gbk('c6f3d2b5'),
      records: [label(0, gbk('c6f3d2b5c3fbb3c6')), label(1, gbk('bef6b6a8c8d5c6da'))],
    });
    const [row] = await all(container(stream, 'Book'));
    expect([row?.sheet, ...(row?.cells.map(({ text }) => text) ?? [])]).toEqual(['企业', '企业名称', '决定日期']);
  });

  it('keeps line breaks, separators of Unicode and halves of characters within their cells', async () => {
    const text = '一、罚款；\n二、没收\u2028三、警告\u2029𠮷';
    expect(
      texts(
        await all(
          xls([
            {
              name: '表',
              rows: [
                [text, '乙'],
                ['丙', '丁'],
              ],
            },
          ]),
        ),
      ),
    ).toEqual([
      [text, '乙'],
      ['丙', '丁'],
    ]);
  });

  it.each<[string, string | Buffer]>([
    ['CSV', '企业名称,处罚决定日期\r\n甲,2026-03-05\r\n'],
    [
      'XLSX',
      workbook([
        {
          name: '表',
          rows: [
            ['企业名称', '处罚决定日期'],
            ['甲', '2026-03-05'],
          ],
        },
      ]),
    ],
  ])('that is %s is read as what it is', async (_, bytes) => {
    expect(texts(await all(bytes, 'really.xls'))).toEqual([
      ['企业名称', '处罚决定日期'],
      ['甲', '2026-03-05'],
    ]);
  });
});

describe('An XLS file that cannot be read', () => {
  const label = (row: number, column = 0) => {
    const text = Buffer.from(`当事人第 ${row} 次经营超过保质期的食品`, 'utf16le');
    return biff(0x204, word(row), word(column), word(0), word(text.length / 2), [1], text);
  };
  const sheet = (rows: number) => Array.from({ length: rows }, (_, row) => label(row));
  const whole = container(workbookStream({ records: sheet(200) }));

  it.each<[string, string, string, string | Buffer]>([
    [
      'under a password',
      'FILE_ENCRYPTED',
      '密码',
      container(workbookStream({ globals: [biff(0x2f, word(1), word(1), word(1), Buffer.alloc(48))], records: [] })),
    ],
    [
      'cut off between two rows',
      'FILE_BROKEN',
      '不完整',
      container(workbookStream({ records: sheet(200), isClosed: false })),
    ],
    ['cut in half', 'FILE_BROKEN', '不完整', whole.subarray(0, whole.length / 2)],
    ['of a header alone', 'FILE_BROKEN', '不完整', whole.subarray(0, 512)],
    [
      'whose text has no place in the list of texts',
      'FILE_BROKEN',
      '不完整',
      container(workbookStream({ records: [biff(0xfd, word(0), word(0), word(0), word(7), word(0))] })),
    ],
    [
      'with two sheets of one name',
      'FILE_BROKEN',
      '不完整',
      renamed(
        xls([
          { name: '处罚甲', rows: [['甲']] },
          { name: '处罚乙', rows: [['乙']] },
        ]),
      ),
    ],
    [
      'that is a document of Word',
      'FILE_NOT_A_SHEET',
      '没有 Excel 工作簿',
      container(Buffer.alloc(5000), 'WordDocument'),
    ],
    ['that is a web page', 'FILE_NOT_A_SHEET', '网页', '<!-- 导出 --><table><tr><td>企业名称</td></tr></table>'],
    ['that is a web archive', 'FILE_NOT_A_SHEET', '网页', 'MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n'],
    ['without rows', 'FILE_EMPTY', '空', xls([{ name: '表', rows: [] }])],
  ])('%s is refused: %s', async (_, code, word, bytes) => {
    await expectRefusal(write('refused.xls', bytes), code, word);
  });

  it('for the memory that it takes is refused, and the importer goes on', async () => {
    const memory = { memoryMegabytes: 56 };
    const rows = Array.from({ length: 60_000 }, (_, row) =>
      Array.from({ length: 5 }, (_, column) => label(row, column)),
    );
    const path = write('heavy.xls', container(workbookStream({ records: rows.flat() })));
    await expectRefusal(path, 'FILE_TOO_LARGE', '内存', memory);
    expect(await collect(readRows(write('light.xls', whole), undefined, { ...XLS_LIMITS, ...memory }))).toHaveLength(
      200,
    );
  });

  it('for its size or the time that it takes is refused', async () => {
    const path = write('slow.xls', whole);
    await expectRefusal(path, 'FILE_TOO_LARGE', '上限', { fileBytes: 1_000 });
    await expectRefusal(path, 'FILE_TOO_LARGE', '秒', { patienceMs: 1 });
  });

  it('with any bytes changed: a SheetError or rows, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        async (changes) => {
          const changed = Buffer.from(whole);
          for (const [at, byte] of changes) if (at >= 8) changed.writeUInt8(byte, at);
          await all(changed).catch((error: unknown) => {
            if (!(error instanceof SheetError)) throw error;
          });
        },
      ),
      { numRuns: 8 },
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'is read by a process that knows nothing and does not outlive its reader',
    async () => {
      process.env.CREDIT_GRAPH_TEST_SECRET = 'not for children';
      const path = write('long.xls', container(workbookStream({ records: sheet(20_000) })));
      let children: readonly string[] = [];
      for await (const row of readRows(path)) {
        expect(row.number).toBe(1);
        children = childrenOf(path);
        break;
      }
      delete process.env.CREDIT_GRAPH_TEST_SECRET;
      // Its arguments name no file, and its environment is empty.
      expect(children).toEqual(['']);
      await expect.poll(() => childrenOf(path), { timeout: 10_000 }).toEqual([]);
    },
  );

  async function expectRefusal(path: string, code: string, said: string, limits: Partial<typeof XLS_LIMITS> = {}) {
    const error = await collect(readRows(path, undefined, { ...XLS_LIMITS, ...limits })).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SheetError)) throw new Error(`expected a SheetError, got ${String(error)}`);
    expect(error.code).toBe(code);
    expect(error.message).toContain(said);
    expect(error.message).toMatch(/^[^\n]*\p{Script=Han}[^\n]*。$/u);
    expect(error.message).not.toContain(path);
  }
});

/** The environments of the processes that read old workbooks for this one. */
function childrenOf(path: string): readonly string[] {
  const ids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return ids.flatMap((id) => {
    const args = readFileSync(`/proc/${id}/cmdline`, 'utf8');
    if (!args.includes('xls-child.ts')) return [];
    expect(args).not.toContain(path);
    return [readFileSync(`/proc/${id}/environ`, 'utf8')];
  });
}

/** The same workbook with the second sheet under the name of the first, which no program lets one do. */
function renamed(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf(Buffer.from('处罚乙', 'utf16le'));
  Buffer.from('处罚甲', 'utf16le').copy(changed, at);
  return changed;
}
