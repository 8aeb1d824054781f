import { excerpt } from '../../platform/sheets/excerpt.ts';
import { type Column, type ColumnOptions, column, type Reading } from '../../platform/sheets/index.ts';
import { unitNamed, utilityNamed } from './codes.ts';

/** What a cell and its header say of a quantity; the utility and the unit where one of them names it. */
export interface Quantity {
  /** Exact, with at most four decimals. */
  readonly value: string;
  readonly unit: string | undefined;
  readonly utility: string | undefined;
}

const QUANTITY = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,14})(?:\.(\d+))?(万)?(\D*)$/u;
/** 用水量, 用电量（万千瓦时）, 本月用气量: normalised as headers are. */
const HEADER = /^(?:本月|本期|当期)?用?(水|电|气)?量(万)?(.*)$/u;
const PLACES = 4;

/** How much was used: 1,234.5, 300度, 1.2万千瓦时; a bare number counts in what the header names. */
export function quantityColumn(aliases: readonly string[]): Column<Quantity | null> {
  const describes = { form: '数字,可带单位,如 300度', pattern: '^[0-9.,]+', example: '300' };
  return column<Quantity, ColumnOptions>(aliases, { describes }, (cell, header): Reading<Quantity> => {
    const [, sign, grouped = '', decimals = '', tenThousands, stated = ''] = QUANTITY.exec(plain(cell.text)) ?? [];
    if (grouped === '') return problem('QUANTITY_UNREADABLE', `应为用量（如 1234.5 或 300度），实际为`, cell.text);
    if (sign === '-' && /[1-9]/u.test(grouped + decimals))
      return problem('QUANTITY_NEGATIVE', '用量不能为负数，冲减请更正原月份的行，实际为', cell.text);
    const [, word = '', headerTenThousands, headerUnit = ''] = HEADER.exec(header) ?? [];
    const named = stated || headerUnit;
    const unit = named === '' ? undefined : unitNamed(named);
    if (named !== '' && unit === undefined) return problem('UNIT_UNKNOWN', '用量的单位不在单位表中，实际为', named);
    const isTenThousands = stated === '' ? (tenThousands ?? headerTenThousands) : tenThousands;
    const value = exact(grouped.replaceAll(',', ''), decimals.replace(/0+$/u, ''), isTenThousands ? 4 : 0);
    if (value === undefined) return problem('QUANTITY_TOO_PRECISE', `用量最多 ${PLACES} 位小数，实际为`, cell.text);
    return { value: { value, unit, utility: word === '' ? undefined : utilityNamed(word) } };
  });
}

function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s/gu, '');
}

function problem(code: string, sentence: string, given: string): { readonly problem: string; readonly code: string } {
  return { problem: sentence + excerpt(given), code };
}

/** digits.decimals × 10^power as decimal text; undefined where more places are left than are kept. */
function exact(digits: string, decimals: string, power: number): string | undefined {
  const whole = digits + decimals.slice(0, power).padEnd(power, '0');
  const rest = decimals.slice(power);
  if (rest.length > PLACES || whole.length > 18) return undefined;
  const leading = whole.replace(/^0+(?=\d)/u, '');
  return rest === '' ? leading : `${leading}.${rest}`;
}

/**
 * A number that tells the accounts and meters of one user apart. It is read for that alone: it goes into the keyed hash
 * that a record is known by, never into `source`, rejected rows or a column (data standard §13).
 */
export function accountColumn(aliases: readonly string[]): Column<string | null> {
  const describes = { form: '只用于区分同一用户的各户各表,不留存', example: 'GS0012345' };
  return column<string, ColumnOptions>(aliases, { isWithheld: true, describes }, (cell) => ({
    value: plain(cell.text).toUpperCase(),
  }));
}
