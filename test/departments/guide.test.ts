import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEnumType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { storySubjects } from '../../demonstration/story.ts';
import { filedItems } from '../../platform/catalogue/filed-items.ts';
import { columnsDocument, itemsTable, withGenerated } from '../../platform/catalogue/guide.ts';
import { date, money, month } from '../../platform/sheets/index.ts';
import { departments } from '../../subgraphs/index.ts';
import { HOME, openedDepartments, sources } from '../house/sources.ts';

// The guide for clerks is prose; what in it can be wrong is held against the sources here.

const guide = readFileSync(join(HOME, 'docs/import.zh-CN.md'), 'utf8');
const explained = new Set([...guide.matchAll(/^\| `([A-Z_]+)` \| [^|]+ \|/gmu)].map(([, code]) => code ?? ''));

const files = sources(['platform', 'standards', 'subgraphs'], ['.ts']).filter(
  ({ path }) => /^platform\/(?:sheets|import)\//u.test(path) || !path.startsWith('platform/'),
);

/** Where a code of a rejection or a mark stands in the sources: what rejects, what flags, what a file is refused with. */
const PLACES = [
  /\b(?:rejected|reject|refuse|problem|SheetError)\(\s*['`]([A-Z][A-Z_]+(?:\$\{[^}]*\})?)['`]/gu,
  /\bcode(?::| \?\?) ['`]([A-Z]+_[A-Z_]*(?:\$\{[^}]*\})?)['`]/gu,
  /\bflags(?:\.add\(|: \[|\s*=\s*\[)\s*'([A-Z_]+)'/gu,
  /\bmarks?[^;\n]*?\[(?:\.\.\.marks, )?'([A-Z_]+)'/gu,
  /\? \[\] : \['([A-Z_]+)'\]/gu,
];
/** How IdentifierError says in which way a number is wrong. */
const WAYS = ['FORMAT', 'LENGTH', 'CHECKSUM', 'COMPONENT'];

const codes = new Map(
  files.flatMap(({ path, text }) =>
    PLACES.flatMap((place) => [...text.matchAll(place)]).flatMap(([, code = '']) =>
      code.includes('${')
        ? WAYS.map((way) => [code.replace(/\$\{.*\}/u, way), path] as const)
        : [[code, path] as const],
    ),
  ),
);

describe('The guide for clerks', () => {
  it('is held against all codes: each kind of place in the sources is read', () => {
    expect(codes.size).toBeGreaterThan(85);
    for (const code of [
      ...['NATURAL_PERSON', 'FINE_WITHOUT_AMOUNT', 'CONFLICTING_ROWS', 'IDENTIFIER_CONFLICT', 'PERIOD_UNREADABLE'],
      ...['CASE_NUMBER_FORMAT', 'IDENTIFIER_LENGTH', 'FILE_ENCRYPTED', 'HEADER_NOT_FOUND', 'VALUE_INVALID'],
      ...[
        'AMOUNT_UNIT_DIFFERS',
        'DATE_MONTH_ONLY',
        'CHECK_DIGIT_MISMATCH',
        'NAME_MISMATCH',
        'AMOUNT_DIFFERS_FROM_TEXT',
      ],
    ])
      expect([code, codes.has(code)]).toEqual([code, true]);
  });

  it('explains every code of a rejection, every mark that is set and every reason why a file is refused', () => {
    expect([...codes].filter(([code]) => !explained.has(code))).toEqual([]);
  });

  it('explains no code that nothing says any more', () => {
    const said = sources(['platform', 'standards', 'subgraphs'], ['.ts', '.graphql'])
      .map(({ text }) => text)
      .join('\n');
    const gone = [...explained].filter((code) => !codes.has(code) && !new RegExp(`\\b${code}\\b`, 'u').test(said));
    expect(gone).toEqual([]);
  });

  it('explains every mark that the graph can answer', () => {
    const marks = openedDepartments()[0]?.schema.getType('RecordMark');
    const names = isEnumType(marks) ? marks.getValues().map(({ name }) => name) : [];
    expect(names.length).toBeGreaterThan(7);
    expect(names.filter((name) => !explained.has(name))).toEqual([]);
  });

  it('explains every reason for which a stored record is held back', () => {
    const lines = files.flatMap(({ text }) =>
      text.split('\n').filter((line) => /withheldReason|isWithdrawn|isPublished/u.test(line)),
    );
    const reasons = lines.flatMap((line) =>
      [...line.matchAll(/(?<!=== )'([A-Z]+(?:_[A-Z]+)*)'/gu)].map(([, one]) => one),
    );
    expect([...new Set(reasons)]).toEqual(
      expect.arrayContaining(['NAME_MISMATCH', 'REMOVED', 'WITHDRAWN', 'WARNING_ONLY', 'NOT_FOR_PUBLICATION']),
    );
    expect(reasons.filter((reason) => !explained.has(reason ?? ''))).toEqual([]);
  });

  it('has its items and the document of columns as npm run catalogue -- --document writes them', () => {
    const items = filedItems(departments);
    const says = 'run: npm run catalogue -- --document';
    expect(withGenerated(guide, itemsTable(items)) === guide, says).toBe(true);
    const columns = readFileSync(join(HOME, 'docs/import-columns.zh-CN.md'), 'utf8');
    expect(columnsDocument(items) === columns, says).toBe(true);
  });

  it('points at sections that it has', () => {
    const anchors = [...guide.matchAll(/^## (.+)$/gmu)].map(([, title = '']) => title.replace(/[^\p{L}\p{N}]/gu, ''));
    const links = [...guide.matchAll(/\]\(#([^)]+)\)/gu)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
  });

  it('names no company but those of the invented city', () => {
    const named = guide.match(/云泽\p{Script=Han}{2,}(?:公司|铺|局)/gu) ?? [];
    const known = storySubjects.map(({ name }) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !known.some((one) => name.endsWith(one) || one === name))).toEqual([]);
  });

  it('shows spellings that are read as it says', () => {
    const cells = (title: string) => {
      const row = guide.split('\n').find((line) => line.startsWith(`| ${title} |`)) ?? '';
      const [, , right = '', also = '', not = ''] = row.split('|').map((cell) => cell.trim());
      const spellings = (cell: string) => [...cell.matchAll(/`([^`]+)`/gu)].map(([, text = '']) => ({ text }));
      return { right: [...spellings(right), ...spellings(also)], wrong: spellings(not) };
    };
    const days = cells('日期');
    for (const cell of days.right) expect(date(['日期']).read(cell, '日期')).toMatchObject({ value: '2026-03-05' });
    for (const cell of days.wrong) expect(date(['日期']).read(cell, '日期')).toMatchObject({ code: 'DATE_UNREADABLE' });
    const open = date(['日期'], { openEnded: true });
    for (const cell of cells('没有期限').right) expect(open.read(cell, '日期')).toEqual({ value: null });
    const amount = money(['金额'], { unit: 'YUAN' });
    const amounts = cells('金额').right.map((cell) => amount.read(cell, '金额'));
    expect(amounts.length).toBe(4);
    for (const found of amounts) expect(found).toMatchObject({ value: '5000.00' });
    for (const cell of cells('年月').right)
      expect(month(['月']).read(cell, '月')).toEqual({ value: { year: 2026, month: 3 } });
    for (const cell of cells('没有内容').right) expect(amount.read(cell, '金额')).toEqual({ isEmpty: true });
  });
});
