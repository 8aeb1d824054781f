import type { Refusal } from '../../platform/errors.ts';
import { sightOf } from '../../platform/records/visibility.ts';
import { notForViewer, refusalOf } from '../../platform/viewer/refusal.ts';
import { isFor, levelsKnownTo } from '../../platform/viewer/rights.ts';
import { ACCESS_LEVELS, CALLER_ROLES, type Viewer } from '../../platform/viewer/viewer.ts';
import { readSupergraph } from '../supergraph/read.ts';
import type { AskedField } from './cost.ts';

/** Why a caller gets no value of a field. */
export interface Withheld {
  /** The code that its error carries, such as `FORBIDDEN` or `AUTHORIZATION_REQUIRED`. */
  readonly code: string;
  readonly reason: string;
}

/** Whether a field of the viewer's schema would be answered null for want of a right, and why. */
export type WithheldFrom = (field: Pick<AskedField, 'type' | 'field'>, viewer: Viewer) => Withheld | null;

/**
 * What the supergraph says of fields, by the same rights that the departments go by. A field that is seen in the viewer's own
 * file is not withheld: whose file is asked for is known only when it is.
 */
export function withheldBy(supergraphSdl: string): WithheldFrom {
  const { marks } = readSupergraph(supergraphSdl);
  return ({ type, field }, viewer) => {
    const mark = marks.get(type)?.get(field);
    const level = ACCESS_LEVELS.find((one) => one === mark?.level);
    if (!mark || !level) return null;
    if (mark.to !== null) {
      const roles = CALLER_ROLES.filter((role) => mark.to?.includes(role));
      return isFor(roles, viewer) ? null : told(notForViewer(field, roles, viewer));
    }
    if (!mark.departments.every((department) => isWithheld(level, department, viewer))) return null;
    return told(refusalOf(field, level, viewer));
  };
}

function told({ message, extensions }: Refusal): Withheld {
  return { code: String(extensions.code), reason: message };
}

function isWithheld(level: (typeof ACCESS_LEVELS)[number], department: string, viewer: Viewer): boolean {
  return levelsKnownTo(viewer, department).includes(level) && sightOf(level, department, viewer) === 'NEVER';
}
