import { dayInShanghai } from '../viewer/viewer.ts';
import { type Rejection, rejected } from './draft.ts';

/** What clerks call a day of a row, and the day where the row gives it. */
export type NamedDay = readonly [title: string, day: string | null];

/**
 * Nothing about a record ends before it began: the columns of its ends, by field, against its first day. The last day
 * counts, so that it may be the first one too.
 */
export function endsBeforeStart(
  [startTitle, start]: NamedDay,
  ends: Readonly<Record<string, NamedDay>>,
): Rejection | undefined {
  for (const [field, [title, day]] of Object.entries(ends)) {
    if (day === null || start === null || day >= start) continue;
    const { code } = CODES[field] ?? { code: 'ENDS_BEFORE_START' };
    return rejected(code, `${title} ${day} 早于${startTitle} ${start}。`, field);
  }
  return undefined;
}

const CODES: Readonly<Record<string, { readonly code: string }>> = {
  publicationEndsOn: { code: 'PUBLICATION_ENDS_BEFORE_START' },
  removedOn: { code: 'REMOVED_BEFORE_START' },
};

/** Nothing was filed after today. */
export function filedInFuture([title, day]: NamedDay): Rejection | undefined {
  if (day === null || day <= dayInShanghai(new Date())) return undefined;
  return rejected('FILED_IN_FUTURE', `${title} ${day} 晚于今天。`, 'filedOn');
}
