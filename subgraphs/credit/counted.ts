/** The most that a list across subjects counts: what is more is told as at least this many. */
export const MOST_COUNTED = 10_000;

/** SQL: how many rows there are, and no further than one more than is told. */
export function countedTo(matching: string): string {
  return `(select count(*)::int from (select 1 ${matching} limit ${MOST_COUNTED + 1}) c)`;
}
