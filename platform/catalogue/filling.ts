import type { AmountUnit } from '../sheets/amounts.ts';
import { unitOfHeader } from '../sheets/column.ts';
import { normaliseHeader } from '../sheets/header.ts';
import type { Content, Words } from '../sheets/index.ts';
import type { FiledColumn } from './filed-items.ts';

/** Words of a table that are told one by one; of a longer one the table is named. */
const MOST_WORDS = 100;

const KINDS: Readonly<Record<Content['kind'], string>> = {
  TEXT: '文本',
  DATE: '日期',
  MONTH: '年月',
  PERIOD: '起止日期',
  INTEGER: '整数',
  NUMBER: '数字',
  AMOUNT: '金额',
  CODE: '代码',
  CODES: '代码(可多个)',
};

export function kindTitle({ column }: FiledColumn): string {
  return KINDS[column.describes.kind];
}

/** The words of a coded column, if they are few enough to be told one by one. */
export function fewWords({ column }: FiledColumn): Words | undefined {
  const words = column.describes.words?.();
  return words && words.terms.length <= MOST_WORDS ? words : undefined;
}

/** The unit of a bare number under the header that templates use. */
export function unitOf({ header, column }: FiledColumn): AmountUnit | undefined {
  const { kind, unit } = column.describes;
  return kind === 'AMOUNT' ? (unitOfHeader(normaliseHeader(header)) ?? unit) : undefined;
}

/** How the column is filled in, as a Chinese sentence without its end. */
export function fillingOf(filed: FiledColumn): string {
  const { describes } = filed.column;
  const { form, isOpen, maxLength } = describes;
  const told = [form, kindFilling(filed), isOpen && describes.words ? '其他文字也收,加标注 CODE_UNKNOWN' : undefined];
  const length = describes.kind === 'TEXT' && maxLength !== undefined ? `至多 ${maxLength} 个字` : undefined;
  return [...told, length].filter(Boolean).join(';');
}

function kindFilling(filed: FiledColumn): string | undefined {
  const { kind, isOpenEnded, min = 0, max, mayBeNegative } = filed.column.describes;
  switch (kind) {
    case 'DATE':
      return isOpenEnded ? '日期,如 2026-03-05;没有期限的写“长期”' : '日期,如 2026-03-05';
    case 'MONTH':
      return '年月,如 2026-03';
    case 'PERIOD':
      return '起止日期,如 2026-03-05至2029-03-04';
    case 'INTEGER':
      return max === undefined ? `整数,不小于 ${min}` : `整数,${min} 至 ${max}`;
    case 'NUMBER':
      return max === undefined ? '数字' : `数字,${min} 至 ${max}`;
    case 'AMOUNT':
      return `数字,按${unitOf(filed) === 'YUAN' ? '元' : '万元'}计${mayBeNegative ? ',可为负数' : ''}`;
    case 'CODE':
      return oneOf(filed);
    case 'CODES':
      return `${oneOf(filed)};多个之间用分号`;
    default:
      return undefined;
  }
}

function oneOf(filed: FiledColumn): string {
  const few = fewWords(filed);
  const table = filed.column.describes.words?.().table?.name;
  if (few && few.terms.length <= 12) return few.terms.map(({ label }) => label).join('、');
  return `代码表 ${table ?? ''} 所列的名称`;
}
