import { type Column, column, describing, money } from '../../platform/sheets/index.ts';
import { codeTable } from '../../schema/codes/city.ts';

/** Registered capital as one cell says it; the currency only where the cell itself names one. */
export interface GivenCapital {
  readonly amount: string;
  readonly currency: string | null;
}

/** A column of registered capital: 1000, 1000万元人民币, 50万美元. A bare number counts in ten thousands of the currency. */
export function capitalColumn(aliases: readonly string[]): Column<GivenCapital | null> {
  const amount = money(aliases, { unit: 'TEN_THOUSAND_YUAN' });
  const known = column<GivenCapital, Record<never, never>>(aliases, {}, (cell, header) => {
    const { text, currency } = withoutCurrency(cell.text);
    const reading = amount.read({ ...cell, text }, header);
    if ('problem' in reading || 'isEmpty' in reading) return reading;
    if (reading.value === null) return { isEmpty: true };
    return { value: { amount: reading.value, currency }, flags: reading.flags ?? [] };
  });
  return describing(known, {
    kind: 'AMOUNT',
    unit: 'TEN_THOUSAND_YUAN',
    form: '可带币种,如 50万美元',
    example: '1000',
  });
}

/** The currency that a text stands for, by its code (CNY, 156) or by any of its names. */
export function currencyOf(text: string): string | undefined {
  const table = codeTable('currencies');
  const code = text.trim().toUpperCase();
  return (
    table.byLabel(text)?.code ?? table.get(code)?.code ?? table.rows.find((row) => row.extra.numeric === code)?.code
  );
}

/** Takes the currency's name out of an amount, the longest first: 50万美元 is left as 50万元, which reads as yuan do. */
function withoutCurrency(text: string): { readonly text: string; readonly currency: string | null } {
  const names = codeTable('currencies')
    .rows.flatMap((row) => [row.code, row.label, ...row.aliases].map((name) => ({ name, code: row.code })))
    .filter(({ name }) => name.length > 1)
    .sort((one, other) => other.name.length - one.name.length);
  const found = names.find(({ name }) => text.toUpperCase().includes(name));
  if (!found) return { text, currency: null };
  const at = text.toUpperCase().indexOf(found.name);
  const unit = found.name.includes('元') ? '元' : '';
  return { text: text.slice(0, at) + unit + text.slice(at + found.name.length), currency: found.code };
}
