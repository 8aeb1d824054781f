import { mayMeetPersons } from '../../../platform/records/reads.ts';
import type { Statement } from '../../../platform/records/statement.ts';
import { rightsIn, rightsInOwnFile } from '../../../platform/viewer/rights.ts';
import type { Viewer } from '../../../platform/viewer/viewer.ts';

/** Where the subjects are read whose names a viewer is shown: masked, but for those who may meet natural persons. */
export function subjectsFor(viewer: Viewer): string {
  return mayMeetPersons(viewer) ? 'credit.subjects' : MASKED_SUBJECTS;
}

/** Where they are read for whatever does not show their full names. */
export const MASKED_SUBJECTS = 'credit.masked_subjects';

/**
 * SQL: a subject exists for the viewer. One that is known from hidden rows alone exists only for those who may see such
 * rows of everybody, and for itself; a natural person for those who may meet persons, and for others where a published
 * list names it.
 */
export function isShownTo(viewer: Viewer, subject: string, to: Statement): string {
  const { levels, isWhole } = rightsIn('credit', viewer);
  const shown = `${subject}.is_shown`;
  const organizations = isWhole ? 'true' : shown;
  const persons = levels.includes('PERSONAL') ? 'true' : levels.includes('LISTED_PERSON') ? shown : 'false';
  const isPerson = `${subject}.masked_name is not null`;
  const everybody =
    organizations === persons ? organizations : `(case when ${isPerson} then ${persons} else ${organizations} end)`;
  const hasOwnFile = rightsInOwnFile(viewer).levels.length > 0;
  return hasOwnFile ? `(${everybody} or ${isOwn(viewer, subject, to)})` : everybody;
}

/** SQL: the subject's name as the viewer may see it; a natural person's is masked but for those who may meet persons. */
export function shownName(viewer: Viewer, subject: string, to: Statement): string {
  if (rightsIn('credit', viewer).levels.includes('PERSONAL')) return `${subject}.name`;
  const masked = `coalesce(${subject}.masked_name, ${subject}.name)`;
  if (rightsInOwnFile(viewer).levels.length === 0) return masked;
  return `case when ${isOwn(viewer, subject, to)} then ${subject}.name else ${masked} end`;
}

function isOwn(viewer: Viewer, subject: string, to: Statement): string {
  return `${subject}.id = ${to.bind(viewer.ownSubject, 'text')}`;
}
