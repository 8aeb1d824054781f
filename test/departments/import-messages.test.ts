import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../cli/report.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { testCity } from '../support/city.ts';
import { scratchFiles } from '../support/files.ts';
import { workbook } from '../support/workbook-files.ts';
import { csv, linesOf, penalty, registered, table } from './made-up.ts';
import { byHeading, type Cells, madeUpCode } from './submitted.ts';

// What a clerk is told of a file that is not as it should be: what was expected, what came instead, what became of it.

const city = await testCity();
const write = scratchFiles();
const ITEM = 'market.penalty';
const ID_NUMBER = '11010519491231002X';

let documents = 0;
const row = (changes: Cells = {}): Cells => {
  documents += 1;
  return penalty(`云泽第${documents}号信使有限公司`, madeUpCode(`MM${String(documents).padStart(6, '0')}`), {
    行政处罚决定书文号: `云市监罚〔2026〕${7000 + documents}号`,
    ...changes,
  });
};
/** The same row with its columns in the opposite order. */
const reversed = (cells: Cells): Cells => Object.fromEntries(Object.entries(cells).reverse());
const wrongCode = (eight: string): string => {
  const code = madeUpCode(eight);
  return `${code.slice(0, 17)}${code.endsWith('1') ? '2' : '1'}`;
};

describe('The file of rejected rows', () => {
  it('has a row that the credit office refuses under the header of its own worksheet, whatever the next one’s is', async () => {
    const refused = row({ 统一社会信用代码: wrongCode('MM999999') });
    const contradicted = row();
    const sheets = [
      {
        name: '一科',
        rows: table([row(), refused, contradicted, { ...contradicted, 处罚内容: '警告,并罚款2000元。' }]),
      },
      { name: '二科', rows: table([row(), row({ 处罚决定日期: '某日' })].map(reversed)) },
    ];
    const report = await city.take(ITEM, { path: write('two-orders.xlsx', workbook(sheets)) });
    expect(report).toMatchObject({ rows: 6, added: 3, rejected: 3 });
    const files = await Promise.all(report.rejectedFiles.map(linesOf));
    expect(files.map(([headers = [], ...rows]) => [headers.slice(3), rows.map((cells) => cells[0])])).toEqual([
      [sheets[0]?.rows[0], ['一科', '一科']],
      [sheets[1]?.rows[0], ['二科']],
    ]);
    const [headers = [], first = []] = files[0] ?? [];
    expect(first[headers.indexOf('行政相对人名称')]).toBe(refused.行政相对人名称);
  });

  it('that cannot be written fails the import in a sentence, and nothing is called done', async () => {
    const folder = write('no-folder', '');
    const path = write('bad.csv', csv([row(), row({ 处罚决定日期: '某日' })]));
    const options = { dataDirectory: folder, now: () => new Date() };
    await expect(takeFile(city.city, ITEM, path, options)).rejects.toThrow(/^退回的行无法写入 \S+\(ENOTDIR\),请检查/u);
    const [batch] = await city.database.admin`select status from market.imports where file_name = 'bad.csv'`;
    expect(batch).toEqual({ status: 'FAILED' });
    const report = await city.take(ITEM, { path });
    expect(report).toMatchObject({ rows: 2, rejected: 1, rejectedFiles: [expect.any(String)] });
    // A name that is taken by a folder: the stream finds out after the import went on.
    const blocked = write('blocked', '');
    const data = `${blocked}-data`;
    mkdirSync(join(data, 'imports', `${ITEM}-${(report.importId ?? 0) + 1}.rejected.csv`), { recursive: true });
    await expect(takeFile(city.city, ITEM, path, { ...options, dataDirectory: data, again: true })).rejects.toThrow(
      /^退回的行无法写入 \S+\(EISDIR\)/u,
    );
  });
});

describe('A file that breaks off', () => {
  it('is told with how far it was taken, and mended it is taken whole', async () => {
    const rows = Array.from({ length: 2100 }, () => row());
    rows[3] = row({ 处罚决定日期: '某日' });
    const path = write('broken.csv', `${csv(rows)}\r\n"云泽`);
    await expect(city.take(ITEM, { path })).rejects.toThrow(
      /^第 2102 行起无法读取：引号没有成对，请检查后重新提交。此前 2001 行已处理,其中退回 1 行\(\S+\.rejected\.csv\),已入库的保留:改正后再次导入整个文件,不会重复。$/u,
    );
    writeFileSync(path, csv(rows));
    expect(await city.take(ITEM, { path })).toMatchObject({ rows: 2100, added: 99, unchanged: 2000, rejected: 1 });
  });

  it('within a line that another was swallowed into gives that line back', async () => {
    const rows = [row(), row(), row(), row()];
    const lines = csv(rows).split('\r\n');
    lines[2] = lines[2]?.slice(0, -1) ?? '';
    const report = await city.take(ITEM, { path: write('swallowed.csv', lines.join('\r\n')) });
    expect(report).toMatchObject({ rows: 3, added: 2, rejected: 1, reasons: { ROW_WIDER_THAN_HEADER: 1 } });
    const [, rejected = []] = await linesOf(report.rejectedFiles[0]);
    expect(rejected[2]).toMatch(/^本行有 \d+ 格,表头只有 12 列:多半是某格中的逗号或引号使各格错位/u);
    expect(rejected.join()).toContain(rows[2]?.统一社会信用代码);
  });

  it('within a line whose text has a comma of its own gives that line back', async () => {
    const text = `${table([row({ 处罚内容: '罚款2000元,限期缴纳' })])
      .map((cells) => cells.join(','))
      .join('\n')}\n`;
    expect(await city.take(ITEM, { path: write('comma.csv', text) })).toMatchObject({
      rows: 1,
      rejected: 1,
      reasons: { ROW_WIDER_THAN_HEADER: 1 },
    });
  });
});

describe('The report', () => {
  it('of a file with nothing below its header says so', async () => {
    const [header = ''] = csv([row()]).split('\r\n');
    const report = await city.take(ITEM, { path: write('header.csv', header) });
    expect(report).toMatchObject({ rows: 0, remarks: ['文件只有表头,没有一行数据。'] });
  });

  it('says of columns that it does not know whether their cells are kept', async () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`附加列${at + 1}`, '值']));
    const given = row({ 法人身份证号码: ID_NUMBER, 片区: '城东', ...wide });
    const report = await city.take(ITEM, { path: write('wide.csv', csv([given])) });
    expect(report).toMatchObject({ added: 1 });
    expect(report.remarks).toEqual([
      expect.stringMatching(/^未识别的列,仅随原文留存:片区、附加列1、(?:附加列\d+、){17}附加列19等 301 列$/u),
      '证件号码列,不读取也不留存:法人身份证号码',
    ]);
    const [stored] = await city.database.admin<{ headings: string[]; source: string[] }[]>`
      select h.headings, p.source from market.administrative_penalties p
      join market.source_headings h on h.id = p.source ->> 0 where p.document_number = ${given.行政处罚决定书文号 ?? ''}`;
    expect(byHeading(stored?.headings ?? [], stored?.source ?? [])).toMatchObject({ 片区: '城东', 附加列300: '值' });
    expect(JSON.stringify(stored)).not.toContain(ID_NUMBER.slice(0, 10));
  });

  it('of a workbook whose worksheets have other headers keeps each row’s cells under its own', async () => {
    const [one, other] = [row({ 片区: '城东' }), row({ 经办: '甲科' })];
    const sheets = [one, reversed(other)].map((cells, at) => ({ name: `第${at + 1}页`, rows: table([cells]) }));
    expect(await city.take(ITEM, { path: write('two.xlsx', workbook(sheets)) })).toMatchObject({
      added: 2,
      rejected: 0,
    });
    const numbers = [one, other].map((cells) => cells.行政处罚决定书文号 ?? '');
    const stored = await city.database.admin<{ headings: string[]; source: string[] }[]>`
      select h.headings, p.source from market.administrative_penalties p
      join market.source_headings h on h.id = p.source ->> 0 where p.document_number = any(${numbers}) order by p.document_number`;
    const kept = stored.map(({ headings, source }) => byHeading(headings, source));
    expect(kept.map(({ 片区, 经办, 行政处罚决定书文号 }) => [行政处罚决定书文号, 片区, 经办])).toEqual([
      [numbers[0], '城东', undefined],
      [numbers[1], undefined, '甲科'],
    ]);
  });

  it('offers to take a batch of records back, and not one of subjects', async () => {
    const records = await city.take(ITEM, csv([row()]));
    expect(reportOf(records)).toContain(`批次 ${records.batch}(可用 --withdraw ${records.batch} 撤回)`);
    const subjects = await city.take(
      'credit.subject',
      csv([registered('云泽信使名录公司', { 统一社会信用代码: madeUpCode('MM888888') })]),
    );
    expect(reportOf(subjects)).toContain(`批次 ${subjects.batch}(不能撤回,有误请以更正后的名单再次导入)`);
  });
});

describe('A cell', () => {
  it('with a formula that nobody has worked out gives its row back, in a required column or not', async () => {
    const given = [row(), row(), row()];
    const lines = table(given).map((cells): Parameters<typeof workbook>[0][number]['rows'][number][number][] => [
      ...cells,
    ]);
    const fine = (lines[0] ?? []).indexOf('罚款金额(万元)');
    const formula = (xml: string) => ({ xml: `<c r="REF"><f>0.1+0.1</f>${xml}</c>` });
    lines[1]?.splice(fine, 1, formula('<v>0.2</v>'));
    lines[2]?.splice(fine, 1, formula(''));
    lines[0]?.push('处罚有效期');
    lines[3]?.push(formula(''));
    const report = await city.take(ITEM, { path: write('formulas.xlsx', workbook([{ name: '处罚', rows: lines }])) });
    expect(report).toMatchObject({ rows: 3, added: 1, rejected: 2, reasons: { FORMULA_ERROR: 2 } });
    const [, rejected = []] = await linesOf(report.rejectedFiles[0]);
    expect(rejected[2]).toBe(
      '“罚款金额(万元)”：公式没有结果（#未计算!），请用电子表格软件打开核对，改为数值后再提交。',
    );
  });

  it('with a word that its column does not know is told which ones it knows', async () => {
    const given = [row({ 行政相对人类别: '分公司' }), row({ 是否公示: '看情况' })];
    const report = await city.take(ITEM, csv(given));
    expect(report).toMatchObject({ rejected: 2, reasons: { CODE_UNKNOWN: 2 } });
    const [, ...rejected] = await linesOf(report.rejectedFiles[0]);
    expect(rejected.map((cells) => cells[2])).toEqual([
      expect.stringMatching(/^“行政相对人类别”：应为法人.*个体工商户之一，实际为“分公司”。$/u),
      '“是否公示”：应为是、否之一，实际为“看情况”。',
    ]);
  });
});
