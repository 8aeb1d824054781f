import { describe, expect, it } from 'vitest';
import { csvText } from '../../platform/catalogue/csv-text.ts';
import { filedItems } from '../../platform/catalogue/filed-items.ts';
import { rowSchema } from '../../platform/catalogue/row-schema.ts';
import { departments } from '../../subgraphs/index.ts';
import { testCity } from '../support/city.ts';

// The proof that templates and schemas are true: what they say is imported, over PostgreSQL.

const city = await testCity();
const items = filedItems(departments);

/** The template of an item, filled in with these rows by header. */
function filled(code: string, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const headers = items.find((item) => item.code === code)?.columns.map(({ header }) => header) ?? [];
  return csvText([headers, ...rows.map((row) => headers.map((header) => String(row[header] ?? '')))]);
}

describe('A template', () => {
  it.each(items)(
    'of $code, filled in as its schema’s example says, is taken without rejection or mark',
    async (item) => {
      const { examples } = rowSchema(item) as { readonly examples: readonly Record<string, unknown>[] };
      const report = await city.take(item.code, filled(item.code, examples));
      expect(report).toMatchObject({ rows: examples.length, rejected: 0, reasons: {}, marks: {} });
      expect(report.added + report.unchanged + report.corrected).toBe(examples.length);
      expect(report.remarks).toEqual([]);
    },
  );

  it('that nobody filled in is a file without rows', async () => {
    expect(await city.take('tax.arrears', filled('tax.arrears', []))).toMatchObject({ rows: 0, rejected: 0 });
  });

  it('filled in wrongly comes back, with the reason at the column', async () => {
    const item = items.find(({ code }) => code === 'tax.arrears');
    if (!item) throw new Error('there is no such item');
    const { examples } = rowSchema(item) as { readonly examples: readonly Record<string, unknown>[] };
    const wrong = examples.map((row) => ({ ...row, 公告日期: '去年', 欠税余额: '若干' }));
    const report = await city.take('tax.arrears', filled('tax.arrears', wrong));
    expect(report).toMatchObject({ rejected: 1, reasons: { DATE_UNREADABLE: 1, AMOUNT_UNREADABLE: 1 } });
  });
});
