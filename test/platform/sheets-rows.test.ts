import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  coded,
  date,
  defineSheet,
  identifierColumn,
  money,
  never,
  type ReadRow,
  type RowOf,
  readRows,
  readSheet,
  SheetError,
  text,
} from '../../platform/sheets/index.ts';
import { collect, scratchFiles } from '../support/files.ts';
import { type TestSheet, workbook, workbookParts, zip } from '../support/workbook-files.ts';

const write = scratchFiles();
const fixture = (name: string) => fileURLToPath(new URL(`../data/sheets/${name}`, import.meta.url));
// The specimen of GB 11643, which nobody bears.
const ID_NUMBER = '11010519491231002X';

const penalties = defineSheet({
  columns: {
    name: text(['企业名称', '行政相对人名称'], { isRequired: true, maxLength: 20 }),
    code: identifierColumn(['统一社会信用代码', '行政相对人代码_1(统一社会信用代码)'], (given) => ({ value: given })),
    decidedOn: date(['处罚决定日期'], { isRequired: true }),
    fine: money(['罚款金额', '罚款金额（万元）', '罚款金额（元）'], { unit: 'YUAN' }),
    status: coded(['状态'], (label) => ({ '0': 'NORMAL', 正常: 'NORMAL' })[label], { otherwise: 'OTHER' }),
    idNumber: never(['居民身份证号']),
    person: identifierColumn(['证件号码'], (given) => ({ value: given }), { isWithheld: true }),
  },
  check: ({ decidedOn, fine }) => [
    ...(decidedOn > '2026-11-21'
      ? [{ severity: 'REJECT', code: 'DECIDED_IN_FUTURE', message: '决定日期晚于今天。', field: 'decidedOn' } as const]
      : []),
    ...(fine === '0.00' ? [{ severity: 'FLAG', code: 'FINE_IS_ZERO', message: '罚款为零。' } as const] : []),
  ],
});
type Penalty = RowOf<typeof penalties>;

const HEADER = ['企业名称', '统一社会信用代码', '处罚决定日期', '罚款金额'];
const ROW = ['随州示例建材有限公司', '91421300MA00000000', '2026-03-05', '2000'];

describe('the header', () => {
  it('is found under titles and notes, beside a blank first column, in any spelling of brackets and blanks', async () => {
    const rows = await readCsv([
      ['', '随州市行政处罚公示表'],
      [],
      ['', '填表说明：企业名称为必填项'],
      ['', '＊ 企业 名称', '统一社会\u200B信用代码：', '【处罚决定日期】', '罚款金额(万元)', '备注'],
      ['', ...ROW.slice(0, 3), '0.2', '无异议'],
    ]);
    expect(outline(rows)).toEqual([
      'SKIPPED 1 BEFORE_HEADER',
      'SKIPPED 2 BLANK',
      'SKIPPED 3 BEFORE_HEADER',
      'HEADER 4',
      'ROW 5',
    ]);
    expect(rows[3]).toMatchObject({
      columns: { name: '＊ 企业 名称', fine: '罚款金额(万元)' },
      headers: ['', '＊ 企业 名称', '统一社会信用代码：', '【处罚决定日期】', '罚款金额(万元)', '备注'],
      unknown: ['备注'],
      duplicate: [],
      absent: ['status', 'idNumber', 'person'],
    });
    expect(valuesOf(rows)[0]).toEqual({
      name: ROW[0],
      code: ROW[1],
      decidedOn: '2026-03-05',
      fine: '2000.00',
      status: null,
      person: null,
    });
  });

  it('may stand on two levels', async () => {
    const rows = await readCsv([
      ['行政相对人名称', '行政相对人代码', '', '处罚', ''],
      ['', '（统一社会信用代码）', '（税务登记号）', '处罚决定日期', '罚款金额（元）'],
      ['甲公司', '91421300MA00000000', '', '2026-03-05', '300'],
    ]);
    expect(outline(rows)).toEqual(['HEADER 1+2', 'ROW 3']);
    expect(valuesOf(rows)[0]).toMatchObject({ name: '甲公司', code: '91421300MA00000000', fine: '300.00' });
  });

  it('that comes again further down is skipped and counted', async () => {
    const rows = await readCsv([HEADER, ROW, HEADER, ROW]);
    expect(outline(rows)).toEqual(['HEADER 1', 'ROW 2', 'SKIPPED 3 REPEATED_HEADER', 'ROW 4']);
  });

  it('twice in one row counts where it stands first; the second is told, and its cells are kept', async () => {
    const rows = await readCsv([
      [...HEADER, '行政相对人名称', '企业名称'],
      [...ROW, '别名', '又一个'],
    ]);
    expect(rows[0]).toMatchObject({ duplicate: ['行政相对人名称', '企业名称'], unknown: [] });
    expect(valuesOf(rows)[0]?.name).toBe(ROW[0]);
    expect(keptOf(rows)).toEqual([...ROW, '别名', '又一个']);
  });

  it('that is missing is named, with what was seen instead', async () => {
    const error = await readCsv([
      ['企业名称', '处罚日', `${ID_NUMBER}`],
      ['甲', '2026-03-05', ''],
    ]).catch((thrown: unknown) => thrown);
    if (!(error instanceof SheetError)) throw error;
    expect([error.code, error.message]).toEqual([
      'HEADER_NOT_FOUND',
      '表头缺少必需的列：“处罚决定日期”；未能识别的列：“处罚日”、“〔身份证号已隐去〕”。',
    ]);
  });

  it('that nothing resembles leaves a list of what should be there', async () => {
    await expect(
      readCsv([
        ['甲', '乙'],
        ['1', '2'],
      ]),
    ).rejects.toThrow('找不到表头，应有的列：“企业名称”、“处罚决定日期”。');
    await expect(readCsv([[' ', ''], [], ['\u3000']])).rejects.toMatchObject({ code: 'FILE_EMPTY' });
  });

  it('belongs to one column: a sheet in which two claim it is a mistake of ours', () => {
    expect(() => defineSheet({ columns: { one: text(['名称 ']), two: text(['（名称）']) } })).toThrow(
      'belongs to two columns, one and two',
    );
  });
});

describe('a workbook', () => {
  it('of two sheets is read where the header is, and the other sheet is told', async () => {
    const rows = await readBook([
      {
        name: '许可',
        rows: [
          ['许可证号', '有效期'],
          ['1', '长期'],
        ],
      },
      { name: '处罚', rows: [['公示表'], HEADER, ROW] },
      { name: '旧数据', rows: [HEADER, ROW], isHidden: true },
    ]);
    expect(outline(rows)).toEqual([
      'SKIPPED 1+2 NO_HEADER',
      'SKIPPED 1 BEFORE_HEADER',
      'HEADER 2',
      'ROW 3',
      'SKIPPED 1+2 HIDDEN_SHEET',
    ]);
    expect(rows.map((row) => row.sheet)).toEqual(['许可', '处罚', '处罚', '处罚', '旧数据']);
  });

  it('counts rows that the file leaves out, as a person sees them: blank', async () => {
    const parts = workbookParts([{ name: '表', rows: [HEADER, ROW, ROW] }]);
    const whole = parts.get('xl/worksheets/sheet1.xml') ?? '';
    parts.set(
      'xl/worksheets/sheet1.xml',
      whole.replace('<row r="3"', '<row r="9"').replaceAll(/r="([A-D])3"/gu, 'r="$19"'),
    );
    const rows = await collect(readSheet(write('gaps.xlsx', zip(parts)), penalties));
    expect(outline(rows)).toEqual(['HEADER 1', 'ROW 2', 'SKIPPED 3+8 BLANK', 'ROW 9']);
  });

  it.each(['written-by-openpyxl.xlsx', 'written-by-xlsxwriter.xlsx', 'written-by-sheetjs.xlsx'])(
    '%s gives its records',
    async (file) => {
      const values = valuesOf(await collect(readSheet(fixture(file), penalties)));
      expect(values.slice(0, 2)).toMatchObject([
        { name: '随州示例建材有限公司', decidedOn: '2026-03-05', fine: '2000.00' },
        { name: '随州示例食品厂', code: '201312142', decidedOn: '2026-03-06', fine: '540000.00' },
      ]);
    },
  );

  it('takes day numbers and numbers as numbers', async () => {
    const rows = await readBook([
      { name: '表', rows: [HEADER, ['甲', 201312142, 46086, 0.1], ['乙', null, { number: 46086, style: 2 }, 1e5]] },
    ]);
    expect(valuesOf(rows)).toMatchObject([
      { code: '201312142', decidedOn: '2026-03-05', fine: '0.10' },
      { code: null, decidedOn: '2026-03-05', fine: '100000.00' },
    ]);
  });
});

describe('a row', () => {
  it('is rejected with every reason at once, and shown as it was submitted', async () => {
    const rows = await readCsv([HEADER, ['', '/', '昨天', '-5']]);
    expect(rows[1]).toEqual({
      outcome: 'REJECTED',
      sheet: '',
      number: 2,
      cells: ['', '/', '昨天', '-5'],
      reasons: [
        { field: 'name', code: 'VALUE_REQUIRED', message: '“企业名称”不能为空。' },
        {
          field: 'decidedOn',
          code: 'DATE_UNREADABLE',
          message: '“处罚决定日期”：应为日期（如 2026-03-05），实际为“昨天”。',
        },
        { field: 'fine', code: 'AMOUNT_NEGATIVE', message: '“罚款金额”：金额不能为负数，实际为“-5”。' },
      ],
    });
  });

  it('that breaks a rule over several columns is rejected, and one that only looks odd is flagged', async () => {
    const rows = await readCsv([
      [...HEADER, '状态'],
      ['甲', '', '2027-01-01', '', ''],
      ['乙', '', '2026.03', '0', '未知'],
    ]);
    expect(rows[1]).toMatchObject({
      outcome: 'REJECTED',
      reasons: [{ code: 'DECIDED_IN_FUTURE', field: 'decidedOn' }],
    });
    expect(rows[2]).toMatchObject({ outcome: 'ROW', flags: ['DATE_MONTH_ONLY', 'CODE_UNKNOWN', 'FINE_IS_ZERO'] });
  });

  it('below the table that is only a signature is rejected, not lost', async () => {
    const rows = await readCsv([HEADER, ROW, [], ['填表人：示例科']]);
    expect(outline(rows)).toEqual(['HEADER 1', 'ROW 2', 'SKIPPED 3 BLANK', 'REJECTED 4']);
  });

  it('of a workbook keeps cells that stand beyond the header or under a blank one', async () => {
    const rows = await readBook([
      {
        name: '处罚',
        rows: [
          [...HEADER, ''],
          [...ROW, '无题', '之外'],
        ],
      },
    ]);
    expect(keptOf(rows)).toEqual([...ROW, '无题', '之外']);
  });

  it('of a CSV with more in it than its header is rejected whole: its cells may stand in the wrong columns', async () => {
    const rows = await readCsv([
      [...HEADER, ''],
      [...ROW, '无题', ''],
      [...ROW, '无题', '', ''],
      [...ROW, '无题', '之外'],
    ]);
    expect(outline(rows)).toEqual(['HEADER 1', 'ROW 2', 'ROW 3', 'REJECTED 4']);
    expect(rows[3]).toMatchObject({ reasons: [{ code: 'ROW_WIDER_THAN_HEADER' }], cells: [...ROW, '无题', '之外'] });
  });
});

describe('an ID number', () => {
  const header = [...HEADER, '居民身份证号', '证件号码', '负责人身份证号码', '备注'];
  const spread = ['甲公司', ID_NUMBER, '2026-03-05', '1', ID_NUMBER, ID_NUMBER, ID_NUMBER, `张某${ID_NUMBER}`];

  it('reaches only the column that must have it', async () => {
    const [, row] = await readCsv([header, spread]);
    if (row?.outcome !== 'ROW') throw new Error('expected a row');
    expect(row.values.person).toBe(ID_NUMBER);
    expect('idNumber' in row.values).toBe(false);
    expect(JSON.stringify(row.cells)).not.toContain(ID_NUMBER);
    const kept = header.filter((_title, at) => row.cells[at] !== '');
    expect(kept).toEqual(['企业名称', '统一社会信用代码', '处罚决定日期', '罚款金额', '备注']);
  });

  it('stands in no reason and no rejected row, however it was written', async () => {
    const wide = ID_NUMBER.replace(/\d/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    for (const given of [ID_NUMBER, ID_NUMBER.toLowerCase(), wide, `身份证 ${ID_NUMBER} 号`]) {
      const rows = await readCsv([header, ['', given, given, given, given, given, given, given]]);
      expect(outline(rows)).toEqual(['HEADER 1', 'REJECTED 2']);
      expect(JSON.stringify(rows).normalize('NFKC').toUpperCase()).not.toContain('19491231');
    }
  });

  it('is not left half where a long text is cut, nor where a parser echoes it', async () => {
    const echoing = defineSheet({
      columns: {
        name: text(['企业名称'], { isRequired: true }),
        code: identifierColumn(['代码'], (given): { problem: string } => ({ problem: `不认识${given}` })),
        decidedOn: date(['决定日期']),
      },
    });
    const long = `${'某'.repeat(30)}${ID_NUMBER}`;
    const path = write(
      'echo.csv',
      csv([
        ['企业名称', '代码', '决定日期'],
        ['甲', ID_NUMBER, long],
      ]),
    );
    const [, rejected] = await collect(readSheet(path, echoing));
    if (rejected?.outcome !== 'REJECTED') throw new Error('expected a rejected row');
    expect(rejected.reasons.map((reason) => reason.field)).toEqual(['code', 'decidedOn']);
    expect(JSON.stringify(rejected)).not.toContain(ID_NUMBER.slice(0, 8));
  });

  it('in an unknown column is left out wherever the header says what it is', async () => {
    const published = (await collect(readRows(fixture('observed-column-headers.csv')))).map(
      ({ cells }) => [cells[0]?.text ?? '', cells[1]?.text] as const,
    );
    const headers = published
      .filter(([title, meaning]) => meaning === 'id_number' && /身份证/u.test(title))
      .map(([title]) => title);
    expect(headers.length).toBeGreaterThan(8);
    for (const title of headers) {
      const rows = await readCsv([
        [...HEADER, title],
        [...ROW, '不是号码的字'],
      ]);
      expect(keptOf(rows).join()).not.toContain('不是号码的字');
    }
  });
});

describe('the counts', () => {
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...HEADER, ...ROW, '状态', '居民身份证号', '——', '长期', '46086.0', '公示表'),
    },
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const row = fc.oneof(fc.array(word, { maxLength: 6 }), fc.constantFrom([], HEADER, ROW));
  const grid = fc.array(row, { maxLength: 45 });

  it('of any workbook add up to its rows, and nothing but a SheetError is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(grid, { minLength: 1, maxLength: 3 }), async (grids) => {
        const sheets = grids.map((rows, index) => ({
          name: `表${index}`,
          rows: rows.map((cells) => cells.map((cell) => cell || null)),
        }));
        const rows = await tolerant(write('any.xlsx', workbook(sheets)));
        if (rows !== undefined)
          expect(sheets.map(({ name }) => countOf(rows, name))).toEqual(grids.map(({ length }) => length));
      }),
      { numRuns: 150 },
    );
  });

  it('of any CSV add up to its records, and nothing but a SheetError is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(grid, async (rows) => {
        const path = write('any.csv', csv(rows));
        const records = await collect(readRows(path)).catch(() => []);
        const read = await tolerant(path);
        if (read !== undefined) expect(countOf(read, '')).toBe(records.length);
      }),
      { numRuns: 150 },
    );
  });

  it('of any bytes: a SheetError or rows, never anything else', async () => {
    const start = fc.constantFrom(
      '',
      'PK\x03\x04',
      'PK\x05\x06',
      '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
      '\xff\xfe',
      '\xef\xbb\xbf',
      '企业名称,处罚决定日期\n',
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (signature, bytes) => {
        await tolerant(write('any.bin', Buffer.concat([Buffer.from(signature, 'latin1'), bytes])));
      }),
      { numRuns: 300 },
    );
  });

  it('of a workbook with any one byte changed: a SheetError or the same rows', async () => {
    const whole = workbook([{ name: '表', rows: [HEADER, ROW] }]);
    const original = await tolerant(write('whole.xlsx', whole));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole);
        changed.writeUInt8(whole.readUInt8(at) ^ change, at);
        const rows = await tolerant(write('changed.xlsx', changed));
        if (rows !== undefined) expect(valuesOf(rows)).toEqual(valuesOf(original ?? []));
      }),
      { numRuns: 300 },
    );
  });
});

/** The rows of a file, or undefined where it is refused as a file may be. */
async function tolerant(path: string): Promise<ReadRow<Penalty>[] | undefined> {
  try {
    return await collect(readSheet(path, penalties));
  } catch (error) {
    if (error instanceof SheetError) return undefined;
    throw error;
  }
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows
    .map((cells) => cells.map((cell) => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\n');
}

function readCsv(rows: readonly (readonly string[])[]): Promise<ReadRow<Penalty>[]> {
  return collect(readSheet(write('rows.csv', csv(rows)), penalties));
}

function readBook(sheets: readonly TestSheet[]): Promise<ReadRow<Penalty>[]> {
  return collect(readSheet(write('rows.xlsx', workbook(sheets)), penalties));
}

/** Each event in a word: its kind, the rows it tells of, and why they were skipped. */
function outline(rows: readonly ReadRow<Penalty>[]): string[] {
  return rows.map((row) => {
    const last = 'count' in row && row.count > 1 ? `+${row.number + row.count - 1}` : '';
    return `${row.outcome} ${row.number}${last}${row.outcome === 'SKIPPED' ? ` ${row.reason}` : ''}`;
  });
}

function valuesOf(rows: readonly ReadRow<Penalty>[]): Penalty[] {
  return rows.flatMap((row) => (row.outcome === 'ROW' ? [row.values] : []));
}

/** What is kept of the first row's cells. */
function keptOf(rows: readonly ReadRow<Penalty>[]): readonly string[] {
  const row = rows.find((one) => one.outcome === 'ROW');
  return row?.outcome === 'ROW' ? row.cells : [];
}

function countOf(rows: readonly ReadRow<Penalty>[], sheet: string): number {
  return rows.filter((row) => row.sheet === sheet).reduce((sum, row) => sum + ('count' in row ? row.count : 1), 0);
}
