/**
 * The last day of publication of an entry that its subject may leave: from the day of removal on it is no longer published,
 * whatever end it was given. Null: no end is known yet.
 */
export function publishedUntil(end: string | null, removedOn: string | null): string | null {
  if (removedOn === null) return end;
  const dayBefore = new Date(Date.parse(removedOn) - 86_400_000).toISOString().slice(0, 10);
  return end === null || dayBefore < end ? dayBefore : end;
}
