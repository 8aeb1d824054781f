import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../../platform/import/report.ts';
import { testCity } from '../support/city.ts';
import { contentOf } from '../support/content.ts';
import { scratchFiles } from '../support/files.ts';
import { csv, oldNumber, penalty, rating, registered } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const write = scratchFiles();
const SCHEMAS = ['tax', 'market', 'credit', 'courts', 'environment'];
const NAME = '云泽晨光机械有限公司';

/** What both reports must agree on. */
function counts(report: ImportReport) {
  const { rows, added, corrected, unchanged, repeated, rejected, flagged, marks, reasons, skipped, remarks } = report;
  return { rows, added, corrected, unchanged, repeated, rejected, flagged, marks, reasons, skipped, remarks };
}

/** Looks first and then imports: nothing was written by looking, and the import did what was said. */
async function lookedAndTaken(item: string, rows: readonly Cells[], name: string) {
  const path = write(`${name}.csv`, csv(rows));
  const before = await contentOf(city.database, SCHEMAS);
  const looked = await city.take(item, { path }, { isDryRun: true, again: true });
  expect(await contentOf(city.database, SCHEMAS)).toEqual(before);
  expect(looked).toMatchObject({ isDryRun: true, importId: null, batch: null });
  const taken = await city.take(item, { path }, { again: true });
  expect(counts(looked)).toEqual(counts(taken));
  return { looked, taken };
}

describe('A dry run', () => {
  const code = madeUpCode('MA8DRYR2');
  const other = madeUpCode('MA8DRYR3');

  it('says of strangers what registering them would, and registers nobody', async () => {
    const old = oldNumber('00030701');
    const rows = [
      rating(NAME, code),
      // The same stranger under another name: it would be registered under the first.
      rating('云泽别名有限公司', code, { 评价年度: '2024' }),
      rating('云泽旧号有限公司', old),
      rating('云泽旧号有限公司', old, { 评价年度: '2023' }),
      // A code that fails its check, known to nobody.
      rating('云泽错码有限公司', `${code.slice(0, 17)}${code.endsWith('1') ? '2' : '1'}`),
    ];
    const { looked } = await lookedAndTaken('tax.credit-rating', rows, 'strangers');
    expect(looked).toMatchObject({ rows: 5, added: 4, rejected: 1, marks: { NAME_MISMATCH: 1 } });
  });

  it('in chunks remembers strangers of earlier chunks', async () => {
    const rows = Array.from({ length: 2100 }, (_, at) =>
      rating(
        at === 2050 ? '云泽异名有限公司' : `云泽第${at % 700}号公司`,
        madeUpCode(`MD${String(at % 700).padStart(6, '0')}`),
        {
          评价年度: String(2020 + Math.floor(at / 700)),
        },
      ),
    );
    const { looked } = await lookedAndTaken('tax.credit-rating', rows, 'chunks');
    expect(looked).toMatchObject({ rows: 2100, added: 2100, marks: { NAME_MISMATCH: 1 } });
  });

  it('tells what would be added, corrected, unchanged, repeated and rejected, and writes the rejected rows', async () => {
    await city.take('market.penalty', csv([penalty(NAME, code), penalty(NAME, code, { 处罚决定日期: '2026-03-06' })]));
    const rows = [
      penalty(NAME, code),
      penalty(NAME, code, { 处罚决定日期: '2026-03-06', 处罚内容: '罚款2000元,已缴纳。' }),
      penalty(NAME, code, { 处罚决定日期: '2026-03-07' }),
      penalty(NAME, code, { 处罚决定日期: '2026-03-07' }),
      penalty(NAME, code, { 处罚决定日期: '2026-03-07', 处罚内容: '罚款2000元,限期缴纳。' }),
      penalty(NAME, code, { 处罚决定日期: '某日' }),
    ];
    const { looked, taken } = await lookedAndTaken('market.penalty', rows, 'decisions');
    expect(looked).toMatchObject({ rows: 6, added: 1, corrected: 1, unchanged: 1, repeated: 1, rejected: 2 });
    const [files, written] = [looked, taken].map((report) =>
      report.rejectedFiles.map((path) => readFileSync(path, 'utf8')),
    );
    expect(files).toHaveLength(1);
    expect(files).toEqual(written);
  });

  it('of a held row that would be released says so', async () => {
    await city.take('tax.credit-rating', csv([rating('云泽未登记名有限公司', other), rating(NAME, code)]));
    await city.take('tax.credit-rating', csv([rating('云泽新名有限公司', other, { 评价年度: '2021' })]));
    await lookedAndTaken(
      'credit.subject',
      [registered('云泽新名有限公司', { 统一社会信用代码: other }, { 曾用名: '云泽未登记名有限公司' })],
      'names',
    );
    const { looked } = await lookedAndTaken(
      'tax.credit-rating',
      [rating('云泽新名有限公司', other, { 评价年度: '2021' })],
      'released',
    );
    expect(looked).toMatchObject({ rows: 1, corrected: 1, flagged: 0 });
  });

  it('of the file that was taken last says that it was', async () => {
    const path = write('last.csv', csv([rating(NAME, code, { 评价年度: '2018' })]));
    await city.take('tax.credit-rating', { path });
    expect(await city.take('tax.credit-rating', { path }, { isDryRun: true })).toMatchObject({
      rows: 0,
      takenBefore: expect.any(String),
    });
  });
});
