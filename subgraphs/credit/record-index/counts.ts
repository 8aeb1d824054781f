import type { SelectedColumn } from '../../../platform/records/kind.ts';
import { visibleRows } from '../../../platform/records/visibility.ts';
import { levelsKnownTo } from '../../../platform/viewer/rights.ts';
import { RECORDS_FOLLOWER } from './follow.ts';
import { INDEX_ROWS } from './rows.ts';

/**
 * How many records of each section a subject has, as one column. A section is told where the viewer may ask for an item of
 * it; its count is null until every department that holds an item of it was followed to its end once.
 */
export const recordCounts: SelectedColumn = {
  key: 'recordCounts',
  expression: (_row, { subject, eyes }) => {
    const { known } = eyes;
    const rows = visibleRows(INDEX_ROWS, 'r', subject, eyes);
    return (
      `(select json_agg(t) from (select c.class as "class", case when bool_and(f.reached_at is not null)` +
      ` then coalesce(max(h.held), 0)::int end as "count", case when bool_and(f.reached_at is not null)` +
      ` then ${known === null ? 'min(f.reached_at)' : `least(min(f.reached_at), ${known()})`} end as "asOf"` +
      ` from credit.catalogue_items c left join credit.followers f on f.name = '${RECORDS_FOLLOWER}:' || c.department` +
      ` left join (select r.class, count(*) as held ${rows} group by r.class) h on h.class = c.class` +
      ` where c.levels && ${eyes.bound(levelsKnownTo(eyes.viewer), 'text[]')} group by c.class order by c.class) t)`
    );
  },
};
