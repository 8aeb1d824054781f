import { workingDaysAfter } from '../../schema/calendar/working-days.ts';
import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow } from '../../schema/codes/index.ts';

/** By when a decision must be published, as a draft has it. */
export interface PublicationDeadline {
  readonly publicationDeadline: string | null;
  readonly isPublicationProvisional: boolean;
}

/**
 * The last day by which a decision must be published: so many working days after it (table `publication-terms`). Null
 * where the act sets none. Default: the seven days of 双公示, for licences and penalties alike.
 */
export function publicationDeadlineOf(decidedOn: string, item = 'double-publicity'): PublicationDeadline {
  const { deadlineWorkingDays = '' } = termRow(item, decidedOn).extra;
  if (deadlineWorkingDays === '') return { publicationDeadline: null, isPublicationProvisional: false };
  const { day, isProvisional } = workingDaysAfter(decidedOn, Number(deadlineWorkingDays));
  return { publicationDeadline: day, isPublicationProvisional: isProvisional };
}

/** How long an act has an entry on its list published, in months from the day that it counts from. Null: it sets no such day. */
export interface ListTerm {
  /** Where the source gives no end. */
  readonly months: number | null;
  /** Beyond which no end of the source goes. */
  readonly longestMonths: number | null;
  /** Until early removal may be applied for. */
  readonly repairMonths: number | null;
  /** Somebody compared it with the act. */
  readonly isVerified: boolean;
}

/**
 * The term of a catalogue item whose own act prevails over the rule sets for penalties: court, tax, market and wage lists.
 * `day` is the day that it counts from, `types` the grounds: those without a fixed term leave it open where they stand alone.
 * @throws Error for an item without a term in `publication-terms`.
 */
export function listTermOf(item: string, day: string, types: readonly string[] = []): ListTerm {
  const { extra } = termRow(item, day);
  const excepted = (extra.exceptTypes ?? '').split('|');
  const term = listTermIn(extra);
  const isOpen = types.length > 0 && types.every((type) => excepted.includes(type));
  return isOpen ? { ...term, months: null, longestMonths: null } : term;
}

/** The term that a row of a code table says. @throws Error for months that are no number. */
export function listTermIn(extra: CodeRow['extra']): ListTerm {
  const count = (column: string): number | null => {
    const given = extra[column] ?? '';
    if (!/^\d*$/u.test(given)) throw new Error(`代码表中的月数“${given}”应为非负整数`);
    return given === '' ? null : Number(given);
  };
  return {
    months: count('months'),
    longestMonths: count('longestMonths'),
    repairMonths: count('repairMonths'),
    isVerified: extra.verified === 'yes',
  };
}

function termRow(item: string, day: string): CodeRow {
  const table = codeTable('publication-terms');
  const row = table.onDate(day).get(item) ?? table.get(item);
  if (!row) throw new Error(`代码表 publication-terms 没有“${item}”`);
  return row;
}
