import { compactText } from './compact-text.ts';
import { IdentifierError, shown } from './errors.ts';

/**
 * 案号, 法〔2015〕137号 (in force 2016): a court's case number.
 *
 *     （2019） 皖1122  执  1194号  之一
 *       │      │       │   │       └ a further document in the same case, if any
 *       │      │       │   └ number within the year
 *       │      │       └ type of case (执 enforcement, 执恢 resumed enforcement, 民初 civil first instance …)
 *       │      └ court: province's character, then 2 to 4 digits of the court (最高法 has none)
 *       └ year of filing
 *
 * Before 2016 the court was named in characters and 字第 stood before the number, which could carry a hyphen:
 * （2013）随中执字第00012-1号. Brackets vary in the sources; stored half-width, printed full-width. There is no check digit.
 */
export type CaseNumber = string & { readonly [caseNumber]: true };
declare const caseNumber: unique symbol;

const longest = 60;
const pattern = /^\((\d{4})\)[\u4e00-\u9fff]{1,3}\d{0,6}[\u4e00-\u9fff]{1,6}\d+(-\d+)?号(之[一二三四五六七八九十]+)?$/;

export function compact(text: string): string {
  return compactText(text)
    .replace(/^[〔[【]/, '(')
    .replace(/^(\(\d{4})[〕\]】]/, '$1)')
    .replace(/[‐-―−]/g, '-');
}

export function parse(text: string): CaseNumber {
  const number = compact(text);
  if (number.length > longest) {
    throw new IdentifierError('LENGTH', `案号不应超过${longest}个字符，收到${number.length}个`);
  }
  const year = pattern.exec(number)?.[1];
  if (year === undefined) {
    throw new IdentifierError('FORMAT', `案号应形如“（2019）皖1122执1194号”，收到${shown(number)}`);
  }
  if (!isYear(year)) {
    throw new IdentifierError('COMPONENT', `案号中的立案年度“${year}”不合理：${shown(number)}`);
  }
  return number as CaseNumber;
}

export function isCaseNumber(text: string): boolean {
  const number = compact(text);
  return number.length <= longest && isYear(pattern.exec(number)?.[1] ?? '');
}

/** As courts print it: `（2019）皖1122执1194号`. */
export function format(number: CaseNumber): string {
  return number.replace('(', '（').replace(')', '）');
}

function isYear(digits: string): boolean {
  return Number(digits) >= 1949 && Number(digits) <= new Date().getFullYear();
}
