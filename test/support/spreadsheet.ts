import { parse } from 'csv-parse/sync';
import { inGbk } from '../../demonstration/generator/gbk.ts';

/**
 * What Excel makes of a CSV file when it is opened and saved again: numbers keep 15 digits and are shown in eleven places,
 * days and shares are rewritten, zeros and signs that mean nothing go, a formula runs, and the text is in GBK.
 * `mend` changes the cells between the two.
 */
export function throughExcel(file: Buffer, mend: (rows: string[][]) => string[][] = (rows) => rows): Buffer {
  const opened = parse(file, { bom: true, relax_column_count: true }) as string[][];
  const shown = mend(opened.map((cells) => cells.map(openedCell)));
  return inGbk(shown.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join(''));
}

/** One cell as Excel shows it and saves it. Throws for one that it would run. */
export function openedCell(text: string): string {
  if (/^[=@]/u.test(text) || /^[+-](?![\d.,]*(?:e[+-]?\d+)?%?$)/iu.test(text))
    throw new Error(`a formula would run: ${text}`);
  if (/^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:e[+-]?\d+)?%?$/iu.test(text) && /\d/u.test(text)) {
    return general(Number(text.replaceAll(',', '').replace('%', '')) / (text.endsWith('%') ? 100 : 1));
  }
  const day = /^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?: 0?0:00(?::00)?)?$/u.exec(text);
  if (day !== null) return `${day[1]}/${Number(day[2])}/${Number(day[3] ?? 1)}`;
  const short = /^(\d{1,2})[-/](\d{1,2})$/u.exec(text);
  if (short !== null) return `${Number(short[1])}月${Number(short[2])}日`;
  return /^(?:true|false)$/iu.test(text) ? text.toUpperCase() : text;
}

function general(number: number): string {
  const kept = Number(number.toPrecision(15));
  if (Math.abs(kept) < 1e11) return String(Number(kept.toPrecision(10)));
  const [digits = '', exponent = ''] = kept.toExponential(5).split('e+');
  return `${Number(digits)}E+${exponent.padStart(2, '0')}`;
}

function quoted(cell: string): string {
  return /[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
