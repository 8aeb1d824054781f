import { compact } from './cell.ts';
import { readNumerals } from './numerals.ts';

export type AmountUnit = 'YUAN' | 'TEN_THOUSAND_YUAN';

/** What a text says about an amount of money. */
export type AmountText =
  /** Exact yuan with two decimals; `statedUnit` where the text itself names yuan or a multiple of it. */
  | { readonly kind: 'AMOUNT'; readonly yuan: string; readonly isRounded: boolean; readonly statedUnit?: AmountUnit }
  | { readonly kind: 'NEGATIVE' }
  | { readonly kind: 'TOO_PRECISE' }
  | { readonly kind: 'TOO_LARGE' }
  | { readonly kind: 'UNREADABLE' };

const MULTIPLES: Readonly<Record<string, number>> = {
  百: 2,
  千: 3,
  万: 4,
  萬: 4,
  十万: 5,
  百万: 6,
  千万: 7,
  亿: 8,
  億: 8,
};
const AMOUNT =
  /^(?:人民币|RMB|CNY)?:?[¥￥]?([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?(?:E(\+?)(\d{1,2}))?(十万|百万|千万|[百千万萬亿億])?(人民币)?(元|圆|圓|块)?(人民币)?[整正]?$/iu;
/** No amount is written longer; a bound before any pattern is tried. */
const MAX_LENGTH = 60;
/** Whole yuan that NUMERIC(18, 2) holds. */
const MAX_YUAN_DIGITS = 16;

/**
 * Reads an amount; a bare number counts in `unit`, a text that names its unit counts in that one. Whole-number
 * arithmetic throughout. More than six decimals are refused (rule R4); what is finer than a fen is rounded half up.
 */
export function readAmount(submitted: string, unit: AmountUnit): AmountText {
  const text = compact(submitted);
  if (text.length > MAX_LENGTH) return { kind: 'UNREADABLE' };
  const numerals = readNumerals(text);
  if (numerals !== undefined) {
    const inUnit = numerals.isBare && unit === 'TEN_THOUSAND_YUAN' ? numerals.fen * 10_000n : numerals.fen;
    return amount(inUnit, false, numerals.isBare ? undefined : 'YUAN');
  }
  const parts = AMOUNT.exec(text.replace(/^\((.+)\)$/u, '-$1'));
  if (parts === null) return { kind: 'UNREADABLE' };
  const [, sign, grouped, decimals = '', plus, exponent = '0', multiple, , yuan] = parts;
  const digits = (grouped ?? '').replaceAll(',', '');
  const fraction = decimals.replace(/0+$/u, '');
  if (digits === '' && fraction === '')
    return /\d/u.test(decimals) ? amount(0n, false, undefined) : { kind: 'UNREADABLE' };
  // 1.23457E+11 is how Excel shows, and saves as CSV, a number too wide for its column: the other digits are gone.
  if (plus === '+' && digits.length + fraction.length >= 6) return { kind: 'UNREADABLE' };
  if (fraction.length - Number(exponent) > 6) return { kind: 'TOO_PRECISE' };

  const isStated = multiple !== undefined || yuan !== undefined;
  const power = isStated ? (MULTIPLES[multiple ?? ''] ?? 0) : unit === 'TEN_THOUSAND_YUAN' ? 4 : 0;
  // digits.fraction × 10^(exponent + power) yuan, as a whole number of 10^-6 fen.
  const scale = Number(exponent) + power + 8 - fraction.length;
  if (digits.length + scale > 60) return { kind: 'TOO_LARGE' };
  const millionths = BigInt(digits + fraction) * 10n ** BigInt(scale);
  if (sign === '-' && millionths > 0n) return { kind: 'NEGATIVE' };
  const fen = (millionths + 500_000n) / 1_000_000n;
  const statedUnit = !isStated ? undefined : power >= 4 ? 'TEN_THOUSAND_YUAN' : 'YUAN';
  return amount(fen, fen * 1_000_000n !== millionths, statedUnit);
}

function amount(fen: bigint, isRounded: boolean, statedUnit: AmountUnit | undefined): AmountText {
  const digits = fen.toString().padStart(3, '0');
  if (digits.length - 2 > MAX_YUAN_DIGITS) return { kind: 'TOO_LARGE' };
  const yuan = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return { kind: 'AMOUNT', yuan, isRounded, ...(statedUnit === undefined ? {} : { statedUnit }) };
}
