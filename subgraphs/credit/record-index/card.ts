import type { SelectedColumn } from '../../../platform/records/kind.ts';
import { isOpenVersion } from '../../../platform/records/visibility.ts';
import type { RecordIndexCard } from '../../../platform/subgraph/card.ts';
import { isShownTo, MASKED_SUBJECTS } from '../subjects/shown.ts';
import { recordIndex } from '../tables.ts';
import { itemWithoutFields } from './catalogue.ts';
import { INDEX_ROWS } from './rows.ts';
import { holdsWords } from './search.ts';

/** The catalogue's entry of a row's item, with the row: the index answers a page in one statement. */
const item: SelectedColumn = {
  key: 'catalogueItem',
  expression: (row) => `(select ${itemWithoutFields('c')} from credit.catalogue_items c where c.code = ${row}.item)`,
};

/**
 * The row's versions that the viewer may see: those known at the viewer's instant, as they were known then, of this subject,
 * none of a level that is not the viewer's; each is what asking as of its instant answers.
 */
const versions: SelectedColumn = {
  key: 'versions',
  expression: (row, { eyes }) => {
    const known = eyes.known === null ? '' : ` and v.recorded_at <= ${eyes.known()}`;
    const until =
      eyes.known === null ? 'v.superseded_at' : `case when v.superseded_at <= ${eyes.known()} then v.superseded_at end`;
    return (
      `(select json_agg(json_build_object('version', v.version, 'recordedAt', v.recorded_at, 'supersededAt', ${until})` +
      ` order by v.version desc) from credit.record_index v where v.id = ${row}.id and v.subject_id = ${row}.subject_id` +
      ` and ${isOpenVersion(INDEX_ROWS, 'v', eyes)}${known})`
    );
  },
};

/** The index across departments: timelines, boards and counts are read from it, details from the departments. */
export const recordIndexCard: RecordIndexCard = {
  type: 'RecordSummary',
  table: recordIndex,
  facets: { years: 'year', grades: 'grade', types: 'types', amount: 'amount' },
  columns: {
    item: [item],
    grade: ['grade', 'gradeLabel', 'gradeRank', 'gradeScheme', 'gradeSchemeLabel'],
    types: ['types', 'typeLabels'],
    versions: [versions],
  },
  isIn: (row, districts, viewer, to) =>
    `${row}.subject_id in (select s.id from ${MASKED_SUBJECTS} s
      where s.district = any(${districts}) and ${isShownTo(viewer, 's', to)} and s.superseded_at is null)`,
  holds: holdsWords,
};
