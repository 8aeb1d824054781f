import { addCalendarMonths } from '../../schema/calendar/days.ts';
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

/** How long something is published whose act sets a term of its own, as a draft has it. */
export interface PublicationTerm {
  /** The last day, inclusive. Null: no fixed term, or the record's own validity. */
  readonly publicationEndsOn: string | null;
  /** From when early removal may be applied for. Null: the act sets no such day. */
  readonly repairEligibleFrom: string | null;
  /** The term is known, and nobody has compared it with the act. */
  readonly isPublicationProvisional: boolean;
}

/**
 * The term of a catalogue item whose own act prevails over the rule sets for penalties: court, tax and market lists,
 * licences. `day` is the day of listing or decision, `types` the grounds: grounds without a fixed term leave it open where
 * they stand alone. What the source or a removal says of an earlier end stands before it.
 * @throws Error for an item without a term in `publication-terms`.
 */
export function publicationTermOf(item: string, day: string, types: readonly string[] = []): PublicationTerm {
  const { months = '', repairMonths = '', exceptTypes = '', verified } = termRow(item, day).extra;
  const excepted = exceptTypes === '' ? [] : exceptTypes.split('|');
  const isOpen = months === '' || (types.length > 0 && types.every((type) => excepted.includes(type)));
  const publicationEndsOn = isOpen ? null : addCalendarMonths(day, Number(months));
  const repairEligibleFrom = repairMonths === '' ? null : addCalendarMonths(day, Number(repairMonths));
  const hasDay = publicationEndsOn !== null || repairEligibleFrom !== null;
  return { publicationEndsOn, repairEligibleFrom, isPublicationProvisional: hasDay && verified !== 'yes' };
}

function termRow(item: string, day: string): CodeRow {
  const table = codeTable('publication-terms');
  const row = table.onDate(day).get(item) ?? table.get(item);
  if (!row) throw new Error(`代码表 publication-terms 没有“${item}”`);
  return row;
}
