import { mayBeShown } from '../../schema/identifiers/id-shape.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { type AmountText, type AmountUnit, readAmount } from './amounts.ts';
import { type Cell, compact, tidy } from './cell.ts';
import type { Content, Lookup } from './content.ts';
import { readDate } from './dates.ts';
import {
  type Column,
  type ColumnOptions,
  column,
  describing,
  EMPTY,
  problem,
  type Reading,
  type ValueOf,
} from './define-column.ts';
import { excerpt } from './excerpt.ts';

export { type Column, type ColumnOptions, column, describing, never, type Reading } from './define-column.ts';

/** Prose and names, ID numbers in them masked unless the column is withheld. `maxLength` counts characters, as data standards do. */
export function text<const Options extends ColumnOptions & { readonly maxLength?: number }>(
  aliases: readonly string[],
  options?: Options,
): Column<ValueOf<string, Options>> {
  const maxLength = options?.maxLength ?? Number.POSITIVE_INFINITY;
  const read = (cell: Cell): Reading<string> => {
    const reading = undoNumber(tidy(cell.text));
    if (!('value' in reading)) return reading;
    const length = reading.value.length <= maxLength ? 0 : [...reading.value].length;
    if (length > maxLength) return problem('TEXT_TOO_LONG', `共 ${length} 个字，超过 ${maxLength} 个字的上限`);
    return options?.isWithheld === true ? reading : { ...reading, value: withoutIdNumbers(reading.value) };
  };
  const known = column<string, Options>(aliases, options, read, ['零']);
  return describing(known, { kind: 'TEXT', ...(options?.maxLength && { maxLength: options.maxLength }) }, options);
}

/**
 * A calendar date in any spelling, as `YYYY-MM-DD`; flagged DATE_MONTH_ONLY (then its first day) or
 * DATE_TWO_DIGIT_YEAR. With `openEnded`, 长期 or 9999-12-31 is an answer, and the answer is null.
 */
export function date<const Options extends ColumnOptions & { readonly openEnded: true }>(
  aliases: readonly string[],
  options: Options,
): Column<string | null>;
export function date<const Options extends ColumnOptions>(
  aliases: readonly string[],
  options?: Options,
): Column<ValueOf<string, Options>>;
export function date(
  aliases: readonly string[],
  options?: ColumnOptions & { readonly openEnded?: boolean },
): Column<string | null> {
  const read = (cell: Cell): Reading<string | null> => {
    const found = readDate(cell.date ?? cell.text);
    if (found.kind === 'DAY') return { value: found.date, flags: found.flags };
    if (found.kind === 'EMPTY') return EMPTY;
    const given = excerpt(cell.text);
    if (found.kind === 'UNREADABLE') return problem('DATE_UNREADABLE', `应为日期（如 2026-03-05），实际为${given}`);
    return options?.openEnded === true ? { value: null } : problem('DATE_OPEN_ENDED', `应为具体日期，实际为${given}`);
  };
  const known = column(aliases, options, read, ['零', '0']);
  return describing(known, { kind: 'DATE', isOpenEnded: options?.openEnded ?? false }, options);
}

/**
 * An amount as exact decimal text in yuan with two decimals. A bare number counts in the unit that the header names
 * (罚款金额（万元）), else in `unit`; a cell that names its own unit counts in that one and is flagged where the two differ.
 */
export function money<const Options extends ColumnOptions & { readonly unit: AmountUnit }>(
  aliases: readonly string[],
  options: Options,
): Column<ValueOf<string, Options>> {
  const known = column<string, Options>(aliases, options, (cell, header) => {
    const unit = unitOfHeader(header) ?? options.unit;
    const found = readAmount(cell.text, unit);
    if (found.kind !== 'AMOUNT') return AMOUNT_PROBLEMS[found.kind](excerpt(cell.text));
    const flags = [
      ...(found.isRounded ? ['AMOUNT_ROUNDED'] : []),
      ...(found.statedUnit === undefined || found.statedUnit === unit ? [] : ['AMOUNT_UNIT_DIFFERS']),
    ];
    return { value: found.yuan, flags };
  });
  return { ...describing(known, { kind: 'AMOUNT', unit: options.unit }, options), isExact: true };
}

/** The largest number that a column of whole numbers holds. */
const LARGEST_INTEGER = 2_147_483_647;

/** A whole number between `min` (0 unless told) and `max`. */
export function integer<const Options extends ColumnOptions & { readonly min?: number; readonly max?: number }>(
  aliases: readonly string[],
  options?: Options,
): Column<ValueOf<number, Options>> {
  const min = options?.min ?? 0;
  const max = options?.max ?? LARGEST_INTEGER;
  const known = column<number, Options>(aliases, options, (cell) => {
    const submitted = compact(cell.text);
    const digits = /^([+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,16}))(?:\.0*)?$/u.exec(submitted)?.[1]?.replaceAll(',', '');
    const value = submitted === '零' ? 0 : digits === undefined ? Number.NaN : Number(digits);
    if (!Number.isSafeInteger(value)) return problem('INTEGER_UNREADABLE', `应为整数，实际为${excerpt(cell.text)}`);
    if (value < min || value > max) {
      const range = options?.max === undefined && value < min ? `不小于 ${min}` : `在 ${min} 到 ${max} 之间`;
      return problem('INTEGER_OUT_OF_RANGE', `应${range}，实际为${excerpt(cell.text)}`);
    }
    return { value: value === 0 ? 0 : value };
  });
  return describing(known, { kind: 'INTEGER', min, ...(options?.max && { max: options.max }) }, options);
}

/** A score between 0 and `max` as exact decimal text with two decimals: 92.5, 92.5分; what is finer is rounded half up. */
export function score(aliases: readonly string[], options: { readonly max: number }): Column<string | null> {
  const { max } = options;
  const known = column<string, object>(aliases, {}, (cell) => {
    const bare = /^\d+(?:\.\d+)?(?=分?$)/u.exec(compact(cell.text))?.[0];
    const found = bare === undefined ? undefined : readAmount(bare, 'YUAN');
    if (found?.kind === 'AMOUNT' && Number(found.yuan) <= max) return { value: found.yuan };
    return problem('SCORE_UNREADABLE', `应为 0 到 ${max} 之间的分数（如 92.5），实际为${excerpt(cell.text)}`);
  });
  return describing(known, { kind: 'NUMBER', min: 0, max, example: '92.5' });
}

/**
 * A column that holds any of several numbers; `parse` gets the text in half width, without white space. A lone 0 or 1
 * is nothing here: some systems fill code columns with it.
 */
export function identifierColumn<Value, const Options extends ColumnOptions>(
  aliases: readonly string[],
  parse: (text: string) => Reading<Value>,
  options?: Options,
): Column<ValueOf<Value, Options>> {
  const read = (cell: Cell): Reading<Value> => {
    const reading = undoNumber(compact(cell.text));
    return 'value' in reading ? parse(reading.value) : reading;
  };
  return { ...column<Value, Options>(aliases, options, read, ['零', '0', '1']), holdsNumbers: true };
}

/** A value of a code table. A text the table does not know is a problem, or `otherwise` with the flag CODE_UNKNOWN. */
export function coded<Value, const Options extends ColumnOptions & { readonly otherwise?: Value }>(
  aliases: readonly string[],
  lookup: Lookup<Value>,
  options?: Options,
): Column<ValueOf<Value, Options>> {
  const known = column<Value, Options>(aliases, options, (cell) => {
    const found = find(lookup, cell.text);
    if (found !== undefined) return { value: found };
    if (options?.otherwise !== undefined) return { value: options.otherwise, flags: ['CODE_UNKNOWN'] };
    return unknownWord(cell.text, lookup);
  });
  return describing(known, wordsFor('CODE', lookup, options), options);
}

/** Several values of a code table in one cell, joined by `;` `、` `,` or a line break; each once, in the order given. */
export function codedList<Value, const Options extends ColumnOptions & { readonly otherwise?: Value }>(
  aliases: readonly string[],
  lookup: Lookup<Value>,
  options?: Options,
): Column<ValueOf<readonly Value[], Options>> {
  const known = column<readonly Value[], Options>(aliases, options, (cell) => {
    const values = new Set<Value>();
    const flags = new Set<string>();
    for (const part of partsOf(cell.text, lookup)) {
      const found = find(lookup, part);
      const value = found ?? options?.otherwise;
      if (value === undefined) return unknownWord(part, lookup);
      if (found === undefined) flags.add('CODE_UNKNOWN');
      values.add(value);
    }
    return values.size === 0 ? EMPTY : { value: [...values], flags: [...flags] };
  });
  return describing(known, wordsFor('CODES', lookup, options), options);
}

/** Words that are told one by one where one of them was expected; of a longer table its name. */
const MOST_TOLD = 12;

function unknownWord(submitted: string, { words }: Lookup<unknown>): ReturnType<typeof problem> {
  const { table, terms } = words?.() ?? { table: undefined, terms: [] };
  const few = terms.length <= MOST_TOLD ? terms.map(({ label }) => label).join('、') : '';
  const expected = few !== '' ? `应为${few}之一，实际为` : table ? `应为代码表 ${table.name} 所列的名称，实际为` : '';
  return problem('CODE_UNKNOWN', `${expected}${excerpt(submitted)}${expected === '' ? '不是此列可用的值' : ''}`);
}

function wordsFor(
  kind: 'CODE' | 'CODES',
  { words }: Lookup<unknown>,
  options: { readonly otherwise?: unknown } | undefined,
): Content {
  return { kind, isOpen: options?.otherwise !== undefined, ...(words && { words }) };
}

/** A table's own entry may hold a comma (没收违法所得、没收非法财物), so the whole is looked up before its parts. */
function partsOf(submitted: string, lookup: (text: string) => unknown): readonly string[] {
  return split(submitted, /[;；\n]+/u).flatMap((part) =>
    find(lookup, part) === undefined ? split(part, /[、,，]+/u) : [part],
  );
}

function split(submitted: string, separator: RegExp): readonly string[] {
  return tidy(submitted)
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Looks a text up as it stands, then in half width without white space, `1.0` as `1`. */
function find<Value>(lookup: (text: string) => Value | undefined, submitted: string): Value | undefined {
  return lookup(tidy(submitted)) ?? lookup(compact(submitted).replace(/^(\d+)\.0+$/u, '$1'));
}

/** Undoes what spreadsheets and exports do to numbers that are names: 201312142.0 and 2.01312142E8 are 201312142. */
function undoNumber(submitted: string): Reading<string> {
  if (submitted.length > 60) return { value: submitted };
  const scientific = /^(\d)(?:\.(\d+))?E(\+?)(\d{1,2})$/iu.exec(submitted);
  if (scientific === null) return { value: submitted.replace(/^(\d{5,})\.0+$/u, '$1') };
  const [, first = '', rest = '', plus, exponent] = scientific;
  const fraction = rest.replace(/0+$/u, '');
  const places = Number(exponent);
  if (plus === '' && places <= 14 && fraction.length <= places) return { value: first + fraction.padEnd(places, '0') };
  return problem(
    'NUMBER_PRECISION_LOST',
    `${mayBeShown(submitted) ? excerpt(submitted) : '该格'}是电子表格的科学计数法，末尾数字已丢失，请把该列设为文本格式后重新填写`,
  );
}

/** The unit in brackets at a header's end, where it has one: 罚款金额（万元） is 罚款金额万元 once normalised. */
export function unitOfHeader(header: string): AmountUnit | undefined {
  if (header.endsWith('万元')) return 'TEN_THOUSAND_YUAN';
  return header.endsWith('元') && !/[亿千百十]元$/u.test(header) ? 'YUAN' : undefined;
}

const AMOUNT_PROBLEMS: Readonly<Record<Exclude<AmountText['kind'], 'AMOUNT'>, (text: string) => Reading<string>>> = {
  NEGATIVE: (text) => problem('AMOUNT_NEGATIVE', `金额不能为负数，实际为${text}`),
  TOO_PRECISE: (text) => problem('AMOUNT_TOO_PRECISE', `金额最多六位小数，实际为${text}`),
  TOO_LARGE: (text) => problem('AMOUNT_TOO_LARGE', `金额过大，实际为${text}`),
  UNREADABLE: (text) => problem('AMOUNT_UNREADABLE', `应为金额（如 2000、0.2万元、伍拾肆万元整），实际为${text}`),
};
