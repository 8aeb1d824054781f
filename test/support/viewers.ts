import { anonymousViewer, type Standing, type Viewer } from '../../platform/viewer/viewer.ts';

const ASKED = { today: '2026-11-21', known: null, requestId: 'test-question' };

/** Somebody who asks, on the tests' day; a public visitor unless it is said otherwise. */
export function viewerAs(standing: Partial<Standing> = {}): Viewer {
  return { ...anonymousViewer(ASKED), ...standing };
}

/** Whoever speaks for a subject, with a real-name credential. */
export const ownerOf = (ownSubject: string): Viewer => viewerAs({ role: 'SUBJECT', ownSubject });

/** An official of another department than those that the tests ask, who says what the question is for. */
export const OFFICIAL = viewerAs({ role: 'DEPARTMENT', department: 'fire', purpose: 'SUPERVISION' });
