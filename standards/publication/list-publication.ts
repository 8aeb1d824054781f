import { publishedUntil } from '../../platform/import/removal.ts';
import { addCalendarMonths } from '../../schema/calendar/days.ts';
import type { ListTerm } from './terms.ts';

/** An entry on a list, as its source tells it. */
export interface ListedEntry {
  /** The day that the list's act counts its term from. */
  readonly day: string;
  /** The end of publication that the source gives. */
  readonly endsOn: string | null;
  readonly removedOn: string | null;
}

/** The publication of an entry on a list, as a draft has it. */
export interface ListPublication {
  /** The last day, inclusive. Null: no fixed term. */
  readonly publicationEndsOn: string | null;
  /** From when early removal may be applied for. Null: the act sets no such day. */
  readonly repairEligibleFrom: string | null;
  /** One of these days rests on a term that nobody has compared with its act. */
  readonly isPublicationProvisional: boolean;
  readonly marks: readonly string[];
}

/**
 * Until when an entry on a list is published, and from when its early removal may be applied for. The source's own end
 * stands within what the list's act allows; beyond that publication ends with the act, marked PUBLICATION_SHORTENED, as a
 * penalty's does. Who has left the list is no longer published on it from that day on.
 */
export function publicationOfEntry(term: ListTerm, { day, endsOn, removedOn }: ListedEntry): ListPublication {
  const longest = after(day, term.longestMonths);
  const isShortened = endsOn !== null && longest !== null && endsOn > longest;
  const repairEligibleFrom = after(day, term.repairMonths);
  const end = isShortened ? longest : (endsOn ?? endOfTerm(term, day));
  const restsOnTerm = repairEligibleFrom !== null || (end !== null && end !== endsOn);
  return {
    publicationEndsOn: publishedUntil(end, removedOn),
    repairEligibleFrom,
    isPublicationProvisional: restsOnTerm && !term.isVerified,
    marks: isShortened ? ['PUBLICATION_SHORTENED'] : [],
  };
}

/** The last day of the term, inclusive; null where the act fixes none. */
export function endOfTerm(term: ListTerm, day: string): string | null {
  return after(day, term.months);
}

function after(day: string, months: number | null): string | null {
  return months === null ? null : addCalendarMonths(day, months);
}
