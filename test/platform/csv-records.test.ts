import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../platform/sheets/csv-records.ts';
import { readRows } from '../../platform/sheets/index.ts';
import { collect, scratchFiles } from '../support/files.ts';

const write = scratchFiles();

/** The same text, in pieces of these lengths. */
function inPieces(text: string, lengths: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

function cut(pieces: readonly string[]): { records: readonly (readonly string[])[]; odd: string | undefined } {
  const records = csvRecords(',', 10_000);
  const found: (readonly string[])[] = [];
  for (const piece of pieces) {
    if (records.odd !== undefined) return { records: found, odd: records.odd };
    found.push(...records.take(piece));
  }
  if (records.odd === undefined) found.push(...records.end());
  return { records: found, odd: records.odd };
}

const patiently = (text: string) =>
  parse(text, {
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
  }) as unknown as readonly (readonly string[])[];

const texts = fc.array(fc.constantFrom('a', '信', ',', '"', '""', '\n', '\r', '\r\n', ' '), { maxLength: 40 });
const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe('A text of records', () => {
  it('is cut as csv-parse cuts it, in whatever pieces it comes, up to where it is odd', () => {
    let odd = 0;
    fc.assert(
      fc.property(texts, lengths, (parts, sizes) => {
        const text = parts.join('');
        const { records, odd: rest } = cut(inPieces(text, sizes));
        if (rest === undefined) {
          expect(records).toEqual(patiently(text));
          return;
        }
        odd += 1;
        // In pieces more may follow what was seen; the records before the odd one are those of the text before it.
        expect(text).toContain(rest);
        expect(records).toEqual(records.length === 0 ? [] : patiently(before(text, records.length)));
      }),
      { numRuns: 3000 },
    );
    expect(odd).toBeGreaterThan(100);
  });

  it('keeps quoted separators, line breaks and quotes, and goes on after what is odd', async () => {
    const lines = [
      'a,b',
      '"1,2","x\r\ny"',
      '"say ""hi""",',
      '"odd" one,2',
      ...Array.from({ length: 9000 }, (_, at) => `${at},z`),
    ];
    const rows = await collect(readRows(write('odd.csv', lines.join('\n'))));
    const texts = rows.map((row) => row.cells.map((cell) => cell.text));
    expect(texts.slice(0, 3)).toEqual([
      ['a', 'b'],
      ['1,2', 'x\r\ny'],
      ['say "hi"', ''],
    ]);
    expect(texts[3]?.join()).toContain('odd');
    expect(rows).toHaveLength(lines.length);
    expect(rows.map((row) => row.number)).toEqual(lines.map((_, at) => at + 1));
    expect(texts.at(-1)).toEqual(['8999', 'z']);
  });
});

/** The beginning of a text that holds so many records. */
function before(text: string, count: number): string {
  for (let end = 0; end <= text.length; end += 1) {
    const found = cut([text.slice(0, end)]);
    const isAtBreak = /[\n\r]$/u.test(text.slice(0, end)) && !text.slice(end - 1).startsWith('\r\n');
    if (found.odd === undefined && isAtBreak && found.records.length === count) return text.slice(0, end);
  }
  return '';
}
