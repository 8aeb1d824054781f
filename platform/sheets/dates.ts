import { compact } from './cell.ts';

/** What a text says about a day. */
export type DateText =
  | { readonly kind: 'DAY'; readonly date: string; readonly flags: readonly string[] }
  /** 长期, 9999-12-31 and their like: there is no last day. */
  | { readonly kind: 'OPEN_END' }
  /** 0000-00-00, 9999-9-9: a system's way to write nothing (rule R6). */
  | { readonly kind: 'EMPTY' }
  | { readonly kind: 'UNREADABLE' };

const OPEN_END_WORDS =
  /^(长期(有效)?|永久(有效|性)?|永续(经营)?|无(固定|期限)?(期限|限期|终止日期|截止日期)|不?无限期|不限(期)?|不约定期限|终身(有效)?|至今)$/u;
const CHINESE_DIGITS = '〇一二三四五六七八九';
const SEPARATOR = '[-./,、_~]';
const TIME = '(?:[T日]?(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2}))?(?:\\.\\d+)?(Z|[+-]\\d{2}:?\\d{2})?)?';
const YEAR_MONTH_DAY = new RegExp(`^(\\d{4}|\\d{2})${SEPARATOR}(\\d{1,2})${SEPARATOR}(\\d{1,2})${TIME}$`, 'u');
// Between day and time white space is gone by now: 2017-03-05 00:00 is 2017-03-0500:00, so the day must have two digits.
const TWO_DIGIT_DAY_AND_TIME = new RegExp(`^(\\d{4})${SEPARATOR}?(\\d{2})${SEPARATOR}?(\\d{2})${TIME}$`, 'u');
const IN_WORDS = new RegExp(`^(\\d{4}|\\d{2})年(\\d{1,2})月(\\d{1,2})[日号]?${TIME}$`, 'u');
const MONTH_ONLY = new RegExp(`^(\\d{4})(?:${SEPARATOR}|年)(\\d{1,2})月?$`, 'u');
const RUN_TOGETHER = /^(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6}|\d{9})?$/u;
const SERIAL = /^(\d{5})(?:\.\d+)?$/u;

/**
 * Reads a calendar date in the spellings that people and systems write. A month alone stands for its first day and is
 * flagged; a two-digit year below 70 lies in this century and is flagged; a time with a zone is moved to Beijing time.
 * Five digits are a spreadsheet's day number (1900 system).
 */
export function readDate(submitted: string): DateText {
  const text = westernDigits(compact(spaceBeforeTime(submitted)).replace(/^['’]/u, ''));
  if (OPEN_END_WORDS.test(text)) return { kind: 'OPEN_END' };
  if (/^0000[-/.]?0?0[-/.]?0?0/u.test(text)) return { kind: 'EMPTY' };
  const serial = SERIAL.exec(text)?.[1];
  if (serial !== undefined) return day(dateOfSerial(Number(serial)));
  const month = MONTH_ONLY.exec(text);
  if (month !== null) {
    const date = calendarDate(month[1], month[2], '1');
    return date === undefined ? { kind: 'UNREADABLE' } : { kind: 'DAY', date, flags: ['DATE_MONTH_ONLY'] };
  }
  const parts =
    TWO_DIGIT_DAY_AND_TIME.exec(text) ?? YEAR_MONTH_DAY.exec(text) ?? IN_WORDS.exec(text) ?? RUN_TOGETHER.exec(text);
  if (parts === null) return { kind: 'UNREADABLE' };
  const [, year = '', monthText, dayText, ...time] = parts;
  if (year.length === 4 && Number(year) >= 2999) return { kind: Number(monthText) === 12 ? 'OPEN_END' : 'EMPTY' };
  const date = calendarDate(year, monthText, dayText);
  if (date === undefined || !isTime(time)) return { kind: 'UNREADABLE' };
  if (date === '2099-12-31' || date === '2099-12-30') return { kind: 'OPEN_END' };
  if (year.length === 2) return { kind: 'DAY', date, flags: ['DATE_TWO_DIGIT_YEAR'] };
  return day(inBeijing(date, time));
}

/** A file says the same days again and again. */
const datesBySerial = new Map<number, string>();
const MOST_DATES = 50_000;

/** The day of a spreadsheet's day number in the 1900 system; undefined where there is no such day. */
export function dateOfSerial(serial: number): string | undefined {
  const whole = Math.floor(serial);
  // Day 60 is 29 February 1900, which never was; days before it count from one day later.
  if (whole < 1 || whole === 60 || whole > 2_958_465) return undefined;
  const known = datesBySerial.get(whole);
  if (known !== undefined) return known;
  const date = new Date(Date.UTC(1899, 11, whole < 60 ? 31 : 30) + whole * 86_400_000).toISOString().slice(0, 10);
  if (datesBySerial.size < MOST_DATES) datesBySerial.set(whole, date);
  return date;
}

function day(date: string | undefined): DateText {
  return date === undefined ? { kind: 'UNREADABLE' } : { kind: 'DAY', date, flags: [] };
}

/** A one-digit day and the hour after it must not run together when white space goes. */
function spaceBeforeTime(text: string): string {
  return text.trim().replace(/(\d)\s+(\d{1,2}\s*[:：])/u, '$1T$2');
}

/** 二〇一七年三月五日 → 2017年3月5日 */
function westernDigits(text: string): string {
  if (!/[〇○零一二三四五六七八九十]/u.test(text)) return text;
  return text
    .replace(/[○零]/gu, '〇')
    .replace(/([一二三]?)十([一二三四五六七八九]?)/gu, (_, tens: string, ones: string) =>
      String((tens === '' ? 1 : CHINESE_DIGITS.indexOf(tens)) * 10 + Math.max(CHINESE_DIGITS.indexOf(ones || '〇'), 0)),
    )
    .replace(/[〇一二三四五六七八九]/gu, (digit) => String(CHINESE_DIGITS.indexOf(digit)));
}

/** ISO text if the day exists and a record of this kind can be about it (1900 to 2199). */
function calendarDate(year = '', month = '', dayOfMonth = ''): string | undefined {
  const short = Number(year);
  const full = year.length === 2 ? short + (short < 70 ? 2000 : 1900) : short;
  if (full < 1900 || full > 2199) return undefined;
  const date = new Date(Date.UTC(full, Number(month) - 1, Number(dayOfMonth)));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(dayOfMonth);
  return isReal ? date.toISOString().slice(0, 10) : undefined;
}

function isTime([hour = '0', minute = '0', second = '0']: readonly (string | undefined)[]): boolean {
  return Number(hour) <= 24 && Number(minute) < 60 && Number(second) <= 60;
}

function inBeijing(date: string, [hour, minute, , zone]: readonly (string | undefined)[]): string {
  if (zone === undefined || hour === undefined) return date;
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/u.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const inUtc = Date.parse(`${date}T00:00:00Z`) + (Number(hour) * 60 + Number(minute) - offset) * 60_000;
  return new Date(inUtc + 8 * 3_600_000).toISOString().slice(0, 10);
}
