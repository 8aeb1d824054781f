import type { Clients, Reads } from '../database/index.ts';
import { rightsIn, rightsInOwnFile } from '../viewer/rights.ts';
import type { Viewer } from '../viewer/viewer.ts';

/**
 * Whether the viewer may see natural persons' rows, anybody's or its own: where it may not, its questions are answered by
 * sessions that have none of them, whatever a statement asks for.
 */
export function mayMeetPersons(viewer: Viewer): boolean {
  return [rightsIn(null, viewer), rightsInOwnFile(viewer)].some(({ levels }) => levels.includes('PERSONAL'));
}

/** The sessions that answer a viewer's question. */
export function readsFor(viewer: Viewer, clients: Clients): Reads {
  return mayMeetPersons(viewer) ? clients.persons : clients;
}
