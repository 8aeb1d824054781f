import { dayBefore, earliest } from '../../schema/calendar/days.ts';

/**
 * The last day of publication of an entry that its subject may leave: from the day of removal on it is no longer published,
 * whatever end it was given. Null: no end is known yet.
 */
export function publishedUntil(end: string | null, removedOn: string | null): string | null {
  return earliest(end, dayBefore(removedOn));
}
