import type { Statement } from '../../../platform/records/statement.ts';
import { rightsIn } from '../../../platform/viewer/rights.ts';
import type { Viewer } from '../../../platform/viewer/viewer.ts';

/**
 * SQL: a subject exists for the viewer. One that is known from hidden rows alone exists only for those who may see such
 * rows of everybody, and for itself.
 */
export function isShownTo(viewer: Viewer, subject: string, to: Statement): string {
  if (rightsIn('credit', viewer).isWhole) return 'true';
  if (viewer.ownSubject === null) return `${subject}.is_shown`;
  return `(${subject}.is_shown or ${subject}.id = ${to.bind(viewer.ownSubject, 'text')})`;
}
