import { type Column, type ColumnOptions, column, date, describing, type Reading } from './column.ts';

/** The first and the last day of a time of validity, as far as a cell says them. */
export interface Period {
  readonly from: string | null;
  /** Inclusive; null: open-ended. */
  readonly until: string | null;
}

const BETWEEN = /至(?!今)|到|——|～|\bto\b/u;

/** A column of 有效期: 自2024-01-01至2028-12-31, 2024.1.1—长期; a day alone is the last one. */
export function period(aliases: readonly string[], options: ColumnOptions = {}): Column<Period | null> {
  const [first, last] = [date(aliases), date(aliases, { openEnded: true })];
  const known = column<Period, Record<never, never>>(aliases, {}, (cell, header): Reading<Period> => {
    if (cell.date !== undefined) return together({ value: null }, last.read(cell, header));
    const parts = cell.text.split(BETWEEN).map((part) => ({ text: part.replace(/^\s*[自从由]|[起止]\s*$/gu, '') }));
    const [one, other] = parts;
    if (one === undefined || parts.length > 2) return together({ value: null }, last.read(cell, header));
    return other === undefined
      ? together({ value: null }, last.read(one, header))
      : together(first.read(one, header), last.read(other, header));
  });
  return describing(known, { kind: 'PERIOD' }, options);
}

function together(from: Reading<string | null>, until: Reading<string | null>): Reading<Period> {
  if ('problem' in from) return from;
  if ('problem' in until) return until;
  const days = { from: 'value' in from ? from.value : null, until: 'value' in until ? until.value : null };
  const flags = [from, until].flatMap((one) => ('value' in one ? (one.flags ?? []) : []));
  return { value: days, flags };
}
