import { codeTable } from '../../schema/codes/city.ts';

/** Looks for a purpose within these days that their subject is not told of yet. */
export interface Concealment {
  readonly purpose: string;
  /** The days on which the rule was in force. */
  readonly from: string;
  readonly until: string | null;
  /** Looks after this day are concealed still. */
  readonly seenAfter: string;
}

/**
 * What a subject is lawfully not told of for so many days, as the code table `usage-items` says it of the day of each look;
 * it becomes visible by itself.
 */
export function concealedOn(today: string): readonly Concealment[] {
  return codeTable('usage-items').rows.flatMap(({ code, from, until, extra }) => {
    const days = Number(extra.concealedDays ?? 0);
    // Without a statute that says so, nothing is kept from anybody.
    if (!Number.isInteger(days) || days <= 0 || !extra.concealedBasis) return [];
    return [{ purpose: code, from: from ?? '0001-01-01', until: until ?? null, seenAfter: daysBefore(today, days) }];
  });
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}
