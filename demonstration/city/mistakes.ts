import { withWrongCheck } from '../generator/codes.ts';
import { spellings } from '../generator/days.ts';
import type { Chance } from '../generator/random.ts';
import type { Cell, Row } from '../generator/sheet.ts';
import type { Mistakes } from './item.ts';

/** Of a thousand rows, how many have a mistake, come twice, or are written in a way that says the same. */
const WRONG = 24;
const TWICE = 4;
const UNTIDY = 90;

/** A row as its clerk submits it: mostly as it is, sometimes untidy, wrong, or twice. `stranger` is another subject's name. */
export function asSubmitted(row: Row, mistakes: Mistakes, by: Chance, stranger: () => string): readonly Row[] {
  const place = by.below(1000);
  if (place < WRONG) return [wrong(row, mistakes, by, stranger)];
  if (place < WRONG + TWICE) return [row, row];
  return [place < WRONG + TWICE + UNTIDY ? untidy(row, mistakes, by) : row];
}

function wrong(row: Row, mistakes: Mistakes, by: Chance, stranger: () => string): Row {
  const { name, code, required, date, amount, word, own = [], isNameChecked = true } = mistakes;
  const given = String(row[code] ?? '');
  const ways: ((row: Row) => Row)[] = [
    () => ({ ...row, [code]: given.length === 18 ? withWrongCheck(given) : given.slice(1) }),
    () => ({ ...row, [code]: given.slice(0, -1) }),
    () => ({ ...row, [code]: withLetter(given) }),
    () => ({ ...withoutNumbers(row), [code]: by.pick(['', '/', '无']) }),
    () => ({ ...row, [by.pick(required)]: '' }),
    () => ({ ...withoutNumbers(row), [code]: '', [name]: by.pick(['严芷宁', '孔霁明', '窦柘林', '谢岫云', '戚榆安']) }),
    ...own.map((mistake) => (spoilt: Row) => mistake(spoilt, by)),
  ];
  if (isNameChecked) ways.push(() => ({ ...row, [name]: stranger() }));
  if (date !== undefined) ways.push(() => ({ ...row, [date]: by.pick(['2026-02-30', '待定', '近日', '2026/13/01']) }));
  if (word !== undefined) ways.push(() => ({ ...row, [word]: '(待核)' }));
  if (amount !== undefined)
    ways.push(() => ({ ...row, [amount.header]: inOtherUnit(row[amount.header], amount.unit) }));
  return by.pick(ways)(row);
}

/** O for 0, I for 1. */
function withLetter(code: string): string {
  const at = code.search(/[01](?=\D*.?$)/u);
  const place = at >= 0 ? at : code.lastIndexOf('0');
  if (place < 0) return `${code}*`;
  return `${code.slice(0, place)}${code.charAt(place) === '1' ? 'I' : 'O'}${code.slice(place + 1)}`;
}

function withoutNumbers(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([header, cell]) => [
      header,
      /注册号|工商登记码|许可证编号|GSZC/u.test(header) ? '' : cell,
    ]),
  );
}

function inOtherUnit(cell: Cell | undefined, unit: '元' | '万元'): Cell {
  const figure = Number(cell);
  if (cell === undefined || cell === '' || !Number.isFinite(figure)) return '约三万';
  return unit === '元' ? `${Number((figure / 10_000).toFixed(6))}万元` : `${Math.round(figure * 10_000)}元`;
}

/** What a reader must see through: blanks, brackets, small letters, other spellings of a day. */
function untidy(row: Row, { name, code, date }: Mistakes, by: Chance): Row {
  const [named, numbered] = [String(row[name] ?? ''), String(row[code] ?? '')];
  const day = date === undefined ? undefined : row[date];
  const ways: (() => Row)[] = [
    () => ({ ...row, [name]: `${named}\u3000` }),
    () => ({ ...row, [name]: named.replace('（', '(').replace('）', ')') }),
    () => ({ ...row, [code]: numbered.toLowerCase() }),
    () => ({ ...row, [code]: ` ${numbered}` }),
  ];
  if (date !== undefined && typeof day === 'object') ways.push(() => ({ ...row, [date]: by.pick(spellings)(day.day) }));
  return by.pick(ways)();
}
