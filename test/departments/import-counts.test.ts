import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../../platform/import/report.ts';
import { testCity } from '../support/city.ts';
import { scratchFiles } from '../support/files.ts';
import { workbook } from '../support/workbook-files.ts';
import { csv, linesOf, penalty, rating, table } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const write = scratchFiles();
const ITEM = 'tax.credit-rating';
const CANARY = '110105194912310021';

/** What a random row says: a grade of a taxpayer's year, nothing at all, or something that cannot be taken. */
type Line =
  | { readonly kind: 'RATING'; readonly taxpayer: number; readonly year: number; readonly grade: string }
  | { readonly kind: 'BLANK' }
  | { readonly kind: 'WRONG'; readonly cells: Cells };

const names = ['云泽晨光机械有限公司', '云泽远山茶业有限公司', '云泽北岸物流有限公司'];
const codes = names.map((_, index) => madeUpCode(`MA8CTNT${index}`));
const good = rating(names[0] ?? '', codes[0] ?? '');

const lines = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('RATING' as const),
      taxpayer: fc.nat(names.length - 1),
      year: fc.integer({ min: 2019, max: 2025 }),
      grade: fc.constantFrom('A', 'B', 'M', 'C'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'BLANK' as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<Cells>(
        { ...good, 信用等级: '优' },
        { ...good, 评价年度: '去年' },
        { ...good, 统一社会信用代码: '' },
        { ...good, 统一社会信用代码: '123' },
        { ...good, 纳税人名称: '' },
        { ...good, 评价单位: '' },
      )
      .map((cells) => ({ kind: 'WRONG' as const, cells })),
  },
);

function cellsOf(line: Line): Cells {
  if (line.kind === 'BLANK') return {};
  if (line.kind === 'WRONG') return line.cells;
  const { taxpayer, year, grade } = line;
  return rating(names[taxpayer] ?? '', codes[taxpayer] ?? '', { 评价年度: String(year), 信用等级: grade });
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
const total = ({ added, corrected, unchanged, repeated, rejected }: ImportReport): number =>
  added + corrected + unchanged + repeated + rejected;

describe('The counts of an import', () => {
  it('add up and are what the rows say, whatever a file holds, in CSV and in XLSX', async () => {
    const held = new Map<string, string>();
    let files = 0;
    const file = fc.record({
      lines: fc.array(lines, { minLength: 1, maxLength: 40 }),
      isWorkbook: fc.boolean(),
      hasUnknownColumn: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ lines: given, isWorkbook, hasUnknownColumn }) => {
        files += 1;
        const extra: Cells = hasUnknownColumn ? { 片区: `第 ${files} 片` } : {};
        const cells = given.map((line) => (line.kind === 'BLANK' ? {} : { ...cellsOf(line), ...extra }));
        const rows = table([good, ...cells]).toSpliced(1, 1);
        const path = isWorkbook
          ? write(`random-${files}.xlsx`, workbook([{ name: '评价', rows }]))
          : write(
              `random-${files}.csv`,
              csv([good, ...cells])
                .split('\r\n')
                .toSpliced(1, 1)
                .join('\r\n'),
            );

        const expected = { added: 0, corrected: 0, unchanged: 0, repeated: 0, rejected: 0 };
        const inFile = new Map<string, string>();
        for (const line of given) {
          if (line.kind === 'WRONG') expected.rejected += 1;
          if (line.kind !== 'RATING') continue;
          const fact = `${line.taxpayer} ${line.year}`;
          const earlier = inFile.get(fact);
          if (earlier !== undefined) {
            expected[earlier === line.grade ? 'repeated' : 'rejected'] += 1;
            continue;
          }
          inFile.set(fact, line.grade);
          const before = held.get(fact);
          expected[before === undefined ? 'added' : before === line.grade ? 'unchanged' : 'corrected'] += 1;
          held.set(fact, line.grade);
        }
        const report = await city.take(ITEM, { path }, { again: true });

        expect(report).toMatchObject({ ...expected, rows: given.filter((line) => line.kind !== 'BLANK').length });
        expect(total(report)).toBe(report.rows);
        expect(sum(report.reasons)).toBeGreaterThanOrEqual(report.rejected);
        const [stored] = await city.database.admin<{ sum: number; rows: number }[]>`
          select rows::int, (added + corrected + unchanged + repeated + rejected)::int as sum from tax.imports
          where id = ${report.importId}`;
        expect(stored).toEqual({ rows: report.rows, sum: report.rows });
        const [file] = report.rejectedFiles;
        expect(file === undefined ? 0 : (await linesOf(file)).length - 1).toBe(report.rejected);
      }),
      { numRuns: 40 },
    );
    const [current] = await city.database.admin<{ count: number }[]>`
      select count(*)::int from tax.tax_credit_ratings where superseded_at is null`;
    expect(current?.count).toBe(held.size);
  });
});

describe('The file of rejected rows', () => {
  const wrong = [
    penalty('云泽北岸物流有限公司', madeUpCode('MA8REJE1'), { 处罚决定日期: '二月三十日', 备注: '=1+1' }),
    penalty('云泽北岸物流有限公司', madeUpCode('MA8REJE1'), {
      行政处罚决定书文号: '云市监罚〔2026〕19号',
      处罚内容: '罚款"两千"元,\n限期缴纳。',
      '罚款金额(万元)': '0',
    }),
  ];
  const given = [
    penalty('云泽北岸物流有限公司', madeUpCode('MA8REJE1'), { 行政处罚决定书文号: '云市监罚〔2026〕20号' }),
    ...wrong.map((row) => ({ ...row, 法定代表人身份证号: CANARY, 备案: `持证人 ${CANARY}` })),
  ];

  it('opens in a spreadsheet and says where each row stood, why it came back and what it said', async () => {
    const path = write('penalties.csv', csv(given));
    const report = await city.take('market.penalty', { path });
    expect(report).toMatchObject({ rows: 3, added: 1, rejected: 2 });
    const [file = ''] = report.rejectedFiles;
    expect(report.rejectedFiles).toHaveLength(1);
    const bytes = readFileSync(file);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.toString()).not.toContain(CANARY);
    expect(bytes.toString()).toContain('\r\n');

    const [headers = [], ...rows] = await linesOf(file);
    const [submitted = []] = table(given);
    expect(headers).toEqual(['工作表', '行号', '退回原因', ...submitted]);
    expect(rows.map((cells) => cells[1])).toEqual(['3', '4']);
    expect(rows[0]?.[2]).toContain('处罚决定日期');
    expect(rows[1]?.[2]).toContain('罚款金额');
    for (const [index, cells] of rows.entries()) {
      const before = table(given)[index + 2] ?? [];
      const said = cells.slice(3).map((cell) => cell.replace(/^\t/u, ''));
      submitted.forEach((header, at) => {
        if (header === '法定代表人身份证号') expect(said[at]).toBe('');
        else if (header !== '备案') expect(said[at], header).toBe(before[at]);
      });
    }
  });

  it('can be mended and imported as it is, as often as it takes', async () => {
    const first = await city.take('market.penalty', { path: write('again.csv', `${csv(given)}\r\n`) }, { again: true });
    const [file = ''] = first.rejectedFiles;
    const half = write('mended-once.csv', readFileSync(file, 'utf8').replace(',二月三十日,', ',2026-02-20,'));
    const second = await city.take('market.penalty', { path: half });
    expect(second).toMatchObject({ rows: 2, added: 1, rejected: 1 });
    expect(second.remarks.join()).not.toMatch(/工作表|行号|退回原因/u);
    const [rest = ''] = second.rejectedFiles;
    const [headers = []] = await linesOf(rest);
    expect(headers.slice(0, 5)).toEqual(['工作表', '行号', '退回原因', '行政相对人名称', '行政相对人类别']);

    const whole = write('mended-twice.csv', readFileSync(rest, 'utf8').replace(',0,', ',0.2,'));
    expect(await city.take('market.penalty', { path: whole })).toMatchObject({ rows: 1, added: 1, rejected: 0 });
    const stored = await city.database.admin<{ headings: string[]; content: string }[]>`
      select h.headings, p.content from market.administrative_penalties p
      join market.source_headings h on h.id = p.source ->> 0 where p.document_number = '云市监罚〔2026〕19号'`;
    expect(stored).toHaveLength(1);
    expect(stored[0]?.content).toBe('罚款"两千"元,\n限期缴纳。');
    expect(stored[0]?.headings[0]).toBe('行政相对人名称');
    expect(stored[0]?.headings).not.toContain('退回原因');
  });

  it('keeps worksheets with different headers apart, each under its own', async () => {
    const [code, other] = [madeUpCode('MA8REJE2'), madeUpCode('MA8REJE3')];
    const short = {
      主体名称: '云泽南湾渔业有限公司',
      信用代码: other,
      年度: '2025',
      评价等级: '优',
      评定机关: '云泽市税务局',
    };
    const sheets = [
      { name: '一月', rows: table([rating('云泽西岭矿业有限公司', code, { 信用等级: '良' })]) },
      { name: '二月', rows: table([short]) },
    ];
    const report = await city.take(ITEM, { path: write('months.xlsx', workbook(sheets)) });
    expect(report).toMatchObject({ rows: 2, rejected: 2 });
    const files = await Promise.all(report.rejectedFiles.map(linesOf));
    expect(files.map(([headers = []]) => headers.slice(3))).toEqual(sheets.map(({ rows }) => rows[0]));
    expect(files.map(([, row = []]) => [row[0], row[1], row[3]])).toEqual([
      ['一月', '2', '云泽西岭矿业有限公司'],
      ['二月', '2', '云泽南湾渔业有限公司'],
    ]);
    for (const path of report.rejectedFiles) {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/,[优良],/u, ',B,'));
      expect(await city.take(ITEM, { path })).toMatchObject({ rows: 1, added: 1 });
    }
  });

  it('has a row under the header of its own worksheet also where it comes back for what an earlier row said', async () => {
    const [code, other] = [madeUpCode('MA8REJE4'), madeUpCode('MA8REJE5')];
    const twice = [rating('云泽青溪制药有限公司', code), rating('云泽青溪制药有限公司', code, { 信用等级: 'B' })];
    const short = {
      主体名称: '云泽白沙建材有限公司',
      信用代码: other,
      年度: '2025',
      评价等级: 'A',
      评定机关: '云泽市税务局',
    };
    const sheets = [
      { name: '一月', rows: table(twice) },
      { name: '二月', rows: table([short]) },
    ];
    const report = await city.take(ITEM, { path: write('twice.xlsx', workbook(sheets)) });
    expect(report).toMatchObject({ rows: 3, added: 2, rejected: 1, reasons: { CONFLICTING_ROWS: 1 } });
    const [[headers = [], row = []] = []] = await Promise.all(report.rejectedFiles.map(linesOf));
    expect(headers.slice(3)).toEqual(sheets[0]?.rows[0]);
    expect(row.slice(0, 2)).toEqual(['一月', '3']);
  });
});
