import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Cell } from '../../platform/sheets/cell.ts';
import {
  type Column,
  coded,
  codedList,
  date,
  identifierColumn,
  integer,
  money,
  type Reading,
  readRows,
  score,
  text,
} from '../../platform/sheets/index.ts';
import { collect } from '../support/files.ts';

/** What a column makes of a text under a header (of no unit, unless the test says one). */
function read<Value>(column: Column<Value>, cell: string | Cell, header = ''): Reading<Value> {
  return column.read(typeof cell === 'string' ? { text: cell } : cell, header);
}

function value<Value>(column: Column<Value>, cell: string | Cell, header = ''): Value | undefined {
  const reading = read(column, cell, header);
  return 'value' in reading ? reading.value : undefined;
}

function code<Value>(column: Column<Value>, cell: string | Cell): string | undefined {
  const reading = read(column, cell);
  return 'problem' in reading ? reading.code : undefined;
}

const EMPTY = { isEmpty: true };
const day = date(['日期']);
const term = date(['有效期至'], { openEnded: true });
const yuan = money(['金额'], { unit: 'YUAN' });
const wan = money(['金额'], { unit: 'TEN_THOUSAND_YUAN' });
const name = text(['名称']);

describe('every cell variant that was seen in published sheets', async () => {
  const rows = await collect(readRows(fileURLToPath(new URL('../data/sheets/cell-variants.csv', import.meta.url))));
  const variants = rows
    .slice(1)
    .map(({ cells }) => [cells[0]?.text ?? '', cells[1]?.text ?? '', cells[2]?.text ?? ''] as const);
  const status = coded(
    ['状态'],
    (label) => ({ '0': 'NORMAL', '2': 'DISPUTED', 异议: 'DISPUTED', 撤销: 'WITHDRAWN' })[label],
  );
  const meanings: Readonly<Record<string, string>> = {
    '0 normal': 'NORMAL',
    '1 withdrawn': 'WITHDRAWN',
    '2 disputed': 'DISPUTED',
  };

  it('is in the list', () =>
    expect(variants.map(([kind]) => kind)).toEqual(expect.arrayContaining(['date', 'status', 'value'])));

  it.each(variants)('%s %j: %s', (kind, submitted, meaning) => {
    if (kind === 'status') expect(value(status, submitted)).toBe(meanings[meaning]);
    else if (meaning === 'empty (in a code column)')
      expect(
        read(
          identifierColumn(['代码'], (given) => ({ value: given })),
          submitted,
        ),
      ).toEqual(EMPTY);
    else if (kind === 'value') expect(read(name, submitted)).toEqual(EMPTY);
    else if (meaning === 'empty') expect(read(day, submitted)).toEqual(EMPTY);
    else if (meaning.startsWith('no end')) {
      expect(read(term, submitted)).toEqual({ value: null });
      expect(code(day, submitted)).toBe('DATE_OPEN_ENDED');
    } else expect(value(day, submitted)).toMatch(submitted.startsWith('42473') ? /^2016-04-13$/ : /^2017-03-0[15]$/);
  });
});

describe('a date', () => {
  it.each([
    ['2026-03-05', '2026-03-05'],
    ['２０２６．０３．０５', '2026-03-05'],
    ['2026 年 3 月 5 日', '2026-03-05'],
    ['二〇二六年三月五日', '2026-03-05'],
    ['二○二六年十二月二十一日', '2026-12-21'],
    ['20260305', '2026-03-05'],
    ['20260305142000', '2026-03-05'],
    ['2026/3/5 9:00', '2026-03-05'],
    ['2026-03-05T20:00:00+08:00', '2026-03-05'],
    ['2026-03-04T16:00:00.000Z', '2026-03-05'],
    ["'2026-03-05", '2026-03-05'],
    ['2024-02-29', '2024-02-29'],
  ])('%s is %s', (submitted, expected) => expect(read(day, submitted)).toEqual({ value: expected, flags: [] }));

  it('is taken from a date cell, whatever its text', () => {
    expect(value(day, { text: '5-Mar', date: '2026-03-05' })).toBe('2026-03-05');
  });

  it('of a month alone is its first day, flagged', () => {
    for (const submitted of ['2026.03', '2026年3月', '2026-3']) {
      expect(read(day, submitted)).toEqual({ value: '2026-03-01', flags: ['DATE_MONTH_ONLY'] });
    }
  });

  it('with a two-digit year is flagged and lies between 1970 and 2069', () => {
    expect(read(day, '17-03-05')).toEqual({ value: '2017-03-05', flags: ['DATE_TWO_DIGIT_YEAR'] });
    expect(value(day, '98.12.31')).toBe('1998-12-31');
  });

  it.each([
    '2026-02-30',
    '2026-13-01',
    '3/5/2026',
    '2026',
    '去年',
    '2026-03-05 25:00',
    '202603051',
    '1800-01-01',
    '2026年3月5日至6日',
  ])('%s is refused', (submitted) => expect(code(day, submitted)).toBe('DATE_UNREADABLE'));

  it.each(['1900-1-1', '1900/01/01 00:00:00', '1900-01-00', '9999-9-9', '0000-00-00', '——', '暂无', '\\n', '', ' '])(
    '%j is no date',
    (submitted) => {
      expect(read(day, submitted)).toEqual(EMPTY);
      expect(read(term, submitted)).toEqual(EMPTY);
    },
  );

  it.each([
    '长期',
    '长期有效',
    '永久',
    '永续经营',
    '无固定期限',
    '无期限',
    '2099-12-31',
    '9999-12-31',
    '2999/12/31',
    '20991231',
  ])('%s has no end', (submitted) => expect(read(term, submitted)).toEqual({ value: null }));

  it('survives every spelling and the way through a spreadsheet', () => {
    const days = fc.date({ min: new Date('1950-01-01'), max: new Date('2098-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (instant) => {
        const iso = instant.toISOString().slice(0, 10);
        const [year = '', month = '', dayOfMonth = ''] = iso.split('-');
        const serial = Math.round((Date.parse(iso) - Date.UTC(1899, 11, 30)) / 86_400_000);
        const spellings = [
          iso,
          `${year}${month}${dayOfMonth}`,
          `${year}年${Number(month)}月${Number(dayOfMonth)}日`,
          `${year}/${Number(month)}/${Number(dayOfMonth)} 0:00`,
          `${iso} 00:00:00.0`,
          `${year},${month},${dayOfMonth}`,
          String(serial),
          `${serial}.0`,
        ];
        for (const spelling of spellings) expect(read(day, spelling)).toEqual({ value: iso, flags: [] });
      }),
    );
  });
});

describe('an amount', () => {
  it.each([
    [yuan, '2000', '2000.00'],
    [wan, '0.2', '2000.00'],
    [wan, '0.123456', '1234.56'],
    [yuan, '1,234.50', '1234.50'],
    [yuan, '１２３４．５６', '1234.56'],
    [yuan, '￥300', '300.00'],
    [yuan, '伍拾肆万元整', '540000.00'],
    [yuan, '人民币壹仟贰佰叁拾肆元伍角陆分', '1234.56'],
    [yuan, '壹亿零叁拾元整', '100000030.00'],
    [yuan, '拾贰万元', '120000.00'],
    [yuan, '1.2E7', '12000000.00'],
    [yuan, '9007199254740993.01', '9007199254740993.01'],
    [yuan, '零', '0.00'],
    [yuan, '0', '0.00'],
    [yuan, '0.10000000', '0.10'],
    [wan, '伍', '50000.00'],
  ])('is exact: %#: %s is %s', (column, submitted, expected) =>
    expect(read(column, submitted)).toMatchObject({ value: expected }),
  );

  it('with a unit of its own counts in that one and is flagged where the column has another', () => {
    expect(read(wan, '2000元')).toEqual({ value: '2000.00', flags: ['AMOUNT_UNIT_DIFFERS'] });
    expect(read(yuan, '0.2万元')).toEqual({ value: '2000.00', flags: ['AMOUNT_UNIT_DIFFERS'] });
    expect(read(wan, '0.2万元')).toEqual({ value: '2000.00', flags: [] });
    expect(read(wan, '3亿')).toEqual({ value: '300000000.00', flags: [] });
    expect(read(yuan, '2000元整')).toEqual({ value: '2000.00', flags: [] });
  });

  it('counts in the unit that the header names', () => {
    expect(value(yuan, '0.2', '罚款金额万元')).toBe('2000.00');
    expect(value(wan, '2000', '罚款金额元')).toBe('2000.00');
    expect(value(wan, '0.2', '罚款金额')).toBe('2000.00');
  });

  it('finer than a fen is rounded half up and flagged', () => {
    expect(read(yuan, '12.345')).toEqual({ value: '12.35', flags: ['AMOUNT_ROUNDED'] });
    expect(read(yuan, '12.3449')).toEqual({ value: '12.34', flags: ['AMOUNT_ROUNDED'] });
  });

  it.each([
    ['-5', 'AMOUNT_NEGATIVE'],
    ['（500）', 'AMOUNT_NEGATIVE'],
    ['0.1234567', 'AMOUNT_TOO_PRECISE'],
    ['99999999999999999', 'AMOUNT_TOO_LARGE'],
    ['9E99', 'AMOUNT_TOO_LARGE'],
    ['1.23457E+11', 'AMOUNT_UNREADABLE'],
    ['罚款2000元，没收3000元', 'AMOUNT_UNREADABLE'],
    ['1,23', 'AMOUNT_UNREADABLE'],
    ['约2000', 'AMOUNT_UNREADABLE'],
    ['拾壹拾', 'AMOUNT_UNREADABLE'],
    ['元', 'AMOUNT_UNREADABLE'],
    ['#VALUE!', 'FORMULA_ERROR'],
  ])('%s is refused: %s', (submitted, expected) => expect(code(yuan, submitted)).toBe(expected));

  it('is the same number in yuan, in 万元, with separators, in full width and in numerals', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_999_999_999_99n }), (fen) => {
        const whole = (fen / 100n).toString();
        const exact = `${whole}.${(fen % 100n).toString().padStart(2, '0')}`;
        const inWan = `${fen / 1_000_000n}.${(fen % 1_000_000n).toString().padStart(6, '0')}`;
        const grouped = exact.replace(/\B(?=(\d{3})+\.)/gu, ',');
        const wide = exact.replace(/[\d.]/gu, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
        for (const spelling of [exact, grouped, wide, `${exact}元`, `￥${grouped}`, `${inWan}万元`, numerals(fen)]) {
          expect([spelling, value(yuan, spelling)]).toEqual([spelling, exact]);
        }
        expect(value(wan, inWan)).toBe(exact);
      }),
    );
  });
});

describe('text', () => {
  it('loses invisible characters and blank ends, and keeps its lines', () => {
    expect(value(name, '\uFEFF\u3000随州\u200B示例\u0000 公司\r\n二分店 \t')).toBe('随州示例 公司\n二分店');
  });

  it('never holds half a character', () => expect(value(name, 'a\ud83d')).toBe('a\ufffd'));

  it('counts characters, not code units', () => {
    expect(value(text(['名称'], { maxLength: 2 }), '𠮷𠮷')).toBe('𠮷𠮷');
    expect(code(text(['名称'], { maxLength: 2 }), '三个字')).toBe('TEXT_TOO_LONG');
  });

  it('undoes what spreadsheets do to numbers, and refuses what cannot be undone', () => {
    expect(value(name, '201312142.0')).toBe('201312142');
    expect(value(name, '2.01312142E8')).toBe('201312142');
    expect(value(name, '3.0')).toBe('3.0');
    expect(code(name, '9.1440300192E+17')).toBe('NUMBER_PRECISION_LOST');
    expect(code(name, '#REF!')).toBe('FORMULA_ERROR');
  });
});

describe('a whole number, a code, an identifier', () => {
  it('of people is read with separators and in full width', () => {
    const count = integer(['人数'], { max: 5000 });
    expect(['1,234', '１２', '12.0', '零'].map((given) => value(count, given))).toEqual([1234, 12, 12, 0]);
    expect(['-1', '5001', '12.5', '1e3', '很多'].map((given) => code(count, given))).toEqual([
      'INTEGER_OUT_OF_RANGE',
      'INTEGER_OUT_OF_RANGE',
      'INTEGER_UNREADABLE',
      'INTEGER_UNREADABLE',
      'INTEGER_UNREADABLE',
    ]);
  });

  it('is no larger than a column of the database holds', () => {
    expect(value(integer(['人数']), '2147483647')).toBe(2_147_483_647);
    expect(code(integer(['人数']), '2147483648')).toBe('INTEGER_OUT_OF_RANGE');
    expect(code(integer(['人数']), '9007199254740993')).toBe('INTEGER_UNREADABLE');
  });

  it('of points has two decimals, and is no amount of money', () => {
    const points = score(['得分'], { max: 100 });
    expect(['92.5', '９２．５分', '0', '100', '89.995'].map((given) => value(points, given))).toEqual([
      ...['92.50', '92.50', '0.00', '100.00', '90.00'],
    ]);
    for (const given of ['100.01', '-1', '92.5元', '0.5万', '1e2', '优'])
      expect([given, code(points, given)]).toEqual([given, 'SCORE_UNREADABLE']);
  });

  const kinds: Readonly<Record<string, string>> = {
    '1': 'WARNING',
    警告: 'WARNING',
    罚款: 'FINE',
    '没收违法所得、没收非法财物': 'CONFISCATION',
    '罚款（当场）': 'ON_THE_SPOT',
  };
  const lookup = (label: string): string | undefined => kinds[label];

  it('is found in its table in any width, and as a number that a spreadsheet made of it', () => {
    expect(['警 告', '1.0', '１', '罚款（当场）'].map((given) => value(coded(['类别'], lookup), given))).toEqual([
      'WARNING',
      'WARNING',
      'WARNING',
      'ON_THE_SPOT',
    ]);
  });

  it('that the table does not know is refused, or stands for something else with a flag', () => {
    expect(read(coded(['类别'], lookup), '训诫')).toEqual({ problem: '“训诫”不是此列可用的值', code: 'CODE_UNKNOWN' });
    expect(read(coded(['类别'], lookup, { otherwise: 'OTHER' }), '训诫')).toEqual({
      value: 'OTHER',
      flags: ['CODE_UNKNOWN'],
    });
  });

  it('in a list stands once, and an entry with a comma of its own stays whole', () => {
    const list = codedList(['类别'], lookup, { otherwise: 'OTHER' });
    expect(read(list, '罚款；警告;没收违法所得、没收非法财物,')).toEqual({
      value: ['FINE', 'WARNING', 'OTHER'],
      flags: ['CODE_UNKNOWN'],
    });
    expect(read(list, '警告、罚款，警告')).toEqual({ value: ['WARNING', 'FINE'], flags: [] });
    expect(read(list, '罚款；没收违法所得、没收非法财物')).toEqual({ value: ['FINE', 'CONFISCATION'], flags: [] });
    expect(read(list, '；')).toEqual(EMPTY);
  });

  it('reaches its parser in half width without white space, or not at all', () => {
    const column = identifierColumn(['代码'], (given) => ({ value: given }), { emptyWords: ['待办'] });
    expect(value(column, ' ９１４２１３００ MA00000000\u200b')).toBe('91421300MA00000000');
    expect(value(column, '201312142.0')).toBe('201312142');
    expect(code(column, '9.1440300192E+17')).toBe('NUMBER_PRECISION_LOST');
    expect(['1', '0', '待办', '/'].map((given) => read(column, given))).toEqual([EMPTY, EMPTY, EMPTY, EMPTY]);
  });
});

it('a text made to keep a pattern busy is read like any other', () => {
  const zeros = '0'.repeat(500_000);
  for (const given of [
    `0.${zeros}1`,
    `1.${zeros}1E5`,
    `1${' '.repeat(500_000)}:`,
    `${'亿'.repeat(300_000)}`,
    `2026-03-05${zeros}`,
  ]) {
    expect([code(yuan, given), code(day, given)]).toEqual(['AMOUNT_UNREADABLE', 'DATE_UNREADABLE']);
    expect(value(name, given)).toBe(given);
  }
});

it('no column ever throws, whatever stands in the cell', () => {
  const columns: readonly Column<unknown>[] = [
    day,
    term,
    yuan,
    wan,
    name,
    integer(['人数']),
    score(['得分'], { max: 100 }),
    codedList(['类别'], () => undefined),
    identifierColumn(['代码'], (given) => ({ value: given })),
  ];
  const piece = fc.constantFrom(
    '2026',
    '-',
    '3',
    '.',
    '万',
    '元',
    '拾',
    '壹',
    '零',
    ',',
    'E',
    '+',
    '年',
    '月',
    '日',
    ':',
    'T',
    'Z',
    '(',
    '　',
    '长期',
    '𠮷',
    '\ud800',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(anything, (submitted) => {
      for (const column of columns) {
        const reading = read(column, submitted);
        expect('value' in reading || 'isEmpty' in reading || reading.problem.length > 0).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

/** An amount in formal numerals, as cheques write it. */
function numerals(fen: bigint): string {
  const [digits, units] = ['零壹贰叁肆伍陆柒捌玖', ['', '拾', '佰', '仟']];
  const four = (group: bigint, isFirst: boolean): string => {
    const written = [...group.toString().padStart(4, '0')]
      .map((digit, index) => (digit === '0' ? '零' : `${digits[Number(digit)]}${units[3 - index]}`))
      .join('');
    const short = written.replace(/零+/gu, '零').replace(/零$/u, '');
    return isFirst ? short.replace(/^零/u, '') : short;
  };
  const whole = fen / 100n;
  const groups = [whole / 100_000_000n, (whole / 10_000n) % 10_000n, whole % 10_000n];
  let result = '';
  groups.forEach((group, index) => {
    if (group !== 0n) result += `${four(group, result === '')}${['亿', '万', ''][index]}`;
  });
  const [jiao, rest] = [(fen / 10n) % 10n, fen % 10n];
  const tail = `${jiao === 0n ? '' : `${digits[Number(jiao)]}角`}${rest === 0n ? '' : `${digits[Number(rest)]}分`}`;
  return `${result === '' ? '零' : result}元${tail === '' ? '整' : tail}`;
}
