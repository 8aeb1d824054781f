import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Drafted } from '../../platform/import/draft.ts';
import { FILLED } from '../../platform/import/merge.ts';
import { readAhead } from '../../platform/import/read-ahead.ts';
import { stagedColumns } from '../../platform/import/stage.ts';
import { type Writing, type WrittenDraft, written, writtenColumns } from '../../platform/import/written.ts';
import { personKeys } from '../../platform/persons/seal.ts';
import { market } from '../../subgraphs/market/index.ts';
import { penaltySheet } from '../../subgraphs/market/sheets.ts';
import { administrativePenalties } from '../../subgraphs/market/tables.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { csv, penalty } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const write = scratchFiles();
const PLACE = { module: new URL('index.ts', market.folder).href, department: 'market' };
const WRITING: Writing = {
  item: 'market.penalty',
  today: '2026-11-21',
  hasPersonIdNumber: false,
  columns: writtenColumns(stagedColumns(administrativePenalties), FILLED),
  comparing: personKeys(TEST_SECRET),
};
const LONG = '经营超过保质期的食品,以上事实有现场笔录、询问笔录、照片及进货票据为证。\n'.repeat(12);

/** Penalties of many companies; every hundredth says no authority. */
function penalties(count: number, ...more: readonly Cells[]): string {
  return csv([
    ...Array.from({ length: count }, (_, at) =>
      penalty(`云泽第${at}远读公司`, madeUpCode(`MPRA${String(at).padStart(4, '0')}`), {
        违法事实: LONG,
        行政处罚决定书文号: `云市监罚〔2025〕${at}号`,
        ...(at % 100 === 99 && { 处罚机关: '' }),
      }),
    ),
    ...more,
  ]);
}

/** Every row as it can be compared, and what ended the reading. */
async function allOf(rows: AsyncIterable<Drafted<WrittenDraft>>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  try {
    for await (const row of rows) {
      if (row.outcome !== 'ROW') all.push({ ...row });
      else {
        const { sheet, number, marks, cells, draft } = row;
        all.push({ sheet, number, marks, cells, draft: { ...draft, text: Buffer.from(draft.text).toString() } });
      }
    }
  } catch (error) {
    all.push(`${error}`);
  }
  return all;
}

describe('Reading ahead in another thread', () => {
  it('answers each row, header and rejection as reading here does', { timeout: 60_000 }, async () => {
    const path = write('ahead.csv', penalties(1200));
    const here = await allOf(written(penaltySheet.read(path), WRITING));
    const progress = { bytes: 0 };
    expect(await allOf(readAhead(PLACE, path, WRITING, progress))).toEqual(here);
    expect(here).toHaveLength(1 + 1200);
    expect(progress.bytes).toBe(readFileSync(path).length);
  });

  it('tells what is wrong with a file after the rows before it', { timeout: 60_000 }, async () => {
    const path = write('broken.csv', `${penalties(300)}\r\n"${'长'.repeat(2_100_000)}`);
    const here = await allOf(written(penaltySheet.read(path), WRITING));
    expect(here.at(-1)).toContain('SheetError');
    expect(await allOf(readAhead(PLACE, path, WRITING))).toEqual(here);
  });

  it('ends its thread when nobody wants more', { timeout: 60_000 }, async () => {
    const path = write('left.csv', penalties(6000));
    for await (const row of readAhead(PLACE, path, WRITING)) if (row.outcome === 'ROW') break;
    const { getActiveResourcesInfo } = process;
    expect(getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker')).toEqual([]);
  });
});

describe('A large file', () => {
  it('is imported as a small one, and what it rejects stands in the file of rejected rows', {
    timeout: 60_000,
  }, async () => {
    const city = await testCity();
    const twice = penalty('云泽第1远读公司', madeUpCode('MPRA0001'), {
      违法事实: '另一种说法',
      行政处罚决定书文号: '云市监罚〔2025〕1号',
    });
    const text = penalties(4000, twice);
    expect(Buffer.byteLength(text)).toBeGreaterThan(4 * 1024 ** 2);
    const report = await city.take('market.penalty', text);
    expect(report).toMatchObject({ rows: 4001, added: 3960, rejected: 41, unchanged: 0 });
    expect(report.reasons).toEqual({ NO_AUTHORITY: 40, CONFLICTING_ROWS: 1 });
    expect(readFileSync(report.rejectedFiles[0] ?? '', 'utf8')).toContain('另一种说法');
  });
});
