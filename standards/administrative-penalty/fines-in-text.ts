import { readAmount } from '../../platform/sheets/amounts.ts';
import { compact } from '../../platform/sheets/cell.ts';

const NUMERAL = '[零〇一二两三四五六七八九十百千万亿壹贰貳叁肆伍陆柒捌玖拾佰仟萬]';
const AMOUNT = `(?:\\d[\\d,]*(?:\\.\\d+)?(?:[十百千]?万|亿)?[元圆]|${NUMERAL}+[元圆](?:${NUMERAL}角)?(?:零?${NUMERAL}分)?)`;
const BETWEEN = '(?:金额|数额|总额|总计|共计|合计|计|为|处罚|人民币|大写|小写|[:(),¥])*';
const AFTER_THE_WORD = new RegExp(`罚款${BETWEEN}(${AMOUNT})`, 'gu');
const BEFORE_THE_WORD = new RegExp(`(${AMOUNT})[整正]?(?:人民币)?的?(?:行政)?罚款`, 'gu');

/** What stands before the word where an amount does; most texts say 罚款2000元, and need not be searched for it the other way round. */
const AMOUNT_BEFORE = /[元圆角分整正币的政]罚款/u;

/** The fines that a decision's text states, in yuan with two decimals: 罚款2000元, 罚款人民币伍拾肆万元整, 处3000元的罚款. */
export function finesInText(content: string): readonly string[] {
  const text = compact(content);
  if (!text.includes('罚款')) return [];
  const before = AMOUNT_BEFORE.test(text) ? text.matchAll(BEFORE_THE_WORD) : [];
  const found = [...text.matchAll(AFTER_THE_WORD), ...before];
  const amounts = found.map(([, stated = '']) => readAmount(stated, 'YUAN'));
  return [...new Set(amounts.flatMap((amount) => (amount.kind === 'AMOUNT' ? [amount.yuan] : [])))];
}

/**
 * Does the text contradict the amount column (rule R4)? Yuan written where 10,000 yuan are meant is the commonest error.
 * A text that states no fine contradicts nothing; one that states several may have any of them, or their sum, as the fine.
 */
export function contradictsText(fine: string, content: string): boolean {
  const stated = finesInText(content);
  if (stated.length === 0 || stated.includes(fine)) return false;
  return fenOf(fine) !== stated.map(fenOf).reduce((sum, fen) => sum + fen, 0n);
}

function fenOf(yuan: string): bigint {
  return BigInt(yuan.replace('.', ''));
}
