import { compact } from '../../../platform/sheets/cell.ts';
import { type Column, column, describing, money } from '../../../platform/sheets/index.ts';

/** What stands where an enterprise chose to keep a figure to itself (企业选择不公示). */
export const WITHHELD_BY_THE_ENTERPRISE = ['企业选择不公示', '企业选择不公开', '选择不公示', '不公示', '不公开'];

/** A figure of an annual report in yuan, which may be a loss: -12.5, (12.5), 亏损12.5万元. Bare numbers count in 万元, as the form does. */
export function figure(names: readonly string[]): Column<string | null> {
  const aliases = names.flatMap((name) => [name, `${name}(万元)`, `${name}(元)`]);
  const options = { unit: 'TEN_THOUSAND_YUAN', emptyWords: WITHHELD_BY_THE_ENTERPRISE } as const;
  const amount = money(aliases, options);
  const known = column<string, typeof options>(aliases, options, (cell, header) => {
    const text = compact(cell.text);
    const [, loss, inBrackets] = /^(?:[-−–—]|亏损)(.+)$|^\((.+)\)$/u.exec(text) ?? [];
    const reading = amount.read({ text: loss ?? inBrackets ?? text }, header);
    if ('problem' in reading || 'isEmpty' in reading) return reading;
    if (reading.value === null) return { isEmpty: true };
    const isLoss = (loss ?? inBrackets) !== undefined && /[1-9]/u.test(reading.value);
    return { value: isLoss ? `-${reading.value}` : reading.value, flags: reading.flags ?? [] };
  });
  return describing(known, { kind: 'AMOUNT', unit: options.unit, mayBeNegative: true });
}
