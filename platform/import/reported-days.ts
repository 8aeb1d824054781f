import { ACCESS_LEVELS, type AccessLevel } from '../viewer/viewer.ts';
import type { IncomingRow } from './merge.ts';

/**
 * The latest day that rows of a file are about, for each level of publicity: a viewer is told the latest of its own levels
 * (CatalogueItem.reportedThrough), so that a day never tells that a row exists which that viewer may not see.
 */
export type ReportedDays = Partial<Record<AccessLevel, string>>;

/** Takes a stored row into account, unless it is held back, not published today or about a day to come. */
export function noteReported(days: ReportedDays, record: IncomingRow, today: string): void {
  const { sortedOn, accessLevel, withheldReason, publishedOn, publicationEndsOn } = record;
  const level = ACCESS_LEVELS.find((one) => one === accessLevel);
  if (level === undefined || typeof sortedOn !== 'string' || withheldReason !== null) return;
  const isPublished =
    !(typeof publishedOn === 'string' && publishedOn > today) &&
    !(typeof publicationEndsOn === 'string' && publicationEndsOn < today);
  if (isPublished && sortedOn <= today && sortedOn > (days[level] ?? '')) days[level] = sortedOn;
}

/** The latest of several levels; null where there is none. */
export function reportedFor(days: ReportedDays, levels: readonly AccessLevel[]): string | null {
  return levels
    .map((level) => days[level] ?? null)
    .reduce((one, other) => ((one ?? '') > (other ?? '') ? one : other), null);
}
